/**
 * Space–time separation of a receptive field or a filter by singular value decomposition (Yan et al. 2020).
 * Small singular values carry an error of about 1e-8 of the largest, as the Gram matrix is decomposed.
 */
import { RetinoscopeError } from '../errors.js';
import { symmetricEigen } from './linear-algebra.js';
import { peakIndex, requireShape } from './maps.js';

export interface Separation {
  /** Temporal filter u₁, unit L2 norm, index = lag; zeros for an STA of zeros. */
  readonly temporal: Float32Array;
  /** Spatial receptive field σ₁v₁ `[y, x]`, in the STA's units; positive at its peak. */
  readonly spatial: Float32Array;
  /** σ₁² / Σσ²: share of the STA's energy in the first component, in [0, 1]; 0 for an STA of zeros. */
  readonly separability: number;
  /** σ, largest first; min(lags, squares) of them. */
  readonly singularValues: Float64Array;
  /** OFF when the temporal filter's largest lobe is negative: the cell is driven by a decrement. */
  readonly polarity: 'ON' | 'OFF';
}

/**
 * STA `[lag, y, x]` ≈ temporal ⊗ spatial, its best approximation of rank 1.
 *
 * The signs of u₁ and v₁ are free together; they are fixed so that the temporal filter's largest lobe keeps
 * the STA's sign, hence `spatial` is positive at its peak. The STA's sign is read where the first component
 * is largest: for a separable STA that is its entry of largest magnitude, and for a noisy one it is not
 * decided by a single outlier.
 *
 * The Gram matrix of the smaller side is decomposed, so that 20 lags × 30,000 squares take milliseconds.
 * Throws `data` when the shape does not fit or a value is not finite.
 */
export function separate(
  sta: Float32Array | Float64Array,
  lags: number,
  height: number,
  width: number,
): Separation {
  requireShape('spike-triggered average', sta, [lags, height, width]);
  const pixels = height * width;
  const gram = lags <= pixels ? lagGram(sta, lags, pixels) : pixelGram(sta, lags, pixels);
  const size = Math.min(lags, pixels);
  for (let i = 0; i < size; i++) {
    if (!Number.isFinite(gram[i * size + i]!)) {
      throw new RetinoscopeError(
        'data',
        'The spike-triggered average holds values that are not finite numbers; every value must be finite.',
      );
    }
  }
  const eigen = symmetricEigen(gram, size);
  const values = eigen.values.map((v) => Math.sqrt(Math.max(0, v)));
  const first = peakIndex(values);
  const energy = values.reduce((sum, v) => sum + v * v, 0);

  const temporal = new Float64Array(lags);
  const spatial = new Float64Array(pixels);
  if (energy > 0) {
    const vector = eigen.vectors[first]!;
    if (lags <= pixels) {
      temporal.set(vector);
    } else {
      // u₁ = A·v₁ / σ₁
      for (let lag = 0; lag < lags; lag++) {
        let dot = 0;
        for (let p = 0; p < pixels; p++) dot += sta[lag * pixels + p]! * vector[p]!;
        temporal[lag] = dot;
      }
      const length = Math.hypot(...temporal);
      for (let lag = 0; lag < lags; lag++) temporal[lag]! /= length;
    }
    // σ₁v₁ = Aᵀ·u₁
    for (let lag = 0; lag < lags; lag++) {
      const weight = temporal[lag]!;
      const at = lag * pixels;
      for (let p = 0; p < pixels; p++) spatial[p]! += weight * sta[at + p]!;
    }
    if (spatial[peakIndex(spatial)]! < 0) {
      for (let lag = 0; lag < lags; lag++) temporal[lag] = -temporal[lag]!;
      for (let p = 0; p < pixels; p++) spatial[p] = -spatial[p]!;
    }
  }
  return {
    temporal: Float32Array.from(temporal),
    spatial: Float32Array.from(spatial),
    separability: energy > 0 ? values[first]! ** 2 / energy : 0,
    singularValues: values.sort().reverse(),
    polarity: temporal[peakIndex(temporal)]! < 0 ? 'OFF' : 'ON',
  };
}

export interface SpaceTimeFilter {
  /** `[y, x]`: carries the filter's size and the sign of its effect. */
  readonly spatial: Float32Array;
  /** Unit L2 norm, index = lag; zeros for a filter of zeros. */
  readonly temporal: Float32Array;
  /** σ₁² / Σσ². */
  readonly separability: number;
}

export interface SpaceTimeOptions {
  /** Sign of the filter's readout weight: −1 when the filter lowers the rate. 1 when absent. */
  readonly effect?: number;
  /**
   * A temporal filter, index = lag, such as the STA's. With it `spatial` is positive where the square drives
   * the cell as the STA does (the meaning of a Version I filter); without it the temporal profile's largest
   * lobe is positive, and `spatial` is positive where an increment of light raises the rate.
   */
  readonly reference?: Float32Array;
}

/**
 * Spatial map and temporal profile of a first-layer filter `[lag, y, x]`: times the sign of its effect,
 * then its first singular vectors. A Version I filter (one lag) gives itself and `[1]`.
 */
export function spatialAndTemporal(
  filter: Float32Array | Float64Array,
  lags: number,
  height: number,
  width: number,
  { effect = 1, reference }: SpaceTimeOptions = {},
): SpaceTimeFilter {
  const { spatial, temporal, separability } = separate(filter, lags, height, width);
  let side = temporal[peakIndex(temporal)]!;
  if (reference !== undefined) {
    requireShape('reference temporal filter', reference, [lags]);
    const dot = temporal.reduce((sum, v, lag) => sum + v * reference[lag]!, 0);
    if (dot !== 0) side = dot;
  }
  const timeSign = side < 0 ? -1 : 1;
  const spaceSign = effect < 0 ? -timeSign : timeSign;
  return {
    spatial: spatial.map((v) => v * spaceSign),
    temporal: temporal.map((v) => v * timeSign),
    separability,
  };
}

/** A·Aᵀ, `[lag, lag]`. */
function lagGram(a: Float32Array | Float64Array, lags: number, pixels: number): Float64Array {
  const gram = new Float64Array(lags * lags);
  for (let i = 0; i < lags; i++) {
    for (let j = 0; j <= i; j++) {
      let dot = 0;
      const at = i * pixels;
      const to = j * pixels;
      for (let p = 0; p < pixels; p++) dot += a[at + p]! * a[to + p]!;
      gram[i * lags + j] = dot;
      gram[j * lags + i] = dot;
    }
  }
  return gram;
}

/** Aᵀ·A, `[pixel, pixel]`. */
function pixelGram(a: Float32Array | Float64Array, lags: number, pixels: number): Float64Array {
  const gram = new Float64Array(pixels * pixels);
  for (let i = 0; i < pixels; i++) {
    for (let j = 0; j <= i; j++) {
      let dot = 0;
      for (let lag = 0; lag < lags; lag++) dot += a[lag * pixels + i]! * a[lag * pixels + j]!;
      gram[i * pixels + j] = dot;
      gram[j * pixels + i] = dot;
    }
  }
  return gram;
}
