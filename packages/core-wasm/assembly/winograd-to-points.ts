// Winograd's transforms of images to planes (see winograd.ts).

import { madd } from './simd';
import { constants, depthAt, lineBlock, lineStride, rowBytes, tiles } from './winograd-planes';

/**
 * Points of `count` tiles of 6: Bᵀ d when tiles overlap, else A y. Value k of a tile stands at from + k·stride, the
 * last one at `last`; the first four points go to out + k·outStride, the others to `rest`. The next tile's values are
 * `step` bytes on, its points a row.
 */
function pointsOf6(
  overlap: i32,
  count: i32,
  depth: usize,
  from: usize,
  last: usize,
  stride: usize,
  step: usize,
  out: usize,
  rest: usize,
  outStride: usize,
): void {
  const four = v128.load32_splat(constants);
  const sixteen = v128.load32_splat(constants, 4);
  const minus5 = v128.load32_splat(constants, 8);
  const minus17Quarters = v128.load32_splat(constants, 12);
  const plus21Quarters = v128.load32_splat(constants, 16);
  for (let tile = 0; tile < count; tile++) {
    for (let c: usize = 0; c < depth; c += 16) {
      let p = from + c;
      const d0 = v128.load(p);
      p += stride;
      const d1 = v128.load(p);
      p += stride;
      const d2 = v128.load(p);
      p += stride;
      const d3 = v128.load(p);
      p += stride;
      const d4 = v128.load(p);
      const end = v128.load(last + c);
      let q = out + c;
      let r = rest + c;
      let even: v128;
      let odd: v128;
      let even2: v128;
      let odd2: v128;
      let evenHalf: v128;
      let oddHalf: v128;
      let infinity: v128;
      if (overlap) {
        p += stride;
        const d5 = v128.load(p);
        const d6 = v128.load(p + stride);
        v128.store(q, madd(plus21Quarters, f32x4.sub(d4, d2), f32x4.sub(d0, d6)));
        infinity = madd(plus21Quarters, f32x4.sub(d3, d5), f32x4.sub(end, d1));
        even = madd(minus17Quarters, d4, f32x4.add(d2, d6));
        odd = madd(minus17Quarters, d3, f32x4.add(d1, d5));
        even2 = madd(minus5, d4, madd(four, d6, d2));
        odd2 = madd(minus5, d3, madd(four, d5, d1));
        evenHalf = madd(minus5, d4, madd(four, d2, d6));
        oddHalf = madd(minus5, d3, madd(four, d1, d5));
      } else {
        v128.store(q, d0);
        infinity = end;
        even = f32x4.add(f32x4.add(d0, d2), d4);
        odd = f32x4.add(f32x4.add(d1, d3), end);
        even2 = madd(sixteen, d4, madd(four, d2, d0));
        odd2 = madd(sixteen, end, madd(four, d3, d1));
        evenHalf = madd(sixteen, d0, madd(four, d2, d4));
        oddHalf = madd(sixteen, d1, madd(four, d3, end));
      }
      q += outStride;
      v128.store(q, f32x4.add(even, odd));
      q += outStride;
      v128.store(q, f32x4.sub(even, odd));
      q += outStride;
      v128.store(q, infinity);
      odd2 = f32x4.add(odd2, odd2);
      evenHalf = f32x4.add(evenHalf, evenHalf);
      v128.store(r, f32x4.add(even2, odd2));
      r += outStride;
      v128.store(r, f32x4.sub(even2, odd2));
      r += outStride;
      v128.store(r, f32x4.add(evenHalf, oddHalf));
      r += outStride;
      v128.store(r, f32x4.sub(evenHalf, oddHalf));
    }
    from += step;
    last += step;
    out += rowBytes;
    rest += rowBytes;
  }
}

