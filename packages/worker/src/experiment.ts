/**
 * The runs of an experiment over a pool. Promises that what is finished is stored before the next run starts in its
 * place, that a stored run of the same settings and version is not repeated, and that the table does not depend on
 * how often it was interrupted or paused. Does not know where runs are stored.
 */
import {
  type Experiment,
  type ExperimentRow,
  type ExperimentRun,
  type ExperimentSetting,
  type ExperimentTable,
  experimentTable,
  type FitProgress,
  softwareVersion,
  throwIfCancelled,
} from '@retinoscope/models';
import type { ServicePool } from './pool.js';

/** A finished run with what it depends on. */
export interface StoredRun {
  readonly softwareVersion: string;
  /** As JSON has it, a file of a recording by its size and time. */
  readonly run: unknown;
  readonly row: ExperimentRow;
}

/** Keeps finished runs by their keys; a run that cannot be read back counts as absent. */
export interface RunStore {
  read(key: string): Promise<StoredRun | undefined>;
  write(key: string, stored: StoredRun): Promise<void>;
}

/** Keeps runs for as long as it is kept itself. */
export function memoryStore(): RunStore {
  const kept = new Map<string, StoredRun>();
  return {
    read: async (key) => kept.get(key),
    write: async (key, stored) => {
      kept.set(key, stored);
    },
  };
}

/** A run that is going on. */
export interface RunProgress {
  readonly key: string;
  /** Share done, in [0, 1]. */
  readonly done: number;
  /** Undefined until training has begun. */
  readonly secondsLeft?: number;
}

export interface ExperimentProgress {
  readonly runs: number;
  /** Finished, those included that were stored before. */
  readonly done: number;
  readonly stored: number;
  /** Until the last run ends; undefined until a run has ended. */
  readonly secondsLeft?: number;
  readonly running: readonly RunProgress[];
  readonly paused: boolean;
}

export interface ExperimentCall {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ExperimentProgress) => void;
  /** Hears of every run as it ends or is found stored, with the rows so far. */
  readonly onRow?: (rows: readonly ExperimentRow[]) => void;
  readonly pause?: ExperimentPause;
}

/** Pauses an experiment: the fits that run stop where they are, and no other starts. */
export class ExperimentPause {
  #paused = false;
  readonly #listeners = new Set<(paused: boolean) => void>();

  get paused(): boolean {
    return this.#paused;
  }

