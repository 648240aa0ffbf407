/**
 * The form for files without a manifest: asks what cannot be known and shows the receptive field that the
 * choices lead to. Used by retino-cell only. Opens nothing itself: it fires the manifest.
 */
import {
  type FileRef,
  findCandidate,
  type ImportCandidate,
  importProblem,
  importQuestions,
  type ManifestProposal,
  type PartialManifest,
  type ProposedPart,
  proposeFromSummaries,
  proposePart,
  type ReceptiveField,
  type RecordedSource,
  type RetinoscopeError,
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
import { styles } from './retino-cell.styles.js';

const axesOf = {
  stimulus: ['x', 'y', 'time', 'block'],
  responses: ['cell', 'time', 'block', 'repeat'],
} as const;

/** Variables offered in a list, at the most. */
const mostCandidates = 200;

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

  @state() private proposal?: ManifestProposal;
  /** The manifest as far as it is filled in. */
  @state() private draft?: PartialManifest;
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
    const { draft, proposal, failure } = this;
    const problem = draft && proposal && importProblem(draft, proposal);
    return html`<div class="stack">
      <p>
        ${this.files.length === 1 ? 'This file comes' : 'These files come'} without a manifest. Say what
        they hold; shapes that fit are filled in.
      </p>
      ${failure ? html`<p class="message error" role="alert">${failure.message}</p>` : nothing}
      <form
        class="stack"
        @submit=${(event: Event) => {
          event.preventDefault();
          this.#submit();
        }}
      >
        ${draft && proposal ? this.#fields(draft, proposal) : nothing}
        ${problem ? html`<p class="message" role="status">${problem}</p>` : nothing}
        <div class="row">
          ${
            draft
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

  #fields(draft: PartialManifest, proposal: ManifestProposal): TemplateResult {
    const questions = importQuestions(draft, proposal);
    const asked = (field: string) => questions.find((each) => each.field === field);
    const number = (key: 'frameRate' | 'squareSize', label: string) => {
      const { question, required } = asked(key) ?? {};
      return html`<label class="field" title=${question ?? nothing}>
        ${label}
        <input
          type="number"
          min="0.001"
          max="100000"
          step="any"
          ?required=${required}
          .value=${draft[key] === undefined ? '' : String(draft[key])}
          @change=${(event: Event) => {
            const { value, valueAsNumber, validity } = event.target as HTMLInputElement;
            const known = value !== '' && validity.valid;
            this.#choose({ ...draft, [key]: known ? valueAsNumber : undefined });
          }}
        />
      </label>`;
    };
    const part = (name: 'training' | 'test') =>
      this.#part(
        name,
        draft[name],
        proposal,
        questions.filter(({ field }) => field.startsWith(name)).map(({ question }) => question),
      );
    return html`<div class="fields">
        <label class="field">
          Name
          <input
            maxlength="80"
            required
            .value=${draft.name}
            @change=${(event: Event) => {
              const { value } = event.target as HTMLInputElement;
              this.#choose({ ...draft, name: value || 'Recording' });
            }}
          />
        </label>
        ${number('frameRate', 'Frame rate, Hz')} ${number('squareSize', 'Square size, µm (optional)')}
      </div>
      ${part('training')}
      <label>
        <input
          type="checkbox"
          .checked=${draft.test !== undefined}
          @change=${(event: Event) => {
            const wanted = (event.target as HTMLInputElement).checked;
            const test = proposal.manifest.test ?? draft.training;
            this.#choose({ ...draft, test: wanted ? test : undefined });
          }}
        />
        The files also hold a test part
      </label>
      ${draft.test ? part('test') : nothing}`;
  }

  #part(
    name: 'training' | 'test',
    part: ProposedPart | undefined,
    { stimuli, responses }: ManifestProposal,
    questions: readonly string[],
  ): TemplateResult {
    const choose = (chosen: ProposedPart) =>
      this.draft && this.#choose({ ...this.draft, [name]: chosen });
    const pair = (stimulus = stimuli[0], response = responses[0]) => {
      if (stimulus && response) choose(proposePart(stimulus, response));
    };
    const stimulus = part && findCandidate(part.stimulus, stimuli);
    const response = part && findCandidate(part.responses, responses);
    return html`<fieldset class="stack">
      <legend>${name === 'training' ? 'Training' : 'Test'}</legend>
      ${questions.map((question) => html`<p class="muted small">${question}</p>`)}
      <div class="fields wide">
        ${variableField('Stimulus', stimuli, stimulus, (chosen) => pair(chosen, response))}
        ${variableField('Responses', responses, response, (chosen) => pair(stimulus, chosen))}
      </div>
      ${
        part && stimulus && response
          ? html`<div class="fields">
              ${axisFields(
                'Stimulus',
                stimulus.shape,
                part.stimulus.axes,
                axesOf.stimulus,
                (axes) => choose({ ...part, stimulus: { ...part.stimulus, axes } }),
              )}
              ${axisFields(
                'Responses',
                response.shape,
                part.responses.axes,
                axesOf.responses,
                (axes) => choose({ ...part, responses: { ...part.responses, axes } }),
              )}
            </div>`
          : nothing
      }
    </fieldset>`;
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
    this.draft = undefined;
    this.proposal = undefined;
    this.failure = undefined;
    if (!service || files.length === 0) return;
    try {
      const summaries = await Promise.all(files.map((file) => service.inspect(file)));
      if (files !== this.files) return;
      this.proposal = proposeFromSummaries(summaries);
      this.#choose(this.proposal.manifest);
    } catch (thrown) {
      if (files === this.files) this.failure = toRetinoscopeError(thrown);
    }
  }

  #choose(draft: PartialManifest): void {
    this.draft = draft;
    this.preview = undefined;
    this.failure = undefined;
    this.previewing = false;
    this.#call?.abort();
    clearTimeout(this.#timer);
    const source = this.#source({ ...draft, frameRate: draft.frameRate ?? 1 });
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

  #source(manifest: PartialManifest | undefined): RecordedSource | undefined {
    if (!manifest || !this.proposal || importProblem(manifest, this.proposal)) return undefined;
    return { kind: 'recording', manifest, files: this.files };
  }

  #submit(): void {
    const source = this.#source(this.draft);
    if (source) this.dispatchEvent(new CustomEvent('retino-import', { detail: source }));
  }

  #save(): void {
    const source = this.#source(this.draft);
    if (!source) return;
    const text = `${JSON.stringify(source.manifest, undefined, 2)}\n`;
    saveFile(new Blob([text], { type: 'application/json' }), 'recording.json');
  }
}

/** A list of variables; the largest where there are too many. */
function variableField(
  label: string,
  all: readonly ImportCandidate[],
  chosen: ImportCandidate | undefined,
  choose: (candidate: ImportCandidate) => void,
): TemplateResult {
  const size = ({ shape }: ImportCandidate) => shape.reduce((product, each) => product * each, 1);
  const offered = [...all].sort((a, b) => size(b) - size(a)).slice(0, mostCandidates);
  if (chosen && !offered.includes(chosen)) offered.push(chosen);
  return html`<label class="field">
    ${label}
    <select
      @change=${(event: Event) => choose(offered[Number((event.target as HTMLSelectElement).value)])}
    >
      ${chosen ? nothing : html`<option value="" selected disabled>Choose…</option>`}
      ${offered.map(
        (each, index) =>
          html`<option value=${index} ?selected=${each === chosen}>
            ${shortened(`${each.file} / ${each.variable}`, 60)} [${each.shape.join(' × ')}] ${each.type}
          </option>`,
      )}
    </select>
  </label>`;
}

function axisFields(
  label: string,
  shape: readonly number[],
  axes: readonly string[],
  offered: readonly string[],
  choose: (axes: readonly string[]) => void,
): TemplateResult[] {
  return axes.map(
    (axis, index) =>
      html`<label class="field">
        ${label}, axis ${index} (${shape[index]})
        <select
          @change=${(event: Event) => {
            const { value } = event.target as HTMLSelectElement;
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
