/**
 * Shows the filters of a training as they formed: the latest while it trains, and afterwards any of them, at a
 * chosen speed. Promises to say of every picture which step it is from and that it is a replay, and to start by
 * itself only where it was asked to, once, in sight, and where motion is not unwelcome. Keeps no filters itself.
 */
import { html, LitElement, nothing, type PropertyValues, svg, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { guard } from 'lit/directives/guard.js';
import { live } from 'lit/directives/live.js';
import type { Session, SessionState } from '../../controllers/session.js';
import { SessionController } from '../../controllers/session-controller.js';
import { ThemeController } from '../../controllers/theme-controller.js';
import { WidthController } from '../../controllers/width-controller.js';
import { filterCanvas } from '../../plots/filter-canvas.js';
import { base, controls, messages } from '../../styles/index.js';
import { notice } from '../retino-picture/notice.js';
import { VisibilityController } from '../retino-picture/visibility-controller.js';
import { type Film, filmOf, frameAt, frameText, played, speeds, validSpeed } from './film.js';
import { styles } from './retino-replay.styles.js';

/** Share of the element that is in the window when a replay may start by itself. */
const wellInSight = 0.6;

/** What `retino-replay` tells: the step and second of the frame, and whether it is the last there is. */
export interface ReplayedFrame {
  readonly step: number;
  readonly seconds: number;
  readonly latest: boolean;
}

/**
 * Shows the first layer's filters at any moment of the training, as they come and again afterwards.
 *
 * Keys, while the focus is inside: Space plays and stops, Left and Right go from frame to frame, Home and End to
 * the first and the last.
 *
 * @element retino-replay
 *
 * @attr {string} for - Id of the retino-cell whose session is used; else the closest or the first one.
 * @attr {'paper' | 'code'} preset - Built-in cell opened and fitted when there is no retino-cell.
 * @attr {'light' | 'dark'} theme - Overrides the page's colour scheme.
 * @attr {'0.5' | '1' | '2' | '4'} speed - 1: a whole training in 8 seconds.
 * @attr {boolean} autoplay - Plays once by itself, when the first training is done and the element is in sight; never where the system asks for less motion.
 *
 * @fires retino-replay - Another frame is shown; `detail` is `{ step, seconds, latest }`.
 *
 * @csspart figure - The figure of the filters.
 * @csspart frame - The line that says what is shown.
 * @csspart replay - The row of controls.
 *
 * @cssproperty --retino-accent - Colour of the slider and the focus ring.
 * @cssproperty --retino-space - Unit of spacing.
 */
export class RetinoReplay extends LitElement {
  static override styles = [base, controls, messages, styles];

  @property({ attribute: false }) session?: Session;
  @property() for?: string;
  @property() preset?: string;
  @property({ reflect: true }) theme?: string;
  @property({ reflect: true }) speed?: string;
  @property({ type: Boolean }) autoplay = false;

  /** The step shown; the latest frame when absent. */
  @state() private at?: number;
  @state() private playing = false;

  readonly #session = new SessionController(this, { needs: 'fit' });
  readonly #theme = new ThemeController(this);
  readonly #width = new WidthController(this);
  readonly #visibility = new VisibilityController(this);
  readonly #sight = new VisibilityController(this, { threshold: wellInSight });
  readonly #canvas = document.createElement('canvas');
  #film?: Film;
  #filmed?: readonly unknown[];
  #training?: SessionState['fitRequest'];
  /** The step that playing has reached, between frames too. */
  #clock = 0;
  #ticked?: number;
  #tick?: number;
  /** It has played, or a person has taken over. */
  #left = false;
  #told?: unknown;

  /** Plays on from the frame shown, from the first when it is the last. */
  play(): void {
    if (!this.#film || this.#film.frames.length < 2) return;
    this.#left = true;
    this.#clock = this.at ?? this.#film.frames[0].step;
    this.#ticked = undefined;
    this.at = this.#clock;
    this.playing = true;
  }

  /** Stops at the frame shown. */
  pause(): void {
    this.#left = true;
    this.playing = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopTicking();
  }

  protected override shouldUpdate(): boolean {
    return this.#visibility.visible;
  }

  protected override willUpdate(_changed: PropertyValues): void {
    const current = this.#session.state;
    if (current?.fitRequest !== this.#training) {
      // The first training has passed, and with it what was to be shown by itself.
      if (this.#training) this.#left = true;
      this.#training = current?.fitRequest;
      this.at = undefined;
      this.playing = false;
    }
    const made = current && [current.snapshots, current.fit, current.fitRequest, current.activity];
    if (made?.every((part, i) => part === this.#filmed?.[i])) return;
    this.#filmed = made;
    this.#film = current && filmOf(current);
  }

  protected override render(): TemplateResult {
    const film = this.#film;
    if (!film) {
      return notice(
        this.#session.state,
        'No network has been trained yet. Its filters will be shown here as they form.',
        { alone: this.#session.alone },
      );
    }
    const index = frameAt(film, this.at);
    const text = frameText(film, index);
    return html`<figure part="figure" aria-label="Filters as they are learned">
      <figcaption>Filters as they are learned</figcaption>
      ${guard([film.frames[index], film.limit, this.#width.width, this.#theme.theme, text], () =>
        this.#picture(film, index, text),
      )}
      <div class="frame" part="frame">${text}</div>
      ${film.frames.length > 1 ? this.#controls(film, index, text) : nothing}
    </figure>`;
  }

  protected override updated(_changed: PropertyValues): void {
    const film = this.#film;
    if (!film) return;
    this.#tell(film);
    if (this.#mayStart(film)) this.play();
    if (this.playing) this.#tick ??= requestAnimationFrame(this.#advance);
  }

  #mayStart({ live, frames }: Film): boolean {
    return (
      this.autoplay &&
      !this.#left &&
      !live &&
      frames.length > 2 &&
      this.#sight.visible &&
      !matchMedia('(prefers-reduced-motion: reduce)').matches
    );
  }

  #picture({ frames, height, width, limit }: Film, index: number, text: string): Node {
    return filterCanvas(
      frames[index].maps.map((values) => ({ values, height, width })),
      { width: this.#width.width, theme: this.#theme.theme, limit, when: `(${text})` },
      this.#canvas,
    );
  }

  #controls(film: Film, index: number, text: string): TemplateResult {
    const speed = validSpeed(this.speed);
    return html`<div
      class="replay"
      part="replay"
      role="group"
      aria-label="Replay of the training"
      aria-keyshortcuts="Space ArrowLeft ArrowRight Home End"
      @keydown=${(event: KeyboardEvent) => this.#keyed(event, film, index)}
    >
      <button
        type="button"
        aria-label=${this.playing ? 'Stop the replay' : 'Play the replay'}
        title=${this.playing ? 'Stop the replay' : 'Play the replay'}
        @click=${() => this.#toggle()}
      >
        ${this.playing ? stopIcon : playIcon}
      </button>
      <input
        type="range"
        min="0"
        max=${film.frames.length - 1}
        step="1"
        aria-label="Step of the training"
        aria-valuetext=${text}
        .value=${live(String(index))}
        @input=${(event: Event) => this.#seek(film, (event.target as HTMLInputElement).valueAsNumber)}
      />
      <select
        aria-label="Speed of the replay"
        @change=${(event: Event) => {
          this.#left = true;
          this.speed = (event.target as HTMLSelectElement).value;
        }}
      >
        ${speeds.map(
          (each) => html`<option value=${each} ?selected=${each === speed}>${each}×</option>`,
        )}
      </select>
    </div>`;
  }

  #toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  /** Stops at the frame of `index`; the last frame goes on being the latest while it trains. */
  #seek({ frames }: Film, index: number): void {
    this.pause();
    const to = Math.min(Math.max(index, 0), frames.length - 1);
    this.at = to === frames.length - 1 ? undefined : frames[to].step;
  }

  #keyed(event: KeyboardEvent, film: Film, index: number): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event;
    if (target instanceof HTMLSelectElement) return;
    if (event.key === ' ') {
      // A button is pressed by it anyway.
      if (target instanceof HTMLButtonElement) return;
      this.#toggle();
    } else {
      const to = goal(event.key, index, film.frames.length - 1);
      if (to === undefined) return;
      this.#seek(film, to);
    }
    event.preventDefault();
  }

  readonly #advance = (now: number): void => {
    this.#tick = undefined;
    const film = this.#film;
    // Out of sight it waits; the update on coming into sight lets it go on.
    if (!this.playing || !film || !this.#visibility.visible) {
      this.#ticked = undefined;
      return;
    }
    const seconds = (now - (this.#ticked ?? now)) / 1000;
    this.#ticked = now;
    const reached = played(film, this.#clock, seconds, validSpeed(this.speed));
    if (reached === undefined) {
      this.at = undefined;
      this.playing = false;
      return;
    }
    this.#clock = reached;
    // Redrawn only where another frame is reached.
    this.at = film.frames[frameAt(film, reached)].step;
    this.#tick = requestAnimationFrame(this.#advance);
  };

  #stopTicking(): void {
    if (this.#tick !== undefined) cancelAnimationFrame(this.#tick);
    this.#tick = undefined;
    this.#ticked = undefined;
  }

  #tell(film: Film): void {
    const index = frameAt(film, this.at);
    const frame = film.frames[index];
    if (frame === this.#told) return;
    this.#told = frame;
    const { step, seconds } = frame;
    const detail: ReplayedFrame = { step, seconds, latest: index === film.frames.length - 1 };
    this.dispatchEvent(new CustomEvent('retino-replay', { detail, bubbles: true, composed: true }));
  }
}

/** The frame that `key` goes to. */
function goal(key: string, index: number, last: number): number | undefined {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return index - 1;
    case 'ArrowRight':
    case 'ArrowUp':
      return index + 1;
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}

const playIcon = html`<svg viewBox="0 0 14 14" aria-hidden="true">
  ${svg`<path d="M3 1.5v11L12 7z" />`}
</svg>`;

const stopIcon = html`<svg viewBox="0 0 14 14" aria-hidden="true">
  ${svg`<path d="M3 2h3v10H3zM8 2h3v10H8z" />`}
</svg>`;
