/** What measures the runs of experiments, loaded with the first of them. */
export { measureRun } from '@retinoscope/models';
