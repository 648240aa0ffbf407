// Rows of the convolutions written as matrix products: a row is one output position of one sample, named by a
// pointer to the first input value under its filter. Nothing is unrolled or copied.

/**
 * Pointers of the first layer's rows `[sample, position]`:
 * out = movie + (frame[s] − history)·frameBytes + positionOffset[p].
 */
export function rowPointers(
  samples: i32,
  frames: usize,
  movie: usize,
  history: i32,
  frameBytes: usize,
  positions: i32,
  positionOffsets: usize,
  out: usize,
): void {
  for (let s = 0; s < samples; s++) {
    const base = movie + <usize>(load<i32>(frames + (<usize>s << 2)) - history) * frameBytes;
    for (let p = 0; p < positions; p++) {
      store<u32>(out, <u32>(base + <usize>load<u32>(positionOffsets + (<usize>p << 2))));
      out += 4;
    }
  }
}

/** out[s] = values[frame[s]], of values that are bytes. */
export function gatherBytes(samples: i32, frames: usize, values: usize, out: usize): void {
  for (let s = 0; s < samples; s++) {
    const frame = <usize>load<u32>(frames + (<usize>s << 2));
    store<f32>(out + (<usize>s << 2), <f32>load<u8>(values + frame));
  }
}

/** out[s] = values[frame[s]]. */
export function gather(samples: i32, frames: usize, values: usize, out: usize): void {
  for (let s = 0; s < samples; s++) {
    const frame = <usize>load<u32>(frames + (<usize>s << 2));
    store<f32>(out + (<usize>s << 2), load<f32>(values + (frame << 2)));
  }
}
