// Spike-triggered averages, and the null of shifted spike trains.

@inline
function addWidened(out: usize, counts: v128): void {
  const low = i16x8.extend_low_i8x16_u(counts);
  const high = i16x8.extend_high_i8x16_u(counts);
  v128.store(out, i32x4.add(v128.load(out), i32x4.extend_low_i16x8_u(low)));
  v128.store(out, i32x4.add(v128.load(out, 16), i32x4.extend_high_i16x8_u(low)), 16);
  v128.store(out, i32x4.add(v128.load(out, 32), i32x4.extend_low_i16x8_u(high)), 32);
  v128.store(out, i32x4.add(v128.load(out, 48), i32x4.extend_high_i16x8_u(high)), 48);
}

/** Byte counters to the 32-bit counts, and to zero. */
function flush(counters: usize, vectors: i32, out: usize): void {
  for (; vectors > 0; vectors--, counters += 16, out += 64) {
    addWidened(out, v128.load(counters));
    v128.store(counters, i8x16.splat(0));
  }
}

/**
 * Counts the set bits of windows: for each bit of `columns` 16-byte columns from byte `offset` of a window,
 * in how many of the n windows (u32 pointers at `windows`; n a multiple of 7, made so with pointers to zeros)
 * it is set. Adds to `out`, u32 `[column][bit of byte][byte]`. `counters`: 128 zero bytes a column, left zero.
 *
 * Seven windows are added at a time by full adders on whole vectors; three binary digits come out,
 * and are added to byte counters, which overflow after 36 × 7 windows.
 */
export function countBits(windows: usize, n: i32, offset: usize, columns: i32, counters: usize, out: usize): void {
  const one = i8x16.splat(1);
  let batches = 0;
  for (; n > 0; n -= 7, windows += 28) {
    let a = <usize>load<u32>(windows) + offset;
    let b = <usize>load<u32>(windows, 4) + offset;
    let c = <usize>load<u32>(windows, 8) + offset;
    let d = <usize>load<u32>(windows, 12) + offset;
    let e = <usize>load<u32>(windows, 16) + offset;
    let f = <usize>load<u32>(windows, 20) + offset;
    let g = <usize>load<u32>(windows, 24) + offset;
    let counter = counters;
    for (let i = 0; i < columns; i++) {
      let x = v128.load(a);
      let y = v128.load(b);
      let z = v128.load(c);
      let half = v128.xor(x, y);
      let ones = v128.xor(half, z);
      let twos = v128.or(v128.and(x, y), v128.and(half, z));
      x = v128.load(d);
      y = v128.load(e);
      half = v128.xor(ones, x);
      const carry = v128.or(v128.and(ones, x), v128.and(half, y));
      ones = v128.xor(half, y);
      x = v128.load(f);
      y = v128.load(g);
      half = v128.xor(ones, x);
      const last = v128.or(v128.and(ones, x), v128.and(half, y));
      ones = v128.xor(half, y);
      half = v128.xor(twos, carry);
      let fours = v128.or(v128.and(twos, carry), v128.and(half, last));
      twos = v128.xor(half, last);
      a += 16;
      b += 16;
      c += 16;
      d += 16;
      e += 16;
      f += 16;
      g += 16;
      // Lanes of 16 bits: what crosses from a byte to its neighbour is masked away.
      for (let k = 0; k < 8; k++, counter += 16) {
        const digits = i8x16.add(
          v128.and(ones, one),
          i8x16.add(i16x8.shl(v128.and(twos, one), 1), i16x8.shl(v128.and(fours, one), 2)),
        );
        v128.store(counter, i8x16.add(v128.load(counter), digits));
        ones = i16x8.shr_u(ones, 1);
        twos = i16x8.shr_u(twos, 1);
        fours = i16x8.shr_u(fours, 1);
      }
    }
    if (++batches == 36) {
      flush(counters, columns << 3, out);
      batches = 0;
    }
  }
  flush(counters, columns << 3, out);
}

/**
 * sum[i] += Σ weight·window[i], i in [0, length), over n windows: { u32 pointer, f32 weight } each,
 * n a multiple of 4 (made so with weight 0 and pointers to zeros), `length` a multiple of 4.
 */
export function sumWindows(windows: usize, n: i32, offset: usize, length: i32, sum: usize): void {
  const bytes = <usize>length << 2;
  for (; n > 0; n -= 4, windows += 32) {
    const a = <usize>load<u32>(windows) + offset;
    const b = <usize>load<u32>(windows, 8) + offset;
    const c = <usize>load<u32>(windows, 16) + offset;
    const d = <usize>load<u32>(windows, 24) + offset;
    const wa = v128.load32_splat(windows, 4);
    const wb = v128.load32_splat(windows, 12);
    const wc = v128.load32_splat(windows, 20);
    const wd = v128.load32_splat(windows, 28);
    for (let i: usize = 0; i < bytes; i += 16) {
      const ab = f32x4.add(f32x4.mul(wa, v128.load(a + i)), f32x4.mul(wb, v128.load(b + i)));
      const cd = f32x4.add(f32x4.mul(wc, v128.load(c + i)), f32x4.mul(wd, v128.load(d + i)));
      v128.store(sum + i, f32x4.add(v128.load(sum + i), f32x4.add(ab, cd)));
    }
  }
}

