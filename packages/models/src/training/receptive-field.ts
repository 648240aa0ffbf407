/**
 * The receptive field of a cell: spike-triggered average, its separation in space and time, and its
 * significance (Yan et al. 2020).
 */
import { type Crop, loadCore, type Movie, Random, StaAccumulator } from '@retinoscope/core-wasm';
import { RetinoscopeError, throwIfCancelled } from '../errors.js';
import {
  peakSquare,
  projectOnTemporal,
  separate,
  significance,
  spatialZ,
} from '../interpretation/index.js';
import {
  type Dataset,
  type LongCall,
  requireBlocks,
  requireCell,
  requireCrop,
  requireSpikes,
  type WorkProgress,
} from '../recording/index.js';
import { breathe } from './breathe.js';
import type { ReceptiveField, ReceptiveFieldSelection } from './types.js';

/** Frames of history: 0.68 s at 30 Hz (Yan et al. 2020). */
export const defaultLags = 20;

/**
 * Squares of null maps behind the pooled SD of the z-score, and the least and most shuffles that give them:
 * a wide stimulus needs few.
 */
const nullSquares = 20_000;
const shuffleRange = [8, 20] as const;
/** Shuffles that leave enough others to hold each against. */
const leastShuffles = 4;
/** Nulls that are each held against all others. */
const mostNullPeaks = 20;
/** Side of the window that a wide receptive field is separated in, squares. */
const windowSide = 25;
/** Bytes of a movie that are read at once. */
const chunkBytes = 32e6;
/** Stream of random numbers of the shuffles. */
const shuffleStream = 5;

/** Frames at the start of each block that are not used: their history is another block's, or they are marked so. */
export function skippedFrames(dataset: Dataset, lags: number): number {
  return Math.max(lags, dataset.skipFrames ?? 0);
}

/** Receptive field of one cell over a selection of the training part. */
export async function computeReceptiveField(
  dataset: Dataset,
  selection: ReceptiveFieldSelection,
  call: LongCall<WorkProgress> = {},
): Promise<ReceptiveField> {
  const { cell, lags = defaultLags } = selection;
  const { stimulus, counts } = dataset.training;
  requireCell(dataset, cell);
  const range = selection.blocks ?? { first: 0, last: stimulus.blocks - 1 };
  requireBlocks(dataset, range);
  if (selection.crop) requireCrop(dataset, selection.crop);
  requireSpikes(dataset, cell, range);
  const crop = selection.crop ?? { x: 0, y: 0, width: stimulus.width, height: stimulus.height };
  const shuffles = selection.shuffles ?? enoughShuffles(crop.width * crop.height);
  if (!Number.isInteger(shuffles) || shuffles < leastShuffles) {
    throw new RetinoscopeError(
      'settings',
      `${shuffles} shuffles of the spike train were asked for; a whole number of at least ${leastShuffles} is needed.`,
      { field: 'shuffles', found: shuffles },
    );
  }
  const { blockFrames } = stimulus;
  const own = counts[cell].slice(range.first * blockFrames, (range.last + 1) * blockFrames);
  const skipped = skippedFrames(dataset, lags);
  if (skipped >= blockFrames) {
    throw new RetinoscopeError(
      'data',
      `Blocks of ${blockFrames} frames leave none after the first ${skipped} of each; longer blocks or fewer lags are needed.`,
      { blockFrames, skipped },
    );
  }
  for (let start = 0; start < own.length; start += blockFrames) own.fill(0, start, start + skipped);

  const random = await Random.create(1, shuffleStream);
  const trains = [own, ...circularShifts(own, shuffles, lags, random)];
  const core = await loadCore();
  const shape = { height: crop.height, width: crop.width, lags, blockFrames };
  const sums = new StaAccumulator(core, shape, trains.length);
  const total = range.last - range.first + 1;
  // The first block alone tells how large they are.
  let blocksAtOnce = 1;
  for (let block = 0; block < total; ) {
    const last = Math.min(block + blocksAtOnce, total) - 1;
    const part = { first: range.first + block, last: range.first + last };
    const movie: Movie = await stimulus.read(part, crop, {
      signal: call.signal,
      onProgress: ({ done, what }) =>
        call.onProgress?.({
          kind: 'work',
          done: (block + done * (last + 1 - block)) / total,
          what,
        }),
    });
    sums.add(
      movie,
      trains.map((train) => train.subarray(block * blockFrames, (last + 1) * blockFrames)),
    );
    await breathe();
    throwIfCancelled(call.signal);
    call.onProgress?.({ kind: 'work', done: (last + 1) / total, what: 'Spike-triggered average' });
    const { byteLength } = movie.kind === 'binary' ? movie.bits : movie.data;
    blocksAtOnce = Math.max(1, Math.floor((chunkBytes * (last + 1 - block)) / byteLength));
    block = last + 1;
  }
  const [{ sta, spikes }, ...nulls] = sums.finish();
  const { temporal, spatial, separability, polarity, window } = separateField(sta, lags, crop);
  const z = zAgainst(spatial, temporal, nulls);
  const { peakZ, threshold } = significance(z, crop.width);
  // Each null goes the same way against the others: choosing a temporal filter lifts z.
  const nullPeaks = nulls.slice(0, mostNullPeaks).map((shifted) => {
    const own = separateField(shifted.sta, lags, crop);
    const others = nulls.filter((other) => other !== shifted);
    return significance(zAgainst(own.spatial, own.temporal, others), crop.width).peakZ;
  });
  const peak = peakOfSta(sta, lags, crop.width, window);
  const { region } = stimulus;
  const place = { x: crop.x + peak.x, y: crop.y + peak.y };
  return {
    lags,
    height: crop.height,
    width: crop.width,
    sta,
    temporal,
    spatial,
    z,
    peakZ,
    peak: place,
    screenPeak: { x: place.x + (region?.x ?? 0), y: place.y + (region?.y ?? 0) },
    polarity,
    significant: peakZ >= Math.max(threshold, gumbelThreshold(nullPeaks)),
    separability,
    spikes,
  };
}

