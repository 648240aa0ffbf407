/**
 * What every element of an experiment is: a choice of figure and size, the course of its runs, the claims, the
 * pictures and the table. Subclasses say which figures there are. Computes nothing itself; the runner does.
 */
import {
  type Experiment,
  type ExperimentSetting,
  type ExperimentSize,
  type ExperimentTable,
  experiments,
  type FigurePanel,
  type RecordedSource,
  tableCsv,
} from '@retinoscope/worker';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { guard } from 'lit/directives/guard.js';
import { ExperimentRunner, type ExperimentState } from '../../controllers/experiment-runner.js';
import { changeEvent } from '../../controllers/session.js';
import { ThemeController } from '../../controllers/theme-controller.js';
import { WidthController } from '../../controllers/width-controller.js';
import { drawPanel, fileName, panelColumns, saveFile, toCsv } from '../../plots/index.js';
import { base, controls, messages, tables } from '../../styles/index.js';
import '../retino-picture/retino-picture.js';
import { VisibilityController } from '../retino-picture/visibility-controller.js';
import { cssProperties } from '../shared/css-properties.js';
import { styles } from './experiment.styles.js';
import { columnsFor, figureName, isWide } from './layout.js';
import { storedFromFile, storedFromUrl } from './stored.js';
import { spoken } from './texts.js';
import { claimList, course, runTable } from './views.js';

const sizes: readonly { readonly size: ExperimentSize; readonly label: string }[] = [
  { size: 'glance', label: 'Glance: seconds, little data' },
  { size: 'quick', label: 'Quick: minutes, less data' },
  { size: 'full', label: 'Full: as in the paper' },
];

/** Milliseconds between redraws while runs go on. */
const redrawInterval = 400;
/** Milliseconds between two messages to assistive technology. */
const speechInterval = 4000;

export abstract class ExperimentElement extends LitElement {
  static override styles = [base, controls, messages, tables, styles];

  @property({ reflect: true }) theme?: string;
  @property() figure?: string;
  @property() size?: string;
  @property() src?: string;
  @property({ type: Boolean }) autostart = false;

  /** A recording whose cells can take the place of the simulated ones. */
  @property({ attribute: false }) recording?: RecordedSource;

  /** Whether they do. */
  @state() private recorded = false;
  /** A table from a file, shown in place of what is computed. */
  @state() private opened?: ExperimentTable;
  @state() private problem?: string;
  @state() private spoken = '';

  readonly #theme = new ThemeController(this);
  readonly #width = new WidthController(this);
  readonly #visibility = new VisibilityController(this);
  readonly #runner = new ExperimentRunner();
  #started = false;
  #announced?: ExperimentTable;
  #fetched?: string;
  #redraw?: ReturnType<typeof setTimeout>;
  #speech?: ReturnType<typeof setTimeout>;

  /** Ids of the figures that can be chosen, the first by default. */
  protected abstract readonly figures: readonly string[];

  /** What the experiment is told beside its size. */
  protected get extra(): Omit<ExperimentSetting, 'size'> {
    return {};
  }

  /** Shown between the paper's sentence and the buttons. */
  protected renderExtra(_disabled: boolean): TemplateResult | typeof nothing {
    return nothing;
  }

