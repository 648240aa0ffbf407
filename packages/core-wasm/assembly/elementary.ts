// Elementary functions on four floats. Relative error ≤ 2 ulp over the ranges stated.

import { madd, splat } from './simd';

/**
 * e^x for x in [−87, 87], clamped outside; NaN stays NaN. Reduction to |r| ≤ ln 2 / 2, Taylor polynomial of degree 7.
 * Adding 1.5·2²³ rounds to a whole number and leaves it in the lowest bits.
 */
export function exp4(x: v128): v128 {
  x = f32x4.pmax(f32x4.pmin(x, splat(87)), splat(-87));
  const rounder = splat(12582912);
  const rounded = f32x4.add(f32x4.mul(x, splat(1.44269504)), rounder);
  const n = f32x4.sub(rounded, rounder);
  // ln 2 in two parts, the first exact in few bits.
  let r = f32x4.sub(x, f32x4.mul(n, splat(0.693359375)));
  r = f32x4.add(r, f32x4.mul(n, splat(2.12194440e-4)));
  let p = splat(1.0 / 5040.0);
  p = madd(p, r, splat(1.0 / 720.0));
  p = madd(p, r, splat(1.0 / 120.0));
  p = madd(p, r, splat(1.0 / 24.0));
  p = madd(p, r, splat(1.0 / 6.0));
  p = madd(p, r, splat(0.5));
  p = madd(p, r, splat(1));
  p = madd(p, r, splat(1));
  return f32x4.mul(p, i32x4.shl(i32x4.add(rounded, i32x4.splat(127)), 23));
}

/** log x for normal x > 0. x = 2^e·m with m in [√½, √2), log m = 2·artanh((m − 1)/(m + 1)). */
export function log4(x: v128): v128 {
  const e = i32x4.shr_s(i32x4.sub(x, i32x4.splat(0x3f3504f3)), 23);
  const m = i32x4.sub(x, i32x4.shl(e, 23));
  const s = f32x4.div(f32x4.sub(m, splat(1)), f32x4.add(m, splat(1)));
  const z = f32x4.mul(s, s);
  let p = splat(2.0 / 9.0);
  p = madd(p, z, splat(2.0 / 7.0));
  p = madd(p, z, splat(2.0 / 5.0));
  p = madd(p, z, splat(2.0 / 3.0));
  p = madd(p, z, splat(2));
  return madd(f32x4.convert_i32x4_s(e), splat(0.69314718), f32x4.mul(p, s));
}

/** log(1 + t) for t in [0, 1], accurate for small t: 2·artanh(t/(2 + t)), artanh to its 15th power. */
export function log1p4(t: v128): v128 {
  const s = f32x4.div(t, f32x4.add(t, splat(2)));
  const z = f32x4.mul(s, s);
  let p = splat(2.0 / 15.0);
  p = madd(p, z, splat(2.0 / 13.0));
  p = madd(p, z, splat(2.0 / 11.0));
  p = madd(p, z, splat(2.0 / 9.0));
  p = madd(p, z, splat(2.0 / 7.0));
  p = madd(p, z, splat(2.0 / 5.0));
  p = madd(p, z, splat(2.0 / 3.0));
  p = madd(p, z, splat(2));
  return f32x4.mul(p, s);
}
