/**
 * Runs an ONNX model in ONNX Runtime and shows its rates. Promises that only this page's own origin is asked
 * for a model, and that a late result of an earlier run is dropped. Knows no model of its own.
 */
import { RetinoscopeError, toRetinoscopeError } from '@retinoscope/worker';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { guard } from 'lit/directives/guard.js';
import type { Session, SessionState } from '../../controllers/session.js';
import { SessionController } from '../../controllers/session-controller.js';
import { bytes, duration, plural, shortened, significant } from '../../controllers/text.js';
import { ThemeController } from '../../controllers/theme-controller.js';
import { WidthController } from '../../controllers/width-controller.js';
import { toCsv } from '../../plots/csv.js';
import { fileName, saveFile } from '../../plots/export.js';
import { palettes } from '../../plots/theme.js';
import { timeTraces } from '../../plots/time-traces.js';
import { base, controls, messages } from '../../styles/index.js';
import { factList } from '../shared/fact-list.js';
import { modelFromFile, modelFromUrl } from './model-source.js';
import {
  type LoadedModel,
  type Prediction,
  type PredictorStimulus,
  predict,
} from './predicting.js';
import { rateColumns } from './rates.js';
import { styles } from './retino-predictor.styles.js';
import { cardView, fileButton, rateTable, seedField, stimulusField } from './views.js';

/** Frames of the test part that a trace shows. */
const shownFrames = 300;

const stimulusNames: Readonly<Record<PredictorStimulus, string>> = {
  test: 'Test part of the recording',
  noise: 'White noise',
  file: 'File (npy, npz)',
};

/**
 * Predicts rates by ONNX Runtime from any ONNX model: a file, an address of this page's origin, or the network
 * that the session exported, which is run as soon as it is there and compared with the trainer's own rates.
 *
 * @element retino-predictor
 *
 * @attr {string} for - Id of the retino-cell whose session is used; else the closest or the first one.
 * @attr {'paper' | 'code'} preset - Built-in cell opened when there is no retino-cell and no `src`.
 * @attr {'light' | 'dark'} theme - Overrides the page's colour scheme.
 * @attr {string} src - Address of an ONNX model on the page's own origin.
 * @attr {number} seed - Seed of the white noise.
 *
 * @fires retino-predict - A prediction is there; `detail` is the `Prediction`.
 * @fires retino-predict-failed - A model or a prediction failed; `detail` is the error.
 *
 * @csspart card - The model's card.
 * @csspart facts - The list of results.
 *
 * @cssproperty --retino-accent - Colour of the main button and the focus ring.
 * @cssproperty --retino-space - Unit of spacing.
 */
export class RetinoPredictor extends LitElement {
  static override styles = [base, controls, messages, styles];

  @property({ attribute: false }) session?: Session;
  @property() for?: string;
  @property() preset?: string;
  @property({ reflect: true }) theme?: string;
  @property() src?: string;
  @property({ type: Number }) seed = 1;

  @state() private model?: LoadedModel;
  @state() private stimulus: PredictorStimulus = 'test';
  @state() private stimulusFile?: File;
  @state() private prediction?: Prediction;
  @state() private failure?: RetinoscopeError;
  @state() private busy = false;

  readonly #session = new SessionController(this, { needs: () => (this.src ? 'nothing' : 'fit') });
  readonly #theme = new ThemeController(this);
  readonly #width = new WidthController(this);
  #loadedOnnx?: Uint8Array;
  /** The job in hand; what an earlier one gives is dropped. */
  #job?: AbortController;

  /** Opens a model from a file and predicts with it. */
  loadModel(file: File): Promise<void> {
    return this.#open(file.name, false, () => modelFromFile(file));
  }

