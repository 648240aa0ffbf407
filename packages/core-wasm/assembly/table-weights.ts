// From weights to the tables of partial sums, and from the tables' gradients back to the weights' (see tables.ts).

import { splat } from './simd';

/**
 * Tables of all runs for one chunk, `bits` squares from square `first` of the wider filter, one tile of V vectors
 * from vector `vector` on: T[i] = scale·Σ_b i_b·w[b]. Vector n belongs to output n / perOutput of the spread,
 * whose filter starts that many squares later; weights as the engine lays them out: vector f of (run, tap) at
 * weights + run·runStride + (f / perBlock)·blockBytes + tap·tapBytes + (f mod perBlock)·16.
 */
export function buildTables(
  V: i32,
  vector: i32,
  perOutput: i32,
  runs: i32,
  first: i32,
  bits: i32,
  taps: i32,
  scale: f32,
  weights: usize,
  runStride: usize,
  tapBytes: usize,
  blockBytes: usize,
  perBlock: i32,
  tables: usize,
): void {
  const by = splat(scale);
  const entry = <usize>V << 4;
  const zero = splat(0);
  for (let run = 0; run < runs; run++) {
    for (let v = 0; v < V; v++) {
      const n = vector + v;
      const f = n % perOutput;
      const w = weights + <usize>(f / perBlock) * blockBytes + (<usize>(f % perBlock) << 4);
      const t = tables + (<usize>v << 4);
      v128.store(t, zero);
      for (let b = 0; b < bits; b++) {
        const tap = first + b - n / perOutput;
        const inside = tap >= 0 && tap < taps;
        const weight = inside ? f32x4.mul(by, v128.load(w + <usize>tap * tapBytes)) : zero;
        const half = entry << b;
        for (let from = t, end = t + half; from < end; from += entry) {
          v128.store(from + half, f32x4.add(v128.load(from), weight));
        }
      }
    }
    weights += runStride;
    tables += entry << bits;
  }
}

/**
 * Weight gradients from what `scatter` gathered, for inputs low + scale·bit:
 * dw[run, b] += scale·Σ_{i: i_b = 1} T[run, i] + low·Σ_i T[run, i]. Shapes of `buildTables`; leaves the tables all 0.
 * Both sums come from the same entries, so that what is common to them cancels without rounding.
 */
export function foldTables(
  V: i32,
  vector: i32,
  perOutput: i32,
  runs: i32,
  first: i32,
  bits: i32,
  taps: i32,
  scale: f32,
  low: f32,
  gradient: usize,
  runStride: usize,
  tapBytes: usize,
  blockBytes: usize,
  perBlock: i32,
  tables: usize,
): void {
  const by = splat(scale);
  const lowest = splat(low);
  const zero = splat(0);
  const entry = <usize>V << 4;
  for (let run = 0; run < runs; run++) {
    for (let v = 0; v < V; v++) {
      const n = vector + v;
      const f = n % perOutput;
      const g = gradient + <usize>(f / perBlock) * blockBytes + (<usize>(f % perBlock) << 4);
      const t = tables + (<usize>v << 4);
      // Halves from the top: the upper half sums to the gradient of its bit, then joins the lower.
      for (let b = bits - 1; b >= 0; b--) {
        const half = entry << b;
        let sum = splat(0);
        for (let low = t, end = t + half; low < end; low += entry) {
          const high = v128.load(low + half);
          sum = f32x4.add(sum, high);
          v128.store(low, f32x4.add(v128.load(low), high));
          v128.store(low + half, zero);
        }
        const tap = first + b - n / perOutput;
        if (tap >= 0 && tap < taps) {
          const d = g + <usize>tap * tapBytes;
          v128.store(d, f32x4.add(v128.load(d), f32x4.mul(by, sum)));
        }
      }
      // The lowest entry has become the sum of all.
      const all = f32x4.mul(lowest, v128.load(t));
      for (let b = 0; b < bits; b++) {
        const tap = first + b - n / perOutput;
        if (tap >= 0 && tap < taps) {
          const d = g + <usize>tap * tapBytes;
          v128.store(d, f32x4.add(v128.load(d), all));
        }
      }
      v128.store(t, zero);
    }
    gradient += runStride;
    tables += entry << bits;
  }
}

/** out[f] = b[f] + scale·Σ_runs Σ_taps w[run, tap, f] for one block of `vectors` (1 or 2) vectors of filters. */
export function shiftBias(
  runs: i32,
  taps: i32,
  vectors: i32,
  scale: f32,
  weights: usize,
  runStride: usize,
  bias: usize,
  out: usize,
): void {
  const by = splat(scale);
  const tapBytes = <usize>vectors << 4;
  for (let v: usize = 0; v < tapBytes; v += 16) {
    let sum = splat(0);
    for (let run = 0; run < runs; run++) {
      let w = weights + <usize>run * runStride + v;
      for (let k = 0; k < taps; k++, w += tapBytes) sum = f32x4.add(sum, v128.load(w));
    }
    v128.store(out + v, f32x4.add(v128.load(bias + v), f32x4.mul(by, sum)));
  }
}
