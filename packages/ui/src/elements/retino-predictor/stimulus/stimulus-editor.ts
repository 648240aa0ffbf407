/**
 * The stimulus that is being made: its state, what was given or drawn, and the movie that follows from them. Promises
 * that the movie fits the grid, and that however many changes come between two frames of the page, it is made once.
 * Knows no page but for when to make it.
 */
import {
  initialPlacement,
  type Placement,
  type RetinoscopeError,
  type StimulusGrid,
  type StimulusKind,
  type StimulusMovie,
  type StimulusSpec,
  toRetinoscopeError,
} from '@retinoscope/worker';
import { clamp } from '../../../controllers/bounds.js';
import { Drawing } from './drawing.js';
import {
  firstFrameOn,
  makeMovie,
  movieOnOther,
  pictureOf,
  placedFrame,
  placementOf,
  strongestFrame,
} from './make-movie.js';
import type { Media } from './media.js';
import {
  initialSpec,
  initialState,
  type StimulusSource,
  type StimulusState,
} from './stimulus-state.js';

/** How far a picture is shrunk and enlarged about its covering size. */
export const mostZoom = 16;

/** Calls `make` soon, or when nothing has changed for a while; gives what prevents it. */
export type Later = (make: () => void, when: 'soon' | 'at rest') => () => void;

export class StimulusEditor {
  readonly #made: (movieChanged: boolean) => void;
  readonly #later: Later;
  readonly #specs = new Map<StimulusKind, StimulusSpec>();
  /** By the squares that they are on. */
  readonly #drawings = new Map<string, Drawing>();
  #cancelMaking?: () => void;
  #grid?: StimulusGrid;
  #state: StimulusState = initialState();
  #media?: Media;
  #drawing?: Drawing;
  #movie?: StimulusMovie;
  #preview?: Float32Array;
  #failure?: RetinoscopeError;

  /** `made` is called when the movie has been made, or cannot be. */
  constructor(made: (movieChanged: boolean) => void, later: Later) {
    this.#made = made;
    this.#later = later;
  }

  get grid(): StimulusGrid | undefined {
    return this.#grid;
  }

  set grid(grid: StimulusGrid | undefined) {
    const same = (['height', 'width', 'squareSize', 'frameRate'] as const).every(
      (name) => grid?.[name] === this.#grid?.[name],
    );
    if (same) return;
    this.#grid = grid;
    this.#make();
  }

