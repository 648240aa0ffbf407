/**
 * What retino-predictor does once it is used: chooses a stimulus, runs the model in ONNX Runtime, shows its rates.
 * Loaded on demand, and rendered into the element's own tree, so that it needs no name of its own on a page where
 * another version of it may live.
 */
import { throwIfCancelled, toRetinoscopeError } from '@retinoscope/worker';
import { html, nothing, type ReactiveController, type TemplateResult } from 'lit';
import type { SessionState } from '../../controllers/session.js';
import { SessionController } from '../../controllers/session-controller.js';
import { leaseService, type ServiceLease } from '../../controllers/shared-service.js';
import { plural } from '../../controllers/text.js';
import { ThemeController } from '../../controllers/theme-controller.js';
import { WidthController } from '../../controllers/width-controller.js';
import { selectField } from '../shared/select-field.js';
import { arrayResult } from './array-result.js';
import { Explaining } from './explaining.js';
import { explanationStyles } from './explanation/explanation.styles.js';
import { type Job, LatestJob } from './latest-job.js';
import { newResult } from './new-result.js';
import { NewStimulusPart } from './new-stimulus-part.js';
import type { OpenedModel } from './opened-model.js';
import { type Prediction, type PredictorStimulus, predict, predictNew } from './predicting.js';
import { readPredictorState, writePredictorState } from './predictor-state.js';
import type { RetinoPredictor } from './retino-predictor.component.js';
import { savePrediction } from './saving.js';
import { stimulusStyles } from './stimulus/stimulus.styles.js';
import {
  fileButton,
  modelLine,
  outputField,
  progressView,
  seedField,
  stimulusField,
} from './views.js';

const stimulusNames: Readonly<Record<PredictorStimulus, string>> = {
  test: 'Test part of the recording',
  new: 'New stimulus',
  noise: 'White noise, N(0, 1)',
  file: 'Array file (npy, npz)',
};

export class PredictorApp implements ReactiveController {
  /** Of what it renders, beside those of the element. */
  static readonly styles = [stimulusStyles, explanationStyles];

  readonly #host: RetinoPredictor;
  readonly #session: SessionController;
  readonly #theme: ThemeController;
  readonly #width: WidthController;
  readonly #new: NewStimulusPart;
  readonly #explaining: Explaining;
  #lease?: ServiceLease;
  /** The network of the session that was opened. */
  #loadedOnnx?: Uint8Array;
  /** The model that the state below belongs to. */
  #model?: OpenedModel;
  readonly #job: LatestJob;
  #stimulus: PredictorStimulus = 'noise';
  #file?: File;
  #output = 0;
  #prediction?: Prediction;
  /** The stimulus changed while its earlier state was being predicted. */
  #stale = false;

