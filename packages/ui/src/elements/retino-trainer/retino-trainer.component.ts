/**
 * Trains a network on the chosen cell and shows it happen. Promises that what is shown comes from the
 * session, so that several trainers of one cell agree. Does no training itself.
 */
import type { TrainingProgress } from '@retinoscope/worker';
import { html, LitElement, noChange, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { guard } from 'lit/directives/guard.js';
import {
  type ChosenSettings,
  type FitSettings,
  fitSettings,
  requestOf,
  validSettings,
} from '../../controllers/fit-settings.js';
import type { Activity, Session, SessionState } from '../../controllers/session.js';
import { SessionController } from '../../controllers/session-controller.js';
import { ThemeController } from '../../controllers/theme-controller.js';
import { WidthController } from '../../controllers/width-controller.js';
import { trainingCurves } from '../../plots/training-curves.js';
import { base, controls, messages } from '../../styles/index.js';
import { VisibilityController } from '../retino-picture/visibility-controller.js';
import type { ReplayedFrame } from '../retino-replay/retino-replay.component.js';
import '../retino-replay/retino-replay.js';
import { factList } from '../shared/fact-list.js';
import { settingsForm } from './form.js';
import { styles } from './retino-trainer.styles.js';
import {
  facts,
  lossNameOf,
  progressLine,
  runsCaption,
  shareDone,
  speedLine,
  spokenStatus,
} from './status.js';

/** Milliseconds between two messages to assistive technology. */
const speechInterval = 4000;

/** Squares of the built-in cells, taken until a dataset is open. */
const unknownSize = { width: 8, height: 8 };

/**
 * Trains a convolutional network (Yan et al. 2020) on the cell of its session: settings, start, pause, single
 * steps, and live loss, validation CC and filters.
 *
 * Keys, while the focus is inside and not in a field: P pauses and resumes, S steps, Escape cancels.
 *
 * @element retino-trainer
 *
 * @attr {string} for - Id of the retino-cell whose session is used; else the closest or the first one.
 * @attr {'paper' | 'code'} preset - Built-in cell opened when there is no retino-cell.
 * @attr {'light' | 'dark'} theme - Overrides the page's colour scheme.
 * @attr {'recovery' | 'recording' | 'published'} training - Training preset.
 * @attr {1 | 2} version - 1: space only, on frames filtered in time; 2: space and time.
 * @attr {1 | 2} rank - Version 2: filters are sums of so many products space × time; weights for every lag when absent.
 *   Version 1: 1 to fit the temporal filter too.
 * @attr {'softplus' | 'parametric-softplus' | 'exponential' | 'logistic'} head - Output nonlinearity.
 * @attr {'poisson' | 'squared-error' | 'binomial'} loss - What training lowers; ignored unless it goes with the head.
 * @attr {number} filters - Filters of each layer, 1 to 64.
 * @attr {number} layers - Convolutional layers, 1 to 3.
 * @attr {number} filter-size - Side of the first layer's filters, squares, 1 to 31.
 * @attr {number} seed - Seed of weights and sampling, 0 to 2³¹ − 1.
 * @attr {number} steps - Steps at the most, 10 to 200,000.
 * @attr {number} restarts - Independent runs of which the best is kept, 1 to 16.
 * @attr {string} blocks - Blocks of the training part, `first:last`, 0-based; all when absent.
 * @attr {boolean} autostart - Trains once by itself, when the first receptive field is known.
 *
 * @fires retino-settings - A setting was changed by hand; `detail` holds the settings that differ from the defaults.
 * @fires retino-fit - A fit is done and its network exported; `detail` is the fit's result.
 *
 * @slot - Shown below the buttons.
 *
 * @csspart form - The settings.
 * @csspart memory - The line on the memory that a training needs.
 * @csspart buttons - The row of buttons.
 * @csspart progress - The progress bar.
 * @csspart facts - The list of results.
 *
 * @cssproperty --retino-accent - Colour of the main button, the progress bar and the focus ring.
 * @cssproperty --retino-space - Unit of spacing.
 */
export class RetinoTrainer extends LitElement {
  static override styles = [base, controls, messages, styles];

  @property({ attribute: false }) session?: Session;
  @property() for?: string;
  @property() preset?: string;
  @property({ reflect: true }) theme?: string;
  @property() training?: string;
  @property() version?: string;
  @property() rank?: string;
  @property() head?: string;
  @property() loss?: string;
  @property() filters?: string;
  @property() layers?: string;
  @property({ attribute: 'filter-size' }) filterSize?: string;
  @property() seed?: string;
  @property() steps?: string;
  @property() restarts?: string;
  @property() blocks?: string;
  @property({ type: Boolean }) autostart = false;

  @state() private typed: ChosenSettings = {};
  @state() private spoken = '';
  /** Second of the training that the replay is at, unless it shows the latest. */
  @state() private replayed?: number;

  readonly #session = new SessionController(this, { needs: 'receptive-field' });
  readonly #theme = new ThemeController(this);
  readonly #width = new WidthController(this);
  readonly #visibility = new VisibilityController(this);
  #started = false;
  /** The training that was started by itself: the only one that is replayed by itself. */
  #automatic?: SessionState['fitRequest'];
  #announced?: SessionState['onnx'];
  #speech?: ReturnType<typeof setTimeout>;

  /** Chosen by attributes or by hand; an attribute that is out of range counts as absent. */
  get chosen(): ChosenSettings {
    const { training, version, rank, head, loss } = this;
    const { filters, layers, filterSize, seed, steps, restarts, blocks } = this;
    const network = { version, rank, head, loss, filters, layers, filterSize };
    const attributes = { preset: training, ...network, seed, steps, restarts, blocks };
    return { ...validSettings(attributes), ...this.typed };
  }

  /** Every setting as it would be used now. */
  get settings(): FitSettings {
    const { summary, crop, source } = this.#session.state ?? {};
    return fitSettings(this.chosen, { ...(summary ?? unknownSize), crop, source });
  }

  /** Trains from the start with the settings shown. */
  async start(): Promise<void> {
    const { summary, crop } = this.#session.state ?? {};
    await this.#session.session?.fit(requestOf(this.settings, crop ?? summary ?? unknownSize));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('keydown', this.#keyed);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener('keydown', this.#keyed);
    clearTimeout(this.#speech);
    this.#speech = undefined;
  }

  protected override updated(_changed: PropertyValues): void {
    const current = this.#session.state;
    if (!current) return;
    this.#speak(current);
    if (current.fit && current.onnx && current.onnx !== this.#announced) {
      this.#announced = current.onnx;
      this.dispatchEvent(
        new CustomEvent('retino-fit', { detail: current.fit, bubbles: true, composed: true }),
      );
    }
    if (this.autostart && !this.#started && current.receptiveField && current.activity === 'idle') {
      this.#started = true;
      if (current.fit) return;
      void this.start();
      this.#automatic = this.#session.state?.fitRequest;
    }
  }

  protected override render(): TemplateResult {
    const current = this.#session.state;
    const training = isTraining(current?.activity);
    return html`<div class="stack">
      <form
        @submit=${(event: Event) => {
          event.preventDefault();
          if (!training) void this.start();
        }}
      >
        ${settingsForm({
          settings: this.settings,
          size: current?.crop ?? current?.summary,
          blocks: current?.summary && { count: current.summary.blocks },
          memory: this.#memory(current),
          disabled: training,
          onChange: (change) => this.#change(change),
        })}
        ${this.#buttons(current, training)}
      </form>
      <slot></slot>
      ${this.#error(current)} ${this.#meter(current)} ${this.#live(current)}
      ${current?.fit && !training ? factList(facts(current.fit)) : nothing}
      <div class="visually-hidden" role="status" aria-live="polite">${this.spoken}</div>
    </div>`;
  }

  #memory(current: SessionState | undefined): number | undefined {
    if (!current?.summary) return undefined;
    const request = requestOf(this.settings, current.crop ?? current.summary);
    return this.#session.session?.memory(request)?.total;
  }

  #buttons(current: SessionState | undefined, training: boolean): TemplateResult {
    const session = this.#session.session;
    const paused = current?.activity === 'paused';
    const busy = current !== undefined && current.activity !== 'idle';
    return html`<div class="row" part="buttons">
      <button
        class="primary"
        type=${training ? 'button' : 'submit'}
        aria-keyshortcuts=${training ? 'P' : nothing}
        ?disabled=${!training && (!current?.summary || busy)}
        @click=${() => training && this.#pauseOrResume()}
      >
        ${training ? (paused ? 'Resume' : 'Pause') : current?.fitRequest ? 'Train again' : 'Train'}
      </button>
      <button
        type="button"
        aria-keyshortcuts="S"
        ?disabled=${!paused}
        @click=${() => session?.step()}
      >
        Step
      </button>
      <button
        type="button"
        aria-keyshortcuts="Escape"
        ?disabled=${!busy}
        @click=${() => session?.cancel()}
      >
        Cancel
      </button>
      <button
        type="button"
        ?disabled=${!current?.fit && !training}
        @click=${() => session?.reset()}
      >
        Reset
      </button>
      ${
        session?.canUndo && !busy
          ? html`<button type="button" @click=${() => session.undo()}>Undo reset</button>`
          : nothing
      }
    </div>`;
  }

  #error(current: SessionState | undefined): TemplateResult | typeof nothing {
    if (current?.warning) {
      return html`<p class="message warning" role="alert">${current.warning}</p>`;
    }
    if (!current?.error) return nothing;
    if (!isTraining(current.failed) && !this.#session.alone) return nothing;
    return html`<p class="message error" role="alert">${current.error.message}</p>`;
  }

  #meter(current: SessionState | undefined): TemplateResult | typeof nothing {
    const share = current && shareDone(current);
    if (!current || share === undefined) return nothing;
    const { progress } = current;
    return html`<div class="meter">
      <progress part="progress" max="1" .value=${share} aria-label="Progress"></progress>
      <div class="row small muted">
        <span>${progressLine(current)}</span>
        <span>${progress?.kind === 'training' ? speedLine(progress) : nothing}</span>
      </div>
    </div>`;
  }

  #live(current: SessionState | undefined): TemplateResult | typeof nothing | typeof noChange {
    if (!this.#visibility.visible) return noChange;
    if (!current || current.trace.length === 0) return nothing;
    const { trace, otherTraces, progress, snapshots } = current;
    const runs = runsCaption(current);
    const { theme } = this.#theme;
    const wide = this.#width.width;
    const filmed = snapshots.length > 0;
    const beside = filmed && wide >= 832;
    const width = Math.min(beside ? Math.floor((wide - 24) * 0.6) : wide, 960);
    const end = progress?.kind === 'training' ? expectedSeconds(progress) : undefined;
    const lossName = lossNameOf(current);
    const replayed = filmed ? this.replayed : undefined;
    return html`<div class="live ${beside ? 'both' : ''}">
      <figure>
        ${runs ? html`<figcaption>${runs}</figcaption>` : nothing}
        ${guard([trace, otherTraces, width, theme, lossName, replayed], () =>
          trainingCurves(trace, {
            width,
            theme,
            against: 'seconds',
            end,
            others: otherTraces,
            lossName,
            mark: replayed,
          }),
        )}
      </figure>
      ${
        filmed
          ? html`<retino-replay
              .session=${this.#session.session}
              ?autoplay=${this.#automatic !== undefined && current.fitRequest === this.#automatic}
              @retino-replay=${({ detail }: CustomEvent<ReplayedFrame>) => {
                this.replayed = detail.latest ? undefined : detail.seconds;
              }}
            ></retino-replay>`
          : nothing
      }
    </div>`;
  }

  #change(change: ChosenSettings): void {
    this.typed = { ...this.typed, ...change };
    this.dispatchEvent(
      new CustomEvent('retino-settings', { detail: this.chosen, bubbles: true, composed: true }),
    );
  }

  #pauseOrResume(): void {
    const session = this.#session.session;
    if (session?.state.activity === 'paused') void session.resume();
    else void session?.pause();
  }

  readonly #keyed = (event: KeyboardEvent): void => {
    const target = event.composedPath()[0];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) return;
    const session = this.#session.session;
    if (!session || !isTraining(session.state.activity)) return;
    if (event.key === 'Escape') session.cancel();
    else if (event.key === 'p') this.#pauseOrResume();
    else if (event.key === 's') void session.step();
    else return;
    event.preventDefault();
  };

  /** Says the latest status, no sooner than `speechInterval` after the one before. */
  #speak(current: SessionState): void {
    if (this.#speech !== undefined || spokenStatus(current) === this.spoken) return;
    this.#speech = setTimeout(
      () => {
        this.#speech = undefined;
        const { state: latest } = this.#session;
        if (latest) this.spoken = spokenStatus(latest);
      },
      this.spoken === '' ? 0 : speechInterval,
    );
  }
}

/** Seconds that the whole run will take at the speed so far. */
function expectedSeconds({ seconds, step, steps }: TrainingProgress): number | undefined {
  return step > 0 ? (seconds * steps) / step : undefined;
}

function isTraining(activity: Activity | undefined): boolean {
  return activity === 'training' || activity === 'paused';
}
