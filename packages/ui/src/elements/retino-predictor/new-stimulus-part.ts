/**
 * The part of retino-predictor in which a new stimulus is made: the panel, the units that a model is asked in, the
 * model that it is compared with, and the link that holds all of it. Runs nothing.
 */
import { RetinoscopeError, throwIfCancelled, type VariableSummary } from '@retinoscope/worker';
import type { FactChoices, ModelFacts } from '@retinoscope/worker/card';
import { html, nothing, type TemplateResult } from 'lit';
import { copyText } from '../../controllers/copy-text.js';
import type { ServiceLease } from '../../controllers/shared-service.js';
import { shortened } from '../../controllers/text.js';
import { placedSite } from '../../embedding/site.js';
import { selectField } from '../shared/select-field.js';
import type { Job } from './latest-job.js';
import { answerNames, answerOf, type QuestionName, questionNames } from './model-choices.js';
import { modelFromAddress, modelFromFile, modelName } from './model-source.js';
import {
  gridOf,
  type ModelUnits,
  silentUnits,
  type UnitName,
  unitRanges,
  unitsOf,
  unitsText,
} from './model-units.js';
import { meantAs, type OpenedModel, openModel } from './opened-model.js';
import { arrayOf, type NewStimulus } from './predicting.js';
import { mostStateCharacters, type PredictorState } from './predictor-state.js';
import type { RetinoPredictor } from './retino-predictor.component.js';
import { contrastName, mediaOfArray, requirePictureShape } from './stimulus/array-media.js';
import type { Media } from './stimulus/media.js';
import { StimulusPanel } from './stimulus/stimulus-panel.js';
import { fileButton } from './views.js';

/** The array that says to be contrast, or the first with the axes of a picture or a film. */
function pictureVariable(variables: readonly VariableSummary[]): VariableSummary {
  const pictures = variables.filter(({ shape }) => shape.length === 2 || shape.length === 3);
  const found = pictures.find(({ name }) => name === contrastName) ?? pictures.at(0);
  if (found) {
    requirePictureShape(found.name, found.shape);
    return found;
  }
  const names = variables.slice(0, 6).map(({ name, shape }) => `${name} [${shape.join(', ')}]`);
  throw new RetinoscopeError(
    'data',
    `The file holds no picture: ${names.join(', ') || 'no array'}. An array [y, x] or [time, y, x] is accepted.`,
  );
}

const unitNames: Readonly<Record<UnitName, string>> = {
  squareSize: 'Side of a square, µm',
  frameRate: 'Frames per second',
  dark: 'Value of contrast −1',
  bright: 'Value of contrast 1',
};

export class NewStimulusPart {
  readonly panel: StimulusPanel;
  readonly #host: RetinoPredictor;
  readonly #changed: () => void;
  #facts?: ModelFacts;
  /** Units that a person said, where the file is silent. */
  #said: Partial<ModelUnits>;
  #choices: FactChoices;
  #other?: OpenedModel;
  /** A reader stopped comparing. */
  #isAlone = false;
  /** The `compare` attribute that was opened, or could not be: once, so that a reader can stop comparing. */
  #opened?: string;
  #copied?: string;

  constructor(
    host: RetinoPredictor,
    state: PredictorState,
    changed: () => void,
    lease: () => ServiceLease,
  ) {
    this.#host = host;
    this.#changed = changed;
    this.#said = state.units;
    this.#choices = state.choices;
    this.panel = new StimulusPanel(host, changed);
    this.panel.readOther = (file, signal) => this.#readArray(file, signal, lease());
    if (state.stimulus) this.panel.state = state.stimulus;
  }

  /** Whether the model takes pictures. */
  get possible(): boolean {
    return this.#facts !== undefined;
  }

