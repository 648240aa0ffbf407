/**
 * The state that the elements of one cell share: what is loaded, what was found, what is being trained.
 * Promises that every change is announced by a `change` event, that an earlier result stays when a later
 * call fails, and that a result which arrives after its call was superseded is dropped. Draws nothing.
 */
import {
  type BlockRange,
  type Crop,
  createPool,
  cropAround,
  type DatasetSource,
  type DatasetSummary,
  type FitMemory,
  type FitProgress,
  type FitRequest,
  type FitResult,
  fitMemory,
  isDrawn,
  locatingBlocks,
  modelNotes,
  type ReceptiveField,
  RetinoscopeError,
  type RetinoscopeService,
  requireFitMemory,
  type ServicePool,
  type TrainingControl,
  type TrainingProgress,
  type TrainingSettings,
  toRetinoscopeError,
  type WorkProgress,
} from '@retinoscope/worker';
import { fitsInside } from './bounds.js';
import { noRuns, type Phase, type Runs, TrainingCourse, WorkPhase } from './course.js';
import { fitSettings, requestOf } from './fit-settings.js';
import { cropOutside, noSuchCell, silent } from './refusals.js';
import { snapshotInterval } from './snapshots.js';

export type Activity = 'idle' | 'opening' | 'receptive-field' | 'training' | 'paused';

export interface SessionState extends Runs {
  readonly source?: DatasetSource;
  readonly summary?: DatasetSummary;
  /** 0-based. */
  readonly cell: number;
  /** Squares that are trained on; the whole stimulus when absent. */
  readonly crop?: Crop;
  /** Over the whole stimulus, whatever the crop. */
  readonly receptiveField?: ReceptiveField;
  /** The blocks that it was found from; all when absent. */
  readonly receptiveFieldBlocks?: BlockRange;
  readonly fitRequest?: FitRequest;
  /** Of the run being watched, while there is one. */
  readonly progress?: FitProgress;
  /** What is going on, and the share of the whole call that is done. */
  readonly phase?: Phase;
  readonly fit?: FitResult;
  /** The exported network of `fit`, taking frames. */
  readonly onnx?: Uint8Array;
  readonly activity: Activity;
  /** The last failure; the results above are those of before it. */
  readonly error?: RetinoscopeError;
  /** What went wrong in the last call without ending it. */
  readonly warning?: string;
  /** What was going on when it failed; `idle` for a choice that was refused. */
  readonly failed?: Activity;
}

/** What differs from the defaults of a fit; the data come from the session. */
export type FitOverrides = Partial<Omit<FitRequest, 'source' | 'cell' | 'crop' | 'settings'>> & {
  readonly settings?: Partial<TrainingSettings>;
};

/** What a session computes with; `fitRestarts` runs several seeds side by side and keeps the best. */
export type SessionService = RetinoscopeService &
  Pick<ServicePool, 'fitRestarts'> &
  Partial<Pick<ServicePool, 'onCrash'>>;

export interface SessionOptions {
  /** Used instead of workers of the session's own; never ended by the session. */
  readonly service?: SessionService;
}

/** Workers at the most: each holds the recording. */
const mostWorkers = 8;

const empty: SessionState = { cell: 0, ...noRuns, activity: 'idle' };

/** What belongs to a fit and comes back when a later one is given up. */
type FitCourse = Runs & Pick<SessionState, 'fitRequest'>;

/** Announced on a session whenever its `state` was replaced. */
export const changeEvent = 'change';

export class Session extends EventTarget {
  #state: SessionState = empty;
  #options: SessionOptions;
  #pool?: ServicePool;
  /** The call in flight; a result counts only while its controller is this one. */
  #call?: AbortController;
  #beforeReset?: SessionState;
  /** Of the fit in the state. */
  #course?: FitCourse;
  #disposed = false;

