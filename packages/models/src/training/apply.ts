/** Fitted networks against the test part: their own cell's, and, unchanged, any other's (Yan et al. 2020, Fig. 5, 7). */
import type { Crop, Movie } from '@retinoscope/core-wasm';
import type { FittedModel } from '../architecture/index.js';
import { RetinoscopeError } from '../errors.js';
import { correlation, psth } from '../metrics/index.js';
import { type Dataset, requireCell, requireCrop } from '../recording/index.js';
import { Predictor } from './predict.js';
import { computeReceptiveField, skippedFrames } from './receptive-field.js';
import type { ReceptiveField } from './types.js';

/** Shuffles behind a z-score that nobody looks at. */
const fewShuffles = 4;

/** The test part of one cell as a network of `lags` frames of history is compared with it. */
export interface TestOfCell {
  readonly movie: Movie;
  /** True rate or mean over repeats, spikes per frame, `[time]`. */
  readonly observed: Float32Array;
  /** Counts `[repeat, time]`. */
  readonly counts: Float32Array;
  readonly repeats: number;
  /** First frame compared. */
  readonly first: number;
}

export async function testOf(
  dataset: Dataset,
  cell: number,
  crop: Crop,
  lags: number,
): Promise<TestOfCell> {
  const { test } = dataset;
  if (!test) throw new RetinoscopeError('data', `${dataset.name} has no test part.`);
  requireCell(dataset, cell);
  requireCrop(dataset, crop);
  const { stimulus, repeats } = test;
  const movie = await stimulus.read({ first: 0, last: stimulus.blocks - 1 }, crop);
  const counts = test.counts[cell];
  return {
    movie,
    counts,
    repeats,
    observed: dataset.truth?.[cell].testRate ?? psth(counts, repeats, movie.frames),
    first: skippedFrames(dataset, lags),
  };
}

/** CC of `rates` with what was observed, from the first compared frame on; null where it is undefined. */
export function testCC(test: TestOfCell, rates: Float32Array): number | null {
  const seen = (values: Float32Array) => values.subarray(test.first);
  return correlation(seen(rates), seen(test.observed)) ?? null;
}

/**
 * The receptive field of a network: that of a cell that fires as the network predicts (Yan et al. 2020, Fig. 4), but
 * for its lowest rate, which says nothing of the stimulus; from up to `frames` frames of the training part.
 */
export async function networkReceptiveField(
  model: FittedModel,
  dataset: Dataset,
  frames: number,
): Promise<ReceptiveField> {
  const { stimulus } = dataset.training;
  const { crop, cell } = model.provenance;
  const { lags } = model.architecture;
  const blocks = Math.max(1, Math.min(stimulus.blocks, Math.floor(frames / stimulus.blockFrames)));
  const range = { first: 0, last: blocks - 1 };
  const movie = await stimulus.read(range, crop);
  const predictor = await Predictor.create(model, movie);
  const counts = dataset.training.counts.slice();
  counts[cell] = new Float32Array(counts[cell].length);
  const rates = predictor.rates();
  // The frames without a history of their own have none.
  const lowest = rates
    .subarray(lags - 1)
    .reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  counts[cell].set(rates.map((rate) => Math.max(0, rate - lowest)));
  const predicted = { ...dataset, training: { ...dataset.training, counts } };
  return computeReceptiveField(predicted, {
    cell,
    blocks: range,
    crop,
    lags,
    shuffles: fewShuffles,
  });
}
