// Vector helpers shared by all kernels.

/** a·b + c; fused in the relaxed build. */
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Sum of the four lanes. */
@inline
export function lanesum(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

/** The four lanes all x. */
@inline
export function splat(x: f32): v128 {
  return f32x4.splat(x);
}

/** Reads from each cache line of a region that will be needed, so that its way through memory begins now; see `keep`. */
@inline
export function touch(from: usize, bytes: usize): u32 {
  const last = from + bytes - 4;
  let sum = load<u32>(last);
  for (; from < last; from += 64) sum ^= load<u32>(from);
  return sum;
}

let kept: u32 = 0;

/** Gives what was touched a use, without which no compiler would read it. */
@inline
export function keep(touched: u32): void {
  kept = touched;
}
