/**
 * The filters at moments of a training, to be shown again afterwards: bounded in number and in bytes, spread evenly
 * over the steps, the first and the latest always among them. Pure.
 */
import type { TrainingProgress } from '@retinoscope/worker';

export interface Snapshot {
  readonly step: number;
  /** Since the training started. */
  readonly seconds: number;
  /** Mean training loss of the steps before it. */
  readonly loss: number;
  /** Spatial maps `[filter][y, x]` of the first layer. */
  readonly filters: readonly Float32Array[];
}

/** Snapshots of a run at the most: fifteen a second where a whole training is shown in eight. */
export const mostSnapshots = 120;

/** Bytes of the snapshots of all runs of a training. */
export const snapshotBytes = 2 ** 24;

/** Milliseconds between snapshots: a training of one second gives more than twenty. */
const leastInterval = 40;

/** Milliseconds between snapshots for each filter over space and time, whose map takes a decomposition of 0.4 ms. */
const intervalOfFilter = 12;

/** Milliseconds between snapshots that cost about 3 % of the training at the most. */
export function snapshotInterval(version: 1 | 2, filters: number): number {
  return version === 1 ? leastInterval : Math.max(leastInterval, intervalOfFilter * filters);
}

/** `snapshots` with that of `progress`, if it has one, thinned to `mostBytes`; the same array when it adds nothing. */
export function extendSnapshots(
  snapshots: readonly Snapshot[],
  { step, seconds, loss, filters }: TrainingProgress,
  mostBytes: number,
): readonly Snapshot[] {
  const last = snapshots.at(-1);
  if (!filters || (last && step <= last.step)) return snapshots;
  const bytes = filters.reduce((sum, map) => sum + map.byteLength, 0);
  const most = Math.min(mostSnapshots, Math.max(2, Math.floor(mostBytes / Math.max(bytes, 1))));
  const extended = [...snapshots, { step, seconds, loss, filters }];
  while (extended.length > most) extended.splice(leastMissed(extended), 1);
  return extended;
}

/** Index of the snapshot, neither the first nor the last, without which the widest gap is smallest. */
function leastMissed(snapshots: readonly Snapshot[]): number {
  let least = 1;
  let smallest = Number.POSITIVE_INFINITY;
  for (let i = 1; i < snapshots.length - 1; i++) {
    const gap = snapshots[i + 1].step - snapshots[i - 1].step;
    if (gap >= smallest) continue;
    smallest = gap;
    least = i;
  }
  return least;
}
