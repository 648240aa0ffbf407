/**
 * First-layer convolution over real-valued frames: register-blocked matrix products over rows, nothing unrolled.
 */
import type { LayerLayout } from './engine-layout.js';
import { type Convolution, type HeldMovie, type Output, roundUp8 } from './first-layer.js';
import type { Core } from './load.js';
import type { NetworkShape } from './network.js';

export interface DenseConvolutionPlace {
  /** Frames of a call at the most. */
  readonly frames: number;
  readonly lags: number;
  readonly parameters: number;
  readonly gradient: number;
  /** Pointer to the biases that outputs start from. */
  readonly bias: number;
}

export class DenseConvolution implements Convolution {
  private readonly pointers: number;
  private readonly positionOffsets: number;
  private readonly offsets: number;
  private readonly frameBytes: number;

  constructor(
    private readonly core: Core,
    shape: NetworkShape,
    private readonly layer: LayerLayout,
    private readonly place: DenseConvolutionPlace,
  ) {
    const { arena } = core;
    const rowBytes = shape.width * 4;
    this.frameBytes = shape.height * rowBytes;
    this.pointers = arena.allocate(roundUp8(place.frames) * layer.positions * 4);
    const positions = new Uint32Array(layer.positions);
    for (let p = 0; p < layer.positions; p++) {
      positions[p] = Math.floor(p / layer.outWidth) * rowBytes + (p % layer.outWidth) * 4;
    }
    this.positionOffsets = arena.place(positions);
    const offsets: number[] = [];
    for (let lag = 0; lag < place.lags; lag++) {
      for (let y = 0; y < layer.kernelHeight; y++) {
        offsets.push((place.lags - 1 - lag) * this.frameBytes + y * rowBytes);
      }
    }
    this.offsets = arena.place(Uint32Array.from(offsets));
  }

  outputStride(outputBytes: number): number {
    return outputBytes;
  }

  prepare(): void {}

  forward(movie: HeldMovie, frames: number, count: number, out: Output, floor: number): void {
    const { layer, place } = this;
    const { kernels } = this.core;
    const padded = roundUp8(count);
    kernels.rowPointers(
      padded,
      frames,
      movie.pointer,
      place.lags - 1,
      this.frameBytes,
      layer.positions,
      this.positionOffsets,
      this.pointers,
    );
    const convolve = layer.block === 8 ? kernels.convolve4x8 : kernels.convolve8x4;
    this.eachPart(padded, (from, part) =>
      this.eachBlock((filter, weights) => {
        convolve(
          part * layer.positions,
          this.pointers + from * layer.positions * 4,
          layer.runs,
          this.offsets,
          layer.runLength,
          layer.runStride,
          place.parameters + weights,
          place.bias + filter * 4,
          out.pointer + from * out.stride + filter * 4,
          layer.padded * layer.copies * 4,
          floor === 0 ? 1 : 0,
        );
      }),
    );
  }

  backward(count: number, dz: Output): void {
    const { layer, place } = this;
    const { kernels } = this.core;
    const weightGradient =
      layer.block === 8 ? kernels.weightGradient4x8 : kernels.weightGradient8x4;
    this.eachPart(count, (from, part) =>
      this.eachBlock((filter, weights) => {
        weightGradient(
          part * layer.positions,
          this.pointers + from * layer.positions * 4,
          layer.runs,
          this.offsets,
          layer.runLength,
          layer.runStride,
          dz.pointer + from * dz.stride + filter * 4,
          layer.padded * layer.copies * 4,
          place.gradient + weights,
        );
      }),
    );
  }

  finish(): void {}

  /** Parts of the frames whose inputs and one block's outputs stay in a first-level cache, multiples of 8. */
  private eachPart(count: number, visit: (from: number, part: number) => void): void {
    const { layer } = this;
    const perFrame = this.frameBytes + layer.positions * layer.block * 4;
    const most = Math.min(256, Math.max(8, Math.floor(40_000 / perFrame / 8) * 8));
    for (let from = 0; from < count; from += most) visit(from, Math.min(most, count - from));
  }

  /** Each block of filters, copies included, and its weights' byte offset in the parameter vector. */
  private eachBlock(visit: (filter: number, weights: number) => void): void {
    const { layer } = this;
    for (let f = 0; f < layer.padded * layer.copies; f += layer.block) {
      visit(f, layer.weightsAt * 4 + (f / layer.block) * layer.blockBytes);
    }
  }
}
