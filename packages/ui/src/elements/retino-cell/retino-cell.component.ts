/**
 * Chooses the cell: a built-in one, or a recording from files. Provides the session that the other elements
 * share. Promises that files stay on this computer. Analyses nothing itself.
 */
import {
  builtInCell,
  type Crop,
  cropAround,
  type DatasetSource,
  type DatasetSummary,
  type FileRef,
  type RecordedSource,
  RetinoscopeError,
  type SimulationPreset,
  toRetinoscopeError,
} from '@retinoscope/worker';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { styleMap } from 'lit/directives/style-map.js';
import type { Session, SessionState } from '../../controllers/session.js';
import {
  presets,
  SessionController,
  type SessionProvider,
  sessionEvent,
  validPreset,
} from '../../controllers/session-controller.js';
import { plural, shortened, significant } from '../../controllers/text.js';
import { base, controls, messages } from '../../styles/index.js';
import { factList } from '../shared/fact-list.js';
import { fieldValue } from '../shared/field-value.js';
import { givenFiles } from './files.js';
import './importer.js';
import { styles } from './retino-cell.styles.js';
import { rateHistogram, summaryFacts, unitWarning } from './summary.js';

const presetNames: Readonly<Record<SimulationPreset, string>> = {
  paper: 'Model cell, threshold 1.0 (paper)',
  code: 'Model cell, threshold 2.5 (code)',
};

/** Frames simulated of a built-in cell, least and most. */
const frameRange = [1000, 2_000_000] as const;

/**
 * Chooses and describes the cell that is studied, and shares its session with the other elements.
 *
 * @element retino-cell
 *
 * @attr {'paper' | 'code' | 'none'} preset - Built-in cell opened at once; `none` opens nothing. `paper` when absent.
 * @attr {number} frames - Training frames simulated of a built-in cell, 1,000 to 2,000,000; 600,000 when absent.
 * @attr {number} seed - Seed of the simulation.
 * @attr {'light' | 'dark'} theme - Overrides the page's colour scheme.
 *
 * @fires retino-session - The element's session is another one than before.
 * @fires retino-source - A dataset was chosen by hand; `detail` is the name of the preset, or undefined for files.
 *
 * @slot - Elements that use this cell; shown below.
 *
 * @csspart drop - Where files are dropped.
 * @csspart facts - The list of facts.
 *
 * @cssproperty --retino-accent - Colour of the focus ring and of the drop area while files are held over it.
 * @cssproperty --retino-space - Unit of spacing.
 */
export class RetinoCell extends LitElement implements SessionProvider {
  static override styles = [base, controls, messages, styles];

  @property({ attribute: false }) session?: Session;
  @property() preset?: string;
  @property() frames?: string;
  @property() seed?: string;
  @property({ reflect: true }) theme?: string;

  @state() private loose: readonly FileRef[] = [];
  @state() private failure?: RetinoscopeError;

  readonly #controller = new SessionController(this, { needs: 'nothing', provider: true });
  #shared?: Session;
  /** The session in which a built-in cell was opened, or found to be open. */
  #opened?: Session;

  /** The session that elements of this cell use. */
  get currentSession(): Session {
    const session = this.session ?? this.#controller.session;
    if (!session) throw new RetinoscopeError('worker', 'This retino-cell is not on a page.');
    return session;
  }

