/** First layer that is a convolution and nothing else: each sample a frame, or a frame with its history. */
import type { Convolution, FirstLayer, HeldMovie, Output, Rows } from './first-layer.js';
import { roundUp8 } from './first-layer.js';

export class PlainLayer implements FirstLayer {
  constructor(
    private readonly convolution: Convolution,
    private readonly activity: Output,
    readonly dz: Output,
    /** Samples of a block at the most. */
    private readonly samples: number,
    /** All rows of the output. */
    private readonly rows: Rows,
  ) {}

  take(frames: Uint32Array, first: number): number {
    return Math.min(this.samples, frames.length - first);
  }

  prepare(movie: HeldMovie): void {
    this.convolution.prepare(movie);
  }

  forward(movie: HeldMovie, frames: number, samples: number, rectify: boolean): void {
    const floor = rectify ? 0 : Number.NEGATIVE_INFINITY;
    this.convolution.gather(movie, frames, roundUp8(samples));
    this.convolution.forward(samples, this.rows, this.activity, floor);
  }

  backward(samples: number): void {
    this.convolution.backward(samples, this.rows, this.dz);
  }

  finish(): void {
    this.convolution.finish();
  }
}
