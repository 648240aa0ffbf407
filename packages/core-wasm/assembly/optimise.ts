// Regularisation and Adam over a stretch of the parameter vector; lengths are multiples of 4 floats.

import { madd, splat } from './simd';

/** g ← (g + λ₁·sign(w) + 2·λ₂·w) & mask: the gradient of λ₁Σ|w| + λ₂Σw², and nothing in the padding. */
export function regularise(count: i32, w: usize, g: usize, mask: usize, l1: f32, l2: f32): void {
  const zero = splat(0);
  const one = splat(l1);
  const two = splat(2 * l2);
  for (let i = 0; i < count; i += 4) {
    const v = v128.load(w);
    const sign = f32x4.sub(
      v128.and(one, f32x4.gt(v, zero)),
      v128.and(one, f32x4.lt(v, zero)),
    );
    const d = f32x4.add(f32x4.add(v128.load(g), sign), f32x4.mul(two, v));
    v128.store(g, v128.and(d, v128.load(mask)));
    w += 16;
    g += 16;
    mask += 16;
  }
}

/**
 * Adam (Kingma & Ba 2015): m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g²,
 * w ← w − η·(m·c₁)/(√(v·c₂) + ε), c₁ = 1/(1−β₁ᵗ), c₂ = 1/(1−β₂ᵗ), β₁ = .9, β₂ = .999, ε = 1e-7;
 * then w ← max(w, floor).
 */
export function adam(
  count: i32,
  w: usize,
  g: usize,
  m: usize,
  v: usize,
  rate: f32,
  c1: f32,
  c2: f32,
  floor: f32,
): void {
  const step = splat(rate * c1);
  const correct = splat(c2);
  const least = splat(floor);
  const epsilon = splat(1e-7);
  for (let i = 0; i < count; i += 4) {
    const d = v128.load(g);
    const mean = madd(splat(0.1), d, f32x4.mul(splat(0.9), v128.load(m)));
    const power = madd(f32x4.mul(splat(0.001), d), d, f32x4.mul(splat(0.999), v128.load(v)));
    v128.store(m, mean);
    v128.store(v, power);
    const size = f32x4.add(f32x4.sqrt(f32x4.mul(correct, power)), epsilon);
    const next = f32x4.sub(v128.load(w), f32x4.div(f32x4.mul(step, mean), size));
    v128.store(w, f32x4.pmax(next, least));
    w += 16;
    g += 16;
    m += 16;
    v += 16;
  }
}
