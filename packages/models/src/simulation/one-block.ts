/** What the parts of a simulated recording share: one block of frames, and a share of the progress. */
import type { Crop, Movie } from '@retinoscope/core-wasm';
import { RetinoscopeError } from '../errors.js';
import type { LongCall, StimulusSource, TestPart, WorkProgress } from '../recording/types.js';

export interface SimulatedTest {
  readonly part: TestPart;
  /** True rate of each cell, spikes per frame, `[time]`. */
  readonly rates: readonly Float32Array[];
}

/** A source of one block, whose frames cut to a crop are `read(crop)`. */
export function oneBlock(
  size: { readonly height: number; readonly width: number; readonly frames: number },
  read: (crop: Crop | undefined) => Movie,
): StimulusSource {
  return {
    height: size.height,
    width: size.width,
    blocks: 1,
    blockFrames: size.frames,
    async read({ first, last }, crop) {
      if (first !== 0 || last !== 0) {
        throw new RetinoscopeError(
          'data',
          `Blocks ${first} to ${last} of a simulated recording were asked for; it has one, block 0.`,
          { first, last },
        );
      }
      return read(crop);
    },
  };
}

/** `call`, of whose progress this is the share from `from` to `to`. */
export function within(
  { signal, onProgress }: LongCall<WorkProgress>,
  [from, to]: readonly [number, number],
): LongCall<WorkProgress> {
  return {
    signal,
    onProgress:
      onProgress &&
      ((progress) => onProgress({ ...progress, done: from + progress.done * (to - from) })),
  };
}
