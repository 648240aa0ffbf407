/**
 * The two orders of the lag axis: a fitted model's, current frame first, and an exported file's, oldest frame first.
 */

/** `[filter, channel, …]` with its channels in the opposite order; `size` values a channel. Its own inverse. */
export function flipChannels(
  values: Float32Array,
  filters: number,
  channels: number,
  size: number,
): Float32Array {
  const flipped = new Float32Array(values.length);
  for (let filter = 0; filter < filters; filter++) {
    for (let channel = 0; channel < channels; channel++) {
      const from = (filter * channels + channel) * size;
      const to = (filter * channels + channels - 1 - channel) * size;
      flipped.set(values.subarray(from, from + size), to);
    }
  }
  return flipped;
}
