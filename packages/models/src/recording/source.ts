/**
 * Where a dataset comes from, as a small plain message: workers open it themselves,
 * so a movie never crosses a thread boundary and any worker can do any job.
 */
import type { SimulationSpec } from '@retinoscope/core-wasm';
import type { FileRef } from './types.js';

export type SimulationPreset = 'paper' | 'code';

export interface SimulatedSource {
  readonly kind: 'simulated';
  readonly cell: SimulationPreset | SimulationSpec;
  readonly frames: number;
  readonly testFrames: number;
  readonly seed: number;
}

export interface RecordedSource {
  readonly kind: 'recording';
  /** A recording manifest, not yet validated. */
  readonly manifest: unknown;
  readonly files: readonly FileRef[];
}

export type DatasetSource = SimulatedSource | RecordedSource;

/** The built-in cell: Yan et al. 2020, 600,000 training and 10,000 test frames. */
export const builtInCell: SimulatedSource = {
  kind: 'simulated',
  cell: 'paper',
  frames: 600_000,
  testFrames: 10_000,
  seed: 1,
};