  constructor(options: SessionOptions = {}) {
    super();
    this.#options = options;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Workers, each started when it is first needed. */
  get service(): SessionService {
    if (this.#options.service) return this.#options.service;
    if (this.#disposed) throw new RetinoscopeError('worker', 'This session has ended.');
    this.#pool ??= createPool(Math.min(navigator.hardwareConcurrency || 2, mostWorkers));
    return this.#pool;
  }

  /** True while the results dropped by `reset` can be had back. */
  get canUndo(): boolean {
    return this.#beforeReset !== undefined;
  }

  /** Opens a dataset and finds the receptive field of its first cell that spikes. */
  async open(source: DatasetSource): Promise<void> {
    await this.#run('opening', async (call) => {
      const phase = new WorkPhase();
      const summary = await this.service.describe(source, {
        signal: call.signal,
        onProgress: (progress) => this.#heard(call, progress, phase),
      });
      if (!this.#current(call)) return;
      const cell = summary.cells.findIndex(({ spikes }) => spikes > 0);
      if (cell < 0) throw silent(summary);
      this.#beforeReset = undefined;
      this.#restart({ source, summary, cell });
      await this.#findReceptiveField(call);
    });
  }

  /** Chooses a cell, 0-based, and finds its receptive field. What was fitted to another cell is dropped. */
  async selectCell(cell: number): Promise<void> {
    const { source, summary } = this.#state;
    if (!source || !summary) return;
    if (!Number.isInteger(cell) || cell < 0 || cell >= summary.cells.length) {
      this.#patch({ failed: 'idle', error: noSuchCell(summary, cell) });
      return;
    }
    if (summary.cells[cell].spikes === 0) {
      this.#patch({ failed: 'idle', error: silent(summary, cell) });
      return;
    }
    await this.#run('receptive-field', async (call) => {
      this.#beforeReset = undefined;
      this.#restart({ source, summary, cell });
      await this.#findReceptiveField(call);
    });
  }

  /** Squares to be trained on from the next fit on; the whole stimulus when absent. */
  setCrop(crop: Crop | undefined): void {
    const { summary } = this.#state;
    if (!summary) return;
    if (crop && !fitsInside(crop, summary)) {
      this.#patch({ failed: 'idle', error: cropOutside(summary, crop) });
      return;
    }
    this.#patch({ crop, error: undefined, failed: undefined });
  }

  /** Trains a network on the chosen cell and exports it. */
  async fit(overrides: FitOverrides = {}): Promise<void> {
    const request = this.fitRequest(overrides);
    if (!request) return;
    await this.#run('training', async (call) => {
      const { summary } = this.#state;
      if (summary) requireFitMemory(summary, request, { drawn: isDrawn(request.source) });
      this.#patch({ fitRequest: request, ...noRuns });
      const { seed, restarts } = request.settings;
      const course = new TrainingCourse(restarts);
      const onProgress = this.#trainingProgress(call, course);
      const fit = await this.#watched(call, restarts, () =>
        this.service.fitRestarts(request, { signal: call.signal, onProgress }),
      );
      if (!this.#current(call)) return;
      this.#beforeReset = undefined;
      const kept = course.runs(fit.model.provenance.seed - seed);
      this.#course = { ...kept, fitRequest: request };
      const phase = { done: 1, what: 'Exporting the network' };
      this.#patch({ fit, ...kept, onnx: undefined, phase });
      const onnx = await this.service.exportOnnx(
        fit.model,
        'frames',
        modelNotes(fit.evaluation, fit.model.provenance.crop, this.#state.receptiveField),
      );
      if (this.#current(call)) this.#patch({ onnx });
    });
  }

  /** What `fit` would ask for; undefined before a dataset is open. */
  fitRequest(overrides: FitOverrides = {}): FitRequest | undefined {
    const { source, summary, cell, crop } = this.#state;
    if (!source || !summary) return undefined;
    const defaults = requestOf(fitSettings({}, { ...summary, crop, source }), crop ?? summary);
    const { settings, ...rest } = overrides;
    const { version, layers } = { ...defaults, ...rest };
    return {
      ...defaults,
      snapshotEvery: snapshotInterval(version, layers[0].filters),
      ...rest,
      source,
      cell,
      crop,
      settings: { ...defaults.settings, ...settings },
    };
  }

  /** What each worker of `fit` would need; undefined before a dataset is open. */
  memory(overrides: FitOverrides = {}): FitMemory | undefined {
    const { summary } = this.#state;
    const request = this.fitRequest(overrides);
    if (!summary || !request) return undefined;
    return fitMemory(summary, request, { drawn: isDrawn(request.source) });
  }

  async pause(): Promise<void> {
    if (await this.#control('pause')) this.#patch({ activity: 'paused' });
  }

  async resume(): Promise<void> {
    if (await this.#control('resume')) this.#patch({ activity: 'training' });
  }

  /** One step of a paused training. */
  async step(): Promise<void> {
    await this.#control('step');
  }

  /** Ends what is going on; earlier results stay. */
  cancel(): void {
    const call = this.#call;
    if (!call) return;
    this.#call = undefined;
    call.abort();
    this.#patch({ activity: 'idle', progress: undefined, phase: undefined, ...this.#earlier() });
  }

  /** Ends what is going on and drops what was fitted; `undo` brings it back. */
  reset(): void {
    this.cancel();
    const { source, summary, cell, crop, receptiveField, receptiveFieldBlocks, fit } = this.#state;
    this.#beforeReset = fit ? this.#state : undefined;
    this.#replace({
      ...empty,
      source,
      summary,
      cell,
      crop,
      receptiveField,
      receptiveFieldBlocks,
    });
  }

