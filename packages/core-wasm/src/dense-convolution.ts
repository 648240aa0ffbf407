/**
 * First-layer convolution over real-valued frames: register-blocked matrix products over rows, nothing unrolled.
 * A row has eight columns: eight filters, or four filters at two neighbouring outputs.
 */
import type { LayerLayout } from './engine-layout.js';
import {
  type Convolution,
  type ConvolutionPlace,
  type HeldMovie,
  type Output,
  type Rows,
  roundUp8,
} from './first-layer.js';
import type { Core } from './load.js';
import type { NetworkShape } from './network.js';

/** Weights of four filters widened to two outputs, their gradient, and the biases twice. */
interface Wide {
  readonly weights: number;
  readonly gradient: number;
  readonly runStride: number;
  readonly bias: number;
}

/** Bytes of inputs and outputs that stay in a first-level cache together. */
const bytesAtOnce = 40_000;
const mostFrames = 256;

export class DenseConvolution implements Convolution {
  private readonly pointers: number;
  private readonly rowOffsets: number;
  private readonly offsets: number;
  private readonly frameBytes: number;
  /** Rows of a frame: its positions, or pairs of them. */
  private readonly rows: number;
  private readonly wide?: Wide;

  constructor(
    private readonly core: Core,
    shape: NetworkShape,
    private readonly layer: LayerLayout,
    private readonly place: ConvolutionPlace,
  ) {
    const { arena } = core;
    const rowBytes = shape.width * 4;
    this.frameBytes = shape.height * rowBytes;
    const pairs = layer.block === 4 && layer.copies === 1 && layer.outWidth % 2 === 0;
    if (pairs) this.wide = this.allocateWide();
    const step = pairs ? 2 : 1;
    this.rows = layer.positions / step;
    this.pointers = arena.allocate(roundUp8(place.frames) * this.rows * 4);
    const rowOffsets: number[] = [];
    for (let y = 0; y < layer.outHeight; y++) {
      for (let x = 0; x < layer.outWidth; x += step) rowOffsets.push(y * rowBytes + x * 4);
    }
    this.rowOffsets = arena.place(Uint32Array.from(rowOffsets));
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

  prepare(): void {
    const { core, layer, place, wide } = this;
    if (!wide) return;
    core.kernels.widenWeights(
      layer.runs,
      layer.kernelWidth,
      place.parameters + layer.weightsAt * 4,
      layer.runStride,
      wide.weights,
      wide.runStride,
    );
    const biases = core.arena.f32(place.bias, 4);
    core.arena.f32(wide.bias, 8).set([...biases, ...biases]);
  }

  gather(movie: HeldMovie, frames: number, count: number): void {
    this.core.kernels.rowPointers(
      roundUp8(count),
      frames,
      movie.pointer,
      this.place.lags - 1,
      this.frameBytes,
      this.rows,
      this.rowOffsets,
      this.pointers,
    );
  }

  get rowsAtOnce(): number {
    return this.layer.outHeight;
  }

  /** Writes up to 7 frames past the last; all rows whatever is asked. */
  forward(count: number, _rows: Rows, out: Output, floor: number): void {
    const { layer, place, wide } = this;
    const { kernels } = this.core;
    const convolve = wide || layer.block === 8 ? kernels.convolve4x8 : kernels.convolve8x4;
    const vectorBytes = layer.padded * layer.copies * 4;
    this.eachPart(roundUp8(count), (from, part) => {
      this.eachBlock((filter, weights) => {
        convolve(
          part * this.rows,
          this.pointers + from * this.rows * 4,
          layer.runs,
          this.offsets,
          wide ? layer.runLength + 1 : layer.runLength,
          wide ? wide.runStride : layer.runStride,
          wide ? wide.weights : place.parameters + weights,
          wide ? wide.bias : place.bias + filter * 4,
          out.pointer + from * out.stride + filter * 4,
          wide ? 2 * vectorBytes : vectorBytes,
          floor === 0 ? 1 : 0,
        );
      });
    });
  }

  backward(count: number, _rows: Rows, dz: Output): void {
    const { layer, place, wide } = this;
    const { kernels } = this.core;
    const weightGradient =
      wide || layer.block === 8 ? kernels.weightGradient4x8 : kernels.weightGradient8x4;
    const vectorBytes = layer.padded * layer.copies * 4;
    this.eachPart(count, (from, part) => {
      this.eachBlock((filter, weights) => {
        weightGradient(
          part * this.rows,
          this.pointers + from * this.rows * 4,
          layer.runs,
          this.offsets,
          wide ? layer.runLength + 1 : layer.runLength,
          wide ? wide.runStride : layer.runStride,
          dz.pointer + from * dz.stride + filter * 4,
          wide ? 2 * vectorBytes : vectorBytes,
          wide ? wide.gradient : place.gradient + weights,
        );
      });
    });
  }

  finish(): void {
    const { layer, place, wide } = this;
    if (!wide) return;
    this.core.kernels.narrowGradient(
      layer.runs,
      layer.kernelWidth,
      place.gradient + layer.weightsAt * 4,
      layer.runStride,
      wide.gradient,
      wide.runStride,
    );
  }

  private allocateWide(): Wide {
    const { arena } = this.core;
    const { layer } = this;
    // A weight-gradient call does four taps at a time.
    const runStride = Math.ceil((layer.kernelWidth + 1) / 4) * 128;
    const zeroed = (bytes: number) => {
      const pointer = arena.allocate(bytes);
      arena.u8(pointer, bytes).fill(0);
      return pointer;
    };
    return {
      weights: zeroed(layer.runs * runStride),
      gradient: zeroed(layer.runs * runStride),
      runStride,
      bias: zeroed(32),
    };
  }

  /** Parts of the frames whose inputs and one block's outputs stay in a cache, multiples of 8. */
  private eachPart(count: number, visit: (from: number, part: number) => void): void {
    const { layer } = this;
    const perFrame = this.frameBytes + layer.positions * layer.block * 4;
    const most = Math.floor(bytesAtOnce / perFrame / 8) * 8;
    const step = Math.min(mostFrames, Math.max(8, most));
    for (let from = 0; from < count; from += step) visit(from, Math.min(step, count - from));
  }

  /** Each block of filters, copies included, and its weights' byte offset in the parameter vector. */
  private eachBlock(visit: (filter: number, weights: number) => void): void {
    const { layer } = this;
    for (let f = 0; f < layer.padded * layer.copies; f += layer.block) {
      visit(f, layer.weightsAt * 4 + (f / layer.block) * layer.blockBytes);
    }
  }
}
