/**
 * A later layer of 3×3 filters by Winograd's F(6×6, 3×3): its share of a step, over buffers laid out once, and what it
 * costs beside the direct convolution.
 * Promises results within 5e-5 of the direct convolution's largest value, and that nothing outside the layer's own
 * arrays is read or written. Does not do the bias gradient or the rectifier's mask.
 */
import type { Arena } from './arena.js';
import type { WinogradKernels } from './kernels-winograd.js';
import type { LaterLayer } from './later-layer.js';

const floatBytes = 4;
/** Points along an axis: 0, 1, −1, ∞, 2, −2, ½, −½. */
const axisPoints = 8;
const points = axisPoints * axisPoints;
/** Channels of a block of a plane, and so the values of one of its rows. */
const blockChannels = 32;
const rowBytes = blockChannels * floatBytes;
/** Rows of one point's operands that stay in a first-level cache together, in bytes. */
const residentBytes = 20_480;

const roundUp = (value: number, to: number): number => Math.ceil(value / to) * to;
/** Tiles of 6 outputs along an axis: the last may reach one past the end. */
const sixes = (outputs: number): number => Math.floor((outputs + 1) / 6);
/** Tiles of 6 and, for the up to 4 outputs left over, of 2. */
const tiles = (outputs: number): number =>
  sixes(outputs) + Math.floor((outputs + 1 - 6 * sixes(outputs)) / 2);
const blocksOf = (channels: number): number => Math.ceil(channels / blockChannels);

export interface WinogradShape {
  /** The layer's input; its output is 2 less along each axis. */
  readonly height: number;
  readonly width: number;
  /** Both padded: 4 or a multiple of 8. */
  readonly channels: number;
  readonly filters: number;
  /** Most samples of a block. */
  readonly samples: number;
}

/** Where the layer's arrays stand; images are tight. */
export interface WinogradPointers {
  /** `[sample, y, x, channel]`. */
  readonly input: number;
  /** `[sample, y, x, filter]`. */
  readonly output: number;
  /** Gradient before the rectifier `[sample, y, x, filter]`. */
  readonly dz: number;
  /** `[sample, y, x, channel]`, of the samples of a call. */
  readonly inputGradient: number;
  /** `[block of filters, ky, (kx, channel), filter]`, `runStride` bytes from ky to ky; so is the gradient. */
  readonly weights: number;
  readonly bias: number;
  readonly weightGradient: number;
  readonly runStride: number;
}

/** The planes of one side of the products, `[point, block of 32 channels, row, 32]`. */
interface Planes {
  readonly blockStride: number;
  readonly planeStride: number;
  readonly bytes: number;
}

function planes(rows: number, channels: number): Planes {
  const blockStride = roundUp(rows, 4) * rowBytes;
  // An odd number of 64-byte lines keeps the planes off one another's cache sets.
  const lines = (blockStride * blocksOf(channels)) / 64;
  const planeStride = (lines + 1 - (lines % 2)) * 64;
  return { blockStride, planeStride, bytes: points * planeStride };
}

export class WinogradLayer implements LaterLayer {
  private readonly outHeight: number;
  private readonly outWidth: number;
  /** Samples that go through the products together. */
  private readonly group: number;
  private readonly inputPlanes: Planes;
  private readonly outputPlanes: Planes;
  /** Input at the points, one set of planes a group: kept for the weight gradient, then its own gradient. */
  private readonly v: number;
  /** Output at the points, of one group. */
  private readonly m: number;
  private readonly u: number;
  private readonly turned: number;
  private readonly du: number;
  private readonly duCount: number;
  private readonly inputScratch: number;
  private readonly gradientScratch: number;
  private readonly valueScratch: number;
  private readonly weightScratch: number;
  private readonly zeros: number;
  private readonly spill: number;

  constructor(
    private readonly core: { readonly kernels: WinogradKernels; readonly arena: Arena },
    private readonly shape: WinogradShape,
    private readonly at: WinogradPointers,
  ) {
    const { height, width, channels, filters, samples } = shape;
    const { arena } = core;
    this.outHeight = height - 2;
    this.outWidth = width - 2;
    const sampleRows = tiles(this.outHeight) * tiles(this.outWidth);
    const sampleBytes = sampleRows * rowBytes * (blocksOf(channels) + blocksOf(filters));
    // In fours where there are as many, so that rows come in fours at every point.
    const group = Math.max(1, Math.floor(residentBytes / sampleBytes));
    this.group = Math.min(samples, group < 4 ? group : group & ~3);
    this.inputPlanes = planes(this.group * sampleRows, channels);
    this.outputPlanes = planes(this.group * sampleRows, filters);

    const zeroed = (bytes: number) => {
      const pointer = arena.allocate(bytes);
      arena.u8(pointer, bytes).fill(0);
      return pointer;
    };
    const scratch = (columns: number, values: number) =>
      zeroed(axisPoints * (roundUp(columns, 2) * rowBytes * blocksOf(values) + 64));
    const imageRow = width * Math.max(channels, filters, blockChannels) * floatBytes;
    this.v = zeroed(Math.ceil(samples / this.group) * this.inputPlanes.bytes);
    this.m = zeroed(this.outputPlanes.bytes);
    this.duCount = points * channels * roundUp(filters, 8);
    this.u = zeroed(this.duCount * floatBytes);
    this.du = zeroed(this.duCount * floatBytes);
    this.turned = zeroed(points * filters * roundUp(channels, 8) * floatBytes);
    this.inputScratch = scratch(width, channels);
    this.gradientScratch = scratch(this.outWidth, filters);
    this.valueScratch = scratch(width, Math.max(channels, filters));
    this.weightScratch = zeroed(3 * axisPoints * 16);
    this.zeros = zeroed(imageRow);
    this.spill = zeroed(imageRow);
  }