  /** Brings back what the last `reset` dropped. */
  undo(): void {
    const before = this.#beforeReset;
    if (!before || this.#call) return;
    this.#beforeReset = undefined;
    this.#replace({ ...before, activity: 'idle' });
  }

  /** Ends the workers. Nothing is announced afterwards. */
  dispose(): void {
    this.#disposed = true;
    this.#call?.abort();
    this.#call = undefined;
    this.#pool?.terminate();
    this.#pool = undefined;
  }

  async #findReceptiveField(call: Call): Promise<void> {
    const { source, summary, cell } = this.#state;
    if (!source || !summary) return;
    const blocks = locatingBlocks(summary);
    const phase = new WorkPhase('Finding the receptive field');
    const receptiveField = await this.service.receptiveField(
      { source, cell, blocks },
      { signal: call.signal, onProgress: (progress) => this.#heard(call, progress, phase) },
    );
    if (!this.#current(call)) return;
    this.#patch({
      receptiveField,
      receptiveFieldBlocks: blocks,
      crop: cropAround(receptiveField.peak, summary),
    });
  }

  /** Another cell: everything found is dropped. */
  #restart(kept: Pick<SessionState, 'source' | 'summary'> & { readonly cell?: number }): void {
    this.#course = undefined;
    this.#replace({ ...empty, ...kept, activity: 'receptive-field' });
  }

  /** What is shown again when a training is given up after an earlier one; the course given up without one. */
  #earlier(): Partial<FitCourse> {
    return this.#state.fit ? { ...this.#course } : {};
  }

  /** A restart whose worker ended is left out, which is said; without another one the fit itself fails. */
  async #watched(call: Call, restarts: number, fit: () => Promise<FitResult>): Promise<FitResult> {
    const stop = this.service.onCrash?.(({ message }) => {
      const warning = `${message} The run that was lost with it is left out.`;
      if (restarts > 1 && this.#current(call)) this.#patch({ warning });
    });
    try {
      return await fit();
    } finally {
      stop?.();
    }
  }

  async #control(command: TrainingControl): Promise<boolean> {
    const call = this.#call;
    const { activity } = this.#state;
    if (!call || (activity !== 'training' && activity !== 'paused')) return false;
    const done = await this.service.control(command);
    return done && this.#call === call;
  }

  /** Follows one restart at a time; the others are only traced. */
  #trainingProgress(call: Call, course: TrainingCourse): (progress: FitProgress) => void {
    let watched: TrainingProgress | undefined;
    return (progress) => {
      if (!this.#current(call)) return;
      if (progress.kind === 'training' && course.follows(progress)) {
        const filters = progress.filters ?? watched?.filters;
        watched = filters ? { ...progress, filters } : progress;
      }
      this.#patch({ progress: watched, phase: course.phase(progress), ...course.runs() });
    };
  }

  #heard(call: Call, progress: WorkProgress, phase: WorkPhase): void {
    if (this.#current(call)) this.#patch({ progress, phase: phase.heard(progress) });
  }

  /** Supersedes the call in flight by `work`; what `work` throws becomes the state's error. */
  async #run(activity: Activity, work: (call: Call) => Promise<void>): Promise<void> {
    if (this.#disposed) return;
    this.#call?.abort();
    const controller = new AbortController();
    this.#call = controller;
    const call: Call = { signal: controller.signal };
    this.#patch({
      activity,
      error: undefined,
      failed: undefined,
      warning: undefined,
      progress: undefined,
      phase: undefined,
    });
    let error: RetinoscopeError | undefined;
    try {
      await work(call);
    } catch (thrown) {
      error = toRetinoscopeError(thrown);
    }
    if (!this.#current(call)) return;
    this.#call = undefined;
    const shown = error?.kind === 'cancelled' ? undefined : error;
    this.#patch({
      activity: 'idle',
      progress: undefined,
      phase: undefined,
      error: shown,
      ...(shown && { warning: undefined }),
      failed: shown && (this.#state.activity === 'idle' ? activity : this.#state.activity),
      ...(error && activity === 'training' && this.#earlier()),
    });
  }

  #current(call: Call): boolean {
    return this.#call?.signal === call.signal;
  }

  #patch(part: Partial<SessionState>): void {
    this.#replace({ ...this.#state, ...part });
  }

  #replace(state: SessionState): void {
    this.#state = state;
    if (!this.#disposed) this.dispatchEvent(new Event(changeEvent));
  }
}

/** A call in flight, known by its signal. */
interface Call {
  readonly signal: AbortSignal;
}
