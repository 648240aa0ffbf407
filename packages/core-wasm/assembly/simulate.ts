// The biophysical model of Yan et al. 2020: subunits over a stimulus, four to a vector.
// Strict arithmetic throughout: one seed gives the same spikes in both builds and in every browser.
import { uniform4 } from './random';

/** Clears the unused bits of rows of `rowBytes` bytes: keeps `mask` of the last byte of each. */
export function maskRows(bits: usize, rows: i32, rowBytes: usize, mask: u32): void {
  for (let p = bits + rowBytes - 1; rows > 0; rows--, p += rowBytes) store<u8>(p, load<u8>(p) & <u8>mask);
}

/** n float32, n rounded up to a multiple of 4, times `factor`. */
export function scale(values: usize, n: i32, factor: f32): void {
  const by = f32x4.splat(factor);
  for (; n > 0; n -= 4, values += 16) v128.store(values, f32x4.mul(v128.load(values), by));
}

/**
 * Spatial sums of four subunits over packed bits: `places` u32 [n] bytes of a frame;
 * `tables` [n][lower, upper half of the byte][16][4] float32, the sum over those four squares;
 * out `[time][4]`.
 */
export function spatialSumsOfBits(
  frames: usize,
  count: i32,
  frameBytes: usize,
  places: usize,
  n: i32,
  tables: usize,
  out: usize,
): void {
  for (; count > 0; count--, frames += frameBytes, out += 16) {
    let low = f32x4.splat(0);
    let high = low;
    let table = tables;
    let place = places;
    for (let i = 0; i < n; i++, place += 4, table += 512) {
      const byte = <usize>load<u8>(frames + load<u32>(place));
      low = f32x4.add(low, v128.load(table + ((byte & 15) << 4)));
      high = f32x4.add(high, v128.load(table + (byte & 0xf0), 256));
    }
    v128.store(out, f32x4.add(low, high));
  }
}

/** The same over float32 frames: `places` u32 [n] squares × 4, `weights` [n][4]. */
export function spatialSums(
  frames: usize,
  count: i32,
  squares: i32,
  places: usize,
  n: i32,
  weights: usize,
  out: usize,
): void {
  for (; count > 0; count--, frames += <usize>squares << 2, out += 16) {
    let sum = f32x4.splat(0);
    let weight = weights;
    let place = places;
    for (let i = 0; i < n; i++, place += 4, weight += 16) {
      sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(frames + load<u32>(place)), v128.load(weight)));
    }
    v128.store(out, sum);
  }
}

/**
 * Weighted outputs of four subunits at one frame. `units`, float32 [4] each: threshold, weight,
 * then the masks of the linear and of the rectified-quadratic ones.
 */
@inline
function response(drive: v128, units: usize): v128 {
  const d = f32x4.sub(drive, v128.load(units));
  const rectified = f32x4.max(d, f32x4.splat(0));
  const squared = v128.bitselect(f32x4.mul(rectified, rectified), rectified, v128.load(units, 48));
  return f32x4.mul(v128.bitselect(d, squared, v128.load(units, 32)), v128.load(units, 16));
}

/**
 * sum[t] += Σ weight·nonlinearity(Σ_lag kernel[lag]·sums[t − lag]) over four subunits;
 * `sums` `[time][4]` of the frame taps − 1 before the first; `reversed`: the kernel from its last lag to lag 0.
 * `count` rounded up to a multiple of 4, as are both buffers.
 */
export function subunitResponses(sums: usize, count: i32, reversed: usize, taps: i32, units: usize, sum: usize): void {
  for (; count > 0; count -= 4, sums += 64, sum += 16) {
    let a = f32x4.splat(0);
    let b = a;
    let c = a;
    let d = a;
    let x = sums;
    let k = reversed;
    for (let m = 0; m < taps; m++, x += 16, k += 4) {
      const w = v128.load32_splat(k);
      a = f32x4.add(a, f32x4.mul(w, v128.load(x)));
      b = f32x4.add(b, f32x4.mul(w, v128.load(x, 16)));
      c = f32x4.add(c, f32x4.mul(w, v128.load(x, 32)));
      d = f32x4.add(d, f32x4.mul(w, v128.load(x, 48)));
    }
    a = response(a, units);
    b = response(b, units);
    c = response(c, units);
    d = response(d, units);
    // Transposed: lane t of the four vectors' sum is the sum over subunits at time t.
    const ab = f32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
    const cd = f32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
    const four = f32x4.add(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7));
    v128.store(sum, f32x4.add(v128.load(sum), four));
  }
}

/**
 * `rates`: on entry the weighted sums, on return min(gain·max(sum − threshold, 0), 1), spikes per frame.
 * `counts` u8: 1 with that probability. `count` rounded up to a multiple of 4, as are both buffers.
 */
export function drawSpikes(state: usize, rates: usize, count: i32, threshold: f32, gain: f32, counts: usize): void {
  const theta = f32x4.splat(threshold);
  const slope = f32x4.splat(gain);
  for (; count > 0; count -= 4, rates += 16, counts += 4) {
    const above = f32x4.max(f32x4.sub(v128.load(rates), theta), f32x4.splat(0));
    const rate = f32x4.min(f32x4.mul(above, slope), f32x4.splat(1));
    v128.store(rates, rate);
    const spikes = i32x4.bitmask(f32x4.lt(uniform4(state), rate));
    // Four bits to four bytes.
    store<u32>(counts, (spikes * 0x00204081) & 0x01010101);
  }
}