/** Exchanges the bits of `x` under `mask << shift` with those of `y` under `mask`. */
@inline
function exchanged(x: v128, y: v128, shift: i32, mask: v128): v128 {
  return v128.and(v128.xor(i16x8.shr_u(x, shift), y), mask);
}

/**
 * Turns eight frames of bits into one byte a square, bit = frame: from `frames` (frameBytes apart) to `out`,
 * `[16-byte column][bit of byte][byte]`. A transposition of 8×8 bits in every byte lane.
 */
function transposeBits(frames: usize, frameBytes: usize, columns: i32, out: usize): void {
  const m1 = i8x16.splat(0x55);
  const m2 = i8x16.splat(0x33);
  const m4 = i8x16.splat(0x0f);
  for (; columns > 0; columns--, frames += 16, out += 128) {
    let p = frames;
    let a = v128.load(p);
    let b = v128.load((p += frameBytes));
    let c = v128.load((p += frameBytes));
    let d = v128.load((p += frameBytes));
    let e = v128.load((p += frameBytes));
    let f = v128.load((p += frameBytes));
    let g = v128.load((p += frameBytes));
    let h = v128.load((p += frameBytes));
    let t = exchanged(a, b, 1, m1);
    a = v128.xor(a, i16x8.shl(t, 1));
    b = v128.xor(b, t);
    t = exchanged(c, d, 1, m1);
    c = v128.xor(c, i16x8.shl(t, 1));
    d = v128.xor(d, t);
    t = exchanged(e, f, 1, m1);
    e = v128.xor(e, i16x8.shl(t, 1));
    f = v128.xor(f, t);
    t = exchanged(g, h, 1, m1);
    g = v128.xor(g, i16x8.shl(t, 1));
    h = v128.xor(h, t);
    t = exchanged(a, c, 2, m2);
    a = v128.xor(a, i16x8.shl(t, 2));
    c = v128.xor(c, t);
    t = exchanged(b, d, 2, m2);
    b = v128.xor(b, i16x8.shl(t, 2));
    d = v128.xor(d, t);
    t = exchanged(e, g, 2, m2);
    e = v128.xor(e, i16x8.shl(t, 2));
    g = v128.xor(g, t);
    t = exchanged(f, h, 2, m2);
    f = v128.xor(f, i16x8.shl(t, 2));
    h = v128.xor(h, t);
    t = exchanged(a, e, 4, m4);
    v128.store(out, v128.xor(a, i16x8.shl(t, 4)));
    v128.store(out, v128.xor(e, t), 64);
    t = exchanged(b, f, 4, m4);
    v128.store(out, v128.xor(b, i16x8.shl(t, 4)), 16);
    v128.store(out, v128.xor(f, t), 80);
    t = exchanged(c, g, 4, m4);
    v128.store(out, v128.xor(c, i16x8.shl(t, 4)), 32);
    v128.store(out, v128.xor(g, t), 96);
    t = exchanged(d, h, 4, m4);
    v128.store(out, v128.xor(d, i16x8.shl(t, 4)), 48);
    v128.store(out, v128.xor(h, t), 112);
  }
}

/**
 * Tables of the 16 sums ±½w₀ ±½w₁ ±½w₂ ±½w₃ over each four frames, for 16 columns of weights:
 * `weights` `[frame][stride bytes]`, `tables` `[four frames][16][16]` float32.
 */
function signedSums(weights: usize, stride: usize, quarters: i32, tables: usize): void {
  const half = f32x4.splat(0.5);
  for (; quarters > 0; quarters--, weights += stride << 2, tables += 1024) {
    for (let v: usize = 0; v < 64; v += 16) {
      const w = weights + v;
      const table = tables + v;
      const w0 = v128.load(w);
      const w1 = v128.load(w + stride);
      const w2 = v128.load(w + (stride << 1));
      const w3 = v128.load(w + stride * 3);
      v128.store(table, f32x4.neg(f32x4.mul(half, f32x4.add(f32x4.add(w0, w1), f32x4.add(w2, w3)))));
      for (let m: usize = 1; m < 16; m++) {
        // The entry without the lowest set bit, plus that bit's weight.
        const lowest = ctz(<u32>m);
        const added = lowest == 0 ? w0 : lowest == 1 ? w1 : lowest == 2 ? w2 : w3;
        v128.store(table + (m << 6), f32x4.add(v128.load(table + ((m & (m - 1)) << 6)), added));
      }
    }
  }
}

