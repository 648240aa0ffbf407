/**
 * Puts frames of a movie, as values, where kernels can reach them.
 * Promises a bounded scratch buffer, whatever the length of the movie; `release` the arena's mark to free it.
 */
import type { Core } from './load.js';
import { frameBytes, type Movie, rowBytes } from './movie.js';

/** Bytes of packed bits expanded at a time. */
const bufferBytes = 1 << 16;

export class FrameValues {
  private readonly bits: number;
  private readonly table: number;
  private readonly atOnce: number;

  constructor(
    private readonly core: Core,
    private readonly movie: Movie,
  ) {
    this.bits = 0;
    this.table = 0;
    this.atOnce = 0;
    if (movie.kind === 'float') return;
    const bytes = frameBytes(movie.height, movie.width);
    this.atOnce = Math.max(1, Math.floor(bufferBytes / bytes));
    this.bits = core.arena.allocate(this.atOnce * bytes);
    const values = new Float32Array(256 * 8);
    for (let i = 0; i < values.length; i++) {
      values[i] = ((i >> 3) >> (i & 7)) & 1 ? movie.high : movie.low;
    }
    this.table = core.arena.place(values);
  }

  /** Values of `count` frames from `first` to `destination`, float32 `[time, y, x]`. */
  write(first: number, count: number, destination: number): void {
    const { core, movie } = this;
    const { height, width } = movie;
    const squares = height * width;
    if (movie.kind === 'float') {
      core.arena
        .f32(destination, count * squares)
        .set(movie.data.subarray(first * squares, (first + count) * squares));
      return;
    }
    const bytes = frameBytes(height, width);
    // Rows without unused bits are one long row.
    const whole = width % 8 === 0;
    for (let done = 0; done < count; done += this.atOnce) {
      const n = Math.min(this.atOnce, count - done);
      const start = (first + done) * bytes;
      core.arena.u8(this.bits, n * bytes).set(movie.bits.subarray(start, start + n * bytes));
      core.kernels.expandBits(
        this.bits,
        whole ? 1 : n * height,
        whole ? n * height * rowBytes(width) * 8 : width,
        this.table,
        destination + done * squares * 4,
      );
    }
  }
}
