/**
 * The form for files without a manifest: asks what cannot be known and shows the receptive field that the
 * choices lead to. Used by retino-cell only. Opens nothing itself: it fires the manifest.
 */
import type { FileRef, RecordedSource, RetinoscopeError } from '@retinoscope/models';
import {
  type ReceptiveField,
  type RetinoscopeService,
  toRetinoscopeError,
} from '@retinoscope/worker';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { guard } from 'lit/directives/guard.js';
import { shortened } from '../../controllers/text.js';
import { ThemeController } from '../../controllers/theme-controller.js';
import { WidthController } from '../../controllers/width-controller.js';
import { saveFile } from '../../plots/export.js';
import { heatmap } from '../../plots/heatmap.js';
import { base, controls, messages } from '../../styles/index.js';
import {
  type Candidate,
  candidates,
  find,
  type ImportChoices,
  type ImportPart,
  importProblem,
  manifestOf,
  propose,
  proposePart,
  type ResponseAxis,
  responseCandidates,
  type StimulusAxis,
  stimulusCandidates,
} from './importing.js';
import { styles } from './retino-cell.styles.js';

const stimulusAxes: readonly StimulusAxis[] = ['x', 'y', 'time', 'block'];
const responseAxes: readonly ResponseAxis[] = ['cell', 'time', 'block', 'repeat'];

/** Milliseconds without a change before the preview is computed. */
const previewDelay = 500;

/** Circular shifts behind the z-score of the preview. */
const previewShuffles = 8;

/**
 * @element retino-importer
 * @fires retino-import - The choices are complete; `detail` is the `RecordedSource`.
 * @fires retino-import-cancel - The files are not wanted.
 */
export class RetinoImporter extends LitElement {
  static override styles = [base, controls, messages, styles];

  @property({ attribute: false }) files: readonly FileRef[] = [];
  @property({ attribute: false }) service?: RetinoscopeService;

  @state() private all: readonly Candidate[] = [];
  @state() private choices?: ImportChoices;
  @state() private inspected = false;
  @state() private preview?: ReceptiveField;
  @state() private failure?: RetinoscopeError;
  @state() private previewing = false;

