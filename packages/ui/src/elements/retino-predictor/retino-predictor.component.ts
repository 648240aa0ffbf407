/**
 * The first paint of retino-predictor: the model's stored picture and card, and an invitation to use it. Promises
 * that nothing is asked of a server before the element is in sight or touched, then only the addresses that the
 * author of the page wrote, and that everything heavy (`predictor-app.ts`, the worker, ONNX Runtime) waits for a use.
 */
import { RetinoscopeError } from '@retinoscope/worker/card';
import {
  type CSSResult,
  html,
  LitElement,
  nothing,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { property, state } from 'lit/decorators.js';
import type { Session } from '../../controllers/session.js';
import { bytes, shortened } from '../../controllers/text.js';
import { ThemeController } from '../../controllers/theme-controller.js';
import { base, controls, messages } from '../../styles/index.js';
import { factList } from '../shared/fact-list.js';
import { SightController } from '../shared/sight-controller.js';
import { cardView, factsOf, fieldFigure } from './card-view.js';
import { type FetchedModel, modelFromAddress, modelFromFile, modelName } from './model-source.js';
import { type OpenedModel, openModel } from './opened-model.js';
import type { PredictorApp } from './predictor-app.js';
import { styles } from './retino-predictor.styles.js';

/** A model of more bytes is only read when someone uses it. */
const mostUnasked = 2e6;

/**
 * Predicts the rates of a visual neuron by ONNX Runtime from any ONNX model: an address, a file, or the network that
 * a retino-cell's session exported, which is run as soon as it is there and compared with the trainer's own rates.
 *
 * @element retino-predictor
 *
 * @attr {string} model - Address of an ONNX model. A server of another origin has to allow the page (CORS).
 * @attr {string} compare - Address of a second model, whose rates are shown beside.
 * @attr {string} poster - Address of a picture that is shown in place of the stored receptive field.
 * @attr {string} heading - Title; the model's file name when absent.
 * @attr {boolean} autostart - Starts as soon as it is in sight, without waiting for a use.
 * @attr {string} for - Id of the retino-cell whose session is used; else the closest or the first one.
 * @attr {'paper' | 'code'} preset - Built-in cell opened when there is no retino-cell and no `model`.
 * @attr {'light' | 'dark'} theme - Overrides the page's colour scheme.
 * @attr {number} seed - Seed of white noise and of sampled spikes.
 * @attr {string} state - The text of a permalink: the stimulus, units and output that are shown at first.
 *
 * @fires retino-predict - A prediction is there; `detail` is the `Prediction`.
 * @fires retino-predict-failed - A model or a prediction failed; `detail` is the error.
 * @fires retino-state - The stimulus or a choice changed; `detail` is the text of a permalink.
 *
 * @csspart base - Everything inside.
 * @csspart poster - The picture of the first paint.
 * @csspart card - The model's card.
 * @csspart facts - A list of facts.
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
  @property() model?: string;
  @property() compare?: string;
  @property() poster?: string;
  @property() heading?: string;
  @property({ type: Boolean }) autostart = false;
  @property({ type: Number }) seed = 1;
  @property() state?: string;

  /** The model that is shown; `predictor-app.ts` runs it. */
  @state() opened?: OpenedModel;
  @state() private size?: number;
  @state() private reading?: { readonly read: number; readonly all?: number };
  @state() private failure?: RetinoscopeError;
  @state() private starting = false;

  readonly #theme = new ThemeController(this);
  readonly #sight = new SightController(this);
  #app?: PredictorApp;
  /** The address of the model that was read, or is being read. */
  #address?: string;
  #reading: Promise<void> = Promise.resolve();
  #job?: AbortController;
  #starting?: Promise<void>;
  #connections = 0;

  /** Opens a model from a file and predicts with it. */
  async loadModel(file: File): Promise<void> {
    await this.#attempt(async () => {
      this.#take(openModel(file.name, await modelFromFile(file)));
      await this.start();
    });
  }

  /** Shows the network that the session exported; `chosen` by a reader, in the place of whatever else is meant. */
  showOwn(network: Uint8Array, chosen: boolean): void {
    const opened = openModel('network.onnx', network, { own: true });
    if (chosen) this.#take(opened);
    else this.#show(opened);
  }

  /** Loads what predicting needs and opens it; once it has been opened, does nothing. */
  async start(): Promise<void> {
    if (this.#app) return;
    this.#starting ??= this.#attempt(() => this.#start()).finally(() => {
      this.#starting = undefined;
      this.starting = false;
    });
    await this.#starting;
  }

  /** Predicts again, with the stimulus that is chosen. */
  async run(): Promise<void> {
    await this.start();
    await this.#app?.run();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#connections++;
    this.addEventListener('dragover', this.#dragged);
    this.addEventListener('drop', this.#dropped);
    this.addEventListener('paste', this.#pasted);
    // Without an address the model comes from a cell, or is given: there is no first paint to show.
    if (this.model === undefined && !this.opened) void this.start();
    // What was given up when it was taken away is begun again.
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener('dragover', this.#dragged);
    this.removeEventListener('drop', this.#dropped);
    this.removeEventListener('paste', this.#pasted);
    this.#job?.abort();
    this.#job = undefined;
    this.reading = undefined;
    if (!this.opened) this.#address = undefined;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('model') && this.model !== this.#address) {
      this.#job?.abort();
      this.#address = undefined;
      this.failure = undefined;
      this.size = undefined;
      if (changed.get('model') !== undefined) this.opened = undefined;
    }
  }

  protected override updated(): void {
    if (!this.isConnected || !this.#sight.seen || this.model === undefined) return;
    const { failure } = this;
    // What failed by itself waits to be asked for again.
    if (this.autostart && !failure) void this.start();
    void this.#attempt(() => this.#readModel(this.#app !== undefined && !failure));
  }

  protected override render(): TemplateResult {
    const { failure } = this;
    return html`<div class="root stack" part="base">
      ${this.model === undefined ? nothing : this.#introduction()}
      ${failure ? html`<p class="message error" role="alert">${failure.message}</p>` : nothing}
      ${this.#app ? this.#app.render() : this.#invitation()}
      ${this.opened ? cardView(this.opened) : nothing}
    </div>`;
  }

  #introduction(): TemplateResult {
    const { opened, model = '' } = this;
    const title = this.heading ?? opened?.name ?? modelName(model);
    return html`<div class="introduction">
      ${this.#picture()}
      <div class="stack">
        <p class="title">${shortened(title, 120)}</p>
        ${opened ? factList(factsOf(opened)) : this.#waiting()}
      </div>
    </div>`;
  }

  #picture(): TemplateResult | typeof nothing {
    if (this.poster && this.#sight.seen) {
      return html`<img
        part="poster"
        class="poster"
        src=${safeImage(this.poster)}
        alt="Receptive field of the cell"
        referrerpolicy="no-referrer"
      />`;
    }
    return this.opened?.facts ? fieldFigure(this.opened.facts, this.#theme.theme) : nothing;
  }

  #waiting(): TemplateResult | typeof nothing {
    if (this.failure) return nothing;
    if (this.size !== undefined) {
      return html`<p class="muted">The model has ${bytes(this.size)} and is read when it is used.</p>`;
    }
    return html`<p class="muted">Reading the model’s card.</p>`;
  }

  #invitation(): TemplateResult | typeof nothing {
    if (this.starting) {
      const { reading } = this;
      const all = reading?.all;
      return html`<div class="stack" role="status">
        <p class="muted">
          ${
            reading
              ? `Reading the model: ${bytes(reading.read)}${all ? ` of ${bytes(all)}` : ''}.`
              : 'Loading the predictor.'
          }
        </p>
        <progress
          aria-label="Loading"
          max="1"
          .value=${reading && all ? reading.read / all : 0}
        ></progress>
      </div>`;
    }
    if (this.model === undefined) return nothing;
    return html`<div class="row">
      <button class="primary" type="button" @click=${() => void this.start()}>
        Predict a stimulus
      </button>
      <span class="muted small">
        or drop a picture here. It is computed on this computer; nothing is uploaded.
      </span>
    </div>`;
  }

  async #start(): Promise<void> {
    this.starting = true;
    this.failure = undefined;
    await this.#readModel(true);
    // What was being read was given up as too large to be read unasked.
    if (!this.opened && this.isConnected) await this.#readModel(true);
    const { PredictorApp } = await import('./predictor-app.js');
    if (!this.isConnected) return;
    this.#app = new PredictorApp(this);
    adopt(this.renderRoot, PredictorApp.styles);
    this.requestUpdate();
  }

  /** Reads the model of the `model` attribute, once; a large one, and one that failed, again when `asked` for. */
  #readModel(asked: boolean): Promise<void> {
    const { model: address } = this;
    if (address === undefined) return Promise.resolve();
    if (address !== this.#address || (asked && !this.opened && !this.#job)) {
      this.#address = address;
      this.#reading = this.#read(address, asked ? undefined : mostUnasked);
    }
    return this.#reading;
  }

  async #read(address: string, unasked: number | undefined): Promise<void> {
    const job = new AbortController();
    this.#job?.abort();
    this.#job = job;
    let found: FetchedModel;
    try {
      found = await modelFromAddress(address, {
        signal: job.signal,
        unasked,
        onProgress: (read, all) => {
          if (this.starting) this.reading = { read, all };
        },
      });
    } catch (thrown) {
      if (job.signal.aborted) return;
      if (job === this.#job) this.#job = undefined;
      throw asError(thrown);
    } finally {
      this.reading = undefined;
    }
    if (job !== this.#job) return;
    this.#job = undefined;
    if (!(found instanceof Uint8Array)) {
      this.size = found.size;
      return;
    }
    this.size = undefined;
    this.#show(openModel(modelName(address), found, { address }));
  }

  /** A model that was given: that of the attribute, be it on its way or not to be had, does not matter any more. */
  #take(opened: OpenedModel): void {
    this.#job?.abort();
    this.#job = undefined;
    this.#reading = Promise.resolve();
    this.#address = this.model;
    this.#show(opened);
  }

  #show(opened: OpenedModel): void {
    this.opened = opened;
    this.failure = undefined;
  }

  /** A failure is shown, and said once. */
  async #attempt(work: () => Promise<void>): Promise<void> {
    const connection = this.#connections;
    try {
      await work();
    } catch (thrown) {
      if (connection !== this.#connections || !this.isConnected) return;
      const failure = asError(thrown);
      if (failure === this.failure) return;
      this.failure = failure;
      this.dispatchEvent(
        new CustomEvent('retino-predict-failed', {
          detail: failure,
          bubbles: true,
          composed: true,
        }),
      );
    }
  }

  /** Files that the predictor takes; others are left to the page. */
  async #takeFiles(files: readonly File[]): Promise<void> {
    const model = files.find(isModelFile);
    if (model) return this.loadModel(model);
    await this.start();
    await this.#app?.giveFiles(files);
  }

  readonly #dragged = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
  };

  readonly #dropped = (event: DragEvent): void => {
    const files = [...(event.dataTransfer?.files ?? [])];
    const isModel = files.some(isModelFile);
    if (!isModel && ((this.model === undefined && !this.opened) || !files.every(isStimulusFile)))
      return;
    if (files.length === 0) return;
    event.preventDefault();
    event.stopPropagation();
    void this.#takeFiles(files);
  };

  readonly #pasted = (event: ClipboardEvent): void => {
    const files = [...(event.clipboardData?.files ?? [])];
    const isOurs = files.some((file) => isModelFile(file) || isStimulusFile(file));
    // A text that is copied from a table comes with a picture of it, and is meant for the field.
    const isText = event.clipboardData?.types.includes('text/plain') && isTyping(event);
    if (!isOurs || isText) return;
    event.preventDefault();
    void this.#takeFiles(files);
  };
}

