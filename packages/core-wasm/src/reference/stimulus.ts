/** Scalar twins of the stimulus kernels in float64, written from their equations, for tests. */
import { frameValues, type Movie } from '../movie.js';
import type { CellSpec } from '../simulation-spec.js';

/** Σ_lag kernel[lag]·movie[t − lag], `[time, y, x]`; zero before frame 0. */
export function referenceFilter(movie: Movie, kernel: Float32Array): Float64Array {
  const squares = movie.height * movie.width;
  const values = frameValues(movie, 0, movie.frames);
  return Float64Array.from(values, (_, i) => {
    let sum = 0;
    for (let lag = 0; lag < kernel.length && i - lag * squares >= 0; lag++) {
      sum += kernel[lag] * values[i - lag * squares];
    }
    return sum;
  });
}

/** Expected spikes per frame of a cell (Yan et al. 2020, biophysical model). */
export function referenceRates(cell: CellSpec, frameRate: number, movie: Movie): Float64Array {
  const squares = movie.height * movie.width;
  const values = frameValues(movie, 0, movie.frames);
  const drives = cell.subunits.map(({ spatial }) =>
    Float64Array.from({ length: movie.frames }, (_, t) =>
      spatial.reduce((sum, weight, i) => sum + weight * values[t * squares + i], 0),
    ),
  );
  return Float64Array.from({ length: movie.frames }, (_, t) => {
    let total = 0;
    cell.subunits.forEach((subunit, i) => {
      const { weight, nonlinearity, threshold } = subunit;
      const kernel = subunit.temporalKernel ?? cell.temporalKernel;
      let d = -threshold;
      for (let lag = 0; lag < kernel.length && lag <= t; lag++) {
        d += kernel[lag] * drives[i][t - lag];
      }
      const rectified = Math.max(d, 0);
      const outputs = { rectified, 'rectified-quadratic': rectified ** 2, linear: d };
      total += weight * outputs[nonlinearity];
    });
    return Math.min((cell.gain * Math.max(total - cell.threshold, 0)) / frameRate, 1);
  });
}

/** Σ_t counts[t]·movie[t − lag], `[lag, y, x]`, over frames with their history in their block; and Σ counts. */
export function referenceSums(
  movie: Movie,
  counts: ArrayLike<number>,
  lags: number,
  blockFrames = movie.frames,
): { sums: Float64Array; spikes: number } {
  const squares = movie.height * movie.width;
  const values = frameValues(movie, 0, movie.frames);
  const sums = new Float64Array(lags * squares);
  let spikes = 0;
  for (let t = 0; t < movie.frames; t++) {
    if (t % blockFrames < lags - 1) continue;
    spikes += counts[t];
    for (let lag = 0; lag < lags; lag++) {
      for (let i = 0; i < squares; i++) {
        sums[lag * squares + i] += counts[t] * values[(t - lag) * squares + i];
      }
    }
  }
  return { sums, spikes };
}
