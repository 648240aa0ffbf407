/**
 * A convolution layer after the first, as matrix products over rows. Inputs, outputs and gradients are
 * `[sample, y, x, filter]` with padded filters.
 */
import type { LayerLayout } from './engine-layout.js';
import { roundUp8 } from './first-layer.js';
import type { Core } from './load.js';

/** One later layer's share of a step. `first` is the sample of the input from which a block starts. */
export interface LaterLayer {
  /** Once after the parameters changed. */
  prepare(): void;
  /** Once before the first block of a batch. */
  begin(): void;
  /** Outputs of `samples` samples before any noise; through the rectifier when `rectify`. */
  forward(first: number, samples: number, rectify: boolean): void;
  /** Adds the weight gradient of the last `forward`'s samples from dz; writes the gradient of their input. */
  backward(first: number, samples: number): void;
  /** Once after the last block of a batch. */
  finish(): void;
}

export interface LaterLayerPlace {
  /** Samples of a block, and of the input, at the most. */
  readonly samples: number;
  readonly inputSamples: number;
  readonly input: number;
  readonly inputGradient: number;
  readonly output: number;
  readonly dz: number;
  readonly parameters: number;
  readonly gradient: number;
  readonly zeros: number;
}

export class DirectLayer implements LaterLayer {
  private readonly pointers: number;
  private readonly offsets: number;
  /** Zero-bordered gradient plane `[sample, y, x, filter]`, and its first inner value. */
  private readonly inner: number;
  private readonly planeRowBytes: number;
  private readonly planeBytes: number;
  private readonly planePointers: number;
  private readonly planeOffsets: number;
  private readonly turned: number;
  private readonly turnedRunStride: number;

  constructor(
    private readonly core: Core,
    private readonly layer: LayerLayout,
    private readonly before: LayerLayout,
    private readonly place: LaterLayerPlace,
  ) {
    const { arena } = core;
    const samples = roundUp8(place.samples);
    const inputColumn = before.padded * 4;
    const inputRow = before.outWidth * inputColumn;
    const runs = (stride: number) =>
      arena.place(Uint32Array.from({ length: layer.kernelHeight }, (_, y) => y * stride));
    this.pointers = arena.place(
      rowPointers(roundUp8(place.inputSamples), place.input, before.outHeight * inputRow, {
        ...{ height: layer.outHeight, width: layer.outWidth },
        ...{ row: inputRow, column: inputColumn },
      }),
    );
    this.offsets = runs(inputRow);
    const column = layer.padded * 4;
    this.planeRowBytes = (layer.outWidth + 2 * (layer.kernelWidth - 1)) * column;
    this.planeBytes = (layer.outHeight + 2 * (layer.kernelHeight - 1)) * this.planeRowBytes;
    const plane = arena.allocate(samples * this.planeBytes);
    arena.u8(plane, samples * this.planeBytes).fill(0);
    this.inner =
      plane + (layer.kernelHeight - 1) * this.planeRowBytes + (layer.kernelWidth - 1) * column;
    this.planePointers = arena.place(
      rowPointers(samples, plane, this.planeBytes, {
        ...{ height: before.outHeight, width: before.outWidth },
        ...{ row: this.planeRowBytes, column },
      }),
    );
    this.planeOffsets = runs(this.planeRowBytes);
    this.turnedRunStride = layer.kernelWidth * layer.padded * before.block * 4;
    const turnedBytes = (before.padded / before.block) * layer.kernelHeight * this.turnedRunStride;
    this.turned = arena.allocate(turnedBytes);
    arena.u8(this.turned, turnedBytes).fill(0);
  }

  prepare(): void {
    const { before, layer, place } = this;
    this.core.kernels.turnWeights(
      layer.kernelHeight,
      layer.kernelWidth,
      before.padded,
      layer.padded,
      before.block,
      layer.block,
      place.parameters + layer.weightsAt * 4,
      layer.runStride,
      this.turned,
      this.turnedRunStride,
    );
  }

  forward(first: number, samples: number, rectify: boolean): void {
    const { layer, place } = this;
    const { kernels } = this.core;
    const convolve = layer.block === 8 ? kernels.convolve4x8 : kernels.convolve8x4;
    for (let f = 0; f < layer.padded; f += layer.block) {
      convolve(
        roundUp8(samples) * layer.positions,
        this.pointers + first * layer.positions * 4,
        layer.runs,
        this.offsets,
        layer.runLength,
        layer.runStride,
        place.parameters + layer.weightsAt * 4 + (f / layer.block) * layer.blockBytes,
        place.parameters + (layer.biasAt + f) * 4,
        place.output + f * 4,
        layer.padded * 4,
        rectify ? 1 : 0,
      );
    }
  }

  backward(first: number, samples: number): void {
    const { before, layer, place } = this;
    const { kernels } = this.core;
    const weightGradient =
      layer.block === 8 ? kernels.weightGradient4x8 : kernels.weightGradient8x4;
    for (let f = 0; f < layer.padded; f += layer.block) {
      weightGradient(
        samples * layer.positions,
        this.pointers + first * layer.positions * 4,
        layer.runs,
        this.offsets,
        layer.runLength,
        layer.runStride,
        place.dz + f * 4,
        layer.padded * 4,
        place.gradient + layer.weightsAt * 4 + (f / layer.block) * layer.blockBytes,
      );
    }
    kernels.padGradient(
      samples,
      layer.outHeight,
      layer.outWidth * layer.padded * 4,
      place.dz,
      this.inner,
      this.planeRowBytes,
      this.planeBytes,
    );
    // ∂L/∂input is the full correlation of the gradient with the filters.
    const convolve = before.block === 8 ? kernels.convolve4x8 : kernels.convolve8x4;
    for (let c = 0; c < before.padded; c += before.block) {
      convolve(
        roundUp8(samples) * before.positions,
        this.planePointers,
        layer.kernelHeight,
        this.planeOffsets,
        layer.kernelWidth * layer.padded,
        this.turnedRunStride,
        this.turned + (c / before.block) * layer.kernelHeight * this.turnedRunStride,
        place.zeros,
        place.inputGradient + c * 4,
        before.padded * 4,
        0,
      );
    }
  }

  begin(): void {}

  finish(): void {}
}

/** Pointers to the first input value under each output position of each sample. */
function rowPointers(
  samples: number,
  base: number,
  sampleBytes: number,
  plane: { height: number; width: number; row: number; column: number },
): Uint32Array {
  const out = new Uint32Array(samples * plane.height * plane.width);
  let at = 0;
  for (let s = 0; s < samples; s++) {
    for (let y = 0; y < plane.height; y++) {
      for (let x = 0; x < plane.width; x++) {
        out[at++] = base + s * sampleBytes + y * plane.row + x * plane.column;
      }
    }
  }
  return out;
}
