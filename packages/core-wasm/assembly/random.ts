// Random numbers: xoshiro128++ 1.0 (Blackman & Vigna, ACM TOMS 47:36, 2021), four generators side by side.
//
// A generator's state is a 64-byte block: s0, s1, s2, s3, one 32-bit lane a generator; the host seeds it.
// Only strict arithmetic is used, so that both builds and every browser give the same bits.

@inline
function rotate(v: v128, k: i32): v128 {
  return v128.or(i32x4.shl(v, k), i32x4.shr_u(v, 32 - k));
}

/** Stores the first `n` lanes of `v`, all four when n ≥ 4. */
@inline
function storeLanes(out: usize, v: v128, n: i32): void {
  if (n >= 4) {
    v128.store(out, v);
    return;
  }
  if (n > 0) v128.store_lane<i32>(out, v, 0);
  if (n > 1) v128.store_lane<i32>(out, v, 1, 4);
  if (n > 2) v128.store_lane<i32>(out, v, 2, 8);
}

/** n words of random bits, four a draw; the rest of the last draw is dropped. The state stays in registers. */
export function fillBits(state: usize, out: usize, n: i32): void {
  let s0 = v128.load(state);
  let s1 = v128.load(state, 16);
  let s2 = v128.load(state, 32);
  let s3 = v128.load(state, 48);
  for (; n > 0; n -= 4, out += 16) {
    storeLanes(out, i32x4.add(rotate(i32x4.add(s0, s3), 7), s0), n);
    const t = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0);
    s3 = v128.xor(s3, s1);
    s1 = v128.xor(s1, s2);
    s0 = v128.xor(s0, s3);
    s2 = v128.xor(s2, t);
    s3 = rotate(s3, 11);
  }
  v128.store(state, s0);
  v128.store(state, s1, 16);
  v128.store(state, s2, 32);
  v128.store(state, s3, 48);
}

/** Random words on their way to numbers: `wordsAtOnce` of them. */
export const words = memory.data(4096, 16);
export const wordsAtOnce = 1024;

/** Four uniform numbers in [0, 1), multiples of 2^-24, of four words. */
@inline
export function uniform4(bits: v128): v128 {
  return f32x4.mul(
    f32x4.convert_i32x4_s(i32x4.shr_u(bits, 8)),
    f32x4.splat(5.9604644775390625e-8),
  );
}

@inline
function step(p: v128, x: v128, c: f32): v128 {
  return f32x4.add(f32x4.mul(p, x), f32x4.splat(c));
}

/** ln x of normal x > 0: Cephes' logf on the mantissa in [√½, √2). */
@inline
function ln(x: v128): v128 {
  const exponent = i32x4.shr_s(i32x4.sub(x, i32x4.splat(0x3f3504f3)), 23);
  const m = f32x4.sub(i32x4.sub(x, i32x4.shl(exponent, 23)), f32x4.splat(1));
  const e = f32x4.convert_i32x4_s(exponent);
  const z = f32x4.mul(m, m);
  let p = f32x4.splat(7.0376836292e-2);
  p = step(p, m, -1.151461031e-1);
  p = step(p, m, 1.167699874e-1);
  p = step(p, m, -1.2420140846e-1);
  p = step(p, m, 1.4249322787e-1);
  p = step(p, m, -1.6668057665e-1);
  p = step(p, m, 2.0000714765e-1);
  p = step(p, m, -2.4999993993e-1);
  p = step(p, m, 3.3333331174e-1);
  p = f32x4.mul(f32x4.mul(p, m), z);
  p = f32x4.add(p, f32x4.mul(e, f32x4.splat(-2.1219444e-4)));
  p = f32x4.sub(p, f32x4.mul(z, f32x4.splat(0.5)));
  return f32x4.add(f32x4.add(m, p), f32x4.mul(e, f32x4.splat(0.693359375)));
}

/** √(−2 ln u) with u in (0, 1] from the upper 24 bits: the radius of the Box–Muller transform. */
@inline
function radius(bits: v128): v128 {
  const u = f32x4.mul(
    f32x4.convert_i32x4_s(i32x4.add(i32x4.shr_u(bits, 8), i32x4.splat(1))),
    f32x4.splat(5.9604644775390625e-8),
  );
  return f32x4.sqrt(f32x4.mul(ln(u), f32x4.splat(-2)));
}

/** An angle in [−π/4, π/4) from the lower 30 bits; the upper two say which quarter of the circle. */
@inline
function angle(bits: v128): v128 {
  return f32x4.mul(
    f32x4.convert_i32x4_s(i32x4.shr_s(i32x4.shl(bits, 2), 8)),
    f32x4.splat(9.362675707309822e-8),
  );
}

@inline
function sine(x: v128, z: v128): v128 {
  let p = step(f32x4.splat(-1.9515295891e-4), z, 8.3321608736e-3);
  p = step(p, z, -1.6666654611e-1);
  return f32x4.add(f32x4.mul(f32x4.mul(p, z), x), x);
}

@inline
function cosine(z: v128): v128 {
  let p = step(f32x4.splat(2.443315711809948e-5), z, -1.388731625493765e-3);
  p = step(p, z, 4.166664568298827e-2);
  return f32x4.add(f32x4.sub(f32x4.mul(f32x4.mul(p, z), z), f32x4.mul(z, f32x4.splat(0.5))), f32x4.splat(1));
}

/** All ones where bit 30 is set: sine and cosine change places. */
@inline
function swapped(bits: v128): v128 {
  return i32x4.shr_s(i32x4.shl(bits, 1), 31);
}

/** Bit 31: the sign of both coordinates. */
@inline
function sign(bits: v128): v128 {
  return v128.and(bits, i32x4.splat(0x80000000));
}

/** n float32 uniform in [0, 1), four a draw; the rest of the last draw is dropped. */
export function fillUniform(state: usize, out: usize, n: i32): void {
  for (; n > 0; n -= wordsAtOnce) {
    const some = min(n, wordsAtOnce);
    fillBits(state, words, some);
    for (let i = 0; i < some; i += 4, out += 16) {
      storeLanes(out, uniform4(v128.load(words + (<usize>i << 2))), some - i);
    }
  }
}

/** n float32 from N(0, 1) by Box–Muller, eight for two draws (radius, angle); the rest of the last eight is dropped. */
export function fillNormal(state: usize, out: usize, n: i32): void {
  for (; n > 0; n -= wordsAtOnce) {
    const some = min(n, wordsAtOnce);
    fillBits(state, words, (some + 7) & ~7);
    for (let i = 0; i < some; i += 8, out += 32) {
      // A point on the unit circle, uniform in angle, times the radius.
      const bits = v128.load(words + (<usize>i << 2), 16);
      const r = v128.xor(radius(v128.load(words + (<usize>i << 2))), sign(bits));
      const a = angle(bits);
      const z = f32x4.mul(a, a);
      const s = sine(a, z);
      const c = cosine(z);
      const swap = swapped(bits);
      storeLanes(out, f32x4.mul(r, v128.bitselect(s, c, swap)), some - i);
      storeLanes(out + 16, f32x4.mul(r, v128.bitselect(c, s, swap)), some - i - 4);
    }
  }
}
