/** The linear stage of an LN model: spatial receptive field times stimulus, then filtered in time. */
import { type BinaryMovie, frameBytes, type Movie, rowBytes } from '@retinoscope/core-wasm';

/** g`[time]` = Σ_lag temporal[lag] Σ_yx spatial[y, x]·stimulus[t − lag, y, x]; zeros before the first frame. */
export function generatorSignal(
  movie: Movie,
  spatial: Float32Array,
  temporal: Float32Array,
): Float32Array {
  const drive =
    movie.kind === 'binary' ? driveOfBits(movie, spatial) : driveOfValues(movie.data, spatial);
  const signal = new Float32Array(movie.frames);
  for (let t = 0; t < movie.frames; t++) {
    let sum = 0;
    for (let lag = 0; lag < temporal.length && lag <= t; lag++)
      sum += temporal[lag] * drive[t - lag];
    signal[t] = sum;
  }
  return signal;
}

/** Σ_yx spatial·stimulus of each frame, eight squares at a time: a table of sums for each byte of a frame. */
function driveOfBits(movie: BinaryMovie, spatial: Float32Array): Float64Array {
  const { height, width, bits, low, high } = movie;
  const stride = rowBytes(width);
  const bytes = frameBytes(height, width);
  const tables = new Float64Array(bytes * 256);
  for (let byte = 0; byte < bytes; byte++) {
    const x = (byte % stride) * 8;
    const start = Math.floor(byte / stride) * width + x;
    for (let pattern = 1; pattern < 256; pattern++) {
      const bit = 31 - Math.clz32(pattern);
      const weight = x + bit < width ? spatial[start + bit] : 0;
      // The sum without the highest bit, and that bit's.
      tables[byte * 256 + pattern] =
        tables[byte * 256 + pattern - 2 ** bit] + (high - low) * weight;
    }
  }
  const none = low * spatial.reduce((sum, weight) => sum + weight, 0);
  const drive = new Float64Array(movie.frames);
  for (let t = 0, at = 0; t < movie.frames; t++) {
    let sum = none;
    for (let table = 0; table < tables.length; table += 256) sum += tables[table + bits[at++]];
    drive[t] = sum;
  }
  return drive;
}

function driveOfValues(values: Float32Array, spatial: Float32Array): Float64Array {
  const drive = new Float64Array(values.length / spatial.length);
  for (let t = 0, at = 0; t < drive.length; t++) {
    let sum = 0;
    for (let i = 0; i < spatial.length; i++) sum += spatial[i] * values[at++];
    drive[t] = sum;
  }
  return drive;
}
