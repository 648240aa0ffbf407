/** What the biophysical simulator is told: cells made of subunits over one stimulus. Plain data. */

/** A subunit's output nonlinearity, of the drive d minus its threshold θ. */
export type SubunitNonlinearity = 'rectified' | 'rectified-quadratic' | 'linear';

/** Spatial sum → causal temporal convolution → nonlinearity (Yan et al. 2020, biophysical model). */
export interface SubunitSpec {
  /** Spatial weights `[y, x]` over the whole stimulus. */
  readonly spatial: Float32Array;
  /** Temporal kernel of this subunit alone, index = lag; the cell's when absent. */
  readonly temporalKernel?: Float32Array;
  /** Weight of this subunit in the cell's sum. */
  readonly weight: number;
  readonly nonlinearity: SubunitNonlinearity;
  /** θ, subtracted before the nonlinearity. */
  readonly threshold: number;
}

export interface CellSpec {
  readonly subunits: readonly SubunitSpec[];
  /** Temporal kernel of the subunits without one of their own, index = lag, 0 the current frame. */
  readonly temporalKernel: Float32Array;
  /** Subtracted from the weighted sum of the subunits. */
  readonly threshold: number;
  /** Hz per unit above the threshold. */
  readonly gain: number;
}

export interface SimulationSpec {
  /** Frames a second, Hz. */
  readonly frameRate: number;
  readonly height: number;
  readonly width: number;
  /** `binary`: ±contrast, each with probability ½; `gaussian`: N(0, contrast²). */
  readonly stimulus: 'binary' | 'gaussian';
  readonly contrast: number;
  readonly cells: readonly CellSpec[];
}