  /** Opens a recording: a manifest with its files, or files alone, for which a form then asks. */
  async loadFiles(given: readonly File[]): Promise<void> {
    this.failure = undefined;
    this.loose = [];
    if (given.length === 0) return;
    try {
      const { manifest, files } = await givenFiles(given);
      if (manifest === undefined) this.loose = files;
      else await this.#open({ kind: 'recording', manifest, files });
    } catch (thrown) {
      this.failure = toRetinoscopeError(thrown);
    }
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('dragover', this.#dragged);
    this.addEventListener('dragleave', this.#dragEnded);
    this.addEventListener('drop', this.#dropped);
    this.#share();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener('dragover', this.#dragged);
    this.removeEventListener('dragleave', this.#dragEnded);
    this.removeEventListener('drop', this.#dropped);
  }

  protected override updated(changed: PropertyValues): void {
    if (!this.isConnected) return;
    this.#share();
    const session = this.currentSession;
    const { source, activity } = session.state;
    const asked = changed.has('preset') || changed.has('frames') || changed.has('seed');
    const fresh = session !== this.#opened;
    this.#opened = session;
    if (this.preset === 'none' || (fresh ? source || activity !== 'idle' : !asked)) return;
    void session.open(this.#builtIn(this.preset));
  }

  protected override render(): TemplateResult {
    const current = this.#controller.state;
    return html`<div class="stack">
        ${this.#chooser(current)} ${this.#errors(current)} ${this.#opening(current)}
        ${
          this.loose.length > 0
            ? html`<retino-importer
                .files=${this.loose}
                .service=${this.currentSession.service}
                @retino-import=${(event: CustomEvent<RecordedSource>) => {
                  this.loose = [];
                  void this.#open(event.detail);
                }}
                @retino-import-cancel=${() => {
                  this.loose = [];
                }}
              ></retino-importer>`
            : this.#summary(current)
        }
      </div>
      <slot></slot>`;
  }

  #chooser(current: SessionState | undefined): TemplateResult {
    const source = current?.source;
    const cell = source?.kind === 'simulated' ? source.cell : undefined;
    return html`<div class="drop" part="drop">
      <label class="field">
        Built-in cell
        <select
          .value=${live(typeof cell === 'string' ? cell : '')}
          @change=${(event: Event) => {
            const { value } = event.target as HTMLSelectElement;
            this.loose = [];
            if (value) void this.#open(this.#builtIn(value));
          }}
        >
          <option value="" disabled ?selected=${typeof cell !== 'string'}>
            ${source?.kind === 'recording' ? `Recording: ${shortened(current?.summary?.name ?? '', 40)}` : 'None'}
          </option>
          ${presets.map(
            (name) =>
              html`<option value=${name} ?selected=${name === cell}>${presetNames[name]}</option>`,
          )}
        </select>
      </label>
      <label class="button">
        Open files…
        <input
          class="visually-hidden"
          type="file"
          multiple
          accept=".json,.mat,.h5,.hdf5,.npy,.npz"
          @change=${(event: Event) => {
            const input = event.target as HTMLInputElement;
            const files = [...(input.files ?? [])];
            input.value = '';
            void this.loadFiles(files);
          }}
        />
      </label>
      <span class="muted small">
        or drop them here: MATLAB, HDF5, npy, npz, with a JSON manifest if there is one. They stay on this
        computer.
      </span>
    </div>`;
  }

  #errors(current: SessionState | undefined): TemplateResult | typeof nothing {
    const here = current?.failed === 'opening' || current?.failed === 'idle';
    const error = this.failure ?? (here ? current.error : undefined);
    return error ? html`<p class="message error" role="alert">${error.message}</p>` : nothing;
  }

  #opening(current: SessionState | undefined): TemplateResult | typeof nothing {
    if (current?.activity !== 'opening') return nothing;
    const { phase } = current;
    return html`<div class="stack">
      <p class="muted" role="status">${phase?.what ?? 'Opening the recording'}</p>
      <progress max="1" .value=${phase?.done ?? 0} aria-label="Progress"></progress>
    </div>`;
  }

  #summary(current: SessionState | undefined): TemplateResult | typeof nothing {
    const summary = current?.summary;
    if (!current || !summary) {
      const empty = !current || (current.activity === 'idle' && !current.error);
      return empty ? html`<p class="muted">No cell is chosen.</p>` : nothing;
    }
    const warning = unitWarning(summary, current.cell);
    return html`
      ${warning ? html`<p class="message warning">${warning}</p>` : nothing}
      ${summary.cells.length > 1 ? this.#cells(summary, current.cell) : nothing}
      ${factList(summaryFacts(summary, current.cell))} ${this.#crop(current, summary)}
    `;
  }

  #cells(summary: DatasetSummary, cell: number): TemplateResult {
    const bins = rateHistogram(summary);
    const most = Math.max(...bins.map(({ cells }) => cells));
    return html`<div class="fields wide">
      <label class="field">
        Cell
        <select
          .value=${live(String(cell))}
          @change=${(event: Event) => {
            void this.currentSession.selectCell(Number((event.target as HTMLSelectElement).value));
          }}
        >
          ${summary.cells.map(
            ({ name, spikesPerFrame }, index) =>
              html`<option value=${index} ?selected=${index === cell}>
                ${shortened(name || `Cell ${index}`, 40)},
                ${significant(spikesPerFrame * summary.frameRate)} Hz
              </option>`,
          )}
        </select>
      </label>
      <figure>
        <figcaption>Mean rates of ${plural(summary.cells.length, 'cell')}, Hz</figcaption>
        <div
          class="histogram"
          role="img"
          aria-label=${bins
            .map(
              ({ low, high, cells }) => `${significant(low)} to ${significant(high)} Hz: ${cells}`,
            )
            .join('; ')}
        >
          ${bins.map(({ cells }) => html`<span style=${styleMap({ height: `${(100 * cells) / most}%` })}></span>`)}
        </div>
        <div class="scale small muted" aria-hidden="true">
          <span>0</span><span>${significant(bins.at(-1)?.high)}</span>
        </div>
      </figure>
    </div>`;
  }

  #crop(current: SessionState, summary: DatasetSummary): TemplateResult | typeof nothing {
    const { width, height } = summary;
    const { crop: chosen, receptiveField, activity } = current;
    const crop = chosen ?? { x: 0, y: 0, width, height };
    const side = Math.min(crop.width, crop.height);
    const most = Math.min(width, height);
    const session = this.currentSession;
    const busy = activity === 'training' || activity === 'paused';
    const resize = (value: number) => {
      const centre = { x: crop.x + (crop.width >> 1), y: crop.y + (crop.height >> 1) };
      session.setCrop(cropAround(centre, summary, value));
    };
    const number = (label: string, value: number, high: number, change: (value: number) => void) =>
      html`<label class="field">
        ${label}
        <input
          type="number"
          min=${label.startsWith('Side') ? 3 : 0}
          max=${high}
          step="1"
          required
          .value=${fieldValue(String(value))}
          @change=${(event: Event) => {
            const input = event.target as HTMLInputElement;
            if (input.validity.valid) change(input.valueAsNumber);
            else input.reportValidity();
          }}
        />
      </label>`;
    const move = (change: Partial<Crop>) => session.setCrop({ ...crop, ...change });
    return html`<details ?open=${chosen !== undefined}>
      <summary>
        Crop: ${chosen ? `${crop.width} × ${crop.height} squares at x ${crop.x}, y ${crop.y}` : 'the whole stimulus'}
      </summary>
      <fieldset class="stack" ?disabled=${busy}>
        <legend class="visually-hidden">Squares that are trained on</legend>
        <div class="fields">
          ${number('Side, squares', side, most, resize)}
          ${number('First column, x', crop.x, width - crop.width, (x) => move({ x }))}
          ${number('First row, y', crop.y, height - crop.height, (y) => move({ y }))}
        </div>
        <div class="row">
          <button
            type="button"
            ?disabled=${!receptiveField}
            @click=${() => {
              if (receptiveField) session.setCrop(cropAround(receptiveField.peak, summary, side));
            }}
          >
            Centre on the receptive field
          </button>
          <button type="button" ?disabled=${!chosen} @click=${() => session.setCrop(undefined)}>
            Use the whole stimulus
          </button>
        </div>
      </fieldset>
    </details>`;
  }

