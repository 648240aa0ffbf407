/**
 * Where a dataset comes from, as a small plain message: workers open it themselves,
 * so a movie never crosses a thread boundary and any worker can do any job.
 */
import type { SimulationSpec } from '@retinoscope/core-wasm';
import type { FileRef } from './types.js';

export type SimulationPreset = 'paper' | 'code';

/**
 * Images flashed one after the other: each `onFrames` frames, then `offFrames` frames of grey 0
 * (Yan et al. 2020, Fig. 10: 300 natural images, 200 ms on and 800 ms grey).
 */
export interface FlashedImages {
  /** Drawn as `naturalImages` draws them, or the `values` given. */
  readonly kind: 'dead-leaves' | 'one-over-f' | 'given';
  /** 1 to 2000. */
  readonly count: number;
  /** 1 to 600, as `offFrames`. */
  readonly onFrames: number;
  readonly offFrames: number;
  /** Seed of images that are drawn. */
  readonly seed: number;
  /** Trials of fresh spikes with the same rates, 1 to 200. */
  readonly repeats: number;
  /** Images that are given, `[image, y, x]` of the stimulus' height and width, −½ to ½. */
  readonly values?: Float32Array;
}

export interface SimulatedSource {
  readonly kind: 'simulated';
  /** `population`: the ten cells of `populationSpec`. */
  readonly cell: SimulationPreset | 'population' | SimulationSpec;
  readonly frames: number;
  /** Frames of noise in the test part; of no account when there are `images`. */
  readonly testFrames: number;
  /** Trials of fresh spikes to the noise of the test part, 1 to 200; 1 when absent. */
  readonly testRepeats?: number;
  readonly seed: number;
  /** Shown as the test part, instead of noise. */
  readonly images?: FlashedImages;
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
