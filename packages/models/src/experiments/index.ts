/** Experiments by the figures that they reproduce. */
import { fig2 } from './fig2.js';
import type { Experiment } from './types.js';

export type * from './panels.js';
export { experimentTable, tableCsv } from './table.js';
export type * from './types.js';

/** All experiments, in the order of the paper. */
export const experiments: readonly Experiment[] = [fig2];
