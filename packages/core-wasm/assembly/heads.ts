// Output nonlinearities ("heads") from the readout o to the rate r, and the losses with their gradients by o.
//
// A pass has two stages: the head writes r and ∂r/∂o, the loss reads both. `samples` counts; arrays are readable and
// writable up to the next multiple of 4. α and β are those of the parametric softplus, 1 for the other heads.

import { exp4, log1p4, log4 } from './elementary';
import { lanesum, splat } from './simd';

/** 1/(1 + e^−u), given t = e^−|u|. */
@inline
function logistic(u: v128, t: v128): v128 {
  const inverse = f32x4.div(splat(1), f32x4.add(splat(1), t));
  return v128.bitselect(inverse, f32x4.mul(t, inverse), f32x4.ge(u, splat(0)));
}

/** log(1 + e^u), given t = e^−|u|. */
@inline
function softplus(u: v128, t: v128): v128 {
  return f32x4.add(f32x4.pmax(u, splat(0)), log1p4(t));
}

/**
 * r = α·log(1 + e^(βo)), slope = ∂r/∂o = αβ/(1 + e^(−βo)). The rate is stored last: `slope` may be `rate` where only
 * that is wanted.
 */
export function softplusRates(
  samples: i32,
  o: usize,
  alpha: f32,
  beta: f32,
  rate: usize,
  slope: usize,
): void {
  const a = splat(alpha);
  const b = splat(beta);
  const ab = splat(alpha * beta);
  for (; samples > 0; samples -= 4, o += 16, rate += 16, slope += 16) {
    const u = f32x4.mul(b, v128.load(o));
    const t = exp4(f32x4.neg(f32x4.abs(u)));
    v128.store(slope, f32x4.mul(ab, logistic(u, t)));
    v128.store(rate, f32x4.mul(a, softplus(u, t)));
  }
}

/**
 * r = e^o, its tangent e^c·(1 + o − c) above the limit c, so that rates stay finite and the gradient leads back;
 * slope = ∂r/∂o = e^min(o, c). `slope` may be `rate`.
 */
export function exponentialRates(samples: i32, o: usize, limit: f32, rate: usize, slope: usize): void {
  const c = splat(limit);
  for (; samples > 0; samples -= 4, o += 16, rate += 16, slope += 16) {
    const out = v128.load(o);
    const e = exp4(f32x4.pmin(out, c));
    const above = f32x4.pmax(splat(0), f32x4.sub(out, c));
    v128.store(slope, e);
    v128.store(rate, f32x4.add(e, f32x4.mul(e, above)));
  }
}

/** r = 1/(1 + e^−o), the probability of a spike. */
export function logisticRates(samples: i32, o: usize, rate: usize): void {
  for (; samples > 0; samples -= 4, o += 16, rate += 16) {
    const out = v128.load(o);
    v128.store(rate, logistic(out, exp4(f32x4.neg(f32x4.abs(out)))));
  }
}

/**
 * Loss and gradient from the rate, and from ∂r/∂o, which `g` holds on entry.
 *   Poisson: L = Σ r − y·log(r + ε), ∂L/∂r = 1 − y/(r + ε)
 *   squared: L = Σ (r − y)², ∂L/∂r = 2(r − y)
 * On return g = ∂(L + λ·Σr)/∂o · scale, 0 past the last sample. Adds ΣL, ∂/∂α, ∂/∂β (both times `scale`) and Σg to
 * `sums[0..3]`; where α and β are learned, ∂r/∂α = r/α and ∂r/∂β = (∂r/∂o)·o/β.
 */