  readonly #theme = new ThemeController(this);
  readonly #width = new WidthController(this);
  #call?: AbortController;
  #timer?: ReturnType<typeof setTimeout>;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    this.#call?.abort();
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('files')) void this.#inspect();
  }

  protected override render(): TemplateResult {
    const { choices, failure } = this;
    const problem = choices && importProblem(choices, this.all);
    return html`<div class="stack">
      <p>
        ${this.files.length === 1 ? 'This file comes' : 'These files come'} without a manifest. Say what
        they hold; shapes that fit are filled in.
      </p>
      ${failure ? html`<p class="message error" role="alert">${failure.message}</p>` : nothing}
      ${
        this.inspected && !choices && !failure
          ? html`<p class="message warning">
              No stimulus with responses was found: a variable of three or four axes and another of one to
              four are needed.
            </p>`
          : nothing
      }
      <form
        class="stack"
        @submit=${(event: Event) => {
          event.preventDefault();
          this.#submit();
        }}
      >
        ${choices ? this.#fields(choices) : nothing}
        ${choices && problem ? html`<p class="message" role="status">${problem}</p>` : nothing}
        <div class="row">
          ${
            choices
              ? html`<button class="primary" ?disabled=${problem !== undefined}>Open recording</button>
                  <button type="button" ?disabled=${problem !== undefined} @click=${() => this.#save()}>
                    Save manifest
                  </button>`
              : nothing
          }
          <button
            type="button"
            @click=${() => this.dispatchEvent(new Event('retino-import-cancel'))}
          >
            Discard
          </button>
        </div>
      </form>
      ${this.#previewView()}
    </div>`;
  }

  #fields(choices: ImportChoices): TemplateResult {
    const number = (key: 'frameRate' | 'squareSize', label: string, required: boolean) =>
      html`<label class="field">
        ${label}
        <input
          type="number"
          min="0.001"
          max="100000"
          step="any"
          ?required=${required}
          .value=${choices[key] === undefined ? '' : String(choices[key])}
          @change=${(event: Event) => {
            const { value, valueAsNumber, validity } = event.target as HTMLInputElement;
            const known = value !== '' && validity.valid;
            this.#choose({ ...choices, [key]: known ? valueAsNumber : undefined });
          }}
        />
      </label>`;
    return html`<div class="fields">
        <label class="field">
          Name
          <input
            maxlength="80"
            .value=${choices.name}
            @change=${(event: Event) =>
              this.#choose({ ...choices, name: (event.target as HTMLInputElement).value })}
          />
        </label>
        ${number('frameRate', 'Frame rate, Hz', true)}
        ${number('squareSize', 'Square size, µm (optional)', false)}
      </div>
      ${this.#part('Training', choices.training, (training) => this.#choose({ ...choices, training }))}
      <label>
        <input
          type="checkbox"
          .checked=${choices.test !== undefined}
          @change=${(event: Event) => {
            const wanted = (event.target as HTMLInputElement).checked;
            this.#choose({ ...choices, test: wanted ? choices.training : undefined });
          }}
        />
        The files also hold a test part
      </label>
      ${
        choices.test
          ? this.#part('Test', choices.test, (test) => this.#choose({ ...choices, test }))
          : nothing
      }`;
  }

  #part(title: string, part: ImportPart, choose: (part: ImportPart) => void): TemplateResult {
    const pick = (key: 'stimulus' | 'responses', value: string) => {
      const stimulus = find(key === 'stimulus' ? value : part.stimulus, this.all);
      const responses = find(key === 'responses' ? value : part.responses, this.all);
      if (stimulus && responses) choose(proposePart(stimulus, responses));
    };
    return html`<fieldset class="stack">
      <legend>${title}</legend>
      <div class="fields wide">
        ${this.#variable('Stimulus', stimulusCandidates(this.all), part.stimulus, (value) => pick('stimulus', value))}
        ${this.#variable('Responses', responseCandidates(this.all), part.responses, (value) => pick('responses', value))}
      </div>
      <div class="fields">
        ${this.#axes('Stimulus', part.stimulus, part.stimulusAxes, stimulusAxes, (axes) =>
          choose({ ...part, stimulusAxes: axes }),
        )}
        ${this.#axes('Responses', part.responses, part.responseAxes, responseAxes, (axes) =>
          choose({ ...part, responseAxes: axes }),
        )}
      </div>
    </fieldset>`;
  }

  #variable(
    label: string,
    offered: readonly Candidate[],
    value: string,
    choose: (value: string) => void,
  ): TemplateResult {
    return html`<label class="field">
      ${label}
      <select @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}>
        ${offered.map(
          ({ key, shape, type }) =>
            html`<option value=${key} ?selected=${key === value}>
              ${shortened(key, 60)} [${shape.join(' × ')}] ${type}
            </option>`,
        )}
      </select>
    </label>`;
  }

  #axes<Axis extends string>(
    label: string,
    key: string,
    axes: readonly Axis[],
    offered: readonly Axis[],
    choose: (axes: readonly Axis[]) => void,
  ): TemplateResult[] {
    const shape = find(key, this.all)?.shape ?? [];
    return axes.map(
      (axis, index) =>
        html`<label class="field">
          ${label}, axis ${index} (${shape[index]})
          <select
            @change=${(event: Event) => {
              const value = (event.target as HTMLSelectElement).value as Axis;
              choose(axes.map((each, at) => (at === index ? value : each)));
            }}
          >
            ${offered.map(
              (each) => html`<option value=${each} ?selected=${each === axis}>${each}</option>`,
            )}
          </select>
        </label>`,
    );
  }

  #previewView(): TemplateResult | typeof nothing {
    const { preview, previewing } = this;
    if (previewing)
      return html`<p class="muted small" role="status">Computing the receptive field…</p>`;
    if (!preview) return nothing;
    const { spatial, height, width, significant, peakZ, polarity } = preview;
    const { theme } = this.#theme;
    const across = Math.min(this.#width.width, 420);
    return html`<figure>
      ${guard([preview, across, theme], () =>
        heatmap(
          { values: spatial, height, width },
          {
            width: across,
            theme,
            unit: 'STA (stimulus units)',
            name: 'Preview of the receptive field',
          },
        ),
      )}
      <figcaption>
        Receptive field of the first cell with these axes:
        ${
          significant
            ? `${polarity}, largest |z| ${peakZ.toFixed(1)}.`
            : 'nothing stands out. If a cell was expected here, the axes or the variables may be others.'
        }
      </figcaption>
    </figure>`;
  }

  async #inspect(): Promise<void> {
    const { files, service } = this;
    this.choices = undefined;
    this.failure = undefined;
    this.inspected = false;
    if (!service || files.length === 0) return;
    try {
      const summaries = await Promise.all(files.map((file) => service.inspect(file)));
      if (files !== this.files) return;
      this.all = candidates(summaries);
      const proposal = propose(files[0].name.replace(/\.[^.]*$/, ''), this.all);
      this.inspected = true;
      if (proposal) this.#choose(proposal);
    } catch (thrown) {
      if (files === this.files) this.failure = toRetinoscopeError(thrown);
    }
  }

  #choose(choices: ImportChoices): void {
    this.choices = choices;
    this.preview = undefined;
    this.failure = undefined;
    this.previewing = false;
    this.#call?.abort();
    clearTimeout(this.#timer);
    const source = this.#source({ ...choices, frameRate: choices.frameRate ?? 1 });
    if (source) this.#timer = setTimeout(() => void this.#show(source), previewDelay);
  }

  async #show(source: RecordedSource): Promise<void> {
    const call = new AbortController();
    this.#call = call;
    this.previewing = true;
    try {
      const request = { source, cell: 0, shuffles: previewShuffles };
      const preview = await this.service?.receptiveField(request, { signal: call.signal });
      if (call === this.#call) this.preview = preview;
    } catch (thrown) {
      const failure = toRetinoscopeError(thrown);
      if (call === this.#call && failure.kind !== 'cancelled') this.failure = failure;
    } finally {
      if (call === this.#call) this.previewing = false;
    }
  }

  #source(choices: ImportChoices): RecordedSource | undefined {
    if (importProblem(choices, this.all)) return undefined;
    return { kind: 'recording', manifest: manifestOf(choices, this.all), files: this.files };
  }

  #submit(): void {
    const source = this.choices && this.#source(this.choices);
    if (source) this.dispatchEvent(new CustomEvent('retino-import', { detail: source }));
  }

  #save(): void {
    const source = this.choices && this.#source(this.choices);
    if (!source) return;
    const text = `${JSON.stringify(source.manifest, undefined, 2)}\n`;
    saveFile(new Blob([text], { type: 'application/json' }), 'recording.json');
  }
}
