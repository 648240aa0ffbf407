/**
 * Shows how the network predicts the test part: spikes, rates and correlations, in a window of frames that a
 * person moves. Predicts nothing itself; the responses come from the session.
 */
import { drawSpikes, type FitResult, type TestResponses } from '@retinoscope/worker';
import { html, LitElement, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { guard } from 'lit/directives/guard.js';
import type { Session } from '../../controllers/session.js';
import { SessionController } from '../../controllers/session-controller.js';
import { ThemeController } from '../../controllers/theme-controller.js';
import { WidthController } from '../../controllers/width-controller.js';
import {
  arrange,
  formatNumber,
  palettes,
  raster,
  type Theme,
  timeTraces,
} from '../../plots/index.js';
import { base, controls, messages } from '../../styles/index.js';
import { notice } from '../retino-picture/notice.js';
import '../retino-picture/retino-picture.js';
import { VisibilityController } from '../retino-picture/visibility-controller.js';
import { styles } from './retino-response.styles.js';
import { facts, heading, responseCsv, statement } from './statements.js';
import { clampWindow, cutFrames, type FrameWindow, keyed, move } from './window.js';

/** Seconds shown at first. */
const firstSeconds = 10;

/** Lengths offered, seconds; the whole test part is always offered. */
const lengths = [2, 5, 10, 20, 60];

/** Of the spikes drawn from the network's rate. */
const rasterSeed = 1;

/**
 * Shows the response to the test stimulus: observed spikes above spikes drawn from the network's rate, and the
 * observed rate with those of the network and the LN model, with their correlations.
 *
 * Keys, while the focus is on the plot: Left and Right move, Page Up and Page Down move a window's length,
 * Home and End go to the ends, + and − zoom, 0 shows everything.
 *
 * @element retino-response
 *
 * @attr {string} for - Id of the retino-cell whose session is used; else the closest or the first one.
 * @attr {'paper' | 'code'} preset - Built-in cell opened and fitted when there is no retino-cell.
 * @attr {'light' | 'dark'} theme - Overrides the page's colour scheme.
 *
 * @fires retino-window - Another window was chosen; `detail` is `{ first, length }` in frames.
 * @fires retino-export - A file was saved or copied; `detail` is `{ name, type }`.
 *
 * @slot - Shown below the figure.
 *
 * @csspart window - The controls of the window.
 * @csspart plot - The box that takes the keys.
 * @csspart figure - The retino-picture.
 * @csspart statement - The sentence on what the CC is against.
 * @csspart facts - The list of numbers.
 *
 * @cssproperty --retino-accent - Colour of the slider and the focus ring.
 * @cssproperty --retino-space - Unit of spacing.
 */
export class RetinoResponse extends LitElement {
  static override styles = [base, controls, messages, styles];

  @property({ attribute: false }) session?: Session;
  @property() for?: string;
  @property() preset?: string;
  @property({ reflect: true }) theme?: string;

  @state() private chosen?: FrameWindow;

  readonly #session = new SessionController(this, { needs: 'fit' });
  readonly #theme = new ThemeController(this);
  readonly #width = new WidthController(this);
  readonly #visibility = new VisibilityController(this);
  #drawnFor?: TestResponses;
  #drawn: Float32Array = new Float32Array();

  protected override shouldUpdate(): boolean {
    return this.#visibility.visible;
  }

  protected override render(): TemplateResult {
    const current = this.#session.state;
    const { fit, summary } = current ?? {};
    if (!current || !fit || !summary) {
      return html`${notice(current, 'No network has been trained yet. Its response will be shown here.', { alone: this.#session.alone })}<slot
        ></slot>`;
    }
    if (!fit.test) {
      return html`<p class="message">
          This recording has no test part, so there is no response to compare with. A test part with repeats of
          one stimulus would be shown here.
        </p>
        <slot></slot>`;
    }
    return html`${this.#response(fit, fit.test, summary.frameRate)}<slot></slot>`;
  }

  #response(fit: FitResult, test: TestResponses, frameRate: number): TemplateResult {
    const limits = { first: test.first, length: test.frames - test.first };
    const window = clampWindow(
      this.chosen ?? { first: test.first, length: firstSeconds * frameRate },
      limits,
    );
    const { theme } = this.#theme;
    const { width } = this.#width;
    return html`<div class="stack">
      ${this.#controls(window, limits, frameRate)}
      <div
        class="plot"
        part="plot"
        tabindex="0"
        role="group"
        aria-label="Window of the response. Arrow keys move it, plus and minus zoom, 0 shows everything."
        aria-keyshortcuts="ArrowLeft ArrowRight PageUp PageDown Home End + - 0"
        @keydown=${(event: KeyboardEvent) => this.#key(event, window, limits)}
      >
        <retino-picture
          part="figure"
          name="response"
          heading=${heading(fit.evaluation, test)}
          .csv=${() => responseCsv(test, frameRate)}
        >
          ${guard([test, window.first, window.length, width, theme], () =>
            draw(test, this.#spikes(test), window, { width, theme, frameRate }),
          )}
          <span slot="caption" part="statement">${statement(fit.evaluation, test)}</span>
        </retino-picture>
      </div>
      <dl class="facts" part="facts">
        ${facts(fit.evaluation, test).map(
          ({ term, value }) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`,
        )}
      </dl>
    </div>`;
  }

  #controls(window: FrameWindow, limits: FrameWindow, frameRate: number): TemplateResult {
    const seconds = (frames: number): string => formatNumber(frames / frameRate);
    const range = `${seconds(window.first)} to ${seconds(window.first + window.length)} s`;
    const offered = lengths
      .map((each) => Math.round(each * frameRate))
      .filter((frames) => frames < limits.length);
    const all = [...new Set([...offered, window.length, limits.length])].sort((a, b) => a - b);
    return html`<div class="window" part="window">
      <button
        type="button"
        aria-label="Earlier"
        ?disabled=${window.first <= limits.first}
        @click=${() => this.#choose(move(window, -0.5, limits))}
      >
        ‹
      </button>
      <input
        type="range"
        aria-label="Start of the window"
        aria-valuetext=${range}
        min=${limits.first}
        max=${limits.first + limits.length - window.length}
        step="1"
        .value=${String(window.first)}
        ?disabled=${window.length >= limits.length}
        @input=${(event: Event) =>
          this.#choose({ ...window, first: Number((event.target as HTMLInputElement).value) })}
      />
      <button
        type="button"
        aria-label="Later"
        ?disabled=${window.first + window.length >= limits.first + limits.length}
        @click=${() => this.#choose(move(window, 0.5, limits))}
      >
        ›
      </button>
      <select
        aria-label="Length of the window"
        @change=${(event: Event) =>
          this.#choose(
            clampWindow(
              { ...window, length: Number((event.target as HTMLSelectElement).value) },
              limits,
            ),
          )}
      >
        ${all.map(
          (frames) => html`<option value=${frames} .selected=${frames === window.length}>
            ${frames === limits.length ? `all, ${seconds(frames)} s` : `${seconds(frames)} s`}
          </option>`,
        )}
      </select>
    </div>`;
  }

  #key(event: KeyboardEvent, window: FrameWindow, limits: FrameWindow): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target !== event.currentTarget) return;
    const next = keyed(event.key, window, limits);
    if (!next) return;
    event.preventDefault();
    this.#choose(next);
  }

  #choose(window: FrameWindow): void {
    this.chosen = window;
    this.dispatchEvent(
      new CustomEvent('retino-window', { detail: window, bubbles: true, composed: true }),
    );
  }

  /** One draw of the whole test part, so that spikes stay where they are when the window moves. */
  #spikes(test: TestResponses): Float32Array {
    if (this.#drawnFor !== test) {
      this.#drawnFor = test;
      this.#drawn = drawSpikes(test.network, test.repeats, rasterSeed);
    }
    return this.#drawn;
  }
}

function draw(
  test: TestResponses,
  drawn: Float32Array,
  window: FrameWindow,
  options: { width: number; theme: Theme; frameRate: number },
): SVGSVGElement {
  const { theme, frameRate, width } = options;
  const palette = palettes[theme];
  const cut = (values: Float32Array, rows = 1): Float32Array =>
    cutFrames(values, rows, test.frames, window);
  const common = { width, theme, frameRate, first: window.first };
  return arrange(
    [
      timeTraces(
        [
          {
            label: test.observedIs,
            values: cut(test.observed),
            colour: palette.observed,
            area: true,
          },
          { label: 'LN', values: cut(test.ln), colour: palette.ln, dash: '5 3' },
          { label: 'network', values: cut(test.network), colour: palette.network },
        ],
        { ...common, height: 240, hideTime: true },
      ),
      raster(
        {
          counts: cut(test.counts, test.repeats),
          trials: test.repeats,
          drawn: cut(drawn, test.repeats),
        },
        common,
      ),
    ],
    { width, gap: 0, theme },
  );
}