/** Whether an event goes to a field that takes text. */
function isTyping(event: Event): boolean {
  const [target] = event.composedPath();
  return target instanceof HTMLInputElement && /^(number|text|search|url)$/.test(target.type);
}

/** Adds what a part that was loaded later brings. */
function adopt(root: HTMLElement | DocumentFragment, added: readonly CSSResult[]): void {
  if (!(root instanceof ShadowRoot)) return;
  const sheets = added.flatMap(({ styleSheet }) => (styleSheet ? [styleSheet] : []));
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, ...sheets];
}

/** By its name or its type: pictures, films, arrays. What is inside is looked at when it is read. */
function isModelFile({ name }: File): boolean {
  return /\.onnx$/i.test(name);
}

function isStimulusFile({ name, type }: File): boolean {
  return /^(image|video)\//.test(type) || /\.(np[yz]|h5|hdf5)$/i.test(name);
}

/** An address for an `img`: nothing but pictures over http(s), blobs, and pictures in a data address. */
function safeImage(address: string): string {
  if (/^data:image\/(png|jpeg|webp|gif);base64,/i.test(address)) return address;
  const url = URL.canParse(address, document.baseURI)
    ? new URL(address, document.baseURI)
    : undefined;
  return url && /^(https?|blob):$/.test(url.protocol) ? url.href : '';
}

function asError(thrown: unknown): RetinoscopeError {
  if (thrown instanceof RetinoscopeError) return thrown;
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  return new RetinoscopeError(
    'worker',
    `The predictor could not be loaded (${shortened(said, 200)}). Try again.`,
    {},
    { cause: thrown },
  );
}