  constructor(host: RetinoPredictor) {
    this.#host = host;
    this.#session = new SessionController(host, {
      needs: () => (host.model !== undefined || host.opened ? 'nothing' : 'fit'),
    });
    this.#theme = new ThemeController(host);
    this.#width = new WidthController(host);
    const state = readPredictorState(host.state);
    this.#output = state.output;
    this.#new = new NewStimulusPart(
      host,
      state,
      () => this.#changed(),
      () => this.#leased(),
    );
    this.#explaining = new Explaining(host);
    this.#job = new LatestJob({
      changed: () => host.requestUpdate(),
      failed: (failure) => this.#fire('retino-predict-failed', failure),
      ended: () => {
        if (this.#stale) void this.run();
      },
    });
    host.addController(this);
  }

  hostConnected(): void {
    this.#lease = leaseService();
    if (this.#model) void this.run();
  }

  hostDisconnected(): void {
    this.#job.abandon();
    this.#explaining.stop();
    this.#stale = false;
    this.#lease?.release();
    this.#lease = undefined;
  }

  hostUpdated(): void {
    const { onnx } = this.#session.state ?? {};
    const { opened } = this.#host;
    if (onnx !== this.#loadedOnnx) {
      this.#loadedOnnx = onnx;
      if (onnx && (!opened || opened.own)) {
        this.#host.showOwn(onnx, false);
        return;
      }
      if (!onnx && opened?.own) this.#host.opened = undefined;
    }
    if (opened !== this.#model) this.#take(opened);
  }

  /** Predicts again, with the stimulus that is chosen. */
  run(): Promise<void> {
    return this.#work((job) => this.#predict(job));
  }

  /** Takes a stimulus; false for files of another kind. */
  async giveFiles(files: readonly File[]): Promise<boolean> {
    if (!this.#host.opened) return false;
    const array = files.find((file) => /\.np[yz]$/i.test(file.name));
    const asItIs = this.#stimulus === 'file' || !this.#new.possible;
    if (array && (asItIs || (await this.#holdsWindows(array)))) {
      this.#useFile(array);
      return true;
    }
    if (!this.#new.possible) return false;
    if (this.#stimulus !== 'new') this.#choose('new');
    return this.#new.panel.giveFiles(files);
  }

  render(): TemplateResult {
    const current = this.#session.state;
    const { opened } = this.#host;
    const failure = this.#job.failure ?? (this.#session.alone ? current?.error : undefined);
    return html`${this.#files(current)} ${opened ? this.#choices() : nothing}
      ${failure ? html`<p class="message error" role="alert">${failure.message}</p>` : nothing}
      ${progressView(this.#job.progress, () => this.#job.cancel())} ${modelLine(opened, current !== undefined && current.activity !== 'idle')}
      ${this.#prediction && opened ? this.#result(this.#prediction, opened, current) : nothing}
      <div class="visually-hidden" role="status">${this.#status()}</div>`;
  }

  #files(current: SessionState | undefined): TemplateResult {
    const { opened: model } = this.#host;
    return html`<div class="row">
      ${fileButton('Open ONNX model…', '.onnx', (file) => void this.#host.loadModel(file))}
      ${
        current?.onnx && !model?.own
          ? html`<button
              type="button"
              @click=${() => current.onnx && this.#host.showOwn(current.onnx, true)}
            >
              Use this cell’s network
            </button>`
          : nothing
      }
      ${
        this.#stimulus === 'new' && model
          ? this.#new.compareButtons((work) => void this.#work(work))
          : nothing
      }
    </div>`;
  }

  #choices(): TemplateResult {
    const stimulus = this.#stimulus;
    const { columns = [] } = this.#prediction ?? {};
    return html`<div class="stack">
      <div class="fields">
        ${selectField(
          'Stimulus',
          this.#offered().map((name) => [name, stimulusNames[name]]),
          stimulus,
          (name) => this.#choose(name as PredictorStimulus),
        )}
        ${
          stimulus === 'noise' || stimulus === 'new'
            ? seedField(
                stimulus === 'new' ? 'Seed of the spikes' : 'Noise seed',
                this.#host.seed,
                (seed) => {
                  this.#host.seed = seed;
                },
              )
            : nothing
        }
        ${stimulus === 'file' ? stimulusField(this.#file?.name, (file) => this.#useFile(file)) : nothing}
        ${
          stimulus === 'new' && columns.length > 1
            ? outputField(columns, Math.min(this.#output, columns.length - 1), (output) => {
                this.#output = output;
                this.#tell();
                this.#host.requestUpdate();
              })
            : nothing
        }
      </div>
      ${stimulus === 'new' ? this.#new.render() : nothing} ${this.#actions()}
    </div>`;
  }

  #actions(): TemplateResult {
    const { opened: model } = this.#host;
    const prediction = this.#prediction;
    const isNew = this.#stimulus === 'new';
    const waits = this.#job.busy || (this.#stimulus === 'file' && !this.#file);
    return html`<div class="row">
      ${
        isNew
          ? nothing
          : html`<button
              class="primary"
              type="button"
              ?disabled=${waits}
              @click=${() => this.run()}
            >
              Predict
            </button>`
      }
      ${
        prediction && model
          ? html`<button type="button" @click=${() => savePrediction(prediction, model, 'csv')}>
                Save rates (CSV)
              </button>
              ${
                prediction.movie
                  ? html`<button
                      type="button"
                      @click=${() => savePrediction(prediction, model, 'npz')}
                    >
                      Save stimulus and rates (npz)
                    </button>`
                  : nothing
              }`
          : nothing
      }
      ${isNew ? this.#new.linkButton(() => this.#stateText()) : nothing}
    </div>`;
  }

  #result(
    prediction: Prediction,
    model: OpenedModel,
    current: SessionState | undefined,
  ): TemplateResult {
    const { theme } = this.#theme;
    const width = Math.min(this.#width.width, 1100);
    const { facts } = model;
    if (prediction.stimulus !== 'new' || !facts) {
      const frameRate = current?.summary?.frameRate ?? 1;
      return arrayResult(prediction, { theme, width, frameRate, own: model.own });
    }
    const { units } = this.#new;
    const output = Math.min(this.#output, prediction.rates.outputs - 1);
    return html`${newResult(prediction, {
      facts,
      frameRate: units.frameRate,
      output,
      seed: this.#host.seed,
      name: model.name,
      theme,
      width,
    })}
    ${this.#explaining.render({
      model,
      facts,
      units,
      prediction,
      output,
      theme,
      width,
      lease: () => this.#leased(),
    })}`;
  }

  #offered(): readonly [PredictorStimulus, ...PredictorStimulus[]] {
    const { opened } = this.#host;
    const arrays = ['noise', 'file'] as const;
    const test = opened?.own && this.#session.state?.summary?.test;
    if (test) return opened.facts ? ['test', 'new', ...arrays] : ['test', ...arrays];
    return opened?.facts ? ['new', ...arrays] : arrays;
  }

  /** Another model than before: its own first stimulus is predicted. */
  #take(given: OpenedModel | undefined): void {
    const before = this.#model;
    const opened = given && this.#new.meant(given);
    if (opened !== given) this.#host.opened = opened;
    this.#model = opened;
    this.#forgetPrediction();
    this.#job.failure = undefined;
    this.#new.use(opened?.facts);
    const offered = this.#offered();
    // Another model is asked what the last one was, unless that was made for the last one.
    const general = this.#stimulus === 'new' || this.#stimulus === 'noise';
    if (!before || opened?.own || !general || !offered.includes(this.#stimulus)) {
      [this.#stimulus] = offered;
    }
    if (opened) {
      if (this.#stimulus === 'new') this.#tell();
      void this.run();
    } else this.#host.requestUpdate();
  }

  #choose(stimulus: PredictorStimulus): void {
    this.#stimulus = stimulus;
    this.#forgetPrediction();
    this.#host.requestUpdate();
    if (stimulus !== 'file' || this.#file) void this.run();
  }

  #forgetPrediction(): void {
    this.#prediction = undefined;
    this.#explaining.stop();
  }

  /** The stimulus of the panel is another: predicted at once, or once the run in hand is done. */
  #changed(): void {
    if (this.#stimulus !== 'new' || !this.#host.opened) return;
    this.#tell();
    if (this.#job.busy) this.#stale = true;
    else void this.run();
  }

  #useFile(file: File): void {
    this.#file = file;
    this.#stimulus = 'file';
    void this.run();
  }

  /** Whether a file holds what the model takes as it is, rather than a picture or a film. */
  async #holdsWindows(file: File): Promise<boolean> {
    const given = { name: file.name, blob: file };
    const { variables } = await this.#leased()
      .use((service) => service.inspect(given))
      .catch(() => ({ variables: [] }));
    return variables.every(({ shape }) => shape.length > 3) && variables.length > 0;
  }

  /** Supersedes what is in hand; what changed meanwhile is in it. */
  #work(work: (job: Job) => Promise<void>): Promise<void> {
    this.#stale = false;
    return this.#job.run(work);
  }

  async #predict(job: Job): Promise<void> {
    const { opened: model, isConnected } = this.#host;
    if (!model || !isConnected) return;
    const found =
      this.#stimulus === 'new'
        ? await this.#predictNew(model, job)
        : await this.#predictArray(model, this.#stimulus, job);
    if (!job.current) return;
    this.#prediction = found;
    if (found) this.#fire('retino-predict', found);
  }

  /** Undefined while there is no stimulus. */
  async #predictNew(model: OpenedModel, job: Job): Promise<Prediction | undefined> {
    // Without the other model this one is predicted all the same.
    await this.#new.openCompared(job).catch((thrown: unknown) => {
      const failure = toRetinoscopeError(thrown);
      if (job.current && failure.kind !== 'cancelled') this.#job.failure = failure;
    });
    throwIfCancelled(job.signal);
    const asked = this.#new.asked(model);
    if (!asked) return undefined;
    return this.#leased().use((service) =>
      predictNew(service, asked, this.#new.askedOfOther(), job),
    );
  }

  #predictArray(
    model: OpenedModel,
    stimulus: Exclude<PredictorStimulus, 'new'>,
    job: Job,
  ): Promise<Prediction> {
    const { session, state } = this.#session;
    const request = { model, stimulus, seed: this.#host.seed, file: this.#file, state };
    return this.#leased().use((service) =>
      predict(service, session?.service ?? service, request, job),
    );
  }

  #leased(): ServiceLease {
    this.#lease ??= leaseService();
    return this.#lease;
  }

  #fire(type: string, detail: unknown): void {
    this.#host.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  #stateText(): string {
    return writePredictorState({ ...this.#new.state, output: this.#output });
  }

  #tell(): void {
    this.#fire('retino-state', this.#stateText());
  }

  #status(): string {
    if (this.#job.busy) return 'Predicting.';
    const { rates, stimulus } = this.#prediction ?? {};
    return rates
      ? `Predicted ${plural(rates.windows, stimulus === 'new' ? 'frame' : 'window')}.`
      : '';
  }
}
