/**
 * The runs of an experiment over a pool. Promises that what is finished is stored before the next run starts in its
 * place, that a stored run of the same settings and version is not repeated, and that the table does not depend on
 * how often it was interrupted. Does not know where runs are stored.
 */
import {
  type Experiment,
  type ExperimentRow,
  type ExperimentRun,
  type ExperimentSize,
  type ExperimentTable,
  experimentTable,
  softwareVersion,
  throwIfCancelled,
} from '@retinoscope/models';
import type { ServicePool } from './pool.js';

/** A finished run with what it depends on. */
export interface StoredRun {
  readonly softwareVersion: string;
  readonly run: ExperimentRun;
  readonly row: ExperimentRow;
}

/** Keeps finished runs by their keys; a run that cannot be read back counts as absent. */
export interface RunStore {
  read(key: string): Promise<StoredRun | undefined>;
  write(key: string, stored: StoredRun): Promise<void>;
}

export interface ExperimentProgress {
  readonly runs: number;
  /** Finished, those included that were stored before. */
  readonly done: number;
  readonly stored: number;
  /** Until the last run ends; undefined until a run has ended. */
  readonly secondsLeft?: number;
}

export interface ExperimentCall {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ExperimentProgress) => void;
}

/** Runs what `store` does not have yet, as many side by side as the pool has workers for. */
export async function runExperiment(
  pool: Pick<ServicePool, 'fitRestarts' | 'size'>,
  experiment: Experiment,
  size: ExperimentSize,
  store: RunStore,
  { signal, onProgress }: ExperimentCall = {},
): Promise<ExperimentTable> {
  const runs = experiment.runs(size);
  const rows: ExperimentRow[] = [];
  const left: ExperimentRun[] = [];
  for (const run of runs) {
    const stored = await store.read(run.key);
    if (stored && isOf(stored, run)) rows.push(stored.row);
    else left.push(run);
  }
  const stored = rows.length;
  const started = performance.now();
  const report = () => {
    const computed = rows.length - stored;
    const each = (performance.now() - started) / 1000 / computed;
    const secondsLeft = computed > 0 ? each * (runs.length - rows.length) : undefined;
    onProgress?.({ runs: runs.length, done: rows.length, stored, secondsLeft });
  };
  report();
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const lane = async () => {
    for (let run = left.shift(); run; run = left.shift()) {
      throwIfCancelled(either);
      const result = await pool.fitRestarts({ ...run.request, replicas: 1 }, { signal: either });
      const { key, factors } = run;
      const { seed } = result.model.provenance;
      const row = { key, factors, seed, measures: experiment.measure(result) };
      await store.write(key, { softwareVersion, run, row });
      rows.push(row);
      report();
    }
  };
  const most = Math.max(1, ...left.map(({ request }) => request.settings.restarts));
  const lanes = Math.max(1, Math.floor(pool.size / most));
  let failure: unknown;
  const fail = (error: unknown) => {
    failure ??= error;
    // The other lanes end as well; what they have finished is stored.
    stop.abort();
  };
  await Promise.all(Array.from({ length: lanes }, () => lane().catch(fail)));
  throwIfCancelled(signal);
  if (failure !== undefined) throw failure;
  return experimentTable(experiment, size, rows);
}

/** Whether what is stored is of this run and this version. */
function isOf(stored: StoredRun, run: ExperimentRun): boolean {
  return (
    stored.softwareVersion === softwareVersion && JSON.stringify(stored.run) === JSON.stringify(run)
  );
}
