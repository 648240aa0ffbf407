// Filters in time of what a spatial convolution gives, for temporal and spatial filters that commute:
// (k ∗ x) ⋆ w = k ∗ (x ⋆ w). Values are `[time, position, filter]`; taps are vectors of filters.

import { keep, madd, splat, touch } from './simd';

/**
 * Taps with a zero before and after, for `filterOutputs`: out[1 + i] = taps[i], or taps[count − 1 − i] when
 * `reversed`; a tap is `bytes` of filters, a multiple of 16.
 */
export function padTaps(count: i32, bytes: usize, reversed: i32, taps: usize, out: usize): void {
  memory.fill(out, 0, bytes);
  out += bytes;
  for (let i = 0; i < count; i++) {
    memory.copy(out, taps + <usize>(reversed ? count - 1 - i : i) * bytes, bytes);
    out += bytes;
  }
  memory.fill(out, 0, bytes);
}

/**
 * out[t, p, f] = max(start[f] + Σ_r Σ_j taps[r, j, f]·in[t + j − shift, p, r, f], floor) for `outputs` times, taking
 * only inputs 0 … inputs − 1. `in` is `[time, position, copy, filter]` of `copies` copies; `taps` are padded, `tapBytes`
 * each and `copyTaps` bytes from copy to copy. Two times by four positions stand in registers; a time past the last
 * may be written. Cost: outputs · positions · copies · (taps + 1) vector products.
 */
export function filterOutputs(
  outputs: i32,
  inputs: i32,
  shift: i32,
  positions: i32,
  tile: i32,
  copies: i32,
  input: usize,
  inputStride: usize,
  inputPosition: usize,
  taps: i32,
  padded: usize,
  tapBytes: usize,
  copyTaps: usize,
  start: usize,
  out: usize,
  outStride: usize,
  outPosition: usize,
  floor: f32,
): void {
  const least = splat(floor);
  // Where a processor's own prefetching does not go from frame to frame, the next two are asked for ahead.
  const apart = inputStride > 4096;
  // Tile by tile of neighbouring positions, so that all their times stay in a cache and are fetched once.
  for (let begin = 0; begin < positions; begin += tile) {
    const end = min(begin + tile, positions);
    const width = <usize>(end - begin) * inputPosition;
    for (let t = 0; t < outputs; t += 2) {
      const first = t - shift;
      const from = max(0, -first);
      const to = min(taps + 1, inputs - first);
      const frame = input + <usize>(first + from) * inputStride;
      const tap = padded + <usize>from * tapBytes;
      const row = out + <usize>t * outStride;
      if (apart) {
        const soon = min(first + taps + 3, inputs);
        let touched: u32 = 0;
        for (let next = max(first + taps + 1, 0); next < soon; next++) {
          touched ^= touch(input + <usize>next * inputStride + <usize>begin * inputPosition, width);
        }
        keep(touched);
      }
      for (let p = begin; p < end; p += 4) {
        // The last position stands in for those that are missing after it.
        const p1 = min(p + 1, end - 1);
        const p2 = min(p + 2, end - 1);
        const p3 = min(p + 3, end - 1);
        for (let byte: usize = 0; byte < tapBytes; byte += 16) {
          const s = v128.load(start + byte);
          let a0 = s;
          let a1 = s;
          let a2 = s;
          let a3 = s;
          let b0 = s;
          let b1 = s;
          let b2 = s;
          let b3 = s;
          for (let r = 0; r < copies; r++) {
            const x = frame + byte + <usize>r * tapBytes;
            let x0 = x + <usize>p * inputPosition;
            let x1 = x + <usize>p1 * inputPosition;
            let x2 = x + <usize>p2 * inputPosition;
            let x3 = x + <usize>p3 * inputPosition;
            let k = tap + byte + <usize>r * copyTaps;
            for (let m = to - from; m > 0; m--) {
              const v0 = v128.load(x0);
              const v1 = v128.load(x1);
              const v2 = v128.load(x2);
              const v3 = v128.load(x3);
              let w = v128.load(k + tapBytes);
              a0 = madd(w, v0, a0);
              a1 = madd(w, v1, a1);
              a2 = madd(w, v2, a2);
              a3 = madd(w, v3, a3);
              w = v128.load(k);
              b0 = madd(w, v0, b0);
              b1 = madd(w, v1, b1);
              b2 = madd(w, v2, b2);
              b3 = madd(w, v3, b3);
              x0 += inputStride;
              x1 += inputStride;
              x2 += inputStride;
              x3 += inputStride;
              k += tapBytes;
            }
          }
          let o = row + byte;
          v128.store(o + <usize>p * outPosition, f32x4.pmax(a0, least));
          v128.store(o + <usize>p1 * outPosition, f32x4.pmax(a1, least));
          v128.store(o + <usize>p2 * outPosition, f32x4.pmax(a2, least));
          v128.store(o + <usize>p3 * outPosition, f32x4.pmax(a3, least));
          o += outStride;
          v128.store(o + <usize>p * outPosition, f32x4.pmax(b0, least));
          v128.store(o + <usize>p1 * outPosition, f32x4.pmax(b1, least));
          v128.store(o + <usize>p2 * outPosition, f32x4.pmax(b2, least));
          v128.store(o + <usize>p3 * outPosition, f32x4.pmax(b3, least));
        }
      }
    }
  }
}

/**
 * dk[lag, f] += Σ_t Σ_p dz[t, p, f]·in[t + lags − 1 − lag, p, f], lags rounded up to whole fours (what is past the last
 * is not meant). Strides as in `filterOutputs`.
 */
export function tapGradient(
  outputs: i32,
  positions: i32,
  vectors: i32,
  lags: i32,
  input: usize,
  inputStride: usize,
  inputPosition: usize,
  dz: usize,
  dzStride: usize,
  dzPosition: usize,
  dk: usize,
  tapBytes: usize,
): void {
  for (let v = 0; v < vectors; v++) {
    const byte = <usize>v << 4;
    for (let lag = 0; lag < lags; lag += 4) {
      let g = dk + <usize>lag * tapBytes + byte;
      let g0 = v128.load(g);
      let g1 = v128.load(g + tapBytes);
      let g2 = v128.load(g + 2 * tapBytes);
      let g3 = v128.load(g + 3 * tapBytes);
      for (let p = 0; p < positions; p++) {
        let x = input + <usize>p * inputPosition + byte + <usize>(lags - 1 - lag) * inputStride;
        let d = dz + <usize>p * dzPosition + byte;
        for (let t = outputs; t > 0; t--) {
          const e = v128.load(d);
          g0 = madd(e, v128.load(x), g0);
          g1 = madd(e, v128.load(x - inputStride), g1);
          g2 = madd(e, v128.load(x - 2 * inputStride), g2);
          g3 = madd(e, v128.load(x - 3 * inputStride), g3);
          x += inputStride;
          d += dzStride;
        }
      }
      v128.store(g, g0);
      v128.store(g + tapBytes, g1);
      v128.store(g + 2 * tapBytes, g2);
      v128.store(g + 3 * tapBytes, g3);
    }
  }
}
