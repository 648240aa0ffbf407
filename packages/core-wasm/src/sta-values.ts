/** Σ counts[t]·movie[t − lag, y, x] over movies of any kind and counts of any size, as float32 partial sums. */
import { FrameValues } from './frame-values.js';
import type { Core } from './load.js';
import type { Movie } from './movie.js';
import { parts, type SpikeTrain } from './spike-train.js';

/** Bytes of a movie in the arena at a time. */
const bufferBytes = 1 << 22;
/** Values whose sums stay in the first-level cache. */
const tile = 4096;
/** Windows that the kernel adds at once, and the most whose float32 sums keep their digits. */
const batch = 4;
const mostWindows = 256;

/**
 * Sums over the windows of `lags` frames that end with each spike of a train, given to `each` in the movie's
 * order, oldest frame first, some windows at a time; valid during the call.
 */
export function sumValues(
  core: Core,
  movie: Movie,
  trains: readonly SpikeTrain[],
  lags: number,
  each: (sums: Float32Array, train: number) => void,
): void {
  const { arena, kernels } = core;
  const squares = movie.height * movie.width;
  const padded = Math.ceil((lags * squares) / 4) * 4;
  const atOnce = Math.max(lags, Math.floor(bufferBytes / (4 * squares)));
  const buffer = arena.allocate((atOnce + lags - 1) * squares * 4);
  const zeros = arena.allocate(padded * 4);
  arena.f32(zeros, padded).fill(0);
  const sum = arena.allocate(padded * 4);
  const list = arena.allocate(mostWindows * 8);
  const values = new FrameValues(core, movie);
  for (const { first, end, spiking } of parts(trains, lags, atOnce)) {
    values.write(first, end - first, buffer);
    trains.forEach(({ counts }, i) => {
      for (let from = 0; from < spiking[i].length; from += mostWindows) {
        const some = spiking[i].slice(from, from + mostWindows);
        const n = Math.ceil(some.length / batch) * batch;
        const pointers = arena.u32(list, 2 * n);
        const weights = arena.f32(list, 2 * n);
        for (let k = 0; k < n; k++) {
          const t = some[k];
          const held = k < some.length;
          pointers[2 * k] = held ? buffer + (t - lags + 1 - first) * squares * 4 : zeros;
          weights[2 * k + 1] = held ? counts[t] : 0;
        }
        arena.f32(sum, padded).fill(0);
        for (let at = 0; at < padded; at += tile) {
          kernels.sumWindows(list, n, at * 4, Math.min(tile, padded - at), sum + at * 4);
        }
        each(arena.f32(sum, lags * squares), i);
      }
    });
  }
}
