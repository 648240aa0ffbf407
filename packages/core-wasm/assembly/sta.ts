// Spike-triggered averages.

/** Places of the values that are not 0 among n float32, u32 to `out`; returns how many. */
export function nonZeros(values: usize, n: i32, out: usize): i32 {
  const start = out;
  for (let i = 0; i < n; i += 16, values += 64) {
    const zero = f32x4.splat(0);
    const low = i16x8.narrow_i32x4_s(f32x4.ne(v128.load(values), zero), f32x4.ne(v128.load(values, 16), zero));
    const high = i16x8.narrow_i32x4_s(f32x4.ne(v128.load(values, 32), zero), f32x4.ne(v128.load(values, 48), zero));
    let found = i8x16.bitmask(i8x16.narrow_i16x8_s(low, high));
    // What lies behind the last is not meant.
    if (n - i < 16) found &= (1 << (n - i)) - 1;
    for (; found; found &= found - 1, out += 4) store<u32>(out, i + ctz(found));
  }
  return <i32>(out - start) >> 2;
}

/** Sum bit of a full adder. */
@inline
function odd(a: v128, b: v128, c: v128): v128 {
  return v128.xor(v128.xor(a, b), c);
}

/** Carry bit of a full adder. */
@inline
function most(a: v128, b: v128, c: v128): v128 {
  return v128.or(v128.and(a, b), v128.and(v128.xor(a, b), c));
}

/** One digit more: state + p + q = state' + 2·carry over `columns` 16-byte columns. */
function addDigits(state: usize, p: usize, q: usize, columns: i32, carry: usize): void {
  for (; columns > 0; columns--, state += 16, p += 16, q += 16, carry += 16) {
    const a = v128.load(state);
    const b = v128.load(p);
    const c = v128.load(q);
    v128.store(state, odd(a, b, c));
    v128.store(carry, most(a, b, c));
  }
}

/**
 * Counts the set bits of windows by carry-save adders on whole vectors (Harley & Seal): for each bit of
 * `columns` 16-byte columns, in how many windows it is set. `windows`: u32 pointers, 8·groups of them, padded
 * with pointers to zeros. `done`: groups counted before, so that a count may go on.
 *
 * `digits`: the binary digits 1, 2 and 4 of the counts, `[column][3]`; then for each further digit 2^k three
 * rows of `columns` vectors: the digit, and the first and the second that is to be added to it.
 * 35 operations on vectors for 8 windows.
 */
export function countBits(windows: usize, groups: i32, columns: i32, done: u32, digits: usize): void {
  const row = <usize>columns << 4;
  const higher = digits + 3 * row;
  for (; groups > 0; groups--, windows += 32, done++) {
    const a = <usize>load<u32>(windows);
    const b = <usize>load<u32>(windows, 4);
    const c = <usize>load<u32>(windows, 8);
    const d = <usize>load<u32>(windows, 12);
    const e = <usize>load<u32>(windows, 16);
    const f = <usize>load<u32>(windows, 20);
    const g = <usize>load<u32>(windows, 24);
    const h = <usize>load<u32>(windows, 28);
    let digit = digits;
    let eights = higher + row + (done & 1 ? row : 0);
    for (let i: usize = 0; i < row; i += 16, digit += 48, eights += 16) {
      let one = v128.load(digit);
      let x = v128.load(a + i);
      let y = v128.load(b + i);
      const twoA = most(one, x, y);
      one = odd(one, x, y);
      x = v128.load(c + i);
      y = v128.load(d + i);
      const twoB = most(one, x, y);
      one = odd(one, x, y);
      let two = v128.load(digit, 16);
      const fourA = most(two, twoA, twoB);
      two = odd(two, twoA, twoB);
      x = v128.load(e + i);
      y = v128.load(f + i);
      const twoC = most(one, x, y);
      one = odd(one, x, y);
      x = v128.load(g + i);
      y = v128.load(h + i);
      const twoD = most(one, x, y);
      v128.store(digit, odd(one, x, y));
      const fourB = most(two, twoC, twoD);
      v128.store(digit, odd(two, twoC, twoD), 16);
      const four = v128.load(digit, 32);
      v128.store(eights, most(four, fourA, fourB));
      v128.store(digit, odd(four, fourA, fourB), 32);
    }
    // Two carries make one of the next digit, as in counting.
    let state = higher;
    for (let n = done; n & 1; n >>= 1) {
      const next = state + 3 * row;
      addDigits(state, state + row, state + (row << 1), columns, next + row + (n & 2 ? row : 0));
      state = next;
    }
  }
}

/** out[i] += weight·bit[i] over `columns` vectors of bits, `stride` bytes apart; out u32 `[column][bit of byte][byte]`. */
export function addBits(bits: usize, stride: usize, columns: i32, weight: i32, out: usize): void {
  const one = i8x16.splat(1);
  const by = i32x4.splat(weight);
  for (; columns > 0; columns--, bits += stride) {
    let column = v128.load(bits);
    for (let k = 0; k < 8; k++, out += 64, column = i16x8.shr_u(column, 1)) {
      const bytes = v128.and(column, one);
      const low = i16x8.extend_low_i8x16_u(bytes);
      const high = i16x8.extend_high_i8x16_u(bytes);
      let v = i32x4.mul(i32x4.extend_low_i16x8_u(low), by);
      v128.store(out, i32x4.add(v128.load(out), v));
      v = i32x4.mul(i32x4.extend_high_i16x8_u(low), by);
      v128.store(out, i32x4.add(v128.load(out, 16), v), 16);
      v = i32x4.mul(i32x4.extend_low_i16x8_u(high), by);
      v128.store(out, i32x4.add(v128.load(out, 32), v), 32);
      v = i32x4.mul(i32x4.extend_high_i16x8_u(high), by);
      v128.store(out, i32x4.add(v128.load(out, 48), v), 48);
    }
  }
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