@inline
function lossOfRates(
  squared: bool,
  samples: i32,
  o: usize,
  y: usize,
  alpha: f32,
  beta: f32,
  activity: f32,
  scale: f32,
  rate: usize,
  g: usize,
  sums: usize,
): void {
  const lane = i32x4(0, 1, 2, 3);
  const epsilon = splat(1e-7);
  const lambda = splat(activity);
  const rise = splat(1 + activity);
  const by = splat(scale);
  let loss = splat(0);
  let da = loss;
  let db = loss;
  let dg = loss;
  for (; samples > 0; samples -= 4, o += 16, y += 16, rate += 16, g += 16) {
    const meant = i32x4.lt_s(lane, i32x4.splat(samples));
    // Zeros past the last sample add nothing to any sum.
    const r = v128.and(v128.load(rate), meant);
    const count = v128.and(v128.load(y), meant);
    const slope = v128.and(v128.load(g), meant);
    let byRate: v128;
    if (squared) {
      const error = f32x4.sub(r, count);
      loss = f32x4.add(loss, f32x4.mul(error, error));
      byRate = f32x4.add(f32x4.add(error, error), lambda);
    } else {
      const safe = f32x4.add(r, epsilon);
      loss = f32x4.add(loss, f32x4.sub(r, f32x4.mul(count, log4(safe))));
      byRate = f32x4.sub(rise, f32x4.div(count, safe));
    }
    byRate = f32x4.mul(by, byRate);
    const byOutput = f32x4.mul(byRate, slope);
    da = f32x4.add(da, f32x4.mul(byRate, r));
    db = f32x4.add(db, f32x4.mul(byOutput, v128.and(v128.load(o), meant)));
    dg = f32x4.add(dg, byOutput);
    v128.store(g, byOutput);
  }
  addSums(sums, lanesum(loss), lanesum(da) / alpha, lanesum(db) / beta, lanesum(dg));
}

function addSums(sums: usize, loss: f32, alpha: f32, beta: f32, bias: f32): void {
  store<f32>(sums, load<f32>(sums) + loss);
  store<f32>(sums, load<f32>(sums, 4) + alpha, 4);
  store<f32>(sums, load<f32>(sums, 8) + beta, 8);
  store<f32>(sums, load<f32>(sums, 12) + bias, 12);
}

/** Poisson loss: see `lossOfRates`. */
export function poissonLoss(
  samples: i32,
  o: usize,
  y: usize,
  alpha: f32,
  beta: f32,
  activity: f32,
  scale: f32,
  rate: usize,
  g: usize,
  sums: usize,
): void {
  lossOfRates(false, samples, o, y, alpha, beta, activity, scale, rate, g, sums);
}

/** Squared error: see `lossOfRates`. */
export function squaredLoss(
  samples: i32,
  o: usize,
  y: usize,
  alpha: f32,
  beta: f32,
  activity: f32,
  scale: f32,
  rate: usize,
  g: usize,
  sums: usize,
): void {
  lossOfRates(true, samples, o, y, alpha, beta, activity, scale, rate, g, sums);
}

/**
 * The logistic head with its binomial loss, in one stage, since ∂L/∂p alone overflows: p = 1/(1 + e^−o),
 * L = −Σ y·log p + (1 − y)·log(1 − p) = Σ log(1 + e^o) − y·o, g = (p − y + λ·p·(1 − p))·scale, 0 past the last
 * sample; y is 0 or 1. Writes p to `rate`, adds ΣL and Σg to `sums[0]` and `sums[3]`.
 */
export function binomialLoss(
  samples: i32,
  o: usize,
  y: usize,
  activity: f32,
  scale: f32,
  rate: usize,
  g: usize,
  sums: usize,
): void {
  const lane = i32x4(0, 1, 2, 3);
  const lambda = splat(activity);
  const by = splat(scale);
  let loss = splat(0);
  let dg = loss;
  for (; samples > 0; samples -= 4, o += 16, y += 16, rate += 16, g += 16) {
    const meant = i32x4.lt_s(lane, i32x4.splat(samples));
    const out = v128.load(o);
    const count = v128.load(y);
    const t = exp4(f32x4.neg(f32x4.abs(out)));
    const p = logistic(out, t);
    loss = f32x4.add(loss, v128.and(f32x4.sub(softplus(out, t), f32x4.mul(count, out)), meant));
    const slope = f32x4.mul(p, f32x4.sub(splat(1), p));
    const byOutput = f32x4.add(f32x4.sub(p, count), f32x4.mul(lambda, slope));
    const own = v128.and(f32x4.mul(by, byOutput), meant);
    dg = f32x4.add(dg, own);
    v128.store(g, own);
    v128.store(rate, p);
  }
  addSums(sums, lanesum(loss), 0, 0, lanesum(dg));
}
