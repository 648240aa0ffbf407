/** From the state of a panel, and what a person gave or drew, to the stimulus. Pure. */
import {
  type GreyPicture,
  generateStimulus,
  initialPlacement,
  type Placement,
  type Presentation,
  placeFilm,
  placePicture,
  presentPicture,
  type StimulusGrid,
  type StimulusKind,
  type StimulusMovie,
} from '@retinoscope/worker';
import type { Drawing } from './drawing.js';
import type { Media } from './media.js';
import type { StimulusState } from './stimulus-state.js';

export interface Material {
  readonly drawing?: Drawing;
  readonly media?: Media;
}

/** Undefined while there is no picture to show. Errors: those of making the stimulus, as `memory` for one too long. */
export function makeMovie(
  state: StimulusState,
  { drawing, media }: Material,
  grid: StimulusGrid,
): StimulusMovie | undefined {
  const { source, spec, presentation } = state;
  if (source === 'generated') return generateStimulus(spec, grid);
  if (source === 'drawing') {
    return drawing && presentPicture(drawing.contrast(), presentation, grid);
  }
  if (!media) return undefined;
  const placement = placementOf(state, media, grid);
  return media.kind === 'film'
    ? placeFilm(media.pictures, media.rate, placement, grid)
    : presentPicture(placePicture(media.picture, placement, grid), presentation, grid);
}

/** Drawn at random for the squares and frames that are there. */
const randomKinds: readonly StimulusKind[] = ['checkerboard', 'natural-noise', 'white-noise'];

/** The same stimulus on other squares: what was drawn on `from`, by hand or at random, is laid over them, a square a pixel. */
export function movieOnOther(
  state: StimulusState,
  { drawing, media }: Material,
  from: StimulusGrid,
  grid: StimulusGrid,
): StimulusMovie | undefined {
  const isRandom = state.source === 'generated' && randomKinds.includes(state.spec.kind);
  if (isRandom) return laidOver(generateStimulus(state.spec, from), from, grid);
  if (state.source !== 'drawing') {
    const placement = media && placementOf(state, media, from);
    return makeMovie({ ...state, ...(placement && { placement }) }, { media }, grid);
  }
  if (!drawing) return undefined;
  const picture = placePicture(greysOf(drawing.contrast(), from), asItLies(from), grid);
  return presentPicture(picture, state.presentation, grid);
}

function greysOf(contrast: Float32Array, { height, width }: StimulusGrid): GreyPicture {
  return { height, width, data: contrast.map((value) => (value + 1) / 2) };
}

/** Where a picture of a grid's squares lies: over that grid. */
function asItLies({ squareSize }: StimulusGrid): Placement {
  return { x: 0, y: 0, pixelSize: squareSize, contrast: 1, polarity: 1, meanGrey: 0.5 };
}

/** A movie of `from` on the squares and at the frame rate of `grid`. */
function laidOver(movie: StimulusMovie, from: StimulusGrid, grid: StimulusGrid): StimulusMovie {
  const [frames, height, width] = movie.shape;
  const size = height * width;
  const pictures = Array.from({ length: frames }, (_, t) =>
    greysOf(movie.data.subarray(t * size, (t + 1) * size), from),
  );
  return placeFilm(pictures, from.frameRate, asItLies(from), grid);
}

/** The frame `[y, x]` of `index` alone, at once: what is shown of a film while it is moved. */
export function placedFrame(
  state: StimulusState,
  media: Media,
  grid: StimulusGrid,
  index: number,
): Float32Array {
  const rate = media.kind === 'film' ? media.rate : 0;
  const shown = pictureOf(media, Math.floor(((index + 0.5) * rate) / grid.frameRate));
  return placePicture(shown, placementOf(state, media, grid), grid);
}

/** That of the state; covering the grid when it has none. */
export function placementOf(state: StimulusState, media: Media, grid: StimulusGrid): Placement {
  return state.placement ?? initialPlacement(pictureOf(media, 0), grid);
}

/** The picture, or that of a film nearest to `index`. */
export function pictureOf(media: Media, index: number): GreyPicture {
  if (media.kind === 'picture') return media.picture;
  return media.pictures[Math.max(0, Math.min(media.pictures.length - 1, index))];
}

/** The first frame in which a presented picture is on. */
export function firstFrameOn({ before }: Presentation, { frameRate }: StimulusGrid): number {
  return Math.round((before * frameRate) / 1000);
}

/** The first frame whose mean |contrast| is nearly the largest there is. */
export function strongestFrame({ shape: [frames], data }: StimulusMovie): number {
  const size = data.length / frames;
  const strengths = new Float64Array(frames);
  for (let i = 0; i < data.length; i++) strengths[Math.floor(i / size)] += Math.abs(data[i]);
  const largest = strengths.reduce((most, strength) => Math.max(most, strength), 0);
  return strengths.findIndex((strength) => strength >= 0.95 * largest);
}
