/**
 * One experiment as an element shows it: which, at what size, what is found of it, and what is going on. Promises
 * that every change is announced by a `change` event, that what is stored is found again, and that a run that ends
 * after another experiment was chosen changes nothing but the store. Draws nothing.
 */
import {
  createPool,
  type Experiment,
  ExperimentPause,
  type ExperimentProgress,
  type ExperimentRow,
  type ExperimentSetting,
  type ExperimentTable,
  experimentTable,
  locateCells,
  type RecordedCells,
  type RecordedSource,
  type RetinoscopeError,
  runExperiment,
  type ServicePool,
  type StoredRun,
  storedRows,
  toRetinoscopeError,
} from '@retinoscope/worker';
import { type BrowserStore, browserStore } from './run-store.js';
import { changeEvent } from './session.js';

export type ExperimentActivity = 'looking' | 'idle' | 'running' | 'paused';

export interface ExperimentState {
  readonly experiment: Experiment;
  readonly setting: ExperimentSetting;
  readonly activity: ExperimentActivity;
  /** From the rows that there are; all of them once `complete`. */
  readonly table: ExperimentTable;
  readonly complete: boolean;
  readonly progress?: ExperimentProgress;
  /** Share of the recording's cells that have been located, while they are. */
  readonly located?: number;
  /** Runs were forgotten and can be brought back. */
  readonly canUndo: boolean;
  /** Rows outlive the page. */
  readonly lasting: boolean;
  readonly error?: RetinoscopeError;
}

/** Each holds the data. */
const mostWorkers = 4;

export interface ExperimentRunnerOptions {
  /** Where finished runs are kept, by the part of the store. */
  readonly store?: (part: string) => Promise<BrowserStore>;
  readonly createPool?: () => ServicePool;
}

export class ExperimentRunner extends EventTarget {
  #state?: ExperimentState;
  #store?: BrowserStore;
  /** That whose cells are shown. */
  #recording?: RecordedSource;
  #pool?: ServicePool;
  #pause?: ExperimentPause;
  /** Of what is going on; a result counts only while its controller is this one. */
  #call?: AbortController;
  readonly #options: ExperimentRunnerOptions;
  /** Runs that were forgotten last, until something else is done. */
  #forgotten: readonly StoredRun[] = [];
  readonly #located = new WeakMap<RecordedSource, RecordedCells>();

  constructor(options: ExperimentRunnerOptions = {}) {
    super();
    this.#options = options;
  }

  get state(): ExperimentState | undefined {
    return this.#state;
  }

