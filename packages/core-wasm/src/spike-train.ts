/**
 * Where a spike train has spikes: what spike-triggered averages walk over, so that silent frames cost nothing.
 */
import { RetinoscopeError } from './errors.js';
import type { Core } from './load.js';

/** Spikes of each frame, or any weight that is not negative. */
export type Counts = Float32Array | Uint8Array;

export interface SpikeTrain {
  readonly counts: Counts;
  /** Frames with spikes and their whole history in their block, in order. */
  readonly frames: readonly number[];
  /** Σ counts of those frames. */
  readonly spikes: number;
  /** True when those counts are whole numbers up to 255. */
  readonly small: boolean;
}

/** A stretch of a recording with the spikes of every train in it. */
export interface Part {
  /** First frame of the history of the first spike. */
  readonly first: number;
  /** One past the frame of the last spike. */
  readonly end: number;
  /** Frames with spikes, of each train. */
  readonly spiking: readonly (readonly number[])[];
}

/** Frames whose counts are looked through at a time. */
const framesAtOnce = 1 << 14;

/** Refuses counts that do not fit `frames`, are negative or not finite. */
export function spikeTrain(
  core: Core,
  counts: Counts,
  frames: number,
  history: { readonly lags: number; readonly blockFrames?: number },
): SpikeTrain {
  if (counts.length !== frames) {
    throw new RetinoscopeError(
      'data',
      `${counts.length} spike counts were given for ${frames} frames; there must be one a frame.`,
      { expected: frames, found: counts.length },
    );
  }
  const { lags, blockFrames = frames } = history;
  const spiking: number[] = [];
  let spikes = 0;
  let small = true;
  forEachSpike(core, counts, (t, count) => {
    if (t % blockFrames < lags - 1) return;
    spiking.push(t);
    spikes += count;
    small &&= count <= 255 && Number.isInteger(count);
  });
  return { counts, frames: spiking, spikes, small };
}

/** Calls `each` for the frames whose count is not 0. */
function forEachSpike(core: Core, counts: Counts, each: (t: number, count: number) => void): void {
  const { arena, kernels } = core;
  const mark = arena.mark();
  try {
    const part = arena.allocate(framesAtOnce * 4);
    const list = arena.allocate(framesAtOnce * 4);
    for (let first = 0; first < counts.length; first += framesAtOnce) {
      const some = counts.subarray(first, first + framesAtOnce);
      arena.f32(part, some.length).set(some);
      const found = kernels.nonZeros(part, some.length, list);
      for (const i of arena.u32(list, found)) {
        const count = some[i];
        if (!(count > 0 && count < Infinity)) {
          throw new RetinoscopeError(
            'data',
            `The spike count of frame ${first + i} is ${count}; counts must be finite and not negative.`,
            { frame: first + i, found: count },
          );
        }
        each(first + i, count);
      }
    }
  } finally {
    arena.release(mark);
  }
}

/** The stretches, in order, in which any of the trains has spikes: each spans at most `atOnce` frames and its history. */
export function* parts(
  trains: readonly SpikeTrain[],
  lags: number,
  atOnce: number,
): Generator<Part> {
  const done = trains.map(() => 0);
  for (;;) {
    let from = Infinity;
    trains.forEach(({ frames }, i) => {
      if (done[i] < frames.length) from = Math.min(from, frames[done[i]]);
    });
    if (from === Infinity) return;
    let end = from;
    const spiking = trains.map(({ frames }, i) => {
      const start = done[i];
      while (done[i] < frames.length && frames[done[i]] < from + atOnce) done[i]++;
      if (done[i] > start) end = Math.max(end, frames[done[i] - 1] + 1);
      return frames.slice(start, done[i]);
    });
    yield { first: from - lags + 1, end, spiking };
  }
}
