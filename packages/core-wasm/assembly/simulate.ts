// The biophysical model of Yan et al. 2020: subunits over a stimulus, four to a vector.
// Strict arithmetic throughout: one seed gives the same spikes in both builds and in every browser.
import { fillBits, uniform4, words, wordsAtOnce } from './random';

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
 * Spatial sums of four subunits over packed bits, four bytes of a frame at a time: `places` u32 [n], n a
 * multiple of 4; `tables` [n][byte][4] float32, the sums over those eight squares; out `[time][4]`.
 * For cells of few bytes, whose tables stay in the first-level cache.
 */
export function spatialSumsOfBytes(
  frames: usize,
  count: i32,
  frameBytes: usize,
  places: usize,
  n: i32,
  tables: usize,
  out: usize,
): void {
  const end = out + (<usize>count << 4);
  for (let first = true; n > 0; n -= 4, places += 16, tables += 16384, first = false) {
    let a = frames + load<u32>(places);
    let b = frames + load<u32>(places, 4);
    let c = frames + load<u32>(places, 8);
    let d = frames + load<u32>(places, 12);
    for (let o = out; o < end; o += 16) {
      let sum = f32x4.add(
        f32x4.add(
          v128.load(tables + (<usize>load<u8>(a) << 4)),
          v128.load(tables + (<usize>load<u8>(b) << 4), 4096),
        ),
        f32x4.add(
          v128.load(tables + (<usize>load<u8>(c) << 4), 8192),
          v128.load(tables + (<usize>load<u8>(d) << 4), 12288),
        ),
      );
      if (!first) sum = f32x4.add(sum, v128.load(o));
      v128.store(o, sum);
      a += frameBytes;
      b += frameBytes;
      c += frameBytes;
      d += frameBytes;
    }
  }
}

/**
 * The same by halves of a byte, for cells of many: `tables` [n][lower, upper half][16][4] float32; any n.
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
 * out[t] = Σ_lag kernel[lag]·sums[t − lag] of four subunits: `sums`, out `[time][4]`, `sums` from the frame of the
 * longest lag on; `reversed`: the kernel from that lag to the shortest, `taps` of them, an even number.
 * `frames` rounded up to a multiple of 8, as are both buffers. Eight frames stand in registers: with fewer,
 * each addition would wait for the one before; and they are stored as they are, because sums of them would make the
 * compiler move them out of registers within the loop.
 */
export function filterSums(sums: usize, frames: i32, reversed: usize, taps: i32, out: usize): void {
  for (; frames > 0; frames -= 8, sums += 128, out += 128) {
    let a = f32x4.splat(0);
    let b = a, c = a, d = a, e = a, f = a, g = a, h = a;
    let x = sums;
    let k = reversed;
    for (let m = 0; m < taps; m += 2, x += 32, k += 8) {
      const w0 = v128.load32_splat(k);
      const w1 = v128.load32_splat(k, 4);
      let v = v128.load(x);
      a = f32x4.add(a, f32x4.mul(w0, v));
      v = v128.load(x, 16);
      b = f32x4.add(b, f32x4.mul(w0, v));
      a = f32x4.add(a, f32x4.mul(w1, v));
      v = v128.load(x, 32);
      c = f32x4.add(c, f32x4.mul(w0, v));
      b = f32x4.add(b, f32x4.mul(w1, v));
      v = v128.load(x, 48);
      d = f32x4.add(d, f32x4.mul(w0, v));
      c = f32x4.add(c, f32x4.mul(w1, v));
      v = v128.load(x, 64);
      e = f32x4.add(e, f32x4.mul(w0, v));
      d = f32x4.add(d, f32x4.mul(w1, v));
      v = v128.load(x, 80);
      f = f32x4.add(f, f32x4.mul(w0, v));
      e = f32x4.add(e, f32x4.mul(w1, v));
      v = v128.load(x, 96);
      g = f32x4.add(g, f32x4.mul(w0, v));
      f = f32x4.add(f, f32x4.mul(w1, v));
      v = v128.load(x, 112);
      h = f32x4.add(h, f32x4.mul(w0, v));
      g = f32x4.add(g, f32x4.mul(w1, v));
      v = v128.load(x, 128);
      h = f32x4.add(h, f32x4.mul(w1, v));
    }
    v128.store(out, a);
    v128.store(out, b, 16);
    v128.store(out, c, 32);
    v128.store(out, d, 48);
    v128.store(out, e, 64);
    v128.store(out, f, 80);
    v128.store(out, g, 96);
    v128.store(out, h, 112);
  }
}

/**
 * sum[t] += Σ weight·nonlinearity(drive[t]) over four subunits; `drives` `[time][4]`. `units`, float32 [4] each:
 * threshold, weight, what the drive above threshold is at least (0, or −∞ for a linear unit), and a mask, all
 * ones where the output is squared. `count` rounded up to a multiple of 4, as are both buffers.
 */
export function addResponses(drives: usize, count: i32, units: usize, sum: usize): void {
  const theta = v128.load(units);
  const weight = v128.load(units, 16);
  const least = v128.load(units, 32);
  const squared = v128.load(units, 48);
  for (; count > 0; count -= 4, drives += 64, sum += 16) {
    const a = response(v128.load(drives), theta, weight, least, squared);
    const b = response(v128.load(drives, 16), theta, weight, least, squared);
    const c = response(v128.load(drives, 32), theta, weight, least, squared);
    const d = response(v128.load(drives, 48), theta, weight, least, squared);
    // Transposed: lane t of the four vectors' sum is the sum over subunits at time t.
    const ab = f32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
    const cd = f32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
    const four = f32x4.add(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7));
    v128.store(sum, f32x4.add(v128.load(sum), four));
  }
}

/** Weighted outputs of four subunits at one frame. */
@inline
function response(drive: v128, theta: v128, weight: v128, least: v128, squared: v128): v128 {
  const d = f32x4.pmax(least, f32x4.sub(drive, theta));
  return f32x4.mul(d, v128.bitselect(f32x4.mul(d, weight), weight, squared));
}

/**
 * `rates`: on entry the weighted sums, on return min(gain·max(sum − threshold, 0), 1), spikes per frame.
 * `counts` u8: 1 with that probability. `count` rounded up to a multiple of 4, as are both buffers.
 */
export function drawSpikes(state: usize, rates: usize, count: i32, threshold: f32, gain: f32, counts: usize): void {
  const theta = f32x4.splat(threshold);
  const slope = f32x4.splat(gain);
  for (; count > 0; count -= wordsAtOnce) {
    const some = min(count, wordsAtOnce);
    fillBits(state, words, some);
    for (let i = 0; i < some; i += 4, rates += 16, counts += 4) {
      const above = f32x4.pmax(f32x4.splat(0), f32x4.sub(v128.load(rates), theta));
      const rate = f32x4.pmin(f32x4.splat(1), f32x4.mul(above, slope));
      v128.store(rates, rate);
      const spikes = i32x4.bitmask(f32x4.lt(uniform4(v128.load(words + (<usize>i << 2))), rate));
      // Four bits to four bytes.
      store<u32>(counts, (spikes * 0x00204081) & 0x01010101);
    }
  }
}