  /** Predicts again, with the stimulus that is chosen. */
  run(): Promise<void> {
    return this.#work((job) => this.#predict(job));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('dragover', this.#dragged);
    this.addEventListener('drop', this.#dropped);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener('dragover', this.#dragged);
    this.removeEventListener('drop', this.#dropped);
    this.#job?.abort();
    this.#job = undefined;
    this.busy = false;
  }

  protected override updated(changed: PropertyValues): void {
    const { src } = this;
    if (changed.has('src') && src) {
      void this.#open(src, false, (job) => modelFromUrl(src, job.signal));
    }
    const onnx = this.#session.state?.onnx;
    if (onnx === this.#loadedOnnx) return;
    this.#loadedOnnx = onnx;
    if (onnx && (!this.model || this.model.own)) void this.#openOwn(onnx);
    if (!onnx && this.model?.own) {
      this.model = undefined;
      this.prediction = undefined;
    }
  }

  protected override render(): TemplateResult {
    const current = this.#session.state;
    const { model, prediction } = this;
    const failure = this.failure ?? (this.#session.alone ? current?.error : undefined);
    return html`<div class="stack">
      ${this.#choices(current)}
      ${failure ? html`<p class="message error" role="alert">${failure.message}</p>` : nothing}
      ${this.#intro(current)} ${prediction && model ? this.#result(prediction, model, current) : nothing}
      ${model ? cardView(model.card) : nothing}
      <div class="visually-hidden" role="status">${this.#status()}</div>
    </div>`;
  }

  #choices(current: SessionState | undefined): TemplateResult {
    const { model, stimulus, busy } = this;
    const offered = this.#offered(current);
    return html`<div class="stack">
      <div class="row">
        ${fileButton('Open ONNX model…', '.onnx', (file) => void this.loadModel(file))}
        ${
          current?.onnx && !model?.own
            ? html`<button type="button" @click=${() => current.onnx && this.#openOwn(current.onnx)}>
                Use this cell’s network
              </button>`
            : nothing
        }
      </div>
      ${
        model
          ? html`<div class="fields">
              <label class="field">
                Stimulus
                <select
                  @change=${(event: Event) => {
                    this.#choose((event.target as HTMLSelectElement).value as PredictorStimulus);
                  }}
                >
                  ${offered.map(
                    (name) =>
                      html`<option value=${name} ?selected=${name === stimulus}>
                        ${stimulusNames[name]}
                      </option>`,
                  )}
                </select>
              </label>
              ${
                stimulus === 'noise'
                  ? seedField(this.seed, (seed) => {
                      this.seed = seed;
                    })
                  : nothing
              }
              ${stimulus === 'file' ? stimulusField(this.stimulusFile?.name, (file) => this.#useStimulus(file)) : nothing}
            </div>
            <div class="row">
              <button
                class="primary"
                type="button"
                ?disabled=${busy || (stimulus === 'file' && !this.stimulusFile)}
                @click=${() => this.run()}
              >
                Predict
              </button>
              ${
                this.prediction
                  ? html`<button type="button" @click=${() => this.#save()}>Save rates (CSV)</button>`
                  : nothing
              }
            </div>`
          : nothing
      }
    </div>`;
  }

  #intro(current: SessionState | undefined): TemplateResult | typeof nothing {
    const { model } = this;
    if (model) {
      const name = model.own ? 'The network trained above' : shortened(model.name, 60);
      return html`<p class="muted small">
        ${name}, ${bytes(model.bytes.length)}, run by ONNX Runtime on this computer.
      </p>`;
    }
    if (this.busy) return html`<p class="muted">Opening the model.</p>`;
    const waiting = current && current.activity !== 'idle';
    return html`<p class="muted">
      ${
        waiting
          ? 'The network is run here as soon as it is trained.'
          : 'Train a network, or open an ONNX model.'
      }
    </p>`;
  }

  #result(
    prediction: Prediction,
    model: LoadedModel,
    current: SessionState | undefined,
  ): TemplateResult {
    const { rates, first, seconds, difference, trainer } = prediction;
    const { theme } = this.#theme;
    const width = Math.min(this.#width.width, 1100);
    const palette = palettes[theme];
    const frameRate = current?.summary?.frameRate ?? 1;
    const trace = model.own && rates.outputs === 1 && rates.windows > 1;
    return html`
      ${
        difference === undefined
          ? nothing
          : html`<p class="agreement">
              ONNX Runtime and the trainer agree within
              <strong>${significant(difference, 2)}</strong> spikes per frame over
              ${plural(rates.windows, 'frame')}.
            </p>`
      }
      ${
        trace
          ? html`<figure>
              ${guard([prediction, width, theme], () =>
                timeTraces(
                  [
                    ...(trainer
                      ? [
                          {
                            label: 'trainer',
                            values: trainer.subarray(0, shownFrames),
                            colour: palette.observed,
                            area: true,
                          },
                        ]
                      : []),
                    {
                      label: 'ONNX Runtime',
                      values: rates.values.subarray(0, shownFrames),
                      colour: palette.network,
                    },
                  ],
                  { width, theme, frameRate, first },
                ),
              )}
            </figure>`
          : rateTable(rates, first)
      }
      ${factList([
        ['Windows', String(rates.windows)],
        ['Time in ONNX Runtime', duration(seconds)],
        ['Time per window', `${significant((1000 * seconds) / rates.windows)} ms`],
        ['Output', shortened(prediction.outputName, 60)],
      ])}
    `;
  }

  #offered(current: SessionState | undefined): readonly PredictorStimulus[] {
    const test = this.model?.own && current?.summary?.test;
    return test ? ['test', 'noise', 'file'] : ['noise', 'file'];
  }

  #choose(stimulus: PredictorStimulus): void {
    this.stimulus = stimulus;
    if (stimulus !== 'file' || this.stimulusFile) void this.run();
  }

  #useStimulus(file: File): void {
    this.stimulusFile = file;
    this.stimulus = 'file';
    void this.run();
  }

  #openOwn(onnx: Uint8Array): Promise<void> {
    return this.#open('network.onnx', true, () => Promise.resolve(onnx));
  }

  #open(
    name: string,
    own: boolean,
    read: (job: AbortController) => Promise<Uint8Array>,
  ): Promise<void> {
    return this.#work(async (job) => {
      const model = await read(job);
      const card = await this.#service().openOnnx(model);
      if (job !== this.#job) return;
      this.model = { name, own, bytes: model, card };
      this.prediction = undefined;
      [this.stimulus] = this.#offered(this.#session.state);
      await this.#predict(job);
    });
  }

  async #predict(job: AbortController): Promise<void> {
    const { model, stimulus, seed, stimulusFile: file } = this;
    if (!model) return;
    const { state: current } = this.#session;
    const request = { model, stimulus, seed, file, state: current };
    const detail = await predict(this.#service(), request, job.signal);
    if (job !== this.#job) return;
    this.prediction = detail;
    this.dispatchEvent(
      new CustomEvent('retino-predict', { detail, bubbles: true, composed: true }),
    );
  }

  /** Supersedes the job in hand; a failure is shown beside the earlier result. */
  async #work(work: (job: AbortController) => Promise<void>): Promise<void> {
    this.#job?.abort();
    const job = new AbortController();
    this.#job = job;
    this.busy = true;
    this.failure = undefined;
    try {
      await work(job);
    } catch (thrown) {
      const failure = toRetinoscopeError(thrown);
      if (job !== this.#job || failure.kind === 'cancelled') return;
      this.failure = failure;
      this.dispatchEvent(
        new CustomEvent('retino-predict-failed', {
          detail: failure,
          bubbles: true,
          composed: true,
        }),
      );
    } finally {
      if (job === this.#job) this.busy = false;
    }
  }

  #service() {
    const session = this.#session.session;
    if (!session) throw new RetinoscopeError('worker', 'This element is not on a page any more.');
    return session.service;
  }

  #save(): void {
    const { prediction, model } = this;
    if (!prediction || !model) return;
    const text = toCsv(rateColumns(prediction.rates, prediction.first));
    const name = `${model.own ? 'network' : model.name} rates`;
    saveFile(new Blob([text], { type: 'text/csv' }), fileName(name, 'csv'));
  }

  #status(): string {
    if (this.busy) return 'Predicting.';
    const { prediction } = this;
    return prediction ? `Predicted ${plural(prediction.rates.windows, 'window')}.` : '';
  }

  readonly #dragged = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
  };

  /** Takes what is for it: a model, or a stimulus once there is a model. Other files are left to the page. */
  readonly #dropped = (event: DragEvent): void => {
    const files = [...(event.dataTransfer?.files ?? [])];
    const model = files.find((file) => /\.onnx$/i.test(file.name));
    const stimulus = files.find((file) => /\.np[yz]$/i.test(file.name));
    if (model) void this.loadModel(model);
    else if (stimulus && this.model && files.length === 1) this.#useStimulus(stimulus);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}
