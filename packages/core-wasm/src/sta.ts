/**
 * Spike-triggered average: sta[lag, y, x] = Σ_t counts[t]·movie[t − lag, y, x] / Σ_t counts[t].
 * A frame whose history would cross the start of its block is left out, with its spikes.
 * Promises exact integer sums for binary movies with whole counts up to 255 a frame; float32 partial sums
 * under float64 totals otherwise. Memory beside the movie is bounded by trains × lags × height × width.
 */
import { allocateArray } from './allocate.js';
import { RetinoscopeError } from './errors.js';
import type { Core } from './load.js';
import { type BinaryMovie, type Movie, rowBytes } from './movie.js';
import { type Counts, spikeTrain } from './spike-train.js';
import { countSetBits } from './sta-bits.js';
import { sumValues } from './sta-values.js';

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

/** The average over one spike train and a whole movie. */
export function spikeTriggeredAverage(
  core: Core,
  movie: Movie,
  counts: Counts,
  options: { readonly lags: number; readonly blockFrames?: number },
): SpikeTriggeredAverage {
  const { height, width } = movie;
  const accumulator = new StaAccumulator(core, { height, width, ...options });
  accumulator.add(movie, [counts]);
  return accumulator.finish()[0];
}

/**
 * Adds up the averages of several spike trains, a cell and its shuffles, say, over one recording that comes in
 * parts, each of whole blocks.
 */
export class StaAccumulator {
  /** Σ counts·stimulus, `[lag, y, x]`, of each train. */
  private readonly totals: readonly Float64Array[];
  private readonly spikes: number[];

  constructor(
    private readonly core: Core,
    private readonly size: StaSize,
    trains = 1,
  ) {
    requireHistory(size);
    const values = size.lags * size.height * size.width;
    this.totals = allocateArray(trains * values * 8, () =>
      Array.from({ length: trains }, () => new Float64Array(values)),
    );
    this.spikes = this.totals.map(() => 0);
  }

  /** Adds a part: the counts of each train in each frame of `movie`, whose first frame starts a block. */
  add(movie: Movie, counts: readonly Counts[]): void {
    const { core, size, totals } = this;
    if (movie.height !== size.height || movie.width !== size.width) {
      throw new RetinoscopeError(
        'data',
        `A movie of ${movie.width} × ${movie.height} squares was added to an average of ${size.width} × ${size.height}; they must be the same.`,
        { height: size.height, width: size.width },
      );
    }
    if (counts.length !== totals.length) {
      throw new RetinoscopeError(
        'data',
        `${counts.length} spike trains were added to averages of ${totals.length}; they must be as many.`,
        { expected: totals.length, found: counts.length },
      );
    }
    const trains = counts.map((own) => spikeTrain(core, own, movie.frames, size));
    const mark = core.arena.mark();
    try {
      if (movie.kind === 'binary' && trains.every(({ small }) => small)) {
        countSetBits(core, movie, trains, size.lags, (ones, i) =>
          this.addOnes(totals[i], movie, ones, trains[i].spikes),
        );
      } else {
        sumValues(core, movie, trains, size.lags, (sums, i) => this.addSums(totals[i], sums));
      }
    } finally {
      core.arena.release(mark);
    }
    trains.forEach(({ spikes }, i) => {
      this.spikes[i] += spikes;
    });
  }

  /** The averages, in the order of the trains. */
  finish(): SpikeTriggeredAverage[] {
    return this.totals.map((total, i) => {
      const spikes = this.spikes[i];
      const sta = new Float32Array(total.length);
      for (let j = 0; spikes > 0 && j < sta.length; j++) sta[j] = total[j] / spikes;
      return { sta, spikes };
    });
  }

  /** low·spikes + (high − low)·ones, from the kernel's order `[column][bit of byte][byte]`. */
  private addOnes(
    total: Float64Array,
    { height, width, low, high }: BinaryMovie,
    ones: Uint32Array,
    spikes: number,
  ): void {
    const { lags } = this.size;
    const stride = rowBytes(width);
    for (let lag = 0, at = 0; lag < lags; lag++) {
      for (let y = 0; y < height; y++) {
        const row = ((lags - 1 - lag) * height + y) * stride;
        for (let x = 0; x < width; x++) {
          const byte = row + (x >> 3);
          const count = ones[(byte >> 4) * 128 + (x & 7) * 16 + (byte & 15)];
          total[at++] += low * spikes + (high - low) * count;
        }
      }
    }
  }

  /** From the movie's order, oldest frame first. */
  private addSums(total: Float64Array, sums: Float32Array): void {
    const { lags } = this.size;
    const squares = sums.length / lags;
    for (let lag = 0, at = 0; lag < lags; lag++) {
      const start = (lags - 1 - lag) * squares;
      for (let i = 0; i < squares; i++) total[at++] += sums[start + i];
    }
  }
}

/** Refuses what is not a whole number of lags, or of frames in a block. */
function requireHistory({ lags, blockFrames = 1 }: StaSize): void {
  for (const [field, found] of Object.entries({ lags, blockFrames })) {
    if (Number.isInteger(found) && found >= 1) continue;
    throw new RetinoscopeError(
      'settings',
      `${field} of the spike-triggered average is ${found}; a whole number, at least 1, is needed.`,
      { field, found },
    );
  }
}
