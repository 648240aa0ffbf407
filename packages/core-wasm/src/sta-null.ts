/**
 * The null of a spatial receptive field: what the projection of the spike-triggered average on its temporal
 * filter is for spike trains shifted circularly in time, which keep their statistics and lose the stimulus.
 *
 * Σ_lag f[lag]·STA[lag] = Σ_t w[t]·movie[t] / Σ_t counts[t] with w[t] = Σ_lag f[lag]·counts[t + lag]:
 * the counts are filtered once, and all shifts are projected in one pass over the movie.
 * Float32 sums: a null needs three digits, not seven.
 */
import { allocateArray } from './allocate.js';
import { RetinoscopeError } from './errors.js';
import { FrameValues } from './frame-values.js';
import type { Core } from './load.js';
import { type BinaryMovie, frameBytes, type Movie, rowBytes } from './movie.js';
import { placeRandom } from './random.js';
import { type Counts, checkCounts, checkHistory } from './sta.js';

export interface ShuffledNullOptions {
  readonly lags: number;
  /** Frames of a block; one block when absent. */
  readonly blockFrames?: number;
  readonly shuffles: number;
  readonly seed: number;
  /** Temporal filter, index = lag. */
  readonly projectOn: Float32Array;
}

/** Bytes of frames, of eight frames each, that the kernel for bits takes at a time. */
const groups = 16;
/** Shifts in a slice of the kernel for bits. */
const slice = 16;
/** Frames that the kernel for values takes at a time. */
const valueFrames = 64;

/**
 * Null maps `[shuffle, y, x]`, in stimulus units. Shifts are uniform, at least `lags` frames from none.
 * Zeros where no spike of a shifted train has its history.
 */
export function shuffledNull(
  core: Core,
  movie: Movie,
  counts: Counts,
  options: ShuffledNullOptions,
): Float32Array {
  checkCounts(counts, movie.frames);
  const accumulator = new NullAccumulator(core, movie, counts, options);
  accumulator.add(movie);
  return accumulator.finish();
}

/** Adds up a null over a recording whose stimulus comes in parts, in order; its spikes are known from the start. */
export class NullAccumulator {
  private readonly trains: ShiftedTrains;
  /** `[shuffle, y, x]` */
  private readonly maps: Float32Array;
  /** Frames that were added. */
  private frames = 0;

  constructor(
    private readonly core: Core,
    private readonly size: { readonly height: number; readonly width: number },
    /** Spike counts of all frames that will be added. */
    private readonly counts: Counts,
    options: ShuffledNullOptions,
  ) {
    const { lags, shuffles } = options;
    checkHistory(lags, options.blockFrames);
    checkCounts(counts, counts.length);
    if (options.projectOn.length !== lags || !Number.isInteger(shuffles) || shuffles < 1) {
      throw new RetinoscopeError(
        'settings',
        `A null of ${shuffles} shuffles on a temporal filter of ${options.projectOn.length} lags cannot be made; at least 1 shuffle and ${lags} lags are needed.`,
        { shuffles, lags },
      );
    }
    if (counts.length <= 2 * lags) {
      throw new RetinoscopeError(
        'data',
        `${counts.length} frames are too few to shift a spike train; more than ${2 * lags} are needed.`,
        { frames: counts.length, lags },
      );
    }
    this.trains = new ShiftedTrains(counts, options, randomWords(core, options.seed, shuffles));
    const values = shuffles * size.height * size.width;
    this.maps = allocateArray(values * 4, () => new Float32Array(values));
  }

  /** Adds the next frames. */
  add(movie: Movie): void {
    const { height, width } = this.size;
    const end = this.frames + movie.frames;
    if (movie.height !== height || movie.width !== width || end > this.counts.length) {
      throw new RetinoscopeError(
        'data',
        `${movie.frames} frames of ${movie.width} × ${movie.height} squares were added; at most ${this.counts.length - this.frames} of ${width} × ${height} are expected.`,
        { frames: movie.frames, height: movie.height, width: movie.width },
      );
    }
    const { arena } = this.core;
    const mark = arena.mark();
    try {
      if (movie.kind === 'binary') addBits(this.core, movie, this.frames, this.trains, this.maps);
      else addValues(this.core, movie, this.frames, this.trains, this.maps);
    } finally {
      arena.release(mark);
    }
    this.frames = end;
  }

  finish(): Float32Array {
    const squares = this.size.height * this.size.width;
    return this.maps.map((sum, i) => {
      const spikes = this.trains.spikes[Math.floor(i / squares)];
      return spikes > 0 ? sum / spikes : 0;
    });
  }
}

function randomWords(core: Core, seed: number, n: number): Uint32Array {
  const mark = core.arena.mark();
  try {
    const state = placeRandom(core, seed);
    const words = core.arena.allocate(n * 4);
    core.kernels.fillBits(state, words, n);
    return core.arena.u32(words, n).slice();
  } finally {
    core.arena.release(mark);
  }
}

/** Weights w of all the shifted trains, by frames. */
class ShiftedTrains {
  readonly shifts: number[];
  /** Spikes of each shifted train that have their history. */
  readonly spikes: number[];
  /** The counts filtered as if there were no blocks. */
  private readonly filtered: Float32Array;
  private readonly blockFrames: number;

