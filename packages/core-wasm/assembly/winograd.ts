// Convolution with 3×3 filters by Winograd's minimal filtering F(6×6, 3×3) (Lavin & Gray 2016): forward, input
// gradient and weight gradient in one transform domain.
//
// Along an axis, 6 outputs are y = Aᵀ[(G g) ⊙ (Bᵀ d)] of 8 inputs d and 3 weights g: polynomials multiplied at the
// points 0, 1, −1, ∞, 2, −2, ½, −½ (in this order). In the plane Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)] A, and the gradients are
// the adjoints: dD = B[(G g Gᵀ) ⊙ (A dY Aᵀ)] Bᵀ and dg = Gᵀ[(Bᵀ d B) ⊙ (A dY Aᵀ)] G. Up to 4 outputs left over at the
// end of an axis are tiles of 2, which need the first four points only, with the same G: 14 outputs are 6 + 6 + 2, and
// 20² products for 14² outputs do the work of 42².
//
// By point, in its rows, a tile of 6 has
//   Bᵀ: 0 (1, 0, −21/4, 0, 21/4, 0, −1, 0)             ±1 (0, ±1, 1, ∓17/4, −17/4, ±1, 1, 0)
//       ∞ (0, −1, 0, 21/4, 0, −21/4, 0, 1)             ±2 (0, ±2, 1, ∓10, −5, ±8, 4, 0)
//       ±½ (0, ±4, 8, ∓5, −10, ±1, 2, 0)
//   A:  0 (1, 0, 0, 0, 0, 0)   ±1 (1, ±1, 1, ±1, 1, ±1)   ∞ (0, 0, 0, 0, 0, 1)   ±2 (1, ±2, 4, ±8, 16, ±32)
//       ±½ (32, ±16, 8, ±4, 2, ±1)
// and a tile of 2
//   Bᵀ: 0 (1, 0, −1, 0)   ±1 (0, ∓9/4, −9/4, 0)   ∞ (0, −1, 0, 1)
//   A:  0 (1, 0)   ±1 (1, ±1)   ∞ (0, 1)
//
// Summed over channels, the product at a point is a matrix product over tiles. Its operands are planes
// `[point (i, j), block of 32 channels, row, 32]`: a row is a tile that has the point, `[sample, y, x]`.
// `blockStride` and `planeStride` are bytes; a block has room for its rows rounded up to 4.

import { madd, splat } from './simd';
import { depthAt, rowBytes, tiles } from './winograd-planes';

export { winogradFromPoints } from './winograd-from-points';
export { winogradToPoints } from './winograd-to-points';

/**
 * out[row, f] = Σ_c v[row, c]·w[c, f] of one plane; w is `[block of 8 f, c, 8]`. Rows are done up to the next
 * multiple of 4.
 * Cost: rows · channels · filters multiply–adds.
 */
function product(
  rows: i32,
  channels: i32,
  filters: i32,
  v: usize,
  vBlockStride: usize,
  w: usize,
  out: usize,
  outBlockStride: usize,
): void {
  const end = v + rowBytes * <usize>rows;
  for (let f = 0; f < filters; f += 8) {
    let vBlock = v;
    let vEnd = end;
    for (let c = 0; c < channels; c += 32) {
      const depth = depthAt(channels, c);
      let o = out + outBlockStride * <usize>(f >> 5) + (<usize>(f & 31) << 2);
      for (let row = vBlock; row < vEnd; row += 4 * rowBytes) {
        let a00 = splat(0);
        let a01 = splat(0);
        let a10 = splat(0);
        let a11 = splat(0);
        let a20 = splat(0);
        let a21 = splat(0);
        let a30 = splat(0);
        let a31 = splat(0);
        if (c) {
          a00 = v128.load(o);
          a01 = v128.load(o, 16);
          a10 = v128.load(o, 128);
          a11 = v128.load(o, 144);
          a20 = v128.load(o, 256);
          a21 = v128.load(o, 272);
          a30 = v128.load(o, 384);
          a31 = v128.load(o, 400);
        }
        let u = w;
        for (let p = row, pEnd = row + depth; p < pEnd; p += 4) {
          const u0 = v128.load(u);
          const u1 = v128.load(u, 16);
          u += 32;
          let x = v128.load32_splat(p);
          a00 = madd(x, u0, a00);
          a01 = madd(x, u1, a01);
          x = v128.load32_splat(p, 128);
          a10 = madd(x, u0, a10);
          a11 = madd(x, u1, a11);
          x = v128.load32_splat(p, 256);
          a20 = madd(x, u0, a20);
          a21 = madd(x, u1, a21);
          x = v128.load32_splat(p, 384);
          a30 = madd(x, u0, a30);
          a31 = madd(x, u1, a31);
        }
        v128.store(o, a00);
        v128.store(o, a01, 16);
        v128.store(o, a10, 128);
        v128.store(o, a11, 144);
        v128.store(o, a20, 256);
        v128.store(o, a21, 272);
        v128.store(o, a30, 384);
        v128.store(o, a31, 400);
        o += 4 * rowBytes;
      }
      w += depth << 3;
      vBlock += vBlockStride;
      vEnd += vBlockStride;
    }
  }
}

