/**
 * Linear–nonlinear baseline: rate = f(g), g the generator signal (the spatial receptive field's product with
 * the stimulus filtered in time). Fits f only; the receptive field comes from the STA.
 */
import { RetinoscopeError } from '../errors.js';
import { requireSameLength, type Samples } from '../metrics/samples.js';
import { solveLinear } from './linear-algebra.js';

/** Quantile bins of g: mean g and mean count of each, g rising; linear between, flat outside. */
export interface QuantileNonlinearity {
  readonly kind: 'quantile';
  readonly generator: Float64Array;
  /** Spikes per frame. */
  readonly rate: Float64Array;
}

/** rate = α·log(1 + e^(βg + θ)), spikes per frame. */
export interface SoftplusNonlinearity {
  readonly kind: 'softplus';
  readonly alpha: number;
  readonly beta: number;
  readonly theta: number;
}

export type LNModel = QuantileNonlinearity | SoftplusNonlinearity;

export interface LNOptions {
  /** `quantile` when absent. */
  readonly nonlinearity?: LNModel['kind'];
  /** Quantile bins; 20 when absent. Fewer are kept when g takes few values. */
  readonly bins?: number;
}

/**
 * Fits f to g `[time]` and spike counts `[time]`. `quantile`: bins of equal numbers of frames, not forced
 * to rise. `softplus`: maximum Poisson likelihood.
 * Throws `data` for no frames, lengths that differ or values that are not finite; `settings` for no bins.
 */
export function fitLN(generator: Samples, counts: Samples, options: LNOptions = {}): LNModel {
  requireSameLength(generator, counts, ['generator signal', 'counts']);
  if (generator.length === 0 || !allFinite(generator) || !allFinite(counts)) {
    throw new RetinoscopeError(
      'data',
      'A nonlinearity is fitted to at least one frame; every value must be a finite number.',
      { frames: generator.length },
    );
  }
  if (options.nonlinearity === 'softplus') return fitSoftplus(generator, counts);
  return fitQuantiles(generator, counts, options.bins ?? 20);
}

/** Rate of each frame, spikes per frame, `[time]`; never below 0. */
export function predictLN(model: LNModel, generator: Samples): Float32Array {
  const rate = new Float32Array(generator.length);
  if (model.kind === 'softplus') {
    const { alpha, beta, theta } = model;
    for (let t = 0; t < rate.length; t++) rate[t] = alpha * softplus(beta * generator[t]! + theta);
    return rate;
  }
  const { generator: at, rate: values } = model;
  const last = at.length - 1;
  for (let t = 0; t < rate.length; t++) {
    const g = generator[t]!;
    const i = countBelow(at, g);
    if (i === 0) rate[t] = values[0]!;
    else if (i > last) rate[t] = values[last]!;
    else {
      const share = (g - at[i - 1]!) / (at[i]! - at[i - 1]!);
      rate[t] = values[i - 1]! + share * (values[i]! - values[i - 1]!);
    }
  }
  return rate;
}

function fitQuantiles(generator: Samples, counts: Samples, bins: number): QuantileNonlinearity {
  if (!Number.isInteger(bins) || bins < 1) {
    throw new RetinoscopeError('settings', 'Quantile bins must be a whole number of at least 1.', {
      bins,
    });
  }
  const binned = quantileBins(generator, counts, bins);
  return { kind: 'quantile', generator: binned.generator, rate: binned.rate };
}

interface Binned {
  /** Mean g of each bin, rising. */
  readonly generator: Float64Array;
  /** Mean count of each bin. */
  readonly rate: Float64Array;
  /** Frames in each bin. */
  readonly frames: Float64Array;
}

function quantileBins(generator: Samples, counts: Samples, bins: number): Binned {
  const length = generator.length;
  const sorted = generator.slice().sort();
  // Upper edges, included in their bin; equal ones (a signal of few values) make one bin.
  const edges: number[] = [];
  for (let bin = 1; bin <= Math.min(bins, length); bin++) {
    const edge = sorted[Math.ceil((bin * length) / Math.min(bins, length)) - 1]!;
    if (edges.length === 0 || edge > edges.at(-1)!) edges.push(edge);
  }
  const upper = Float64Array.from(edges);
  const sums = new Float64Array(edges.length);
  const spikes = new Float64Array(edges.length);
  const frames = new Float64Array(edges.length);
  for (let t = 0; t < length; t++) {
    const bin = countBelow(upper, generator[t]!);
    sums[bin]! += generator[t]!;
    spikes[bin]! += counts[t]!;
    frames[bin]! += 1;
  }
  return {
    generator: sums.map((sum, bin) => sum / frames[bin]!),
    rate: spikes.map((sum, bin) => sum / frames[bin]!),
    frames,
  };
}