  constructor(
    private readonly counts: Counts,
    private readonly options: ShuffledNullOptions,
    words: Uint32Array,
  ) {
    const { lags, projectOn } = options;
    const frames = counts.length;
    this.blockFrames = options.blockFrames ?? frames;
    this.shifts = Array.from(
      words,
      (word) => lags + Math.floor((word / 2 ** 32) * (frames - 2 * lags + 1)),
    );
    this.filtered = new Float32Array(frames);
    let total = 0;
    for (let t = 0; t < frames; t++) {
      if (counts[t] === 0) continue;
      total += counts[t];
      for (let lag = 0; lag < lags; lag++) {
        this.filtered[t >= lag ? t - lag : t - lag + frames] += projectOn[lag] * counts[t];
      }
    }
    this.spikes = this.shifts.map((shift) => {
      let lost = 0;
      for (let start = 0; start < frames; start += this.blockFrames) {
        const end = Math.min(frames, start + Math.min(lags - 1, this.blockFrames));
        for (let t = start; t < end; t++)
          lost += counts[t >= shift ? t - shift : t - shift + frames];
      }
      return total - lost;
    });
  }

  /** Weights of frames [first, first + count) to `out` `[frame][stride]`. */
  fill(first: number, count: number, stride: number, out: Float32Array): void {
    const { shifts, filtered, blockFrames } = this;
    const { lags } = this.options;
    const frames = filtered.length;
    out.fill(0, 0, count * stride);
    for (let t = first; t < first + count; t++) {
      const at = (t - first) * stride;
      const place = t % blockFrames;
      const end = Math.min(blockFrames, frames - t + place);
      const interior = place >= lags - 1 && place + lags <= end;
      for (let i = 0; i < shifts.length; i++) {
        const from = t - shifts[i];
        out[at + i] = interior
          ? filtered[from >= 0 ? from : from + frames]
          : this.atEdge(from, Math.max(0, lags - 1 - place), Math.min(lags, end - place));
      }
    }
  }

  /** Σ f[lag]·counts[from + lag] over the lags whose spike has its history in the same block. */
  private atEdge(from: number, firstLag: number, endLag: number): number {
    const { counts } = this;
    let sum = 0;
    for (let lag = firstLag; lag < endLag; lag++) {
      const t = from + lag;
      sum += this.options.projectOn[lag] * counts[t >= 0 ? t : t + counts.length];
    }
    return sum;
  }
}

/** Adds Σ w·movie over the frames of `movie`, of which the first is frame `from` of the trains. */
function addBits(
  core: Core,
  movie: BinaryMovie,
  from: number,
  trains: ShiftedTrains,
  maps: Float32Array,
): void {
  const { arena, kernels } = core;
  const { frames, height, width, low, high } = movie;
  const middle = (low + high) / 2;
  const bytes = frameBytes(height, width);
  const columns = Math.ceil(bytes / 16);
  const slices = Math.ceil(trains.shifts.length / slice);
  const atOnce = groups * 8;
  const stride = slices * slice;
  const held = arena.allocate(atOnce * bytes + 16);
  const weights = arena.allocate(atOnce * stride * 4);
  const planes = arena.allocate(columns * 128 * groups);
  const tables = arena.allocate(2048 * groups);
  const squares = columns * 128;
  const sum = arena.allocate(slices * squares * slice * 4);
  arena.f32(sum, slices * squares * slice).fill(0);
  const total = new Float64Array(stride);
  for (let first = 0; first < frames; first += atOnce) {
    const end = Math.min(frames, first + atOnce);
    arena.u8(held, (end - first) * bytes).set(movie.bits.subarray(first * bytes, end * bytes));
    const w = arena.f32(weights, atOnce * stride);
    trains.fill(from + first, end - first, stride, w);
    w.fill(0, (end - first) * stride);
    for (let i = 0; middle !== 0 && i < w.length; i++) total[i % stride] += w[i];
    kernels.projectBits(held, bytes, columns, groups, weights, slices, planes, tables, sum);
  }
  // From the kernel's order, `[slice][column, bit of byte, byte][shift in slice]`.
  const sums = arena.f32(sum, slices * squares * slice);
  for (let i = 0, at = 0; i < trains.shifts.length; i++) {
    const start = Math.floor(i / slice) * squares * slice + (i % slice);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const byte = y * rowBytes(width) + (x >> 3);
        const square = (byte >> 4) * 128 + (x & 7) * 16 + (byte & 15);
        maps[at++] += middle * total[i] + (high - low) * sums[start + square * slice];
      }
    }
  }
}

function addValues(
  core: Core,
  movie: Movie,
  from: number,
  trains: ShiftedTrains,
  maps: Float32Array,
): void {
  const { arena, kernels } = core;
  const { frames, height, width } = movie;
  const squares = height * width;
  const padded = Math.ceil(squares / 8) * 8;
  const rows = Math.ceil(trains.shifts.length / 4) * 4;
  const values = new FrameValues(core, movie);
  const held = arena.allocate((valueFrames * squares + 8) * 4);
  const weights = arena.allocate(valueFrames * rows * 4);
  const sum = arena.allocate(rows * padded * 4);
  arena.f32(sum, rows * padded).fill(0);
  for (let first = 0; first < frames; first += valueFrames) {
    const count = Math.min(valueFrames, frames - first);
    values.write(first, count, held);
    trains.fill(from + first, count, rows, arena.f32(weights, count * rows));
    kernels.projectFrames(held, count, squares, weights, rows, sum);
  }
  const sums = arena.f32(sum, rows * padded);
  for (let i = 0; i < maps.length; i++) {
    maps[i] += sums[Math.floor(i / squares) * padded + (i % squares)];
  }
}
