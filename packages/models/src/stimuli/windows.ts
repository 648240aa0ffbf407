/**
 * From a movie in contrast to what a model takes: its values, and windows of frames.
 * Windows are made by range, so that a caller can go through a long movie in parts of bounded size.
 */
import { RetinoscopeError } from '../errors.js';
import { mostStimulusValues } from './limit.js';
import type { StimulusMovie } from './types.js';

/** `[time, y, x]`: middle + contrast × (bright − dark) / 2, so that contrast −1 is `dark` and 1 is `bright`. */
export function toModelValues(
  movie: StimulusMovie,
  [dark, bright]: readonly [dark: number, bright: number],
): Float32Array {
  const middle = (dark + bright) / 2;
  const half = (bright - dark) / 2;
  return movie.data.map((contrast) => middle + contrast * half);
}

/** What `toModelValues` does, for a reader. */
export function unitsSentence([dark, bright]: readonly [dark: number, bright: number]): string {
  return `Contrast −1 … 1 becomes ${shortNumber(dark)} … ${shortNumber(bright)}, the values that this model was trained on.`;
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(4))).replaceAll('-', '−');
}

export interface WindowOptions {
  /** Frames of a window, the current one included. */
  readonly lags: number;
  /** Of the frames in a window; the current frame is the newest. */
  readonly order: 'oldest-first' | 'newest-first';
  /** Index = lag, 0 the current frame. With it a window is one filtered frame, whatever `lags` and `order`. */
  readonly temporalFilter?: Float32Array;
  /** Value of mean grey, which the frames before the first are. */
  readonly pad: number;
  /** Frame of the first window, 0 when absent. */
  readonly first?: number;
  /** Windows; those up to the end of the movie when absent. */
  readonly count?: number;
}

export interface StimulusWindows {
  readonly shape: readonly [windows: number, lags: number, y: number, x: number];
  readonly data: Float32Array;
}

/**
 * A window for each frame of a movie `[time, y, x]` in a model's values: `[windows, lags, y, x]`, or with a temporal
 * filter `[windows, 1, y, x]`, Σ_k filter[k]·frame[t − k].
 * Errors: `settings` for a range outside the movie or no lags, `memory` for more than 16 million values at once.
 */
export function windowsOf(movie: StimulusMovie, options: WindowOptions): StimulusWindows {
  const [frames, height, width] = movie.shape;
  const { temporalFilter, first = 0, count = frames - first } = options;
  const lags = temporalFilter ? 1 : options.lags;
  check(frames, { lags, first, count });
  const squares = height * width;
  if (count * lags * squares > mostStimulusValues) {
    throw new RetinoscopeError(
      'memory',
      `${count} windows of ${lags} × ${height} × ${width} have ${count * lags * squares} values; at most ${mostStimulusValues} are made at once, in ${Math.floor(mostStimulusValues / (lags * squares))} windows.`,
      { found: count * lags * squares, expected: mostStimulusValues },
    );
  }
  const data = new Float32Array(count * lags * squares);
  for (let window = 0; window < count; window++) {
    const out = data.subarray(window * lags * squares, (window + 1) * lags * squares);
    if (temporalFilter) filterInto(out, movie, first + window, temporalFilter, options.pad);
    else stackInto(out, movie, first + window, options);
  }
  return { shape: [count, lags, height, width], data };
}

function check(
  frames: number,
  { lags, first, count }: Readonly<Record<'lags' | 'first' | 'count', number>>,
): void {
  if (!Number.isInteger(lags) || lags < 1) {
    throw new RetinoscopeError(
      'settings',
      `A window has ${lags} lags; accepted: a whole number, at least 1.`,
      { field: 'lags', found: lags },
    );
  }
  const whole = Number.isInteger(first) && Number.isInteger(count);
  if (!whole || first < 0 || count < 0 || first + count > frames) {
    throw new RetinoscopeError(
      'settings',
      `${count} windows from frame ${first} on were asked of a movie of ${frames} frames; a range within it is accepted.`,
      { first, count, frames },
    );
  }
}

/** `[lags, y, x]`: the frames up to t. */
function stackInto(
  out: Float32Array,
  { shape: [, height, width], data }: StimulusMovie,
  t: number,
  { lags, order, pad }: WindowOptions,
): void {
  const squares = height * width;
  for (let lag = 0; lag < lags; lag++) {
    const at = (order === 'newest-first' ? lag : lags - 1 - lag) * squares;
    if (lag > t) out.fill(pad, at, at + squares);
    else out.set(data.subarray((t - lag) * squares, (t - lag + 1) * squares), at);
  }
}

/** `[y, x]`: the frames up to t, weighted by lag. */
function filterInto(
  out: Float32Array,
  { data }: StimulusMovie,
  t: number,
  filter: Float32Array,
  pad: number,
): void {
  const squares = out.length;
  const sums = new Float64Array(squares);
  filter.forEach((weight, lag) => {
    const start = (t - lag) * squares;
    for (let i = 0; i < squares; i++) sums[i] += weight * (lag > t ? pad : data[start + i]);
  });
  out.set(sums);
}
