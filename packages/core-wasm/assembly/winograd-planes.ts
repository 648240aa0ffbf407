// What Winograd's transforms (see winograd.ts for the matrices) share: the planes and the scratch.
//
// An image is transformed along one axis into the scratch `[point, block of 32 channels, x, 32]` and from there along
// the other. Images are tight, `[sample, y, x, channel]`, their channels 4 or a multiple of 8. A row past an image is
// read from `zeros` and written to `spill`; a column past it stands in the scratch, where it must be 0 for the reads.
// `overlap` is 2 for a layer's input, whose tiles of outputs + 2 overlap, and 0 for its output.

/** Bytes of a row of a plane, or of a column of a scratch. */
export const rowBytes: usize = 128;

/** Tiles along an axis of `outputs` that have a point: all, or past ∞ those of 6. */
@inline
export function tiles(outputs: i32, point: i32): i32 {
  const sixes = (outputs + 1) / 6;
  return point < 4 ? sixes + ((outputs + 1 - 6 * sixes) >> 1) : sixes;
}

/** Bytes of the channels of a block from `channel` on. */
@inline
export function depthAt(channels: i32, channel: i32): usize {
  return <usize>min(channels - channel, 32) << 2;
}

/** Bytes of one block of channels of a scratch line. */
@inline
export function lineBlock(width: i32): usize {
  return <usize>((width + 1) & ~1) * rowBytes;
}

/** Bytes of a scratch line, all columns at one point; the 64 keep lines off one another's cache sets. */
@inline
export function lineStride(width: i32, channels: i32): usize {
  return lineBlock(width) * <usize>((channels + 31) >> 5) + 64;
}

/** Read from memory into locals: a constant vector would be built anew at each use. */
export const constants = memory.data<f32>([4, 16, -5, -17.0 / 4, 21.0 / 4, -9.0 / 4]);
