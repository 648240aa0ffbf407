/** The map of an explanation summed over time and lag by lag. Lag 0 is the current frame; lags count back. Pure. */
import { formatNumber } from '../../../plots/numbers.js';

/** Share of the strongest lag's energy below which a lag is left out. */
export const leastEnergy = 0.01;
/** Lags drawn at the most. */
export const mostLags = 48;

/** Of `[lag, y, x]`: `[y, x]`. */
export function sumOverLags(product: Float32Array, lags: number): Float32Array {
  const size = product.length / lags;
  const sums = new Float64Array(size);
  for (let i = 0; i < product.length; i++) sums[i % size] += product[i];
  return Float32Array.from(sums);
}

/** Of each lag, the sum of squares. */
export function lagEnergies(product: Float32Array, lags: number): number[] {
  const size = product.length / lags;
  return Array.from({ length: lags }, (_, lag) => {
    let energy = 0;
    for (let i = lag * size; i < (lag + 1) * size; i++) energy += product[i] ** 2;
    return energy;
  });
}

export interface LagChoice {
  /** In the order of time, the current frame first. */
  readonly shown: readonly number[];
  /** Lags left out for their small energy. */
  readonly weak: number;
  /** Lags left out as there are too many. */
  readonly beyond: number;
  /** The lag of the largest energy; undefined when all are 0. */
  readonly strongest: number | undefined;
}

/** Lags of at least 1 % of the largest energy, the strongest 48 of them. */
export function chooseLags(energies: readonly number[]): LagChoice {
  const largest = energies.reduce((most, energy) => Math.max(most, energy), 0);
  const strong = energies
    .map((energy, lag) => ({ energy, lag }))
    .filter(({ energy }) => energy > 0 && energy >= leastEnergy * largest)
    .sort((a, b) => b.energy - a.energy);
  const shown = strong.slice(0, mostLags).map(({ lag }) => lag);
  return {
    shown: shown.sort((a, b) => a - b),
    weak: energies.length - strong.length,
    beyond: strong.length - shown.length,
    strongest: strong[0]?.lag,
  };
}

/** `−33 ms`; `−1 frame` where the rate is not known. */
export function lagTitle(lag: number, frameRate: number | undefined): string {
  const sign = lag === 0 ? '' : '−';
  if (frameRate === undefined) return `${sign}${lag} ${lag === 1 ? 'frame' : 'frames'}`;
  const time = (1000 * lag) / frameRate;
  // Whole milliseconds, unless that makes two frames one time.
  return `${sign}${frameRate <= 500 ? Math.round(time) : formatNumber(time, 4)} ms`;
}