/** dw[c, f] += Σ_row v[row, c]·m[row, f] of one plane; dw is `[block of 8 f, c, 8]`. The same cost. */
function weightProduct(
  rows: i32,
  channels: i32,
  filters: i32,
  v: usize,
  vBlockStride: usize,
  m: usize,
  mBlockStride: usize,
  dw: usize,
): void {
  const bytes = rowBytes * <usize>rows;
  for (let f = 0; f < filters; f += 8) {
    const block = m + mBlockStride * <usize>(f >> 5) + (<usize>(f & 31) << 2);
    for (let c = 0; c < channels; c += 4) {
      let a00 = v128.load(dw);
      let a01 = v128.load(dw, 16);
      let a10 = v128.load(dw, 32);
      let a11 = v128.load(dw, 48);
      let a20 = v128.load(dw, 64);
      let a21 = v128.load(dw, 80);
      let a30 = v128.load(dw, 96);
      let a31 = v128.load(dw, 112);
      let q = block;
      let p = v + vBlockStride * <usize>(c >> 5) + (<usize>(c & 31) << 2);
      for (const end = p + bytes; p < end; p += rowBytes) {
        const d0 = v128.load(q);
        const d1 = v128.load(q, 16);
        q += rowBytes;
        let x = v128.load32_splat(p);
        a00 = madd(x, d0, a00);
        a01 = madd(x, d1, a01);
        x = v128.load32_splat(p, 4);
        a10 = madd(x, d0, a10);
        a11 = madd(x, d1, a11);
        x = v128.load32_splat(p, 8);
        a20 = madd(x, d0, a20);
        a21 = madd(x, d1, a21);
        x = v128.load32_splat(p, 12);
        a30 = madd(x, d0, a30);
        a31 = madd(x, d1, a31);
      }
      v128.store(dw, a00);
      v128.store(dw, a01, 16);
      v128.store(dw, a10, 32);
      v128.store(dw, a11, 48);
      v128.store(dw, a20, 64);
      v128.store(dw, a21, 80);
      v128.store(dw, a30, 96);
      v128.store(dw, a31, 112);
      dw += 128;
    }
  }
}

/**
 * out = v·w at every point, w `[i, j, block of 8 f, c, 8]`: forward, v the input, w = u, out the output m; backward, v
 * the output's gradient m, w = uᵀ (the layer's filters being this product's channels), out the input's, in whose place
 * the input stands before: with `du` ≠ 0 first du += outᵀ·v.
 * Cost: tiles · points · channels · filters multiply–adds, twice that with `du`.
 */
export function winogradProduct(
  samples: i32,
  outHeight: i32,
  outWidth: i32,
  channels: i32,
  filters: i32,
  v: usize,
  vBlockStride: usize,
  vPlaneStride: usize,
  w: usize,
  out: usize,
  outBlockStride: usize,
  outPlaneStride: usize,
  du: usize,
): void {
  for (let i = 0; i < 8; i++) {
    for (let j = 0; j < 8; j++) {
      const rows = samples * tiles(outHeight, i) * tiles(outWidth, j);
      if (du) {
        weightProduct(rows, filters, channels, out, outBlockStride, v, vBlockStride, du);
        du += <usize>(filters * ((channels + 7) & ~7)) << 2;
      }
      product(rows, channels, filters, v, vBlockStride, w, out, outBlockStride);
      v += vPlaneStride;
      w += <usize>(channels * ((filters + 7) & ~7)) << 2;
      out += outPlaneStride;
    }
  }
}

