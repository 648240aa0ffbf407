/** How many samples the engine takes through the first layer together. Pure: a job's memory is computed from it. */

/** Bytes of first-layer outputs of a block that likes long stretches of time. */
const stretchBytes = 1 << 18;
/** Bytes of a block that are not worth a long stretch. */
const mostBlockBytes = 1 << 26;
/** Samples of a block, at the least and at the most, within those bytes. */
const leastStretch = 128;
const mostStretch = 2048;

/** `value` rounded down to a multiple of 8, not below `least` nor above `most`. */
export function between(least: number, value: number, most: number): number {
  return Math.min(most, Math.max(least, Math.floor(value / 8) * 8));
}

/** Samples of a block, of which each has `outputBytes` of first-layer outputs. */
export function blockSamples(outputBytes: number): number {
  const least = between(8, mostBlockBytes / outputBytes, leastStretch);
  return between(least, stretchBytes / outputBytes, mostStretch);
}

/** Bytes of outputs that stay in a second-level cache beside the tables of partial sums. */
const outputBytesAtOnce = 384 * 1024;

/** Frames, of which each has `outputBytes`, over which all tables pass before the next. */
export function framesBetweenTables(outputBytes: number): number {
  return Math.max(1, Math.floor(outputBytesAtOnce / outputBytes));
}

/**
 * Whether the tables of all lags take turns in one place, each built before and folded after its turn, so that they
 * stay in a cache: where one pass does a whole batch.
 */
export function lagsTakeTurns(outputBytes: number, batch: number): boolean {
  return batch <= Math.min(blockSamples(outputBytes), framesBetweenTables(outputBytes));
}