/**
 * sum[slice][square][16] += Σ_t weights[t][slice·16 + …]·(bit[t, square] − ½) over 8·groups frames of bits.
 * Squares stand in the order of `transposeBits`; `weights` `[frame][16·slices]` float32, 0 for frames that are none.
 * `planes`: columns·128·groups bytes; `tables`: 2048·groups bytes.
 */
export function projectBits(
  frames: usize,
  frameBytes: usize,
  columns: i32,
  groups: i32,
  weights: usize,
  slices: i32,
  planes: usize,
  tables: usize,
  sum: usize,
): void {
  const planeBytes = <usize>columns << 7;
  for (let g = 0; g < groups; g++) {
    transposeBits(frames + ((<usize>g * frameBytes) << 3), frameBytes, columns, planes + <usize>g * planeBytes);
  }
  const stride = <usize>slices << 6;
  for (let slice = 0; slice < slices; slice++, weights += 64) {
    signedSums(weights, stride, groups << 1, tables);
    for (let square: usize = 0; square < planeBytes; square++, sum += 64) {
      let s0 = v128.load(sum);
      let s1 = v128.load(sum, 16);
      let s2 = v128.load(sum, 32);
      let s3 = v128.load(sum, 48);
      let plane = planes + square;
      let table = tables;
      for (let g = 0; g < groups; g++, plane += planeBytes, table += 2048) {
        const byte = <usize>load<u8>(plane);
        const low = table + ((byte & 15) << 6);
        const high = table + ((byte & 0xf0) << 2);
        s0 = f32x4.add(s0, f32x4.add(v128.load(low), v128.load(high, 1024)));
        s1 = f32x4.add(s1, f32x4.add(v128.load(low, 16), v128.load(high, 1040)));
        s2 = f32x4.add(s2, f32x4.add(v128.load(low, 32), v128.load(high, 1056)));
        s3 = f32x4.add(s3, f32x4.add(v128.load(low, 48), v128.load(high, 1072)));
      }
      v128.store(sum, s0);
      v128.store(sum, s1, 16);
      v128.store(sum, s2, 32);
      v128.store(sum, s3, 48);
    }
  }
}

/**
 * sum[row][square] += Σ_t weights[t][row]·frames[t][square] over `count` frames of `squares` float32;
 * rows a multiple of 4; a row of `sum` holds squares rounded up to 8, the rest of it stale.
 */
export function projectFrames(frames: usize, count: i32, squares: i32, weights: usize, rows: i32, sum: usize): void {
  const stride = <usize>squares << 2;
  const rowStride = <usize>((squares + 7) & ~7) << 2;
  const weightStride = <usize>rows << 2;
  for (let row = 0; row < rows; row += 4, weights += 16, sum += rowStride << 2) {
    for (let at: usize = 0; at < rowStride; at += 32) {
      const pa = sum + at;
      const pb = pa + rowStride;
      const pc = pb + rowStride;
      const pd = pc + rowStride;
      let a0 = v128.load(pa), a1 = v128.load(pa, 16);
      let b0 = v128.load(pb), b1 = v128.load(pb, 16);
      let c0 = v128.load(pc), c1 = v128.load(pc, 16);
      let d0 = v128.load(pd), d1 = v128.load(pd, 16);
      let x = frames + at;
      let w = weights;
      for (let t = 0; t < count; t++, x += stride, w += weightStride) {
        const x0 = v128.load(x);
        const x1 = v128.load(x, 16);
        let v = v128.load32_splat(w);
        a0 = f32x4.add(a0, f32x4.mul(v, x0));
        a1 = f32x4.add(a1, f32x4.mul(v, x1));
        v = v128.load32_splat(w, 4);
        b0 = f32x4.add(b0, f32x4.mul(v, x0));
        b1 = f32x4.add(b1, f32x4.mul(v, x1));
        v = v128.load32_splat(w, 8);
        c0 = f32x4.add(c0, f32x4.mul(v, x0));
        c1 = f32x4.add(c1, f32x4.mul(v, x1));
        v = v128.load32_splat(w, 12);
        d0 = f32x4.add(d0, f32x4.mul(v, x0));
        d1 = f32x4.add(d1, f32x4.mul(v, x1));
      }
      v128.store(pa, a0);
      v128.store(pa, a1, 16);
      v128.store(pb, b0);
      v128.store(pb, b1, 16);
      v128.store(pc, c0);
      v128.store(pc, c1, 16);
      v128.store(pd, d0);
      v128.store(pd, d1, 16);
    }
  }
}
