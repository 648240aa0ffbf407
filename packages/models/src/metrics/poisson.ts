/** Poisson likelihood of spike counts under a predicted rate, spikes per frame. */
import { requireSameLength, type Samples } from './samples.js';

/** Keeps log(0) out of the loss. */
export const POISSON_EPSILON = 1e-7;

/**
 * mean(ŷ − y·log(ŷ + ε)), Yan et al. 2020: the negative log-likelihood without its data-only term log y!.
 * `rate` and `counts` `[time]`, spikes per frame. NaN for an empty series.
 */
export function poissonLoss(rate: Samples, counts: Samples, epsilon = POISSON_EPSILON): number {
  requireSameLength(rate, counts, ['rate', 'counts']);
  let sum = 0;
  for (let i = 0; i < rate.length; i++) {
    const r = rate[i]!;
    const y = counts[i]!;
    sum += y === 0 ? r : r - y * Math.log(r + epsilon);
  }
  return sum / rate.length;
}

/**
 * Log-likelihood gained over a constant rate at the counts' own mean, bits per spike:
 * [Σ(y·log ŷ − ŷ) − Σ(y·log ȳ − ȳ)] / (Σy · ln 2), with `POISSON_EPSILON` inside log ŷ.
 * The PSTH of repeats may stand for `counts`: the value is that of all repeats together.
 * Undefined when there is no spike. Negative when the constant rate is the better model.
 */
export function bitsPerSpike(rate: Samples, counts: Samples): number | undefined {
  requireSameLength(rate, counts, ['rate', 'counts']);
  let spikes = 0;
  let model = 0;
  for (let i = 0; i < rate.length; i++) {
    const r = rate[i]!;
    const y = counts[i]!;
    spikes += y;
    model += y === 0 ? -r : y * Math.log(r + POISSON_EPSILON) - r;
  }
  if (!(spikes > 0)) return undefined;
  const constant = spikes * Math.log(spikes / rate.length) - spikes;
  return (model - constant) / (spikes * Math.LN2);
}
