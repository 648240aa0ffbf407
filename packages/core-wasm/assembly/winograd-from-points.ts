// Winograd's transforms of planes back to images (see winograd.ts).

import { madd, splat } from './simd';
import { constants, depthAt, lineBlock, lineStride, rowBytes, tiles } from './winograd-planes';

/**
 * Values of `count` tiles of 6 from their points: Aᵀ m, with `bias` added at the point 1 and not below `floor`; or B v
 * when tiles overlap, whose first two values are added to what stands there if `keep` (after the first tile
 * `keepNext`) is all ones. Point k stands at from + k·stride, those after the fourth at `rest`; value k goes to
 * out + k·outStride, the last one to `last`. The next tile's points are a row on, its values `step` bytes.
 */
function valuesOf6(
  overlap: i32,
  count: i32,
  depth: usize,
  from: usize,
  rest: usize,
  stride: usize,
  out: usize,
  last: usize,
  outStride: usize,
  step: usize,
  bias: usize,
  floor: v128,
  keep: v128,
  keepNext: v128,
): void {
  const four = v128.load32_splat(constants);
  const sixteen = v128.load32_splat(constants, 4);
  const minus5 = v128.load32_splat(constants, 8);
  const minus17Quarters = v128.load32_splat(constants, 12);
  const plus21Quarters = v128.load32_splat(constants, 16);
  for (let tile = 0; tile < count; tile++) {
    for (let c: usize = 0; c < depth; c += 16) {
      let p = from + c;
      const m0 = v128.load(p);
      p += stride;
      const m1 = f32x4.add(v128.load(p), v128.load(bias + c));
      p += stride;
      const m2 = v128.load(p);
      const infinity = v128.load(p + stride);
      let r = rest + c;
      const m4 = v128.load(r);
      r += stride;
      const m5 = v128.load(r);
      r += stride;
      const m6 = v128.load(r);
      const m7 = v128.load(r + stride);
      const even = f32x4.add(m1, m2);
      const odd = f32x4.sub(m1, m2);
      const even2 = f32x4.add(m4, m5);
      let odd2 = f32x4.sub(m4, m5);
      odd2 = f32x4.add(odd2, odd2);
      let evenHalf = f32x4.add(m6, m7);
      evenHalf = f32x4.add(evenHalf, evenHalf);
      const oddHalf = f32x4.sub(m6, m7);
      let q = out + c;
      if (overlap) {
        const outer = f32x4.mul(plus21Quarters, m0);
        const inner = f32x4.mul(plus21Quarters, infinity);
        v128.store(q, f32x4.add(m0, v128.and(keep, v128.load(q))));
        q += outStride;
        const before = f32x4.sub(v128.and(keep, v128.load(q)), infinity);
        v128.store(q, madd(four, oddHalf, f32x4.add(f32x4.add(odd, odd2), before)));
        q += outStride;
        v128.store(q, madd(four, evenHalf, f32x4.sub(f32x4.add(even, even2), outer)));
        q += outStride;
        v128.store(q, madd(minus17Quarters, odd, madd(minus5, f32x4.add(odd2, oddHalf), inner)));
        q += outStride;
        v128.store(q, madd(minus17Quarters, even, madd(minus5, f32x4.add(even2, evenHalf), outer)));
        q += outStride;
        v128.store(q, madd(four, odd2, f32x4.sub(f32x4.add(odd, oddHalf), inner)));
        q += outStride;
        v128.store(q, madd(four, even2, f32x4.sub(f32x4.add(even, evenHalf), m0)));
        v128.store(last + c, infinity);
      } else {
        const y0 = madd(sixteen, evenHalf, f32x4.add(f32x4.add(m0, even), even2));
        const y1 = madd(sixteen, oddHalf, f32x4.add(odd, odd2));
        const y2 = madd(four, f32x4.add(even2, evenHalf), even);
        const y3 = madd(four, f32x4.add(odd2, oddHalf), odd);
        const y4 = madd(sixteen, even2, f32x4.add(even, evenHalf));
        const y5 = madd(sixteen, odd2, f32x4.add(f32x4.add(odd, oddHalf), infinity));
        v128.store(q, f32x4.pmax(y0, floor));
        q += outStride;
        v128.store(q, f32x4.pmax(y1, floor));
        q += outStride;
        v128.store(q, f32x4.pmax(y2, floor));
        q += outStride;
        v128.store(q, f32x4.pmax(y3, floor));
        q += outStride;
        v128.store(q, f32x4.pmax(y4, floor));
        v128.store(last + c, f32x4.pmax(y5, floor));
      }
    }
    from += rowBytes;
    rest += rowBytes;
    out += step;
    last += step;
    keep = keepNext;
  }
}

