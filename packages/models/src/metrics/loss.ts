/** The losses that training lowers, as means over predicted rates. */
import type { Loss } from '@retinoscope/core-wasm';
import { POISSON_EPSILON, poissonLoss } from './poisson.js';
import { requireSameLength, type Samples } from './samples.js';

/** Mean loss of `rate` at `counts` `[time]`, spikes per frame. NaN for an empty series. */
export function meanLoss(loss: Loss, rate: Samples, counts: Samples): number {
  if (loss === 'poisson') return poissonLoss(rate, counts);
  requireSameLength(rate, counts, ['rate', 'counts']);
  const ofSample = loss === 'binomial' ? binomial : squaredError;
  let sum = 0;
  for (let i = 0; i < rate.length; i++) sum += ofSample(rate[i]!, counts[i]!);
  return sum / rate.length;
}

function squaredError(r: number, y: number): number {
  return (r - y) ** 2;
}

/** −y·log r − (1 − y)·log(1 − r), with an ε in both logarithms. */
function binomial(r: number, y: number): number {
  return -y * Math.log(r + POISSON_EPSILON) - (1 - y) * Math.log(1 - r + POISSON_EPSILON);
}
