/**
 * Spike-triggered average: sta[lag, y, x] = Σ_t counts[t]·movie[t − lag, y, x] / Σ_t counts[t].
 * A frame whose history would cross the start of its block is left out, with its spikes.
 * Promises exact integer sums for binary movies with whole counts up to 255 a frame; float32 partial sums
 * under float64 totals otherwise. Memory beside the movie is bounded by lags × height × width.
 */
import { allocateArray } from './allocate.js';
import { RetinoscopeError } from './errors.js';
import { FrameValues } from './frame-values.js';
import type { Core } from './load.js';
import { type BinaryMovie, frameBytes, type Movie, rowBytes } from './movie.js';

export interface StaSize {
  readonly height: number;
  readonly width: number;
  /** Frames of history, the current one included. */
  readonly lags: number;
  /** Frames of a block; history does not cross from one to the next. One block a movie when absent. */
  readonly blockFrames?: number;
}

export interface SpikeTriggeredAverage {
  /** `[lag, y, x]`, lag 0 the current frame, in stimulus units; zeros when there were no spikes. */
  readonly sta: Float32Array;
  /** Sum of the counts used. */
  readonly spikes: number;
}

export type Counts = Float32Array | Uint8Array;

/** Bytes of a movie in the arena at a time. */
const bufferBytes = 1 << 22;
/** 16-byte columns, or fours of values, whose sums stay in the first-level cache. */
const tile = 64;
/** Windows added by the kernel for bits at once, and by that for values. */
const bitBatch = 7;
const valueBatch = 4;

export function spikeTriggeredAverage(
  core: Core,
  movie: Movie,
  counts: Counts,
  options: { readonly lags: number; readonly blockFrames?: number },
): SpikeTriggeredAverage {
  const { height, width } = movie;
  const mark = core.arena.mark();
  try {
    const accumulator = new StaAccumulator(core, { height, width, ...options });
    accumulator.add(movie, counts);
    return accumulator.finish();
  } finally {
    core.arena.release(mark);
  }
}

/** Adds up a spike-triggered average over a recording that comes in parts, each of whole blocks. */
export class StaAccumulator {
  /** Σ counts·stimulus, `[lag, y, x]`. */
  private readonly total: Float64Array;
  private spikes = 0;

  constructor(
    private readonly core: Core,
    private readonly size: StaSize,
  ) {
    checkHistory(size.lags, size.blockFrames);
    const values = size.lags * size.height * size.width;
    this.total = allocateArray(values * 8, () => new Float64Array(values));
  }

  /** Adds a part: `counts` of each frame of `movie`, whose first frame starts a block. */
  add(movie: Movie, counts: Counts): void {
    const { height, width } = this.size;
    if (movie.height !== height || movie.width !== width) {
      throw new RetinoscopeError(
        'data',
        `A movie of ${movie.width} × ${movie.height} squares was added to an average of ${width} × ${height}; they must be the same.`,
        { height, width },
      );
    }
    const largest = checkCounts(counts, movie.frames);
    const { arena } = this.core;
    const mark = arena.mark();
    try {
      if (movie.kind === 'binary' && largest <= 255 && counts.every(Number.isInteger)) {
        this.addBits(movie, counts);
      } else {
        this.addValues(movie, counts);
      }
    } finally {
      arena.release(mark);
    }
  }

  finish(): SpikeTriggeredAverage {
    const { spikes } = this;
    return { sta: Float32Array.from(this.total, (sum) => (spikes > 0 ? sum / spikes : 0)), spikes };
  }

  /** Parts of `counts` that fit the buffer; `each` is given the frames held and those to be averaged. */
  private parts(
    frames: number,
    atOnce: number,
    each: (held: number, first: number, end: number) => void,
  ): void {
    for (let first = 0; first < frames; first += atOnce) {
      each(Math.max(0, first - this.size.lags + 1), first, Math.min(frames, first + atOnce));
    }
  }

  /** True when the whole history of frame t lies in its block. */
  private hasHistory(t: number): boolean {
    const { blockFrames, lags } = this.size;
    return (blockFrames === undefined ? t : t % blockFrames) >= lags - 1;
  }

  private addBits(movie: BinaryMovie, counts: Counts): void {
    const { arena, kernels } = this.core;
    const { lags } = this.size;
    const bytes = frameBytes(movie.height, movie.width);
    const window = lags * bytes;
    const columns = Math.ceil(window / 16);
    const atOnce = Math.max(lags, Math.floor(bufferBytes / bytes));
    const frames = arena.allocate((atOnce + lags - 1) * bytes + 16);
    const zeros = arena.allocate(columns * 16);
    arena.u8(zeros, columns * 16).fill(0);
    const counters = arena.allocate(tile * 128);
    arena.u8(counters, tile * 128).fill(0);
    const ones = arena.allocate(columns * 512);
    arena.u32(ones, columns * 128).fill(0);
    let spikes = 0;
    this.parts(movie.frames, atOnce, (held, first, end) => {
      const windows: number[] = [];
      for (let t = first; t < end; t++) {
        if (counts[t] === 0 || !this.hasHistory(t)) continue;
        const start = frames + (t - lags + 1 - held) * bytes;
        for (let spike = 0; spike < counts[t]; spike++) windows.push(start);
      }
      if (windows.length === 0) return;
      spikes += windows.length;
      while (windows.length % bitBatch) windows.push(zeros);
      arena.u8(frames, (end - held) * bytes).set(movie.bits.subarray(held * bytes, end * bytes));
      const list = arena.mark();
      const pointers = arena.place(Uint32Array.from(windows));
      for (let column = 0; column < columns; column += tile) {
        const n = Math.min(tile, columns - column);
        kernels.countBits(pointers, windows.length, column * 16, n, counters, ones + column * 512);
      }
      arena.release(list);
    });
    this.spikes += spikes;
    this.addOnes(movie, arena.u32(ones, columns * 128), spikes);
  }

