/**
 * Is there a receptive field? z-scores of a spatial map against maps of circularly shifted spike trains,
 * and a threshold corrected for the number of squares.
 */
import { RetinoscopeError } from '../errors.js';
import { peakSquare, requireShape } from './maps.js';

export interface SpatialZOptions {
  /**
   * `pooled` (when absent): one null SD, pooled over squares, right when every square has the same variance,
   * as in white noise, and steady with few nulls. `square`: each square against its own null SD, for stimuli
   * whose variance differs in space; needs some hundred nulls.
   */
  readonly spread?: 'pooled' | 'square';
}

/**
 * z `[y, x]` = (spatial − mean of nulls) / SD of nulls, SD unbiased. `nulls`: the maps `[y, x]` got from
 * null STAs as `spatial` was from the STA; see `significance` for what that means for the threshold.
 * 0 where the SD is 0. Throws `settings` for fewer than 2 nulls, `data` when sizes differ.
 */
export function spatialZ(
  spatial: Float32Array,
  nulls: readonly Float32Array[],
  { spread = 'pooled' }: SpatialZOptions = {},
): Float32Array {
  if (nulls.length < 2) {
    throw new RetinoscopeError(
      'settings',
      `A z-score needs at least 2 shuffled spike trains; ${nulls.length} given.`,
      { nulls: nulls.length },
    );
  }
  const squares = spatial.length;
  const mean = new Float64Array(squares);
  for (const map of nulls) {
    requireShape('null map', map, [squares]);
    for (let i = 0; i < squares; i++) mean[i]! += map[i]! / nulls.length;
  }
  const variance = new Float64Array(squares);
  for (const map of nulls) {
    for (let i = 0; i < squares; i++) {
      variance[i]! += (map[i]! - mean[i]!) ** 2 / (nulls.length - 1);
    }
  }
  if (spread === 'pooled') variance.fill(variance.reduce((sum, v) => sum + v, 0) / squares);
  return spatial.map((v, i) => (variance[i]! > 0 ? (v - mean[i]!) / Math.sqrt(variance[i]!) : 0));
}

/** STA `[lag, pixel]` projected on a temporal filter (index = lag): Σ_lag filter·STA, `[pixel]`. */
export function projectOnTemporal(sta: Float32Array, temporal: Float32Array): Float32Array {
  const lags = temporal.length;
  const pixels = sta.length / lags;
  requireShape('spike-triggered average', sta, [lags, pixels]);
  const map = new Float64Array(pixels);
  for (let lag = 0; lag < lags; lag++) {
    const weight = temporal[lag]!;
    const at = lag * pixels;
    for (let p = 0; p < pixels; p++) map[p]! += weight * sta[at + p]!;
  }
  return Float32Array.from(map);
}

export interface Significance {
  /** Largest |z|. */
  readonly peakZ: number;
  readonly peak: { readonly x: number; readonly y: number };
  /** |z| that chance reaches anywhere in the map with probability at most .01. */
  readonly threshold: number;
  readonly significant: boolean;
}

/** Probability of a false alarm over a whole map. */
const falseAlarms = 0.01;

/**
 * Largest |z| of a map `[y, x]` against Bonferroni's threshold, .01 / squares at each square, two-sided. Holds
 * where each null map was got as the map was: a temporal filter fitted to the STA alone lifts z of pure noise.
 */
export function significance(z: Float32Array, width: number): Significance {
  requireShape('z map', z, [z.length / width, width]);
  const peak = peakSquare(z, width);
  const peakZ = Math.abs(z[peak.y * width + peak.x]!);
  const threshold = Math.sqrt(chiSquaredQuantile(falseAlarms / z.length, 1));
  return { peakZ, peak, threshold, significant: peakZ >= threshold };
}

/** x with P(χ²_k > x) = p, by bisection. Throws `settings` unless 0 < p < 1 and k is a positive integer. */
export function chiSquaredQuantile(p: number, k: number): number {
  if (!(p > 0 && p < 1) || !Number.isInteger(k) || k < 1) {
    throw new RetinoscopeError(
      'settings',
      `A threshold needs a probability between 0 and 1 and at least one degree of freedom; ${p} and ${k} given.`,
      { p, degreesOfFreedom: k },
    );
  }
  let low = 0;
  let high = k;
  while (upperGamma(k / 2, high / 2) > p) {
    low = high;
    high *= 2;
  }
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (upperGamma(k / 2, middle / 2) > p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Regularised upper incomplete gamma function Q(a, x), a a multiple of ½: series below a + 1,
 * continued fraction (modified Lentz) above; NIST DLMF 8.11.4 and 8.9.2.
 */
function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < 1000 && term > sum * 1e-16; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return 1 - front * sum;
  }
  let b = x + 1 - a;
  let c = Number.MAX_VALUE;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < 1000; n++) {
    const an = -n * (n - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    const step = d * c;
    fraction *= step;
    if (Math.abs(step - 1) < 1e-15) break;
  }
  return front * fraction;
}

/** log Γ(a), a a positive multiple of ½, by recursion from Γ(½) = √π or Γ(1) = 1. */
function logGamma(a: number): number {
  let at = a % 1 === 0 ? 1 : 0.5;
  let sum = at === 1 ? 0 : Math.log(Math.PI) / 2;
  for (; at < a - 0.25; at++) sum += Math.log(at);
  return sum;
}