  set(paused: boolean): void {
    if (paused === this.#paused) return;
    this.#paused = paused;
    for (const listener of [...this.#listeners]) listener(paused);
  }

  /** The function given stops listening. */
  listen(listener: (paused: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Settles once it is not paused, or with the signal. */
  async open(signal: AbortSignal): Promise<void> {
    while (this.#paused && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const done = () => {
          stop();
          signal.removeEventListener('abort', done);
          resolve();
        };
        const stop = this.listen(done);
        signal.addEventListener('abort', done, { once: true });
      });
    }
  }
}

type ExperimentPool = Pick<ServicePool, 'fitRestarts' | 'measure' | 'control' | 'size'>;

/** Runs what `store` does not have yet, as many side by side as the pool has workers for. */
export async function runExperiment(
  pool: ExperimentPool,
  experiment: Experiment,
  setting: ExperimentSetting,
  store: RunStore,
  { signal, onProgress, onRow, pause = new ExperimentPause() }: ExperimentCall = {},
): Promise<ExperimentTable> {
  const runs = experiment.runs(setting);
  const rows: ExperimentRow[] = [];
  const left: ExperimentRun[] = [];
  for (const run of runs) {
    const stored = await store.read(run.key);
    if (stored && isOf(stored, run)) rows.push(stored.row);
    else left.push(run);
  }
  throwIfCancelled(signal);
  const course = new Course(runs.length, rows.length, pause, onProgress);
  course.report();
  if (rows.length > 0) onRow?.([...rows]);
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const lane = async () => {
    for (let run = left.shift(); run; run = left.shift()) {
      await pause.open(either);
      throwIfCancelled(either);
      const { key, factors, request } = run;
      course.started(key);
      const result = await pool.fitRestarts(
        { ...request, replicas: 1 },
        { signal: either, onProgress: (progress) => course.heard(key, progress) },
      );
      await pause.open(either);
      throwIfCancelled(either);
      const { measures, drawn } = await pool.measure({ run, result }, { signal: either });
      const row = { key, factors, seed: result.model.provenance.seed, measures, drawn };
      await store.write(key, { softwareVersion, run: plain(run), row });
      rows.push(row);
      course.ended(key);
      onRow?.([...rows]);
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
  const unlisten = pause.listen((paused) => {
    course.pausedNow(paused);
    // The course may have been told to pause or resume again.
    pool.control(pause.paused ? 'pause' : 'resume').catch(fail);
  });
  try {
    await Promise.all(Array.from({ length: lanes }, () => lane().catch(fail)));
  } finally {
    unlisten();
  }
  throwIfCancelled(signal);
  if (failure !== undefined) throw failure;
  return experimentTable(experiment, setting, rows);
}

/** Whether what is stored is of this run and this version. */
function isOf(stored: StoredRun, run: ExperimentRun): boolean {
  return (
    stored.softwareVersion === softwareVersion &&
    JSON.stringify(stored.run) === JSON.stringify(plain(run))
  );
}

/** A run as JSON has it; a file in memory stands there by what tells it from others. */
function plain(run: ExperimentRun): unknown {
  const described = JSON.stringify(run, (_, value: unknown) =>
    value instanceof Blob
      ? { size: value.size, modified: (value as Partial<File>).lastModified ?? null }
      : value,
  );
  return JSON.parse(described);
}

/** How far an experiment is, and how long it will take at the pace of the runs of this call. */
class Course {
  private done: number;
  /** Seconds of work, pauses left out, up to `resumed`. */
  private worked = 0;
  private resumed = performance.now();
  private readonly running = new Map<string, RunProgress>();

  constructor(
    private readonly runs: number,
    private readonly stored: number,
    private readonly pause: ExperimentPause,
    private readonly listener: ((progress: ExperimentProgress) => void) | undefined,
  ) {
    this.done = stored;
  }

  started(key: string): void {
    this.running.set(key, { key, done: 0 });
    this.report();
  }

  heard(key: string, progress: FitProgress): void {
    if (progress.kind !== 'training') return;
    const { step, steps, secondsLeft } = progress;
    this.running.set(key, { key, done: step / steps, secondsLeft });
    this.report();
  }

  ended(key: string): void {
    this.running.delete(key);
    this.done++;
    this.report();
  }

  pausedNow(paused: boolean): void {
    const now = performance.now();
    if (paused) this.worked += (now - this.resumed) / 1000;
    this.resumed = now;
    this.report();
  }

  report(): void {
    const { runs, done, stored, running, pause } = this;
    const since = pause.paused ? 0 : (performance.now() - this.resumed) / 1000;
    const computed = done - stored;
    const parts = [...running.values()].reduce((sum, part) => sum + part.done, 0);
    const each = (this.worked + since) / (computed + parts);
    this.listener?.({
      runs,
      done,
      stored,
      secondsLeft: computed > 0 ? Math.max(0, each * (runs - done - parts)) : undefined,
      running: [...running.values()],
      paused: pause.paused,
    });
  }
}

/** Rows of the runs that `store` has, of this setting and version, in the order of the runs. */
export async function storedRows(
  experiment: Experiment,
  setting: ExperimentSetting,
  store: RunStore,
): Promise<ExperimentRow[]> {
  const rows: ExperimentRow[] = [];
  for (const run of experiment.runs(setting)) {
    const stored = await store.read(run.key);
    if (stored && isOf(stored, run)) rows.push(stored.row);
  }
  return rows;
}