  /** Runs what is not stored yet. */
  async start(): Promise<void> {
    this.opened = undefined;
    await this.#runner.start();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('keydown', this.#keyed);
    this.#runner.addEventListener(changeEvent, this.#changed);
    if (this.#runner.state === undefined) void this.showChosen();
  }

  /** Ends a moment later, unless the element was only moved. */
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener('keydown', this.#keyed);
    this.#runner.removeEventListener(changeEvent, this.#changed);
    clearTimeout(this.#redraw);
    clearTimeout(this.#speech);
    this.#redraw = undefined;
    this.#speech = undefined;
    queueMicrotask(() => {
      if (!this.isConnected) this.#runner.cancel();
    });
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('recording') && !this.recording) this.recorded = false;
    const chosen = ['figure', 'size', 'recorded'].some((name) => changed.has(name));
    const other = this.recorded && changed.has('recording');
    if (this.hasUpdated && (chosen || other)) void this.showChosen();
    if (this.src !== this.#fetched) void this.#fetch();
  }

  protected override updated(): void {
    const current = this.#runner.state;
    if (!current) return;
    this.#speak(current);
    if (this.autostart && !this.#started && current.activity === 'idle' && !this.src) {
      this.#started = true;
      if (!current.complete) void this.start();
    }
    if (current.complete && current.activity === 'idle' && current.table !== this.#announced) {
      this.#announced = current.table;
      const detail = current.table;
      this.dispatchEvent(
        new CustomEvent('retino-experiment', { detail, bubbles: true, composed: true }),
      );
    }
  }

  /** Shows the figure and the size that are chosen, with what is stored of them. */
  protected async showChosen(): Promise<void> {
    this.opened = undefined;
    this.problem = undefined;
    const setting = { size: this.#size, ...this.extra };
    await this.#runner.show(this.#experiment, setting, this.recorded ? this.recording : undefined);
  }

  protected override render(): TemplateResult {
    const current = this.#runner.state;
    if (!current) return html`<p class="message muted">Looking for finished runs.</p>`;
    const { opened } = this;
    const table = opened ?? current.table;
    const complete = opened !== undefined || current.complete;
    const busy = current.activity === 'running' || current.activity === 'paused';
    return html`<div class="stack">
      <header>
        ${this.#choices(busy || current.activity === 'looking')}
        <p class="title" part="title">${figureName(table.experiment)}. ${table.title}</p>
        <p part="paper">Yan et al. 2020: ${table.paper}</p>
        <p class="small muted" part="differs">Here: ${table.differs}</p>
      </header>
      ${this.renderExtra(busy)} ${this.#buttons(current)} ${this.#error(current)}
      ${course(current)}
      ${opened ? html`<p class="message">A result from a file: ${opened.cells}, ${opened.size}, software version ${opened.softwareVersion}.</p>` : nothing}
      ${complete ? claimList(table.claims) : nothing} ${this.#panels(table)}
      ${table.rows.length > 0 ? runTable(table) : nothing}
      <slot></slot>
      <div class="visually-hidden" role="status" aria-live="polite">${this.spoken}</div>
    </div>`;
  }

  get #experiment(): Experiment {
    const id = this.#figureId;
    return experiments.find((each) => each.id === id) ?? experiments[0];
  }

  get #figureId(): string {
    const wanted = this.figure
      ?.trim()
      .toLowerCase()
      .replace(/^(fig)?/, 'fig');
    return this.#possible.find((id) => id === wanted) ?? this.#possible[0];
  }

  /** Those of the figures that the chosen cells can have. */
  get #possible(): readonly string[] {
    if (!this.recorded) return this.figures;
    return this.figures.filter((id) => experiments.find((each) => each.id === id)?.recordable);
  }

  /** Whether a recording is there, and a figure that its cells can have. */
  get #canBeRecorded(): boolean {
    return (
      this.recording !== undefined &&
      experiments.some(({ id, recordable }) => recordable && this.figures.includes(id))
    );
  }

