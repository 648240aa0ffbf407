/**
 * Movies: what a cell was shown, frame-major `[time, y, x]`.
 * Promises one in-memory form for binary stimuli (bits) and one for real-valued ones.
 * Does not read files and does not know where a movie came from.
 */

/**
 * Binary movie `[time, y, x]`, one bit a square.
 *
 * Each row starts on a whole byte: `rowBytes = ceil(width / 8)`, square `x` is bit `x % 8`
 * (least significant first) of byte `x >> 3` of its row; a frame is `height * rowBytes` bytes.
 * Unused bits are 0.
 */
export interface BinaryMovie {
  readonly kind: 'binary';
  readonly frames: number;
  readonly height: number;
  readonly width: number;
  readonly bits: Uint8Array;
  /** Stimulus value of a 0 bit. */
  readonly low: number;
  /** Stimulus value of a 1 bit. */
  readonly high: number;
}

/** Real-valued movie `[time, y, x]`. */
export interface FloatMovie {
  readonly kind: 'float';
  readonly frames: number;
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
}

export type Movie = BinaryMovie | FloatMovie;

/** A rectangle of squares, `x` and `y` 0-based, the first square's. */
export interface Crop {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Bytes of one row of a binary movie. */
export function rowBytes(width: number): number {
  return (width + 7) >> 3;
}

/** Bytes of one frame of a binary movie. */
export function frameBytes(height: number, width: number): number {
  return height * rowBytes(width);
}

/** Values of `count` frames from `first`, `[time, y, x]`. */
export function frameValues(movie: Movie, first: number, count: number): Float32Array {
  const { height, width } = movie;
  const size = height * width;
  if (movie.kind === 'float') return movie.data.slice(first * size, (first + count) * size);
  const out = new Float32Array(count * size);
  const stride = rowBytes(width);
  for (let row = 0, at = 0; row < count * height; row++) {
    const start = (first * height + row) * stride;
    for (let x = 0; x < width; x++) {
      const bit = (movie.bits[start + (x >> 3)] >> (x & 7)) & 1;
      out[at++] = bit ? movie.high : movie.low;
    }
  }
  return out;
}

/**
 * Packs two-valued data `[time, y, x]` into bits: a value above the middle of `low` and `high` is a 1.
 */
export function packMovie(
  values: ArrayLike<number>,
  shape: { frames: number; height: number; width: number },
  low: number,
  high: number,
): BinaryMovie {
  const { frames, height, width } = shape;
  const stride = rowBytes(width);
  const bits = new Uint8Array(frames * height * stride);
  const middle = (low + high) / 2;
  for (let row = 0, at = 0; row < frames * height; row++) {
    for (let x = 0; x < width; x++) {
      if (values[at++] > middle) bits[row * stride + (x >> 3)] |= 1 << (x & 7);
    }
  }
  return { kind: 'binary', frames, height, width, bits, low, high };
}

/** The rectangle `crop` of every frame; the caller has checked that it lies inside. */
export function cropMovie(movie: Movie, crop: Crop): Movie {
  const { frames, height, width } = movie;
  if (crop.x === 0 && crop.y === 0 && crop.width === width && crop.height === height) return movie;
  if (movie.kind === 'float') {
    const data = new Float32Array(frames * crop.height * crop.width);
    let at = 0;
    for (let t = 0; t < frames; t++) {
      for (let y = 0; y < crop.height; y++) {
        const start = (t * height + crop.y + y) * width + crop.x;
        data.set(movie.data.subarray(start, start + crop.width), at);
        at += crop.width;
      }
    }
    return { kind: 'float', frames, height: crop.height, width: crop.width, data };
  }
  const from = rowBytes(width);
  const to = rowBytes(crop.width);
  const bits = new Uint8Array(frames * crop.height * to);
  for (let t = 0, out = 0; t < frames; t++) {
    for (let y = 0; y < crop.height; y++, out += to) {
      const start = (t * height + crop.y + y) * from;
      for (let x = 0; x < crop.width; x++) {
        const source = crop.x + x;
        const bit = (movie.bits[start + (source >> 3)] >> (source & 7)) & 1;
        bits[out + (x >> 3)] |= bit << (x & 7);
      }
    }
  }
  return {
    kind: 'binary',
    frames,
    height: crop.height,
    width: crop.width,
    bits,
    low: movie.low,
    high: movie.high,
  };
}
