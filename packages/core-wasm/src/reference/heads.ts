/** Heads and losses in double precision, one sample at a time, written from their definitions, for tests. */
import { exponentialLimit, type Head, type Loss } from '../network.js';

const epsilon = 1e-7;

/** Rate of readout o and its derivatives. */
export function referenceHead(
  head: Head,
  o: number,
  alpha: number,
  beta: number,
): { rate: number; byOutput: number; byAlpha: number; byBeta: number } {
  if (head === 'exponential') {
    const e = Math.exp(Math.min(o, exponentialLimit));
    const rate = o > exponentialLimit ? e * (1 + o - exponentialLimit) : e;
    return { rate, byOutput: e, byAlpha: 0, byBeta: 0 };
  }
  if (head === 'logistic') {
    const rate = 1 / (1 + Math.exp(-o));
    return { rate, byOutput: rate / (1 + Math.exp(o)), byAlpha: 0, byBeta: 0 };
  }
  const soft = Math.log1p(Math.exp(-Math.abs(beta * o))) + Math.max(beta * o, 0);
  const sigmoid = 1 / (1 + Math.exp(-beta * o));
  const learned = head === 'parametric-softplus' ? 1 : 0;
  return {
    rate: alpha * soft,
    byOutput: alpha * beta * sigmoid,
    byAlpha: learned * soft,
    byBeta: learned * alpha * o * sigmoid,
  };
}

/** Loss of rate r at count y and its derivative; `nothing` is 1 − r, for the binomial loss, to all its digits. */
export function referenceLossOfRate(
  loss: Loss,
  r: number,
  y: number,
  nothing = 1 - r,
): { loss: number; byRate: number } {
  if (loss === 'squared-error') return { loss: (r - y) ** 2, byRate: 2 * (r - y) };
  if (loss === 'binomial') {
    return {
      loss: y ? -Math.log(r) : -Math.log(nothing),
      byRate: y ? -1 / r : 1 / nothing,
    };
  }
  return { loss: r - y * Math.log(r + epsilon), byRate: 1 - y / (r + epsilon) };
}