  get #size(): ExperimentSize {
    return sizes.find(({ size }) => size === this.size)?.size ?? 'quick';
  }

  #choices(busy: boolean): TemplateResult {
    const figure = this.#figureId;
    const several = this.figures.length > 1;
    return html`<div class="fields" part="form">
      ${
        several
          ? html`<label class="field"
              >Figure
              <select
                ?disabled=${busy}
                @change=${(event: Event) => {
                  this.figure = (event.target as HTMLSelectElement).value;
                }}
              >
                ${this.#possible.map(
                  (id) =>
                    html`<option value=${id} ?selected=${id === figure}>
                      ${figureName(id)}: ${experiments.find((each) => each.id === id)?.title}
                    </option>`,
                )}
              </select>
            </label>`
          : nothing
      }
      ${
        this.#canBeRecorded
          ? html`<label class="field"
              >Cells
              <select
                ?disabled=${busy}
                @change=${(event: Event) => {
                  this.recorded = (event.target as HTMLSelectElement).value === 'recorded';
                }}
              >
                <option value="simulated" ?selected=${!this.recorded}>Simulated</option>
                <option value="recorded" ?selected=${this.recorded}>Of the recording</option>
              </select>
            </label>`
          : nothing
      }
      <label class="field"
        >Size
        <select
          ?disabled=${busy}
          @change=${(event: Event) => {
            this.size = (event.target as HTMLSelectElement).value;
          }}
        >
          ${sizes.map(
            ({ size, label }) =>
              html`<option value=${size} ?selected=${size === this.#size}>${label}</option>`,
          )}
        </select>
      </label>
    </div>`;
  }

  #buttons({ activity, complete, table, located, canUndo }: ExperimentState): TemplateResult {
    const busy = activity === 'running' || activity === 'paused';
    const paused = activity === 'paused';
    const some = table.rows.length > 0;
    const save = (text: string, type: string, extension: string) => () => {
      const name = fileName(`${table.experiment}-${table.size}`, extension);
      saveFile(new Blob([text], { type }), name);
    };
    const shown = this.opened ?? table;
    return html`<div class="row" part="buttons">
      ${
        complete && !busy
          ? nothing
          : html`<button
              class="primary"
              type="button"
              aria-keyshortcuts=${busy ? 'P' : nothing}
              ?disabled=${activity === 'looking'}
              @click=${() => (busy ? this.#pauseOrResume() : this.start())}
            >
              ${busy ? (paused ? 'Resume' : 'Pause') : some ? 'Resume' : 'Run'}
            </button>`
      }
      <button
        type="button"
        aria-keyshortcuts="Escape"
        ?disabled=${!busy && located === undefined}
        @click=${this.#cancel}
      >
        Cancel
      </button>
      ${
        canUndo
          ? html`<button type="button" @click=${() => this.#runner.undo()}>Undo forgetting</button>`
          : html`<button
              type="button"
              ?disabled=${busy || !some}
              @click=${() => this.#runner.forget()}
            >
              Forget these runs
            </button>`
      }
      <button
        type="button"
        ?disabled=${shown.rows.length === 0}
        @click=${() => save(`${JSON.stringify(shown)}\n`, 'application/json', 'json')()}
      >
        Result (JSON)
      </button>
      <button
        type="button"
        ?disabled=${shown.rows.length === 0}
        @click=${() => save(tableCsv(shown), 'text/csv', 'csv')()}
      >
        Table (CSV)
      </button>
      <label class="button"
        >Open a result
        <input
          class="visually-hidden"
          type="file"
          accept=".json,application/json"
          ?disabled=${busy}
          @change=${this.#open}
        />
      </label>
    </div>`;
  }

  #error({ error, lasting, activity }: ExperimentState): TemplateResult | typeof nothing {
    const said = this.problem ?? error?.message;
    if (said) return html`<p class="message error" role="alert">${said}</p>`;
    if (lasting || activity === 'looking') return nothing;
    return html`<p class="message warning">
      This browser keeps no data for this page, so that a reload loses finished runs.
    </p>`;
  }

  #panels(table: ExperimentTable): TemplateResult {
    const whole = Math.min(this.#width.width, 1200);
    const theme = this.#theme.theme;
    const visible = this.#visibility.visible;
    const columns = columnsFor(whole);
    const half = Math.floor((whole - 24 * (columns - 1)) / columns);
    return html`<div class="panels" part="figure" ${cssProperties({ '--columns': String(columns) })}>
      ${table.panels.map((panel, i) => {
        const wide = columns === 1 || isWide(panel) || table.panels.length === 1;
        const width = wide ? whole : half;
        return html`<retino-picture
          class=${wide ? 'wide' : ''}
          name="${table.experiment}-${i + 1}-${panel.title}"
          heading=${panel.title}
          .csv=${() => toCsv(panelColumns(panel))}
        >
          ${guard([textOf(panel), width, theme, visible], () =>
            visible ? drawPanel(panel, { width, theme }) : nothing,
          )}
        </retino-picture>`;
      })}
    </div>`;
  }

  readonly #open = async (event: Event): Promise<void> => {
    const input = event.target as HTMLInputElement;
    const [file] = input.files ?? [];
    input.value = '';
    if (file) await this.#showStored(() => storedFromFile(file));
  };

  async #fetch(): Promise<void> {
    const { src } = this;
    this.#fetched = src;
    if (src) await this.#showStored(() => storedFromUrl(src));
  }

  async #showStored(read: () => Promise<ExperimentTable>): Promise<void> {
    this.problem = undefined;
    try {
      this.opened = await read();
    } catch (thrown) {
      this.problem = thrown instanceof Error ? thrown.message : String(thrown);
    }
  }

  /** Back to the simulated cells where those of the recording were still looked for. */
  readonly #cancel = (): void => {
    const looking = this.#runner.state?.activity === 'looking';
    this.#runner.cancel();
    if (looking) this.recorded = false;
  };

  #pauseOrResume(): void {
    if (this.#runner.state?.activity === 'paused') this.#runner.resume();
    else this.#runner.pause();
  }

  readonly #keyed = (event: KeyboardEvent): void => {
    const target = event.composedPath()[0];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) return;
    const { activity, located } = this.#runner.state ?? {};
    if (activity !== 'running' && activity !== 'paused' && located === undefined) return;
    if (event.key === 'Escape') this.#cancel();
    else if (event.key === 'p') this.#pauseOrResume();
    else return;
    event.preventDefault();
  };

  #drawn?: ExperimentState;
  #progress?: ExperimentState['progress'];
  readonly #changed = (): void => {
    const now = this.#runner.state;
    if (now?.progress && now.progress !== this.#progress) {
      this.#progress = now.progress;
      const detail = now.progress;
      this.dispatchEvent(
        new CustomEvent('retino-progress', { detail, bubbles: true, composed: true }),
      );
    }
    const urgent =
      !now || now.activity !== this.#drawn?.activity || now.error !== this.#drawn?.error;
    if (urgent) {
      clearTimeout(this.#redraw);
      this.#redraw = undefined;
      this.#drawn = now;
      this.requestUpdate();
      return;
    }
    this.#redraw ??= setTimeout(() => {
      this.#redraw = undefined;
      this.#drawn = this.#runner.state;
      this.requestUpdate();
    }, redrawInterval);
  };

  /** Says the latest status, no sooner than `speechInterval` after the one before. */
  #speak(current: ExperimentState): void {
    if (this.#speech !== undefined || spoken(current) === this.spoken) return;
    this.#speech = setTimeout(
      () => {
        this.#speech = undefined;
        const latest = this.#runner.state;
        if (latest) this.spoken = spoken(latest);
      },
      this.spoken === '' ? 0 : speechInterval,
    );
  }
}

const texts = new WeakMap<FigurePanel, string>();

/** Equal for panels that look the same, so that a row more does not draw all of them anew. */
function textOf(panel: FigurePanel): string {
  const known = texts.get(panel) ?? JSON.stringify(panel);
  texts.set(panel, known);
  return known;
}