/** Frames above which the likelihood is taken over this many quantile bins, not over frames. */
const LIKELIHOOD_BINS = 4000;

/** Fisher scoring with Levenberg's damping on (log α, β, θ), g standardised. */
function fitSoftplus(generator: Samples, counts: Samples): SoftplusNonlinearity {
  const binned = quantileBins(generator, counts, LIKELIHOOD_BINS);
  const bins = binned.frames.length;
  let mean = 0;
  let meanCount = 0;
  for (let b = 0; b < bins; b++) {
    const share = binned.frames[b]! / generator.length;
    mean += share * binned.generator[b]!;
    meanCount += share * binned.rate[b]!;
  }
  let variance = 0;
  for (let b = 0; b < bins; b++) {
    variance += (binned.frames[b]! / generator.length) * (binned.generator[b]! - mean) ** 2;
  }
  const sd = Math.sqrt(variance);
  if (!(meanCount > 0)) return { kind: 'softplus', alpha: 0, beta: 0, theta: 0 };
  // A signal that does not vary, but for rounding, tells the mean rate and no more.
  if (sd <= 1e-12 * Math.abs(mean)) {
    return { kind: 'softplus', alpha: meanCount / Math.LN2, beta: 0, theta: 0 };
  }

  const state = (logAlpha: number, beta: number, theta: number) => {
    const alpha = Math.exp(logAlpha);
    const gradient = new Float64Array(3);
    const fisher = new Float64Array(9);
    const w = new Float64Array([1, 0, 0]);
    let loss = 0;
    for (let b = 0; b < bins; b++) {
      const z = (binned.generator[b]! - mean) / sd;
      const frames = binned.frames[b]!;
      const u = beta * z + theta;
      const s = softplus(u);
      const rate = alpha * s;
      const y = binned.rate[b]!;
      loss += frames * (y === 0 ? rate : rate - y * (logAlpha + logSoftplus(u, s)));
      // ∂ log rate / ∂(log α, β, θ); logistic(u)/softplus(u) → 1 as u → −∞.
      const q = u < -30 ? 1 : 1 / ((1 + Math.exp(-u)) * s);
      w[1] = q * z;
      w[2] = q;
      for (let i = 0; i < 3; i++) {
        gradient[i]! += frames * (rate - y) * w[i]!;
        for (let j = 0; j <= i; j++) fisher[i * 3 + j]! += frames * rate * w[i]! * w[j]!;
      }
    }
    return { loss, gradient, fisher };
  };

  let at: [number, number, number] = [Math.log(meanCount), 1, 0];
  let now = state(...at);
  let damping = 1e-3;
  for (let iteration = 0; iteration < 100 && damping < 1e10; iteration++) {
    const { gradient, fisher } = now;
    const system = new Float64Array(9);
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < i; j++) {
        system[i * 3 + j] = fisher[i * 3 + j]!;
        system[j * 3 + i] = fisher[i * 3 + j]!;
      }
      system[i * 4] = fisher[i * 4]! * (1 + damping) + 1e-12;
    }
    const step = solveLinear(system, gradient);
    const next: [number, number, number] = [at[0] - step[0]!, at[1] - step[1]!, at[2] - step[2]!];
    const after = state(...next);
    if (after.loss <= now.loss) {
      const gained = now.loss - after.loss;
      at = next;
      now = after;
      damping = Math.max(1e-9, damping / 10);
      if (gained <= 1e-10 * Math.abs(now.loss)) break;
    } else {
      damping *= 10;
    }
  }
  const [logAlpha, beta, theta] = at;
  return {
    kind: 'softplus',
    alpha: Math.exp(logAlpha),
    beta: beta / sd,
    theta: theta - (beta * mean) / sd,
  };
}

function softplus(u: number): number {
  return Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u)));
}

function logSoftplus(u: number, s: number): number {
  return u < -30 ? u : Math.log(s);
}

/** How many of the rising `values` are below x: where x stands among them. */
function countBelow(values: Float64Array, x: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

function allFinite(values: Samples): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i]!)) return false;
  return true;
}
