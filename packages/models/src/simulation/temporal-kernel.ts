/** The temporal kernel of the simulated retina. */
import { RetinoscopeError } from '../errors.js';

export type Polarity = 'ON' | 'OFF';

export interface TemporalKernelOptions {
  /** Frames a second, Hz; 30 when absent. */
  readonly frameRate?: number;
  /** Frames of history, the current one included; those of 0.68 s when absent. */
  readonly taps?: number;
  /** `OFF`, as in the paper, when absent. */
  readonly polarity?: Polarity;
  /** Time scale, 1 when absent; 2 is twice as slow. */
  readonly slowness?: number;
}

/** Length of the kernel, s. */
const duration = 0.68;
/** Delay of the response, s: two frames at 30 Hz. */
const delay = 2 / 30;
/** Time constant θ of both gamma functions, s. */
const theta = 0.05;
const mostTaps = 4096;

/**
 * Difference of two gamma functions, Γ(5) − Γ(4) of θ = 0.05 s for an OFF cell, 0 before the delay;
 * unit L2 norm, index = lag (Yan et al. 2020, biophysical model).
 */
export function retinaTemporalKernel(options: TemporalKernelOptions = {}): Float32Array {
  const { frameRate = 30, slowness = 1, polarity = 'OFF' } = options;
  const taps = options.taps ?? Math.floor(duration * slowness * frameRate);
  const scale = theta * slowness;
  const kernel = Float64Array.from({ length: Math.min(taps, mostTaps) || 0 }, (_, lag) => {
    const t = lag / frameRate - delay * slowness;
    return t > 0 ? gamma(5, scale, t) - gamma(4, scale, t) : 0;
  });
  const norm = Math.hypot(...kernel);
  if (!Number.isInteger(taps) || taps > mostTaps || !(norm > 0 && norm < Infinity)) {
    throw new RetinoscopeError(
      'settings',
      `A temporal kernel of ${taps} lags at ${frameRate} Hz, slowed ${slowness} times, has no response in it; up to ${mostTaps} lags that reach beyond the delay of ${(delay * slowness).toFixed(3)} s are accepted.`,
      { taps, frameRate, slowness },
    );
  }
  const sign = polarity === 'OFF' ? 1 : -1;
  return Float32Array.from(kernel, (value) => (sign * value) / norm || 0);
}

/** Density of the gamma distribution of whole order n. */
function gamma(n: number, scale: number, t: number): number {
  let factorial = 1;
  for (let i = 2; i < n; i++) factorial *= i;
  return ((t / scale) ** (n - 1) * Math.exp(-t / scale)) / (scale * factorial);
}