/** G `[point, tap]`. */
const taps = memory.data<f32>([
  1, 0, 0,
  -2.0 / 9, -2.0 / 9, -2.0 / 9,
  -2.0 / 9, 2.0 / 9, -2.0 / 9,
  0, 0, 1,
  1.0 / 360, 1.0 / 180, 1.0 / 90,
  1.0 / 360, -1.0 / 180, 1.0 / 90,
  1.0 / 90, 1.0 / 180, 1.0 / 360,
  1.0 / 90, -1.0 / 180, 1.0 / 360,
]);

/** out[r, c] = Σ_k g[r, k]·from[k, c] over vectors, added to `out` when `add`; strides are bytes, g's of taps. */
function combine(
  rows: i32,
  terms: i32,
  columns: i32,
  rowTaps: usize,
  termTaps: usize,
  from: usize,
  termStride: usize,
  columnStride: usize,
  out: usize,
  rowStride: usize,
  outColumnStride: usize,
  add: bool,
): void {
  for (let c = 0; c < columns; c++) {
    let o = out;
    for (let r = 0; r < rows; r++) {
      let sum = add ? v128.load(o) : splat(0);
      let g = taps + rowTaps * <usize>r;
      let p = from;
      for (let k = 0; k < terms; k++) {
        sum = madd(v128.load32_splat(g), v128.load(p), sum);
        g += termTaps;
        p += termStride;
      }
      v128.store(o, sum);
      o += rowStride;
    }
    from += columnStride;
    out += outColumnStride;
  }
}

/**
 * Weights `[block of filters, ky, (kx, channel), filter]` at the points, u = G g Gᵀ: `[i, j, block of 8 f, c, 8]` for
 * the forward product and turned, `[i, j, block of 8 c, f, 8]`, for the backward one. `scratch` has 24 vectors.
 * Cost: channels · filters · 264 multiply–adds.
 */
export function winogradWeights(
  channels: i32,
  filters: i32,
  weights: usize,
  runStride: usize,
  scratch: usize,
  u: usize,
  turned: usize,
): void {
  const filterBlock = min(filters, 8);
  const tapBytes = <usize>(channels * filterBlock) << 2;
  const pointBytes = <usize>(channels * ((filters + 7) & ~7)) << 2;
  const turnedPointBytes = <usize>(filters * ((channels + 7) & ~7)) << 2;
  for (let f = 0; f < filters; f += 4) {
    let g = weights + 3 * runStride * <usize>(f >> 3) + (<usize>(f & 4) << 2);
    let out = u + (<usize>((f >> 3) * channels) << 5) + (<usize>(f & 4) << 2);
    for (let c = 0; c < channels; c++) {
      // [i, kx], then [i, j].
      combine(8, 3, 3, 12, 4, g, runStride, tapBytes, scratch, 48, 16, false);
      combine(8, 3, 8, 12, 4, scratch, 16, 48, out, pointBytes, 8 * pointBytes, false);
      let at = out;
      let back = turned + (<usize>((c >> 3) * filters + f) << 5) + (<usize>(c & 7) << 2);
      for (let point = 0; point < 64; point++) {
        const lanes = v128.load(at);
        v128.store32_lane(back, lanes, 0);
        v128.store32_lane(back, lanes, 1, 32);
        v128.store32_lane(back, lanes, 2, 64);
        v128.store32_lane(back, lanes, 3, 96);
        at += pointBytes;
        back += turnedPointBytes;
      }
      g += <usize>filterBlock << 2;
      out += 32;
    }
  }
}

/** dg += Gᵀ du G, laid out as the weights. `scratch` has 24 vectors. The same cost. */
export function winogradWeightGradient(
  channels: i32,
  filters: i32,
  du: usize,
  scratch: usize,
  gradient: usize,
  runStride: usize,
): void {
  const filterBlock = min(filters, 8);
  const tapBytes = <usize>(channels * filterBlock) << 2;
  const pointBytes = <usize>(channels * ((filters + 7) & ~7)) << 2;
  for (let f = 0; f < filters; f += 4) {
    let g = gradient + 3 * runStride * <usize>(f >> 3) + (<usize>(f & 4) << 2);
    let from = du + (<usize>((f >> 3) * channels) << 5) + (<usize>(f & 4) << 2);
    for (let c = 0; c < channels; c++) {
      // [i, kx], then [ky, kx].
      combine(3, 8, 8, 4, 12, from, pointBytes, 8 * pointBytes, scratch, 16, 48, false);
      combine(3, 8, 3, 4, 12, scratch, 48, 16, g, runStride, tapBytes, true);
      g += <usize>filterBlock << 2;
      from += 32;
    }
  }
}
