/** The linear stage of an LN model: spatial receptive field times stimulus, then filtered in time. */
import { frameValues, type Movie } from '@retinoscope/core-wasm';

const framesAtOnce = 4096;

/** g`[time]` = Σ_lag temporal[lag] Σ_yx spatial[y, x]·stimulus[t − lag, y, x]; zeros before the first frame. */
export function generatorSignal(
  movie: Movie,
  spatial: Float32Array,
  temporal: Float32Array,
): Float32Array {
  const drive = new Float64Array(movie.frames);
  for (let first = 0; first < movie.frames; first += framesAtOnce) {
    const count = Math.min(framesAtOnce, movie.frames - first);
    const values = frameValues(movie, first, count);
    for (let t = 0, at = 0; t < count; t++) {
      let sum = 0;
      for (let i = 0; i < spatial.length; i++) sum += spatial[i] * values[at++];
      drive[first + t] = sum;
    }
  }
  const signal = new Float32Array(movie.frames);
  for (let t = 0; t < movie.frames; t++) {
    let sum = 0;
    for (let lag = 0; lag < temporal.length && lag <= t; lag++)
      sum += temporal[lag] * drive[t - lag];
    signal[t] = sum;
  }
  return signal;
}
