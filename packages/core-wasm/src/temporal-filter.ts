/**
 * Causal convolution in time, square by square: out[t, y, x] = Σ_lag kernel[lag]·movie[t − lag, y, x].
 * The history before frame 0 is zero. Promises bounded scratch beside the result; strict float32 arithmetic.
 * Calls may grow the core's memory: views taken before are then detached.
 */
import { allocateArray } from './allocate.js';
import { RetinoscopeError } from './errors.js';
import { FrameValues } from './frame-values.js';
import type { Core } from './load.js';
import type { Movie } from './movie.js';

/** Bytes of values filtered at a time, without their history: about a second-level cache. */
const bufferBytes = 1 << 18;

/** Places the values of `movie`, float32 `[time, y, x]`, at `destination` in the core's memory. */
export function expandInto(core: Core, movie: Movie, destination: number): void {
  const mark = core.arena.mark();
  try {
    new FrameValues(core, movie).write(0, movie.frames, destination);
  } finally {
    core.arena.release(mark);
  }
}

/** Filters `movie` by `kernel` (index = lag) to `destination`, float32 `[time, y, x]`, in the core's memory. */
export function filterInTimeInto(
  core: Core,
  movie: Movie,
  kernel: Float32Array,
  destination: number,
): void {
  const frame = movie.height * movie.width * 4;
  filterByParts(core, movie, kernel, (first) => destination + first * frame);
}

/** Filters `movie` by `kernel` (index = lag); `[time, y, x]`. */
export function filterInTime(core: Core, movie: Movie, kernel: Float32Array): Float32Array {
  const squares = movie.height * movie.width;
  const values = movie.frames * squares;
  const out = allocateArray(values * 4, () => new Float32Array(values));
  const mark = core.arena.mark();
  try {
    const buffer = core.arena.allocate(framesAtOnce(squares) * squares * 4);
    filterByParts(
      core,
      movie,
      kernel,
      () => buffer,
      (first, count) => out.set(core.arena.f32(buffer, count * squares), first * squares),
    );
  } finally {
    core.arena.release(mark);
  }
  return out;
}

/** A multiple of 4, as the kernel likes it. */
function framesAtOnce(squares: number): number {
  return Math.max(16, Math.floor(bufferBytes / (16 * squares)) * 4);
}

function filterByParts(
  core: Core,
  movie: Movie,
  kernel: Float32Array,
  destination: (first: number) => number,
  done?: (first: number, count: number) => void,
): void {
  const taps = kernel.length;
  if (taps < 1 || !kernel.every(Number.isFinite)) {
    throw new RetinoscopeError(
      'settings',
      'A temporal filter needs at least one lag, and finite values.',
      { lags: taps },
    );
  }
  const { arena, kernels } = core;
  const squares = movie.height * movie.width;
  const atOnce = framesAtOnce(squares);
  const history = (taps - 1) * squares;
  const mark = arena.mark();
  try {
    const values = new FrameValues(core, movie);
    const reversed = arena.place(Float32Array.from([0, 0, 0, ...[...kernel].reverse(), 0, 0, 0]));
    // The kernel reads whole blocks of four frames of eight squares.
    const input = arena.allocate((history + (atOnce + 4) * squares) * 4);
    arena.f32(input, history).fill(0);
    for (let first = 0; first < movie.frames; first += atOnce) {
      const count = Math.min(atOnce, movie.frames - first);
      values.write(first, count, input + history * 4);
      kernels.filterTime(input, count, squares, reversed, taps, destination(first));
      done?.(first, count);
      arena.f32(input, history + count * squares).copyWithin(0, count * squares);
    }
  } finally {
    arena.release(mark);
  }
}
