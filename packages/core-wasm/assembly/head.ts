// The readout, and the way back through it and the rectifiers.

import { lanesum, madd, splat } from './simd';

/** o[s] = b + Σ_i h[s, i]·w[i]; `size` floats a sample, a multiple of 4. */
export function readout(samples: i32, size: i32, h: usize, w: usize, b: f32, o: usize): void {
  const bytes = <usize>size << 2;
  const end8 = w + ((bytes >> 5) << 5);
  const end = w + bytes;
  for (let s = 0; s < samples; s++) {
    let a0 = splat(0);
    let a1 = splat(0);
    let v = w;
    for (; v < end8; v += 32) {
      a0 = madd(v128.load(h), v128.load(v), a0);
      a1 = madd(v128.load(h, 16), v128.load(v, 16), a1);
      h += 32;
    }
    if (v < end) {
      a0 = madd(v128.load(h), v128.load(v), a0);
      h += 16;
    }
    store<f32>(o, b + lanesum(f32x4.add(a0, a1)));
    o += 4;
  }
}

/**
 * Back through the readout and the last rectifier: dw[p, f] += Σ_s g[s]·h[s, p, f]; dz[s, p, f] = g[s]·w[p, f] where
 * h > 0, else 0; db[f] += Σ dz. h and dz are `[sample, position, filter]`, dz `dzStride` bytes from sample to sample,
 * w `[position, filter]`, `filters` a multiple of 4. Cost: 2 · samples · positions · filters multiply–adds.
 */
export function backThroughReadout(
  samples: i32,
  positions: i32,
  filters: i32,
  h: usize,
  w: usize,
  g: usize,
  dz: usize,
  dzStride: usize,
  dw: usize,
  db: usize,
): void {
  const zero = splat(0);
  const stride = <usize>filters << 2;
  const size = <usize>positions * stride;
  const end = g + (<usize>samples << 2);
  for (let p: usize = 0; p < size; p += stride) {
    for (let v: usize = 0; v < stride; v += 16) {
      const weight = v128.load(w);
      let sumW = v128.load(dw);
      let sumB = v128.load(db + v);
      let at = h + p + v;
      let out = dz + p + v;
      for (let s = g; s < end; s += 4) {
        const scale = v128.load32_splat(s);
        const a = v128.load(at);
        const d = v128.and(f32x4.mul(scale, weight), f32x4.gt(a, zero));
        v128.store(out, d);
        sumW = madd(scale, a, sumW);
        sumB = f32x4.add(sumB, d);
        at += size;
        out += dzStride;
      }
      v128.store(dw, sumW);
      v128.store(db + v, sumB);
      w += 16;
      dw += 16;
    }
  }
}

/** dz = dh where h > 0, else 0, of one vector. */
@inline
function passed(h: usize, dh: usize, dz: usize): v128 {
  const d = v128.and(v128.load(dh), f32x4.gt(v128.load(h), splat(0)));
  v128.store(dz, d);
  return d;
}

/** Back through a rectifier for V vectors of filters (1 or 4) at all positions of a sample. */
@inline
function backThroughColumn(
  V: i32,
  h: usize,
  dh: usize,
  dz: usize,
  size: usize,
  stride: usize,
  db: usize,
): void {
  let s0 = v128.load(db);
  let s1 = V > 1 ? v128.load(db, 16) : s0;
  let s2 = V > 1 ? v128.load(db, 32) : s0;
  let s3 = V > 1 ? v128.load(db, 48) : s0;
  for (let p: usize = 0; p < size; p += stride) {
    s0 = f32x4.add(s0, passed(h + p, dh + p, dz + p));
    if (V > 1) {
      s1 = f32x4.add(s1, passed(h + p + 16, dh + p + 16, dz + p + 16));
      s2 = f32x4.add(s2, passed(h + p + 32, dh + p + 32, dz + p + 32));
      s3 = f32x4.add(s3, passed(h + p + 48, dh + p + 48, dz + p + 48));
    }
  }
  v128.store(db, s0);
  if (V > 1) {
    v128.store(db, s1, 16);
    v128.store(db, s2, 32);
    v128.store(db, s3, 48);
  }
}

/**
 * Back through a rectifier: dz = dh where h > 0, else 0, and db[f] += Σ dz. All are `[sample, position, filter]`, dz
 * `dzStride` bytes from sample to sample; it may be dh.
 */
export function backThroughRectifier(
  samples: i32,
  positions: i32,
  filters: i32,
  h: usize,
  dh: usize,
  dz: usize,
  dzStride: usize,
  db: usize,
): void {
  const stride = <usize>filters << 2;
  const size = <usize>positions * stride;
  for (let s = 0; s < samples; s++) {
    // By whole cache lines where there are as many filters.
    let v: usize = 0;
    for (; v + 64 <= stride; v += 64) backThroughColumn(4, h + v, dh + v, dz + v, size, stride, db + v);
    for (; v < stride; v += 16) backThroughColumn(1, h + v, dh + v, dz + v, size, stride, db + v);
    h += size;
    dh += size;
    dz += dzStride;
  }
}

/** Copies dz`[sample, y, x, filter]` into the middle of a zero-bordered plane; `plane` is its first inner value. */
export function padGradient(
  samples: i32,
  height: i32,
  rowLength: usize,
  dz: usize,
  plane: usize,
  rowBytes: usize,
  sampleBytes: usize,
): void {
  for (let s = 0; s < samples; s++) {
    let out = plane + <usize>s * sampleBytes;
    for (let y = 0; y < height; y++) {
      memory.copy(out, dz, rowLength);
      dz += rowLength;
      out += rowBytes;
    }
  }
}

/** h[row, f] ← max(h[row, f] + σ·n[row, f], 0) for the real filters, 0 for the padding (`mask` all ones where real). */
export function rectifyWithNoise(
  rows: i32,
  filters: i32,
  sigma: f32,
  noise: usize,
  mask: usize,
  h: usize,
): void {
  const zero = splat(0);
  const scale = splat(sigma);
  for (let row = 0; row < rows; row++) {
    for (let f: usize = 0; f < <usize>filters << 2; f += 16) {
      const z = f32x4.add(v128.load(h), f32x4.mul(scale, v128.load(noise)));
      v128.store(h, v128.and(f32x4.pmax(z, zero), v128.load(mask + f)));
      h += 16;
      noise += 16;
    }
  }
}
