/**
 * The panel in which a person gives a new stimulus: generated, a picture or a film of their own, or drawn. Renders
 * into the shadow tree of its host, which adopts `stimulusStyles` beside `base`, `controls` and `messages`. Promises
 * that files stay in the page, and that of two files given at once only the later one counts. Runs no model.
 */
import {
  type RetinoscopeError,
  type StimulusGrid,
  type StimulusMovie,
  throwIfCancelled,
  toRetinoscopeError,
} from '@retinoscope/worker';
import {
  html,
  nothing,
  type ReactiveController,
  type ReactiveControllerHost,
  type TemplateResult,
} from 'lit';
import { shortened } from '../../../controllers/text.js';
import { type Ellipse, receptiveFieldEllipse } from '../../../plots/ellipse.js';
import type { PixelMap } from '../../../plots/pixels.js';
import { squareText } from './canvas-geometry.js';
import {
  type DrawingStep,
  type DrawingTools,
  drawingControls,
  generatedControls,
  placementControls,
  presentationControls,
} from './controls.js';
import type { Square } from './drawing.js';
import { isArray, isMedia, type Media, readMedia } from './media.js';
import { MoviePlayer } from './movie-player.js';
import { mediaView, playerView, readingView } from './panel-views.js';
import { choice } from './slider.js';
import { type CanvasUse, StimulusCanvas } from './stimulus-canvas.js';
import { type Later, StimulusEditor } from './stimulus-editor.js';
import type { StimulusState } from './stimulus-state.js';

/** ms without a change after which a film is placed anew. */
const restTime = 150;
/** Pictures a second of a film that is read before the model's rate is known. */
const usualRate = 30;

const uses: Readonly<Record<CanvasUse, { readonly label: string; readonly hint: string }>> = {
  look: {
    label: 'to look at',
    hint: 'Point at a square, or use the arrow keys, to read it.',
  },
  draw: {
    label: 'to draw on',
    hint: 'Draw with a mouse, a pen or a finger. Keys: arrows move, Space paints, Delete erases, Ctrl+Z undoes.',
  },
  place: {
    label: 'to place the picture on',
    hint: 'Drag to move. Pinch to zoom, or turn the wheel after a click. Keys: arrows move, + and − zoom, 0 covers the grid.',
  },
};

/** Before the next frame of the page, or when nothing has changed for a while. */
const later: Later = (make, when) => {
  if (when === 'soon') {
    const request = requestAnimationFrame(make);
    return () => cancelAnimationFrame(request);
  }
  const timer = setTimeout(make, restTime);
  return () => clearTimeout(timer);
};

const hintId = 'retino-stimulus-hint';

export class StimulusPanel implements ReactiveController {
  /** What contrast becomes for this model, a sentence. */
  unitsText = '';
  /** Reads files of other kinds, arrays; undefined for one that it does not know either. */
  readOther?: (file: File, signal: AbortSignal) => Promise<Media | undefined>;
  /** Values of the darkest and the brightest square for this model; readouts tell contrast alone when absent. */
  stimulusValues?: readonly [dark: number, bright: number];

  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #canvas: StimulusCanvas;
  readonly #editor: StimulusEditor;
  readonly #player: MoviePlayer;
  #tools: DrawingTools = { contrast: 1, brush: 1, erasing: false };
  #field?: PixelMap;
  #ellipse?: Ellipse;
  /** Why the last file could not be read. */
  #fileFailure?: RetinoscopeError;
  #reading?: { readonly job: AbortController; readonly name: string; share: number };
  #pointed?: Square;
  #pointedByKey = false;