/** The same of tiles of 2. */
function pointsOf2(
  overlap: i32,
  count: i32,
  depth: usize,
  from: usize,
  last: usize,
  stride: usize,
  step: usize,
  out: usize,
  outStride: usize,
): void {
  const minus9Quarters = v128.load32_splat(constants, 20);
  for (let tile = 0; tile < count; tile++) {
    for (let c: usize = 0; c < depth; c += 16) {
      let p = from + c;
      let d0 = v128.load(p);
      let end = v128.load(last + c);
      let even = d0;
      let odd = end;
      if (overlap) {
        p += stride;
        const d1 = v128.load(p);
        const d2 = v128.load(p + stride);
        d0 = f32x4.sub(d0, d2);
        end = f32x4.sub(end, d1);
        even = f32x4.mul(minus9Quarters, d2);
        odd = f32x4.mul(minus9Quarters, d1);
      }
      let q = out + c;
      v128.store(q, d0);
      q += outStride;
      v128.store(q, f32x4.add(even, odd));
      q += outStride;
      v128.store(q, f32x4.sub(even, odd));
      q += outStride;
      v128.store(q, end);
    }
    from += step;
    last += step;
    out += rowBytes;
  }
}

/**
 * Planes of images: Bᵀ d B of a layer's input when `overlap` is 2, A dY Aᵀ of its output's gradient when 0.
 * Cost: for 36 outputs and a channel 14 transforms, of 8 values (30 operations each) or of 6 (24).
 */
export function winogradToPoints(
  overlap: i32,
  samples: i32,
  height: i32,
  width: i32,
  channels: i32,
  image: usize,
  zeros: usize,
  scratch: usize,
  planes: usize,
  blockStride: usize,
  planeStride: usize,
): void {
  const tileRows = tiles(height - overlap, 0);
  const tallRows = tiles(height - overlap, 4);
  const tileColumns = tiles(width - overlap, 0);
  const wideColumns = tiles(width - overlap, 4);
  const wide = rowBytes * <usize>wideColumns;
  const columnBytes = <usize>channels << 2;
  const imageRow = columnBytes * <usize>width;
  const block = lineBlock(width);
  const line = lineStride(width, channels);
  for (let s = 0; s < samples; s++) {
    const end = image + imageRow * <usize>height;
    for (let y = 0; y < tileRows; y++) {
      const tall = y < tallRows;
      const first = image + imageRow * <usize>(tall ? 6 * y : 2 * y + 4 * tallRows);
      let last = first + imageRow * <usize>(overlap + (tall ? 5 : 1));
      if (last >= end) last = zeros;
      let t = scratch;
      for (let c = 0; c < channels; c += 32) {
        const depth = depthAt(channels, c);
        const o = <usize>c << 2;
        if (tall) {
          const rest = t + 4 * line;
          pointsOf6(overlap, width, depth, first + o, last + o, imageRow, columnBytes, t, rest, line);
        } else {
          pointsOf2(overlap, width, depth, first + o, last + o, imageRow, columnBytes, t, line);
        }
        t += block;
      }
      const points = tall ? 8 : 4;
      for (let i = 0; i < points; i++) {
        const tile = s * (i < 4 ? tileRows : tallRows) + y;
        let out = planes + planeStride * <usize>(i * 8) + rowBytes * <usize>(tile * tileColumns);
        let rest = planes + planeStride * <usize>(i * 8 + 4) + rowBytes * <usize>(tile * wideColumns);
        t = scratch + line * <usize>i;
        for (let c = 0; c < channels; c += 32) {
          const depth = depthAt(channels, c);
          pointsOf6(
            overlap,
            wideColumns,
            depth,
            t,
            t + rowBytes * <usize>(overlap + 5),
            rowBytes,
            6 * rowBytes,
            out,
            rest,
            planeStride,
          );
          const pairs = t + wide * 6;
          pointsOf2(
            overlap,
            tileColumns - wideColumns,
            depth,
            pairs,
            pairs + rowBytes * <usize>(overlap + 1),
            rowBytes,
            2 * rowBytes,
            out + wide,
            planeStride,
          );
          t += block;
          out += blockStride;
          rest += blockStride;
        }
      }
    }
    image = end;
  }
}
