/**
 * What the engine asks of a first layer, however it is computed. Frames are named by their numbers in the movie, as
 * u32 in the arena; outputs are `[sample, y, x, filter]` with padded filters.
 */

/** A movie held in the arena, with the counts of the cell that saw it. */
export interface HeldMovie {
  readonly frames: number;
  /** Frames as rows of bits, or as float32 values `[y, x]`. */
  readonly kind: 'bits' | 'values';
  readonly pointer: number;
  readonly counts: number;
  /** Bytes of a count: 1 where all are whole numbers up to 255, 4 of float32. */
  readonly countBytes: 1 | 4;
  /** Of bits: the stimulus value of a 0, and what a 1 adds to it. */
  readonly low: number;
  readonly rise: number;
  /** Temporal filter of Version I, `[lag, padded filter]`, when the movie is not already filtered. */
  readonly taps?: { readonly pointer: number; readonly lags: number };
}

/** A convolution of single frames, or of frames with their history, without what follows it. */
export interface Convolution {
  /** Bytes from one frame's outputs to the next, as this convolution likes to write them after `outputBytes` of values. */
  outputStride(outputBytes: number): number;
  /** Once after the parameters changed, or the movie. */
  prepare(movie: HeldMovie): void;
  /** Makes `count` frames of the movie, listed at `frames`, those that the calls below mean by 0 … count − 1. */
  gather(movie: HeldMovie, frames: number, count: number): void;
  /** Output rows that are best done together; a multiple of 2, or all. */
  readonly rowsAtOnce: number;
  /** out = max(bias + w ⋆ frame, floor) of the `rows` of all gathered frames, `count` of them. */
  forward(count: number, rows: Rows, out: Output, floor: number): void;
  /** Adds the gradient of the weights for the same. */
  backward(count: number, rows: Rows, dz: Output): void;
  /** Once after a batch. */
  finish(): void;
}

/** What a convolution is laid out for, and where its weights and what its outputs start from lie. */
export interface ConvolutionPlace {
  /** Frames of a call at the most. */
  readonly frames: number;
  /** Samples of a batch. */
  readonly batch: number;
  readonly lags: number;
  readonly parameters: number;
  readonly gradient: number;
  /** Pointer to the biases that outputs start from. */
  readonly bias: number;
}

/** Where outputs or their gradients lie, `stride` bytes from frame to frame. */
export interface Output {
  readonly pointer: number;
  readonly stride: number;
}

/** Rows of the output, a multiple of `rowsAtOnce` of them or the last. */
export interface Rows {
  readonly first: number;
  readonly count: number;
}

export interface FirstLayer {
  /** Where it wants the gradients of its outputs, before the rectifier. */
  readonly dz: Output;
  /** Samples of `frames` from `first` on that the next block takes, at least one. */
  take(frames: Uint32Array, first: number): number;
  prepare(movie: HeldMovie): void;
  /** Outputs of `samples` samples, a multiple of 8 of them written; through the rectifier when `rectify`. */
  forward(movie: HeldMovie, frames: number, samples: number, rectify: boolean): void;
  /** Adds the gradients of the layer's parameters, but for the biases, from dz of the last `forward`'s samples. */
  backward(samples: number): void;
  finish(): void;
}

/** `bytes` rounded up to an odd number of cache lines, so that what lies so far apart does not compete for one set. */
export const oddLines = (bytes: number): number => (Math.ceil(bytes / 64) | 1) * 64;

/** Samples are done eight at a time; the last of a block are repeated to fill up. */
export const roundUp8 = (value: number): number => (value + 7) & ~7;
