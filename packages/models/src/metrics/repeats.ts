/**
 * What repeats of one stimulus say: the PSTH, how much of the response is signal, and a prediction's score
 * once noise is accounted for. Counts are `[repeat, time]`, spikes; N repeats R_n, their mean y, prediction ŷ.
 * A measure whose signal power is not above 0 is undefined, never clipped. Variances over time are unbiased
 * (T − 1) unless said otherwise.
 */
import { correlation } from './correlation.js';
import { requireRepeats, requireSameLength, type Samples } from './samples.js';
import { uniform } from './uniform.js';

/** Peri-stimulus time histogram: the mean over repeats, spikes per frame, `[time]`. */
export function psth(counts: Samples, repeats: number, frames: number): Float32Array {
  requireRepeats(counts, repeats, frames);
  return Float32Array.from(meanOverRepeats(counts, repeats, frames));
}

/**
 * Signal power SP = [Var(ΣR_n) − ΣVar(R_n)] / (N(N − 1)), Sahani & Linden 2003, spikes²: an unbiased
 * estimate of the variance of the mean rate of endless repeats, which may be ≤ 0 for a noisy cell.
 * Undefined for fewer than 2 repeats or 2 frames.
 */
export function signalPower(counts: Samples, repeats: number, frames: number): number | undefined {
  requireRepeats(counts, repeats, frames);
  if (repeats < 2 || frames < 2) return undefined;
  let single = 0;
  for (let n = 0; n < repeats; n++) {
    single += variance(counts.subarray(n * frames, (n + 1) * frames));
  }
  const summed = variance(meanOverRepeats(counts, repeats, frames)) * repeats * repeats;
  return (summed - single) / (repeats * (repeats - 1));
}

/**
 * The correlation to be expected between the PSTH of these repeats and the mean of endless repeats:
 * √(SP / Var(y)), Sahani & Linden 2003. Undefined when SP ≤ 0 or unknown.
 */
export function noiseCeiling(counts: Samples, repeats: number, frames: number): number | undefined {
  const power = signalPower(counts, repeats, frames);
  if (power === undefined || !(power > 0)) return undefined;
  return Math.sqrt(power / variance(meanOverRepeats(counts, repeats, frames)));
}

/**
 * Normalised correlation coefficient, Schoppe et al. 2016: Cov(y, ŷ) / √(Var(ŷ) · SP).
 * 1 for the true rate, up to sampling error, above which it may come to lie.
 * Undefined when SP ≤ 0 or unknown, or ŷ is constant.
 */
export function ccNorm(
  prediction: Samples,
  counts: Samples,
  repeats: number,
  frames: number,
): number | undefined {
  const power = signalPower(counts, repeats, frames);
  requireFrames(prediction, frames);
  if (power === undefined || !(power > 0)) return undefined;
  const y = meanOverRepeats(counts, repeats, frames);
  const r = correlation(prediction, y);
  if (r === undefined) return undefined;
  // Cov(y, ŷ)/√Var(ŷ) = r·√Var(y).
  return r * Math.sqrt(variance(y) / power);
}

/**
 * Fraction of explainable variance explained, Cadena et al. 2019:
 * 1 − (MSE − σ²) / (Var_total − σ²), MSE between ŷ and single trials, σ² the mean over frames of the
 * unbiased variance across repeats, Var_total the population variance of all single-trial counts,
 * so that the best constant prediction scores exactly 0.
 * Undefined when SP ≤ 0 or unknown, or Var_total ≤ σ².
 */
export function feve(
  prediction: Samples,
  counts: Samples,
  repeats: number,
  frames: number,
): number | undefined {
  const power = signalPower(counts, repeats, frames);
  requireFrames(prediction, frames);
  if (power === undefined || !(power > 0)) return undefined;
  const y = meanOverRepeats(counts, repeats, frames);
  let grandMean = 0;
  for (let t = 0; t < frames; t++) grandMean += y[t]! / frames;
  let within = 0;
  let total = 0;
  let error = 0;
  for (let n = 0; n < repeats; n++) {
    const at = n * frames;
    for (let t = 0; t < frames; t++) {
      const r = counts[at + t]!;
      within += (r - y[t]!) ** 2;
      total += (r - grandMean) ** 2;
      error += (r - prediction[t]!) ** 2;
    }
  }
  const noise = within / ((repeats - 1) * frames);
  const explainable = total / counts.length - noise;
  if (!(explainable > 0)) return undefined;
  return 1 - (error / counts.length - noise) / explainable;
}

export interface SplitHalfOptions {
  /** Draws random halves from this seed; odd against even repeats when absent. */
  readonly seed?: number;
  /** Random splits averaged, with `seed`; 100 when absent. */
  readonly splits?: number;
}

/**
 * Reliability of the PSTH: r between the PSTHs of two halves of the repeats, corrected to the full length
 * by Spearman and Brown, 2r/(1 + r). Its square root is another estimate of `noiseCeiling`.
 * With an odd number of repeats one is left out. Undefined for fewer than 2 repeats, when a half does not
 * vary in time, or at r = −1.
 */
export function splitHalfCorrelation(
  counts: Samples,
  repeats: number,
  frames: number,
  options: SplitHalfOptions = {},
): number | undefined {
  requireRepeats(counts, repeats, frames);
  const half = Math.floor(repeats / 2);
  if (half < 1) return undefined;
  const order = Array.from({ length: repeats }, (_, n) => n);
  const { seed, splits = 100 } = options;
  if (seed === undefined) {
    order.sort((a, b) => (a % 2) - (b % 2) || a - b);
    return correctedHalves(counts, frames, order.slice(0, half), order.slice(-half));
  }
  const random = uniform(seed);
  let sum = 0;
  for (let split = 0; split < splits; split++) {
    for (let i = repeats - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    const r = correctedHalves(counts, frames, order.slice(0, half), order.slice(-half));
    if (r === undefined) return undefined;
    sum += r;
  }
  return splits > 0 ? sum / splits : undefined;
}

function correctedHalves(
  counts: Samples,
  frames: number,
  first: readonly number[],
  second: readonly number[],
): number | undefined {
  const r = correlation(sumOf(counts, frames, first), sumOf(counts, frames, second));
  return r === undefined || r <= -1 ? undefined : (2 * r) / (1 + r);
}

function sumOf(counts: Samples, frames: number, repeats: readonly number[]): Float64Array {
  const sum = new Float64Array(frames);
  for (const n of repeats) {
    const at = n * frames;
    for (let t = 0; t < frames; t++) sum[t]! += counts[at + t]!;
  }
  return sum;
}

function meanOverRepeats(counts: Samples, repeats: number, frames: number): Float64Array {
  const mean = new Float64Array(frames);
  for (let n = 0; n < repeats; n++) {
    const at = n * frames;
    for (let t = 0; t < frames; t++) mean[t]! += counts[at + t]!;
  }
  for (let t = 0; t < frames; t++) mean[t]! /= repeats;
  return mean;
}

function variance(a: Samples): number {
  const origin = a[0] ?? 0;
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! - origin;
  const mean = sum / a.length;
  let squares = 0;
  for (let i = 0; i < a.length; i++) squares += (a[i]! - origin - mean) ** 2;
  return squares / (a.length - 1);
}

function requireFrames(prediction: Samples, frames: number): void {
  requireSameLength(prediction, { length: frames }, ['prediction', 'stimulus']);
}