  /** low·spikes + (high − low)·ones, from the kernel's order `[column][bit of byte][byte]`. */
  private addOnes(movie: BinaryMovie, ones: Uint32Array, spikes: number): void {
    const { height, width, lags } = this.size;
    const { low, high } = movie;
    const stride = rowBytes(width);
    for (let lag = 0, at = 0; lag < lags; lag++) {
      for (let y = 0; y < height; y++) {
        const row = ((lags - 1 - lag) * height + y) * stride;
        for (let x = 0; x < width; x++) {
          const byte = row + (x >> 3);
          const count = ones[(byte >> 4) * 128 + (x & 7) * 16 + (byte & 15)];
          this.total[at++] += low * spikes + (high - low) * count;
        }
      }
    }
  }

  private addValues(movie: Movie, counts: Counts): void {
    const { arena, kernels } = this.core;
    const { lags } = this.size;
    const squares = movie.height * movie.width;
    const window = lags * squares;
    const padded = Math.ceil(window / 4) * 4;
    const atOnce = Math.max(lags, Math.floor(bufferBytes / (4 * squares)));
    const frames = arena.allocate((atOnce + lags - 1) * squares * 4);
    const zeros = arena.allocate(padded * 4);
    arena.f32(zeros, padded).fill(0);
    const sum = arena.allocate(padded * 4);
    const values = new FrameValues(this.core, movie);
    this.parts(movie.frames, atOnce, (held, first, end) => {
      const windows: number[] = [];
      const weights: number[] = [];
      for (let t = first; t < end; t++) {
        if (counts[t] === 0 || !this.hasHistory(t)) continue;
        windows.push(frames + (t - lags + 1 - held) * squares * 4);
        weights.push(counts[t]);
        this.spikes += counts[t];
      }
      if (windows.length === 0) return;
      values.write(held, end - held, frames);
      const list = arena.mark();
      const pairs = arena.allocate((windows.length + valueBatch) * 8);
      // Few enough windows at a time that float32 partial sums keep their digits.
      for (let from = 0; from < windows.length; from += 256) {
        const n = Math.min(256, windows.length - from);
        const whole = Math.ceil(n / valueBatch) * valueBatch;
        const pointers = arena.u32(pairs, 2 * whole);
        const factors = arena.f32(pairs, 2 * whole);
        for (let i = 0; i < whole; i++) {
          pointers[2 * i] = i < n ? windows[from + i] : zeros;
          factors[2 * i + 1] = i < n ? weights[from + i] : 0;
        }
        arena.f32(sum, padded).fill(0);
        for (let at = 0; at < padded; at += tile * 64) {
          const length = Math.min(tile * 64, padded - at);
          kernels.sumWindows(pairs, whole, at * 4, length, sum + at * 4);
        }
        this.addSums(arena.f32(sum, window), squares);
      }
      arena.release(list);
    });
  }

  /** From the movie's order, oldest frame first. */
  private addSums(sums: Float32Array, squares: number): void {
    const { lags } = this.size;
    for (let lag = 0, at = 0; lag < lags; lag++) {
      const start = (lags - 1 - lag) * squares;
      for (let i = 0; i < squares; i++) this.total[at++] += sums[start + i];
    }
  }
}

/** Refuses what is not a whole number of lags, or of frames in a block. */
export function checkHistory(lags: number, blockFrames = 1): void {
  for (const [field, found] of Object.entries({ lags, blockFrames })) {
    if (Number.isInteger(found) && found >= 1) continue;
    throw new RetinoscopeError(
      'settings',
      `${field} of the spike-triggered average is ${found}; a whole number, at least 1, is needed.`,
      { field, found },
    );
  }
}

/** Refuses counts that do not fit; the largest of them. */
export function checkCounts(counts: Counts, frames: number): number {
  if (counts.length !== frames) {
    throw new RetinoscopeError(
      'data',
      `${counts.length} spike counts were given for ${frames} frames; there must be one a frame.`,
      { expected: frames, found: counts.length },
    );
  }
  let largest = 0;
  for (let t = 0; t < frames; t++) {
    const count = counts[t];
    if (!(count >= 0 && count < Infinity)) {
      throw new RetinoscopeError(
        'data',
        `The spike count of frame ${t} is ${count}; counts must be finite and not negative.`,
        { frame: t, found: count },
      );
    }
    if (count > largest) largest = count;
  }
  return largest;
}