  /**
   * Shows another experiment, size or cells with what is stored of it; what was going on is cancelled. The cells of a
   * `recording` are located first, once.
   */
  async show(
    experiment: Experiment,
    asked: ExperimentSetting,
    recording?: RecordedSource,
  ): Promise<void> {
    const call = this.#begin();
    this.#store = undefined;
    this.#recording = recording;
    this.#forgotten = [];
    this.#set({
      experiment,
      setting: asked,
      activity: 'looking',
      table: experimentTable(experiment, asked, []),
      complete: false,
      canUndo: false,
      lasting: true,
    });
    try {
      const recorded = recording && (await this.#locate(recording, call));
      if (call !== this.#call) return;
      const setting = recorded ? { ...asked, recorded } : asked;
      this.#change({ setting, located: undefined });
      const open = this.#options.store ?? browserStore;
      const store = await open(partOf(setting));
      const rows = await storedRows(experiment, setting, store);
      if (call !== this.#call) return;
      this.#store = store;
      this.#found(rows, { activity: 'idle', lasting: store.lasting });
    } catch (thrown) {
      if (call === this.#call) this.#fail(thrown);
    }
  }

  /** Runs what is not stored yet; where the cells or the store could not be had, tries that again. */
  async start(): Promise<void> {
    const state = this.#state;
    const store = this.#store;
    if (state?.activity !== 'idle') return;
    if (!store) return this.show(state.experiment, state.setting, this.#recording);
    const call = this.#begin();
    this.#forgotten = [];
    const pause = new ExperimentPause();
    this.#pause = pause;
    this.#change({ activity: 'running', canUndo: false, progress: undefined, error: undefined });
    const { experiment, setting } = state;
    const own = () => call === this.#call;
    try {
      await runExperiment(this.#service(), experiment, setting, store, {
        signal: call.signal,
        pause,
        onProgress: (progress) => own() && this.#change({ progress }),
        onRow: (rows) => own() && this.#found(rows, {}),
      });
      if (own()) this.#change({ activity: 'idle', progress: undefined });
    } catch (thrown) {
      if (own()) this.#fail(thrown);
    }
    if (own()) this.#endPool();
  }

  pause(): void {
    if (this.#state?.activity !== 'running') return;
    this.#change({ activity: 'paused' });
    this.#pause?.set(true);
  }

  resume(): void {
    if (this.#state?.activity !== 'paused') return;
    this.#change({ activity: 'running' });
    this.#pause?.set(false);
  }

  /** Ends what is going on; finished runs stay. */
  cancel(): void {
    if (!this.#call || this.#state?.activity === 'idle') return;
    const looking = this.#state?.activity === 'looking';
    this.#begin();
    this.#endPool();
    // What was looked for is not known: it has to be shown again.
    if (looking) this.#state = undefined;
    else this.#change({ activity: 'idle', progress: undefined });
  }

  /** Forgets the finished runs of what is shown; those that other figures share are forgotten there, too. */
  async forget(): Promise<void> {
    const state = this.#state;
    const store = this.#store;
    if (!state || !store || state.activity !== 'idle') return;
    const { experiment, setting } = state;
    const forgotten: StoredRun[] = [];
    for (const { key } of experiment.runs(setting)) {
      const stored = await store.read(key);
      if (!stored) continue;
      forgotten.push(stored);
      await store.remove(key);
    }
    await this.show(experiment, setting);
    this.#forgotten = forgotten;
    this.#change({ canUndo: forgotten.length > 0 });
  }

  /** Brings back what was forgotten last. */
  async undo(): Promise<void> {
    const state = this.#state;
    const store = this.#store;
    if (!state || !store || state.activity !== 'idle') return;
    for (const stored of this.#forgotten) await store.write(stored.row.key, stored);
    await this.show(state.experiment, state.setting);
  }

  dispose(): void {
    this.#begin();
    this.#endPool();
  }

  /** The cells of a recording, found by their receptive fields the first time. */
  async #locate(recording: RecordedSource, call: AbortController): Promise<RecordedCells> {
    const known = this.#located.get(recording);
    if (known) return known;
    this.#change({ located: 0 });
    const found = await locateCells(
      this.#service(),
      recording,
      {},
      {
        signal: call.signal,
        onProgress: ({ done }) => call === this.#call && this.#change({ located: done }),
      },
    );
    this.#located.set(recording, found);
    return found;
  }

  #begin(): AbortController {
    this.#call?.abort();
    this.#pause = undefined;
    this.#call = new AbortController();
    return this.#call;
  }

  #service(): ServicePool {
    const create =
      this.#options.createPool ??
      (() => createPool(Math.min(navigator.hardwareConcurrency || 2, mostWorkers)));
    this.#pool ??= create();
    return this.#pool;
  }

  /** Its workers hold the data. */
  #endPool(): void {
    this.#pool?.terminate();
    this.#pool = undefined;
  }

  #found(rows: readonly ExperimentRow[], change: Partial<ExperimentState>): void {
    const state = this.#state;
    if (!state) return;
    const table = experimentTable(state.experiment, state.setting, rows);
    this.#change({ ...change, table, complete: rows.length === table.runs.length });
  }

  #fail(thrown: unknown): void {
    const error = toRetinoscopeError(thrown);
    this.#change({ activity: 'idle', progress: undefined, located: undefined, error });
  }

  #change(change: Partial<ExperimentState>): void {
    if (this.#state) this.#set({ ...this.#state, ...change });
  }

  #set(state: ExperimentState): void {
    this.#state = state;
    this.dispatchEvent(new Event(changeEvent));
  }
}

/** Runs of other pictures or of recorded cells do not take the place of those of the simulated ones. */
function partOf({ size, pictures, recorded }: ExperimentSetting): string {
  if (recorded) return `${size}-recording ${recorded.name}`;
  return pictures ? `${size}-pictures` : size;
}