  get units(): ModelUnits {
    return this.#facts
      ? unitsOf(this.#facts, this.#said)
      : { squareSize: 1, frameRate: 1, dark: -1, bright: 1 };
  }

  get state(): Pick<PredictorState, 'stimulus' | 'units' | 'choices'> {
    return { stimulus: this.panel.state, units: this.#said, choices: this.#choices };
  }

  /** `model`, its input meant as a person said where the file leaves it open. */
  meant(model: OpenedModel): OpenedModel {
    const { facts, choices } = model;
    const { channel, lagOrder } = this.#choices;
    const isOpen = facts !== undefined && facts.open.length > 0;
    const isMeant = choices?.channel === channel && choices?.lagOrder === lagOrder;
    return !isOpen || isMeant ? model : meantAs(model, this.#choices);
  }

  /** Another model: its squares, its units and its receptive field. */
  use(facts: ModelFacts | undefined): void {
    this.#facts = facts;
    if (!facts) return;
    const { units } = this;
    const { receptiveField } = facts;
    this.panel.receptiveField = receptiveField && {
      ...receptiveField,
      values: receptiveField.data,
    };
    this.panel.unitsText = unitsText(facts, units);
    this.panel.stimulusValues = [units.dark, units.bright];
    this.panel.grid = gridOf(facts, units);
  }

  /** What the model is asked; undefined while there is no stimulus. */
  asked(model: OpenedModel): NewStimulus | undefined {
    const { movie } = this.panel;
    const { dark, bright, frameRate } = this.units;
    return movie && { model, movie, values: [dark, bright], frameRate };
  }

  /** The same of the model that it is compared with. */
  askedOfOther(): NewStimulus | undefined {
    const other = this.#other && this.meant(this.#other);
    if (!other?.facts) return undefined;
    const units = unitsOf(other.facts, this.#said);
    const movie = this.panel.movieOn(gridOf(other.facts, units));
    return (
      movie && {
        model: other,
        movie,
        values: [units.dark, units.bright],
        frameRate: units.frameRate,
      }
    );
  }

  /** Opens the model of the `compare` attribute, once it is to be used. */
  async openCompared(job: Job): Promise<void> {
    const { compare } = this.#host;
    if (!compare || compare === this.#opened) return;
    const { signal } = job;
    try {
      const found = await modelFromAddress(compare, { signal });
      if (found instanceof Uint8Array) {
        this.#compareWith(openModel(modelName(compare), found, { address: compare }));
      }
    } finally {
      // Where another stimulus or a move came between, it is read again; not where it failed, or was given up.
      if (job.current) this.#opened = compare;
    }
  }

  compareButtons(work: (job: () => Promise<void>) => void): TemplateResult {
    const other = this.#other;
    if (other) {
      return html`<button
        type="button"
        @click=${() => {
          this.#other = undefined;
          this.#isAlone = true;
          this.#changed();
        }}
      >
        Stop comparing with ${shortened(other.name, 30)}
      </button>`;
    }
    return fileButton('Compare with…', '.onnx', (file) => {
      work(async () => {
        this.#compareWith(openModel(file.name, await modelFromFile(file)));
        // That of the attribute, be it on its way, does not matter any more.
        this.#opened = this.#host.compare;
        queueMicrotask(() => this.#changed());
      });
    });
  }

  render(): TemplateResult {
    const facts = this.#facts;
    if (!facts) return html``;
    const silent = silentUnits(facts);
    return html`${this.panel.render()}
    ${
      silent.length + facts.open.length === 0
        ? nothing
        : html`<fieldset class="units">
            <legend class="muted small">
              The file does not say these; what you say here is taken.
            </legend>
            <div class="fields">
              ${facts.open.map((name) => this.#questionField(name, facts))}
              ${silent.map((name) => this.#unitField(name))}
            </div>
          </fieldset>`
    }`;
  }

  /** Copies a link to the site's page that shows the same; nothing where there is no site. */
  linkButton(state: () => string): TemplateResult | typeof nothing {
    const site = placedSite();
    if (!site) return nothing;
    return html`<button
        type="button"
        @click=${async () => {
          const { link, lacks } = this.#link(site, state());
          const copied = await copyText(link.href);
          this.#copied = copied
            ? `The link is copied.${lacks.map((what) => ` It does not hold the ${what}.`).join('')}`
            : 'The browser does not allow to copy here.';
          this.#host.requestUpdate();
        }}
      >
        Copy link
      </button>
      <span class="muted small" role="status">${this.#copied}</span>`;
  }

  /** A link to what is shown, and what it cannot hold: files of a reader's own, and more than an address takes. */
  #link(site: URL, state: string): { readonly link: URL; readonly lacks: readonly string[] } {
    const { opened, compare, seed } = this.#host;
    const link = new URL('elements.html', site);
    link.searchParams.set('element', 'retino-predictor');
    const lacks: string[] = [];
    // One that could not be had yet may be there for who opens the link.
    const other = this.#other ?? (compare && !this.#isAlone ? { address: compare } : undefined);
    const models = [
      ['model', 'model', opened],
      ['compare', 'model that is compared', other],
    ] as const;
    for (const [name, what, model] of models) {
      if (!model) continue;
      const { address } = model;
      const isAddress = address !== undefined && URL.canParse(address, document.baseURI);
      const url = isAddress ? new URL(address, document.baseURI) : undefined;
      if (url && /^https?:$/.test(url.protocol)) link.searchParams.set(name, url.href);
      else lacks.push(what);
    }
    link.searchParams.set('seed', String(seed));
    if (state.length <= mostStateCharacters) link.hash = `state=${state}`;
    else lacks.push('stimulus');
    const { source } = this.panel.state;
    if (source === 'picture' || source === 'film') lacks.push(source);
    return { link, lacks };
  }

  /** A picture or a film out of an array file: its only such array, or the first one. */
  async #readArray(file: File, signal: AbortSignal, lease: ServiceLease): Promise<Media> {
    let isContrast = false;
    const choose = (variables: readonly VariableSummary[]): VariableSummary => {
      throwIfCancelled(signal);
      const chosen = pictureVariable(variables);
      isContrast = chosen.name === contrastName;
      return chosen;
    };
    const tensor = await lease.use((service) => arrayOf(service, file, choose));
    throwIfCancelled(signal);
    const { frameRate } = this.units;
    const values = this.#facts?.stimulusValues;
    return mediaOfArray(file.name, tensor, {
      rate: frameRate,
      isContrast,
      ...(values && { values }),
    });
  }

  #compareWith(model: OpenedModel): void {
    if (!model.facts) {
      throw new RetinoscopeError(
        'model',
        `${shortened(model.name, 60)} does not take pictures, so it cannot be compared. A model with an input of 3 to 5 axes is accepted.`,
      );
    }
    this.#other = model;
    this.#isAlone = false;
  }

  #questionField(name: QuestionName, facts: ModelFacts): TemplateResult {
    const change = (answer: string): void => {
      this.#choices = { ...this.#choices, [name]: answer };
      const { opened } = this.#host;
      // Another model, as far as its input goes: it is predicted again.
      if (opened) this.#host.opened = this.meant(opened);
    };
    const answers = Object.entries<string>(answerNames[name]);
    return selectField(questionNames[name], answers, answerOf(facts, name), change);
  }

  #unitField(name: UnitName): TemplateResult {
    const [low, high] = unitRanges[name];
    return html`<label class="field">
      ${unitNames[name]}
      <input
        type="number"
        min=${low}
        max=${high}
        step="any"
        required
        .value=${String(this.units[name])}
        @change=${(event: Event) => {
          const input = event.target as HTMLInputElement;
          if (!input.validity.valid) {
            input.reportValidity();
            return;
          }
          this.#said = { ...this.#said, [name]: input.valueAsNumber };
          this.use(this.#facts);
          this.#host.requestUpdate();
          this.#changed();
        }}
      />
    </label>`;
  }
}
