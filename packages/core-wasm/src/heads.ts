/**
 * Output nonlinearities and losses: which go together, what counts they take, and their passes over a batch.
 * Promises that a pair is refused before training; the equations stand in assembly/heads.ts.
 */
import { RetinoscopeError } from './errors.js';
import type { Core } from './load.js';
import { exponentialLimit, type Head, headLosses, type Loss } from './network.js';

/** Throws a `settings` error unless the head and the loss are known and go together. */
export function requireHead(head: Head, loss: Loss): void {
  if (headLosses[head]?.includes(loss)) return;
  const accepted = Object.entries(headLosses).map(([name, own]) => `${name} (${own.join(', ')})`);
  throw new RetinoscopeError(
    'settings',
    `The head ${head} cannot be trained by the loss ${loss}; heads and their losses are ${accepted.join('; ')}.`,
    { head, loss },
  );
}

/** Throws a `data` error unless the binomial loss can take the counts: 0 or 1 spike in each frame. */
export function requireCounts(loss: Loss, counts: ArrayLike<number>): void {
  if (loss !== 'binomial') return;
  for (let t = 0; t < counts.length; t++) {
    if (counts[t] === 0 || counts[t] === 1) continue;
    throw new RetinoscopeError(
      'data',
      `Frame ${t} has ${counts[t]} spikes; the binomial loss takes frames with one spike or none. The Poisson loss takes any count.`,
      { frame: t, found: counts[t] },
    );
  }
}

/** Rates of the readouts `o`, to `rate`; `samples` rounded up to a multiple of 4, as are both. */
export function headRates(
  { kernels }: Core,
  head: Head,
  samples: number,
  o: number,
  alpha: number,
  beta: number,
  rate: number,
): void {
  if (head === 'logistic') kernels.logisticRates(samples, o, rate);
  else if (head === 'exponential')
    kernels.exponentialRates(samples, o, exponentialLimit, rate, rate);
  else kernels.softplusRates(samples, o, alpha, beta, rate, rate);
}

/**
 * Rates, loss and gradient of a batch: writes `rate` and g = ∂(L + λ·Σr)/∂o · `scale`, and adds ΣL, ∂/∂α, ∂/∂β and Σg to
 * `sums[0..3]`. Pointers to arrays that are readable and writable up to the next multiple of 4 samples.
 */
export function headPass(
  { kernels }: Core,
  { head, loss }: { readonly head: Head; readonly loss: Loss },
  samples: number,
  o: number,
  y: number,
  alpha: number,
  beta: number,
  activity: number,
  scale: number,
  rate: number,
  g: number,
  sums: number,
): void {
  if (head === 'logistic') {
    kernels.binomialLoss(samples, o, y, activity, scale, rate, g, sums);
    return;
  }
  if (head === 'exponential') kernels.exponentialRates(samples, o, exponentialLimit, rate, g);
  else kernels.softplusRates(samples, o, alpha, beta, rate, g);
  const lossOfRates = loss === 'poisson' ? kernels.poissonLoss : kernels.squaredLoss;
  lossOfRates(samples, o, y, alpha, beta, activity, scale, rate, g, sums);
}