  /** The built-in cell of this name, with the attributes that are within their range. */
  #builtIn(name: string | undefined): DatasetSource {
    const frames = Number(this.frames);
    const seed = Number(this.seed);
    const [least, most] = frameRange;
    return {
      ...builtInCell,
      cell: validPreset(name),
      ...(this.frames &&
        Number.isInteger(frames) &&
        frames >= least &&
        frames <= most && { frames }),
      ...(this.seed && Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31 && { seed }),
    };
  }

  async #open(source: DatasetSource): Promise<void> {
    this.failure = undefined;
    const detail = source.kind === 'simulated' ? source.cell : undefined;
    this.dispatchEvent(new CustomEvent('retino-source', { detail, bubbles: true, composed: true }));
    await this.currentSession.open(source);
  }

  /** Announces a session that is new. */
  #share(): void {
    const session = this.currentSession;
    if (session === this.#shared) return;
    this.#shared = session;
    this.dispatchEvent(new Event(sessionEvent));
  }

  readonly #dragged = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    this.toggleAttribute('dragging', true);
  };

  readonly #dragEnded = (): void => {
    this.toggleAttribute('dragging', false);
  };

  readonly #dropped = (event: DragEvent): void => {
    this.toggleAttribute('dragging', false);
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    event.stopPropagation();
    void this.loadFiles(files);
  };
}