  /** `changed` is called when there is another movie, or none any more. */
  constructor(host: ReactiveControllerHost & HTMLElement, changed: () => void) {
    this.#host = host;
    const editor = new StimulusEditor((movieChanged) => {
      this.#fileFailure = undefined;
      const first = this.#player.frames === 0;
      this.#player.load(editor.movie?.shape[0] ?? 0, editor.grid?.frameRate ?? 1);
      if (first) this.#player.index = editor.firstFrame;
      host.requestUpdate();
      if (movieChanged) changed();
    }, later);
    this.#editor = editor;
    this.#player = new MoviePlayer(() => host.requestUpdate());
    this.#canvas = new StimulusCanvas({
      startStroke: () => {
        this.#lookAtPicture();
        editor.drawing?.startStroke();
      },
      paint: (from, to, erase) => {
        const { contrast, brush, erasing } = this.#tools;
        editor.draw((drawing) => drawing.paint(from, to, brush, erase || erasing ? 0 : contrast));
        host.requestUpdate();
      },
      endStroke: () => {
        editor.drawing?.endStroke();
        host.requestUpdate();
      },
      pan: (x, y) => this.#move((shown) => editor.pan(x, y, shown)),
      zoom: (factor, about) => this.#move((shown) => editor.zoom(factor, about, shown)),
      cover: () => this.#move((shown) => editor.cover(shown)),
      point: (square, byKey) => this.#point(square, byKey),
    });
    this.#canvas.element.setAttribute('aria-describedby', hintId);
    host.addController(this);
  }

  /** The squares and the frame rate of the model; nothing is shown before they are known. */
  get grid(): StimulusGrid | undefined {
    return this.#editor.grid;
  }

  set grid(grid: StimulusGrid | undefined) {
    this.#editor.grid = grid;
  }

  /** A map `[y, x]`, outlined over the stimulus at half of its maximum where it has the size of the grid. */
  get receptiveField(): PixelMap | undefined {
    return this.#field;
  }

  set receptiveField(field: PixelMap | undefined) {
    if (field === this.#field) return;
    this.#field = field;
    this.#ellipse = field && receptiveFieldEllipse(field.values, field.height, field.width);
    this.#host.requestUpdate();
  }

  /** What makes the stimulus, for a link; from a link, through `readStimulusState`. */
  get state(): StimulusState {
    return this.#editor.state;
  }

  set state(state: StimulusState) {
    this.#editor.state = state;
    this.frameIndex = this.#editor.firstFrame;
  }

  /** Contrast `[time, y, x]` on the model's squares; undefined while there is none. */
  get movie(): StimulusMovie | undefined {
    return this.#editor.movie;
  }

  /** The same stimulus on the squares of another model. */
  movieOn(grid: StimulusGrid): StimulusMovie | undefined {
    return this.#editor.movieOn(grid);
  }

  /** The frame that is shown, 0-based. */
  get frameIndex(): number {
    return this.#player.index;
  }

  set frameIndex(index: number) {
    this.#player.index = index;
    this.#host.requestUpdate();
  }

  hostConnected(): void {
    this.#canvas.connect();
  }

  hostDisconnected(): void {
    this.#canvas.disconnect();
    this.#player.pause();
    this.#reading?.job.abort();
  }

  hostUpdated(): void {
    const { grid } = this;
    if (!grid) return;
    const use = this.#use;
    this.#canvas.show({
      use,
      grid,
      frame: this.#editor.frame(this.frameIndex),
      brush: this.#tools.brush,
      receptiveField: this.#outline,
      label: `Stimulus of ${grid.width} × ${grid.height} squares, ${uses[use].label}`,
    });
  }

  /**
   * Shows the first picture or video of `files`; false when there is none, so that they are for others. What is wrong
   * with a file is shown.
   */
  async giveFiles(files: readonly File[]): Promise<boolean> {
    for (const file of files) {
      if (!((await isMedia(file)) || isArray(file))) continue;
      await this.#read(file);
      return true;
    }
    return false;
  }

  /** Takes a picture or a video from the clipboard; leaves whatever else to the page. */
  handlePaste(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])];
    const media = files.filter(({ type }) => /^(image|video)\//.test(type));
    if (media.length === 0) return;
    event.preventDefault();
    void this.giveFiles(media);
  }

  render(): TemplateResult {
    const { grid } = this;
    if (!grid) return html``;
    const { source } = this.state;
    const failure = this.#fileFailure ?? this.#editor.failure;
    return html`<div class="stimulus" part="stimulus" @keydown=${this.#keyed}>
      ${choice({
        name: 'retino-stimulus-source',
        label: 'Source of the stimulus',
        choices: [
          ['generated', 'Generate'],
          ['picture', 'Picture or video'],
          ['drawing', 'Draw'],
        ],
        chosen: source === 'film' ? 'picture' : source,
        change: (chosen) =>
          this.#choose(chosen === 'picture' ? (this.#editor.media?.kind ?? chosen) : chosen),
      })}
      ${failure ? html`<p class="message error" role="alert">${failure.message}</p>` : nothing}
      ${this.#reading ? readingView(this.#reading, () => this.#reading?.job.abort()) : nothing}
      <div class="columns">
        ${this.#screen(grid)}
        <div class="controls">${this.#controls(grid)}</div>
      </div>
    </div>`;
  }

  #screen(grid: StimulusGrid): TemplateResult {
    const pointed = this.#pointed;
    const value =
      pointed && this.#editor.frame(this.frameIndex)[pointed.y * grid.width + pointed.x];
    return html`<div class="screen">
      ${this.#canvas.element}
      <p class="readout small" aria-live=${this.#pointedByKey ? 'polite' : 'off'}>
        ${
          pointed && value !== undefined ? squareText(pointed, value, this.stimulusValues) : nothing
        }
      </p>
      <p class="muted small" id=${hintId}>${uses[this.#use].hint}</p>
      ${playerView(this.#player, grid.frameRate, (index) => {
        this.#player.pause();
        this.frameIndex = index;
      })}
      ${
        this.#outline
          ? html`<p class="muted small">Dashes: the receptive field at half of its maximum.</p>`
          : nothing
      }
      ${this.unitsText ? html`<p class="muted small">${this.unitsText}</p>` : nothing}
    </div>`;
  }

  #controls(grid: StimulusGrid): TemplateResult {
    const editor = this.#editor;
    const { source, spec, presentation, placement: asked } = this.state;
    if (source === 'generated') {
      return generatedControls(
        spec,
        (kind) => {
          this.#player.pause();
          editor.chooseKind(kind);
          this.frameIndex = editor.firstFrame;
        },
        (changed) => editor.change({ spec: changed }),
      );
    }
    const timing = presentationControls(presentation, (changed) => {
      editor.change({ presentation: changed });
    });
    if (source === 'drawing') {
      const { canUndo: undo = false, canRedo: redo = false } = editor.drawing ?? {};
      const largestBrush = Math.max(2, Math.ceil(Math.min(grid.width, grid.height) / 2));
      return html`${drawingControls(
        this.#tools,
        { undo, redo, largestBrush },
        (tools) => {
          this.#tools = tools;
          this.#host.requestUpdate();
        },
        (step) => this.#edit(step),
      )}
      ${timing}`;
    }
    const placed = editor.placement;
    return html`${mediaView(editor.media, asked !== undefined, (file) => void this.giveFiles([file]))}
    ${
      placed
        ? placementControls(
            placed.placement,
            { grid, cover: placed.cover },
            (placement) => this.#move((shown) => editor.place(placement, shown)),
            () => this.#move((shown) => editor.cover(shown)),
          )
        : nothing
    }
    ${editor.media?.kind === 'picture' ? timing : nothing}`;
  }

  get #use(): CanvasUse {
    if (this.state.source === 'drawing') return 'draw';
    return this.#editor.movable ? 'place' : 'look';
  }

  get #outline(): Ellipse | undefined {
    const { grid } = this;
    const fits = this.#field?.height === grid?.height && this.#field?.width === grid?.width;
    return fits ? this.#ellipse : undefined;
  }

  #choose(source: StimulusState['source']): void {
    this.#player.pause();
    this.#editor.choose(source);
    this.frameIndex = this.#editor.firstFrame;
  }

  /** A picture is looked at where it is on; a film where it is. */
  #move(change: (shown: number) => void): void {
    if (this.#editor.media?.kind === 'picture') this.#lookAtPicture();
    change(this.frameIndex);
    this.#host.requestUpdate();
  }

  #lookAtPicture(): void {
    this.#player.pause();
    this.frameIndex = this.#editor.firstFrame;
  }

  #edit(step: DrawingStep): void {
    const { contrast, erasing } = this.#tools;
    this.#editor.draw((drawing) => {
      if (step === 'fill') drawing.fill(erasing ? 0 : contrast);
      else drawing[step]();
    });
    this.#lookAtPicture();
  }

  #point(square: Square | undefined, byKey: boolean): void {
    if (square?.x === this.#pointed?.x && square?.y === this.#pointed?.y) return;
    this.#pointed = square;
    this.#pointedByKey = byKey;
    this.#host.requestUpdate();
  }

  async #read(file: File): Promise<void> {
    this.#reading?.job.abort();
    const job = new AbortController();
    const reading = { job, name: shortened(file.name || 'the file', 40), share: 0 };
    this.#reading = reading;
    this.#fileFailure = undefined;
    this.#host.requestUpdate();
    let failure: RetinoscopeError | undefined;
    try {
      const other = isArray(file) ? await this.readOther?.(file, job.signal) : undefined;
      const media =
        other ??
        (await readMedia(file, {
          rate: this.grid?.frameRate ?? usualRate,
          signal: job.signal,
          progress: (share) => {
            reading.share = share;
            this.#host.requestUpdate();
          },
        }));
      if (this.#reading !== reading) return;
      throwIfCancelled(job.signal);
      this.#player.pause();
      this.#editor.take(media);
      this.frameIndex = this.#editor.firstFrame;
    } catch (thrown) {
      failure = toRetinoscopeError(thrown);
    }
    if (this.#reading !== reading) return;
    this.#reading = undefined;
    if (failure?.kind !== 'cancelled') this.#fileFailure = failure;
    this.#host.requestUpdate();
  }

  readonly #keyed = (event: KeyboardEvent): void => {
    const inBox = event.target instanceof HTMLInputElement && event.target.type === 'number';
    if (this.state.source !== 'drawing' || inBox) return;
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    const redo = key === 'y' || (key === 'z' && event.shiftKey);
    if (!redo && key !== 'z') return;
    event.preventDefault();
    this.#edit(redo ? 'redo' : 'undo');
  };
}
