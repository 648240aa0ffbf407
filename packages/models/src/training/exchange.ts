/**
 * What a training run needs to share its batches with replicas of itself in other threads, and when that pays.
 * Each replica holds the same data and starts from the same seed; it takes its share of every batch, all add up
 * their gradients in the same order, and each follows the sum itself, so that all stay equal bit for bit and
 * differ from a run alone by rounding only. Knows no thread: how the replicas reach each other is given.
 */
import { type LayerShape, layerOutputs } from '@retinoscope/core-wasm';
import type { TrainingSettings } from './settings.js';
import type { ExchangeKind } from './types.js';

/** The sums of one run: every replica calls `sum` as often as the others and with as many values. */
export interface Exchange {
  readonly kind: ExchangeKind;
  /** 0-based; the sums are taken in this order. */
  readonly index: number;
  readonly count: number;
  /**
   * Writes over `values` their sum over the replicas, the same bits in each; the sum of `scalar`. A promise only
   * where the others have to be waited for; rejects or throws when one of them has stopped.
   */
  sum(values: Float32Array, scalar: number): number | Promise<number>;
}

/** One replica's place among the others, before they have met. */
export interface Replica {
  readonly index: number;
  readonly count: number;
  /** Settles once every replica is there; up to `length` values can be summed at once then. */
  open(length: number): Promise<Exchange>;
}

/** Kernels take samples eight at a time. */
const sampleBlock = 8;

/** Start and end of one replica's part of `total` items: contiguous, in order, of whole blocks but for the last. */
export function shareOf(
  total: number,
  { index, count }: Pick<Exchange, 'index' | 'count'>,
): { start: number; end: number } {
  const bound = (i: number) =>
    i === count ? total : Math.round((total * i) / count / sampleBlock) * sampleBlock;
  return { start: Math.min(bound(index), total), end: Math.min(bound(index + 1), total) };
}

/** Multiply–adds of the forward pass whose whole step takes one worker about a millisecond. */
const multiplyAddsPerMillisecond = 12e6;
/** Milliseconds that a replica's share of a step lasts at least: several times what an exchange takes. */
const leastShare = 0.5;
/** Milliseconds that the steps of a run last at least: what it takes other workers to open the data as well. */
const leastRun = 1000;
/** Replicas at the most, unless more are asked for: each holds the data. */
const mostReplicas = 4;

/** Of a run: what decides how long its steps are. */
export interface Workload {
  /** Input channels: 1, or in Version II the lags. */
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly layers: readonly LayerShape[];
  readonly settings: Pick<TrainingSettings, 'batch' | 'steps' | 'noise'>;
}

/**
 * Workers over which one run is best spread, 1 to `available`. The step is estimated as
 * batch · Σ over layers (positions · filters · taps) / 12·10⁶ ms; it is spread where it lasts a millisecond or
 * more, as far as each share lasts half of one, and where all steps together last a second. A run with training
 * noise is not spread: its noise is drawn in the order of whole batches.
 */
export function replicasThatPay(work: Workload, available: number): number {
  const { settings, layers } = work;
  if (settings.noise > 0) return 1;
  let { channels } = work;
  let multiplyAdds = 0;
  for (const [i, { height, width, channels: filters }] of layerOutputs({
    ...work,
    lags: channels,
    head: 'softplus',
  }).entries()) {
    const taps = channels * layers[i].height * layers[i].width;
    multiplyAdds += Math.max(height, 0) * Math.max(width, 0) * filters * taps;
    channels = filters;
  }
  const step = (multiplyAdds * settings.batch) / multiplyAddsPerMillisecond;
  if (!(step * settings.steps >= leastRun)) return 1;
  const shares = Math.floor(Math.min(step / leastShare, settings.batch / sampleBlock));
  return Math.max(1, Math.min(available, mostReplicas, shares));
}