  /** Only what matters to the present source. */
  get state(): StimulusState {
    const { source, spec, presentation, placement } = this.#state;
    return {
      source,
      spec,
      presentation,
      ...(this.#placing && placement && { placement }),
      ...(source === 'drawing' && this.#drawing && { drawing: this.#drawing.encode() }),
    };
  }

  set state({ drawing, ...state }: StimulusState) {
    this.#state = state;
    if (drawing !== undefined) this.#drawing = Drawing.decode(drawing);
    this.#make();
  }

  get movie(): StimulusMovie | undefined {
    return this.#movie;
  }

  /** The stimulus on the squares of another model, for a comparison. Errors as of the stimulus itself. */
  movieOn(grid: StimulusGrid): StimulusMovie | undefined {
    const material = { drawing: this.#drawing, media: this.#media };
    return this.#grid && movieOnOther(this.#state, material, this.#grid, grid);
  }

  get media(): Media | undefined {
    return this.#media;
  }

  get drawing(): Drawing | undefined {
    return this.#drawing;
  }

  /** Why there is no movie. */
  get failure(): RetinoscopeError | undefined {
    return this.#failure;
  }

  /** Whether there is a picture to be moved. */
  get movable(): boolean {
    return this.#placing && this.#media !== undefined;
  }

  /** Where the picture lies, and the size of a pixel, µm, at which it just covers the grid. */
  get placement(): { readonly placement: Placement; readonly cover: number } | undefined {
    const media = this.#media;
    const grid = this.#grid;
    if (!media || !grid) return undefined;
    return {
      placement: placementOf(this.#state, media, grid),
      cover: initialPlacement(pictureOf(media, 0), grid).pixelSize,
    };
  }

  /** The frame to look at first: that in which what is shown once comes on, else the first of the strongest. */
  get firstFrame(): number {
    const { source, presentation } = this.#state;
    const once = source === 'drawing' || (this.#placing && this.#media?.kind === 'picture');
    if (once) return this.#grid ? firstFrameOn(presentation, this.#grid) : 0;
    return source === 'generated' && this.#movie ? strongestFrame(this.#movie) : 0;
  }

  /** Contrast `[y, x]` of a frame as far as it is known: of a picture that is moved, where it is now. */
  frame(index: number): Float32Array {
    const size = (this.#grid?.height ?? 0) * (this.#grid?.width ?? 0);
    if (this.#preview) return this.#preview;
    return this.#movie?.data.subarray(index * size, (index + 1) * size) ?? new Float32Array(size);
  }

  choose(source: StimulusSource): void {
    this.#state = { ...this.#state, source };
    this.#make();
  }

  /** Another kind to generate, as it was left. */
  chooseKind(kind: StimulusKind): void {
    const { spec } = this.#state;
    this.#specs.set(spec.kind, spec);
    this.#state = { ...this.#state, spec: this.#specs.get(kind) ?? initialSpec(kind) };
    this.#make();
  }

  change(changed: Partial<StimulusState>): void {
    this.#state = { ...this.#state, ...changed };
    this.#makeLater('soon');
  }

  /** A placement that came with a link is for the first picture that is given. */
  take(media: Media): void {
    const placement = this.#media ? undefined : this.#state.placement;
    this.#media = media;
    this.#state = { ...this.#state, source: media.kind, placement };
    this.#make();
  }

  /** `shown` is the frame that is looked at: of a film it alone is placed until the hand rests. */
  place(placement: Placement, shown: number): void {
    const media = this.#media;
    const grid = this.#grid;
    if (!media || !grid) return;
    this.#state = { ...this.#state, placement };
    this.#makeLater(media.kind === 'film' ? 'at rest' : 'soon');
    this.#preview = placedFrame(this.#state, media, grid, shown);
  }

  /** By µm; the picture's centre stays within a grid's size of the grid's centre. */
  pan(x: number, y: number, shown: number): void {
    const at = this.placement?.placement;
    if (at) this.place(this.#within({ ...at, x: at.x + x, y: at.y + y }), shown);
  }

  /** What lies at `about`, µm from the grid's centre, stays there. */
  zoom(factor: number, about: { readonly x: number; readonly y: number }, shown: number): void {
    const found = this.placement;
    if (!found) return;
    const { placement, cover } = found;
    const { x, y, pixelSize } = placement;
    const zoomed = clamp(pixelSize * factor, cover / mostZoom, cover * mostZoom);
    const real = zoomed / pixelSize;
    const moved = {
      ...placement,
      pixelSize: zoomed,
      x: about.x + (x - about.x) * real,
      y: about.y + (y - about.y) * real,
    };
    this.place(this.#within(moved), shown);
  }

  /** Covers the grid again; contrast and greys stay. */
  cover(shown: number): void {
    const found = this.placement;
    if (!found) return;
    this.place({ ...found.placement, x: 0, y: 0, pixelSize: found.cover }, shown);
  }

  /** Changes the drawing. */
  draw(change: (drawing: Drawing) => void): void {
    const drawing = this.#drawing;
    if (!drawing) return;
    change(drawing);
    this.#makeLater('soon');
    this.#preview = drawing.contrast();
  }

  get #placing(): boolean {
    return this.#state.source === 'picture' || this.#state.source === 'film';
  }

  #within(placement: Placement): Placement {
    const { width = 1, height = 1, squareSize = 1 } = this.#grid ?? {};
    const [across, down] = [width * squareSize, height * squareSize];
    return {
      ...placement,
      x: clamp(placement.x, -across, across),
      y: clamp(placement.y, -down, down),
    };
  }

  #makeLater(when: 'soon' | 'at rest'): void {
    this.#cancelMaking?.();
    this.#cancelMaking = this.#later(() => this.#make(), when);
  }

  #make(): void {
    this.#cancelMaking?.();
    this.#cancelMaking = undefined;
    this.#preview = undefined;
    this.#failure = undefined;
    const before = this.#movie;
    this.#movie = undefined;
    const grid = this.#grid;
    if (grid) {
      const { height, width } = grid;
      if (this.#drawing?.height !== height || this.#drawing.width !== width) {
        this.#drawing = this.#drawings.get(`${height} ${width}`) ?? new Drawing(height, width);
      }
      this.#drawings.set(`${height} ${width}`, this.#drawing);
      try {
        const material = { drawing: this.#drawing, media: this.#media };
        this.#movie = makeMovie(this.#state, material, grid);
      } catch (thrown) {
        this.#failure = toRetinoscopeError(thrown);
      }
    }
    this.#made(before !== undefined || this.#movie !== undefined);
  }
}
