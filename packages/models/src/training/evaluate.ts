/** A fitted network against the test part, beside the LN model. */
import { bitsPerSpike, correlation, noiseCeiling, psth } from '../metrics/index.js';
import type { TestPart } from '../recording/index.js';
import type { Evaluation, TestResponses } from './types.js';

/**
 * Rates of network and LN model, spikes per frame `[time]`, compared from frame `first` on with the true rate,
 * when it is known, and with the mean over repeats.
 */
export function evaluate(
  test: TestPart,
  cell: number,
  network: Float32Array,
  ln: Float32Array,
  first: number,
  trueRate: Float32Array | undefined,
): { evaluation: Evaluation; responses: TestResponses } {
  const frames = network.length;
  const { repeats } = test;
  const counts = test.counts[cell];
  const mean = psth(counts, repeats, frames);
  const observed = trueRate ?? mean;
  const seen = (values: Float32Array) => values.subarray(first);
  const seenFrames = frames - first;
  const seenCounts = new Float32Array(repeats * seenFrames);
  for (let repeat = 0; repeat < repeats; repeat++) {
    seenCounts.set(
      counts.subarray(repeat * frames + first, (repeat + 1) * frames),
      repeat * seenFrames,
    );
  }
  const rates = new Float32Array(repeats * seenFrames);
  for (let repeat = 0; repeat < repeats; repeat++) rates.set(seen(network), repeat * seenFrames);
  return {
    evaluation: {
      rateCC: trueRate && correlation(seen(network), seen(trueRate)),
      psthCC: correlation(seen(network), seen(mean)),
      lnCC: correlation(seen(ln), seen(observed)),
      noiseCeiling: repeats > 1 ? noiseCeiling(seenCounts, repeats, seenFrames) : undefined,
      bitsPerSpike: bitsPerSpike(rates, seenCounts),
    },
    responses: {
      frames,
      repeats,
      first,
      counts,
      observed,
      observedIs: trueRate ? 'true rate' : 'PSTH',
      network,
      ln,
    },
  };
}