/** The same of tiles of 2. */
function valuesOf2(
  overlap: i32,
  count: i32,
  depth: usize,
  from: usize,
  stride: usize,
  out: usize,
  last: usize,
  outStride: usize,
  step: usize,
  bias: usize,
  floor: v128,
  keep: v128,
  keepNext: v128,
): void {
  const minus9Quarters = v128.load32_splat(constants, 20);
  for (let tile = 0; tile < count; tile++) {
    for (let c: usize = 0; c < depth; c += 16) {
      let p = from + c;
      const m0 = v128.load(p);
      p += stride;
      const m1 = f32x4.add(v128.load(p), v128.load(bias + c));
      p += stride;
      const m2 = v128.load(p);
      const infinity = v128.load(p + stride);
      const even = f32x4.add(m1, m2);
      const odd = f32x4.sub(m1, m2);
      let q = out + c;
      if (overlap) {
        v128.store(q, f32x4.add(m0, v128.and(keep, v128.load(q))));
        q += outStride;
        const before = f32x4.sub(v128.and(keep, v128.load(q)), infinity);
        v128.store(q, madd(minus9Quarters, odd, before));
        q += outStride;
        v128.store(q, f32x4.sub(f32x4.mul(minus9Quarters, even), m0));
        v128.store(last + c, infinity);
      } else {
        v128.store(q, f32x4.pmax(f32x4.add(m0, even), floor));
        v128.store(last + c, f32x4.pmax(f32x4.add(odd, infinity), floor));
      }
    }
    from += rowBytes;
    out += step;
    last += step;
    keep = keepNext;
  }
}

/**
 * Images of planes: Aᵀ m A + b of a layer's output, not below `least`, when `overlap` is 0; B v Bᵀ of its input's
 * gradient, summed where tiles overlap, when 2, with `zeros` for the bias.
 * Cost: for 36 outputs and a channel 14 transforms of 8 values, about 32 operations each.
 */
export function winogradFromPoints(
  overlap: i32,
  samples: i32,
  height: i32,
  width: i32,
  channels: i32,
  planes: usize,
  blockStride: usize,
  planeStride: usize,
  bias: usize,
  least: f32,
  zeros: usize,
  scratch: usize,
  image: usize,
  spill: usize,
): void {
  const floor = splat(least);
  const any = splat(-Infinity);
  const none = i32x4.splat(0);
  const all = i32x4.splat(-1);
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
      const points = tall ? 8 : 4;
      for (let i = 0; i < points; i++) {
        const tile = s * (i < 4 ? tileRows : tallRows) + y;
        let from = planes + planeStride * <usize>(i * 8) + rowBytes * <usize>(tile * tileColumns);
        let rest = planes + planeStride * <usize>(i * 8 + 4) + rowBytes * <usize>(tile * wideColumns);
        let t = scratch + line * <usize>i;
        for (let c = 0; c < channels; c += 32) {
          const depth = depthAt(channels, c);
          // What is added at the point (1, 1) is added to every output.
          const b = i == 1 ? bias + (<usize>c << 2) : zeros;
          valuesOf6(
            overlap,
            wideColumns,
            depth,
            from,
            rest,
            planeStride,
            t,
            t + rowBytes * <usize>(overlap + 5),
            rowBytes,
            6 * rowBytes,
            b,
            any,
            none,
            all,
          );
          const pairs = t + wide * 6;
          valuesOf2(
            overlap,
            tileColumns - wideColumns,
            depth,
            from + wide,
            planeStride,
            pairs,
            pairs + rowBytes * <usize>(overlap + 1),
            rowBytes,
            2 * rowBytes,
            b,
            any,
            wide ? all : none,
            all,
          );
          t += block;
          from += blockStride;
          rest += blockStride;
        }
      }
      const first = image + imageRow * <usize>(tall ? 6 * y : 2 * y + 4 * tallRows);
      let last = first + imageRow * <usize>(overlap + (tall ? 5 : 1));
      if (last >= end) last = spill;
      const keep = y ? all : none;
      let t = scratch;
      for (let c = 0; c < channels; c += 32) {
        const depth = depthAt(channels, c);
        const o = <usize>c << 2;
        const to = first + o;
        const end = last + o;
        if (tall) {
          const rest = t + 4 * line;
          valuesOf6(
            overlap,
            width,
            depth,
            t,
            rest,
            line,
            to,
            end,
            imageRow,
            columnBytes,
            zeros,
            floor,
            keep,
            keep,
          );
        } else {
          valuesOf2(
            overlap,
            width,
            depth,
            t,
            line,
            to,
            end,
            imageRow,
            columnBytes,
            zeros,
            floor,
            keep,
            keep,
          );
        }
        t += block;
      }
    }
    image = end;
  }
}