/** z `[y, x]` of a spatial map against the nulls seen through the same temporal filter. */
function zAgainst(
  spatial: Float32Array,
  temporal: Float32Array,
  nulls: readonly { readonly sta: Float32Array }[],
): Float32Array {
  const maps = nulls.map(({ sta }) => projectOnTemporal(sta, temporal));
  return spatialZ(spatial, maps);
}

/** The separation of an STA `[lag, y, x]`, its spatial map over the whole of it. */
function separateField(sta: Float32Array, lags: number, crop: Crop) {
  const window = strongestWindow(sta, lags, crop);
  const cut = cutWindow(sta, lags, crop.width, window);
  const separation = separate(cut, lags, window.height, window.width);
  return { ...separation, window, spatial: projectOnTemporal(sta, separation.temporal) };
}

/** What a largest |z| of chance exceeds with probability .01: Gumbel's law fitted to null peaks by moments. */
function gumbelThreshold(peaks: readonly number[]): number {
  const mean = peaks.reduce((sum, peak) => sum + peak, 0) / peaks.length;
  const variance = peaks.reduce((sum, peak) => sum + (peak - mean) ** 2, 0) / (peaks.length - 1);
  const euler = 0.5772156649;
  const deviations = ((-Math.log(-Math.log(0.99)) - euler) * Math.sqrt(6)) / Math.PI;
  return mean + deviations * Math.sqrt(variance);
}

/**
 * Where the space–time separation is made: the whole of a small stimulus. Over a wide one the first singular
 * vector of a few thousand spikes is noise, so there the window around the strongest square, strongest in
 * Σ_lag of the STA averaged over 3×3 squares, squared.
 */
function strongestWindow(sta: Float32Array, lags: number, crop: Crop): Crop {
  const { width, height } = crop;
  if (width <= windowSide && height <= windowSide) return { x: 0, y: 0, width, height };
  const energy = new Float64Array(width * height);
  for (let lag = 0; lag < lags; lag++) {
    const at = lag * width * height;
    for (let y = 1; y < height - 1; y++) {
      for (let x = 1; x < width - 1; x++) {
        let sum = 0;
        for (let dy = -width; dy <= width; dy += width) {
          const i = at + y * width + x + dy;
          sum += sta[i - 1] + sta[i] + sta[i + 1];
        }
        energy[y * width + x] += sum * sum;
      }
    }
  }
  const peak = peakSquare(energy, width);
  const cut = (middle: number, size: number) => {
    const side = Math.min(windowSide, size);
    return { side, start: Math.min(Math.max(middle - (side >> 1), 0), size - side) };
  };
  const [x, y] = [cut(peak.x, width), cut(peak.y, height)];
  return { x: x.start, y: y.start, width: x.side, height: y.side };
}

/** Square of the largest |STA| at any lag within the window, counted as the STA's. */
function peakOfSta(sta: Float32Array, lags: number, width: number, window: Crop) {
  const cut = cutWindow(sta, lags, width, window);
  const size = window.width * window.height;
  const { x, y } = peakSquare(cut, window.width);
  return { x: window.x + x, y: window.y + (y % (size / window.width)) };
}

/** The window `[lag, y, x]` of an STA `[lag, y, x]`. */
function cutWindow(sta: Float32Array, lags: number, width: number, window: Crop): Float32Array {
  const size = sta.length / lags;
  const out = new Float32Array(lags * window.width * window.height);
  let at = 0;
  for (let lag = 0; lag < lags; lag++) {
    for (let y = 0; y < window.height; y++, at += window.width) {
      const start = lag * size + (window.y + y) * width + window.x;
      out.set(sta.subarray(start, start + window.width), at);
    }
  }
  return out;
}

function enoughShuffles(squares: number): number {
  const [least, most] = shuffleRange;
  return Math.min(most, Math.max(least, Math.ceil(nullSquares / squares)));
}

/** The counts `[time]` shifted round by random amounts of at least `lags` frames. */
function circularShifts(
  counts: Float32Array,
  shuffles: number,
  lags: number,
  random: Random,
): Float32Array[] {
  const room = Math.max(1, counts.length - 2 * lags);
  return Array.from(random.uniforms(shuffles), (u) => {
    const shift = lags + Math.floor(u * room);
    const shifted = new Float32Array(counts.length);
    shifted.set(counts.subarray(0, counts.length - shift), shift);
    shifted.set(counts.subarray(counts.length - shift), 0);
    return shifted;
  });
}