  /** Takes the weights to the points: once after they changed. */
  prepare(): void {
    const { at, shape } = this;
    this.core.kernels.winogradWeights(
      shape.channels,
      shape.filters,
      at.weights,
      at.runStride,
      this.weightScratch,
      this.u,
      this.turned,
    );
  }

  /** Clears the gathered weight gradient: once before the first block of a batch. */
  begin(): void {
    this.core.arena.f32(this.du, this.duCount).fill(0);
  }

  /** Outputs of the `samples` samples of the input from `from` on, through the rectifier when `rectify`. */
  forward(from: number, samples: number, rectify: boolean): void {
    const { at, inputPlanes, outHeight, outputPlanes, outWidth, shape } = this;
    const { channels, filters, height, width } = shape;
    const { kernels } = this.core;
    this.eachGroup(samples, (first, count, v) => {
      kernels.winogradToPoints(
        2,
        count,
        height,
        width,
        channels,
        at.input + (from + first) * height * width * channels * floatBytes,
        this.zeros,
        this.inputScratch,
        v,
        inputPlanes.blockStride,
        inputPlanes.planeStride,
      );
      kernels.winogradProduct(
        count,
        outHeight,
        outWidth,
        channels,
        filters,
        v,
        inputPlanes.blockStride,
        inputPlanes.planeStride,
        this.u,
        this.m,
        outputPlanes.blockStride,
        outputPlanes.planeStride,
        0,
      );
      kernels.winogradFromPoints(
        0,
        count,
        outHeight,
        outWidth,
        filters,
        this.m,
        outputPlanes.blockStride,
        outputPlanes.planeStride,
        at.bias,
        rectify ? 0 : Number.NEGATIVE_INFINITY,
        this.zeros,
        this.valueScratch,
        at.output + first * outHeight * outWidth * filters * floatBytes,
        this.spill,
      );
    });
  }

  /** Gathers the weight gradient and writes the input's, of the samples that `forward` has just done. */
  backward(_from: number, samples: number): void {
    const { at, inputPlanes, outHeight, outputPlanes, outWidth, shape } = this;
    const { channels, filters, height, width } = shape;
    const { kernels } = this.core;
    this.eachGroup(samples, (first, count, v) => {
      kernels.winogradToPoints(
        0,
        count,
        outHeight,
        outWidth,
        filters,
        at.dz + first * outHeight * outWidth * filters * floatBytes,
        this.zeros,
        this.gradientScratch,
        this.m,
        outputPlanes.blockStride,
        outputPlanes.planeStride,
      );
      kernels.winogradProduct(
        count,
        outHeight,
        outWidth,
        filters,
        channels,
        this.m,
        outputPlanes.blockStride,
        outputPlanes.planeStride,
        this.turned,
        v,
        inputPlanes.blockStride,
        inputPlanes.planeStride,
        this.du,
      );
      kernels.winogradFromPoints(
        2,
        count,
        height,
        width,
        channels,
        v,
        inputPlanes.blockStride,
        inputPlanes.planeStride,
        this.zeros,
        Number.NEGATIVE_INFINITY,
        this.zeros,
        this.valueScratch,
        at.inputGradient + first * height * width * channels * floatBytes,
        this.spill,
      );
    });
  }

  /** Adds what was gathered to the weight gradient: once after the last block of a batch. */
  finish(): void {
    const { at, shape } = this;
    this.core.kernels.winogradWeightGradient(
      shape.channels,
      shape.filters,
      this.du,
      this.weightScratch,
      at.weightGradient,
      at.runStride,
    );
  }

  /** Calls `work(first sample, count, its input planes)` for each group of a block. */
  private eachGroup(
    samples: number,
    work: (first: number, count: number, v: number) => void,
  ): void {
    let v = this.v;
    for (let first = 0; first < samples; first += this.group) {
      work(first, Math.min(this.group, samples - first), v);
      v += this.inputPlanes.bytes;
    }
  }
}

/**
 * Cost of forward and backward of one sample by the direct kernels, in their multiply–adds for 8 filters (0.050 ns
 * where the simd probe gives 48 GFLOP/s); `height × width` is the layer's input.
 */
export function directCost(
  height: number,
  width: number,
  channels: number,
  filters: number,
): number {
  // A call for 4 filters takes 2.3 times as long for each.
  const each = (size: number) => (size < 8 ? 2.3 : 1);
  const outputs = (height - 2) * (width - 2);
  return 9 * channels * filters * (2 * outputs * each(filters) + height * width * each(channels));
}

/**
 * The same by Winograd, in the same unit: the products at the points (filters padded to 8), the four transforms by
 * vectors of 4 channels, by tiles and by lines, and what a sample takes in any case. Fitted to both builds over inputs
 * of 3×3 to 30×30 and 4 to 64 channels: within 20 %, and in the right order to `directCost` wherever the two
 * differ by more.
 */
export function winogradCost(
  height: number,
  width: number,
  channels: number,
  filters: number,
): number {
  const rows = tiles(height - 2);
  const columns = tiles(width - 2);
  const rowPoints = 4 * (rows + sixes(height - 2));
  const columnPoints = 4 * (columns + sixes(width - 2));
  const products =
    rowPoints *
    columnPoints *
    (2 * channels * roundUp(filters, 8) + filters * roundUp(channels, 8));
  const transform = (imageWidth: number, values: number) => {
    const tilesOfLines = rows * imageWidth + rowPoints * columns;
    return tilesOfLines * (13 * (values / 4) + 105) + 175 * (rows + rowPoints);
  };
  const transforms = 2 * (transform(width, channels) + transform(width - 2, filters));
  return 1.2 * products + transforms + 3500;
}
