/**
 * Where everything of a training job lies: the parameter vector and the buffers of one block of samples.
 * The only file that computes an offset. Promises that filters are padded to whole vectors, that padding is
 * named by a mask, and that natural-order parameters convert there and back without loss.
 */
import type { Arena } from './arena.js';
import { layerOutputs, type NetworkParameters, type NetworkShape } from './network.js';

const floatBytes = 4;

export interface LayerLayout {
  readonly filters: number;
  /** Filters that one kernel call does: 4 or 8. */
  readonly block: number;
  /** Filters rounded up to whole blocks. */
  readonly padded: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  /** Input values at each position: 1 in the first layer, whose lags are runs; else the padded filters before. */
  readonly channels: number;
  readonly realChannels: number;
  readonly runs: number;
  readonly runLength: number;
  /** Taps of a run rounded up to what a weight-gradient call does. */
  readonly runTaps: number;
  readonly runStride: number;
  /** Bytes of one block's weights. */
  readonly blockBytes: number;
  readonly weightCount: number;
  /** Index of the first weight and of the first bias in the parameter vector. */
  readonly weightsAt: number;
  readonly biasAt: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly positions: number;
}

export interface VectorLayout {
  readonly layers: readonly LayerLayout[];
  readonly readoutAt: number;
  readonly readoutCount: number;
  /** Readout bias, α, β, and one of padding. */
  readonly tailAt: number;
  readonly length: number;
}

const roundUp = (value: number, to: number): number => Math.ceil(value / to) * to;

export function vectorLayout(shape: NetworkShape): VectorLayout {
  const outputs = layerOutputs(shape);
  const layers: LayerLayout[] = [];
  let at = 0;
  for (const [i, layer] of shape.layers.entries()) {
    const before = layers[i - 1];
    const output = outputs[i];
    const block = layer.filters <= 4 ? 4 : 8;
    const padded = roundUp(layer.filters, block);
    const channels = before ? before.padded : 1;
    const runs = before ? layer.height : shape.lags * layer.height;
    const runLength = layer.width * channels;
    const runTaps = roundUp(runLength, block === 8 ? 4 : 8);
    const weightCount = runs * runTaps * padded;
    layers.push({
      filters: layer.filters,
      block,
      padded,
      kernelHeight: layer.height,
      kernelWidth: layer.width,
      channels,
      realChannels: before ? before.filters : shape.lags,
      runs,
      runLength,
      runTaps,
      runStride: runTaps * block * floatBytes,
      blockBytes: runs * runTaps * block * floatBytes,
      weightCount,
      weightsAt: at,
      biasAt: at + weightCount,
      outHeight: output.height,
      outWidth: output.width,
      positions: output.height * output.width,
    });
    at += weightCount + padded;
  }
  const last = layers[layers.length - 1];
  const readoutCount = last.positions * last.padded;
  return {
    layers,
    readoutAt: at,
    readoutCount,
    tailAt: at + readoutCount,
    length: at + readoutCount + 4,
  };
}

/** Calls `visit(natural index, vector index)` for each real weight of a layer, natural order `[filter, channel, y, x]`. */
function eachWeight(
  layer: LayerLayout,
  first: boolean,
  visit: (natural: number, index: number) => void,
): void {
  const { kernelHeight, kernelWidth, block, runs, runTaps } = layer;
  let natural = 0;
  for (let f = 0; f < layer.filters; f++) {
    const blockStart = layer.weightsAt + Math.floor(f / block) * runs * runTaps * block;
    for (let c = 0; c < layer.realChannels; c++) {
      for (let y = 0; y < kernelHeight; y++) {
        for (let x = 0; x < kernelWidth; x++) {
          const run = first ? c * kernelHeight + y : y;
          const tap = first ? x : x * layer.channels + c;
          visit(natural++, blockStart + (run * runTaps + tap) * block + (f % block));
        }
      }
    }
  }
}

/** Calls `visit(natural index, vector index)` for each real readout weight, natural order `[filter, y, x]`. */
function eachReadout(layout: VectorLayout, visit: (natural: number, index: number) => void): void {
  const last = layout.layers[layout.layers.length - 1];
  for (let f = 0; f < last.filters; f++) {
    for (let p = 0; p < last.positions; p++) {
      visit(f * last.positions + p, layout.readoutAt + p * last.padded + f);
    }
  }
}

/** All ones where a parameter is real and learned, else 0. */
function parameterMask(shape: NetworkShape, layout: VectorLayout): Uint32Array {
  const mask = new Uint32Array(layout.length);
  for (const [i, layer] of layout.layers.entries()) {
    eachWeight(layer, i === 0, (_, index) => {
      mask[index] = 0xffffffff;
    });
    mask.fill(0xffffffff, layer.biasAt, layer.biasAt + layer.filters);
  }
  eachReadout(layout, (_, index) => {
    mask[index] = 0xffffffff;
  });
  mask.fill(0xffffffff, layout.tailAt, layout.tailAt + (shape.head === 'softplus' ? 1 : 3));
  return mask;
}

export function toVector(parameters: NetworkParameters, layout: VectorLayout): Float32Array {
  const vector = new Float32Array(layout.length);
  for (const [i, layer] of layout.layers.entries()) {
    const { weights, bias } = parameters.layers[i];
    eachWeight(layer, i === 0, (natural, index) => {
      vector[index] = weights[natural];
    });
    vector.set(bias, layer.biasAt);
  }
  eachReadout(layout, (natural, index) => {
    vector[index] = parameters.readout[natural];
  });
  vector.set([parameters.readoutBias, parameters.alpha, parameters.beta], layout.tailAt);
  return vector;
}

export function fromVector(vector: Float32Array, layout: VectorLayout): NetworkParameters {
  const layers = layout.layers.map((layer, i) => {
    const weights = new Float32Array(
      layer.filters * layer.realChannels * layer.kernelHeight * layer.kernelWidth,
    );
    eachWeight(layer, i === 0, (natural, index) => {
      weights[natural] = vector[index];
    });
    return { weights, bias: vector.slice(layer.biasAt, layer.biasAt + layer.filters) };
  });
  const last = layout.layers[layout.layers.length - 1];
  const readout = new Float32Array(last.filters * last.positions);
  eachReadout(layout, (natural, index) => {
    readout[natural] = vector[index];
  });
  const [readoutBias, alpha, beta] = vector.subarray(layout.tailAt, layout.tailAt + 3);
  return { layers, readout, readoutBias, alpha, beta };
}

/** Buffers of one layer for one block of samples, as pointers. */
export interface LayerBuffers {
  /** Row pointers; the first layer's change with the samples. */
  readonly pointers: number;
  /** Byte offsets of the runs. */
  readonly offsets: number;
  /** Output after the rectifier `[sample, position, filter]`. */
  readonly activity: number;
  /** Layers after the first only: what the input gradient needs. */
  readonly back?: {
    /** Zero-bordered gradient plane `[sample, y, x, filter]`, and its first inner value. */
    readonly plane: number;
    readonly inner: number;
    readonly columnBytes: number;
    readonly rowBytes: number;
    readonly sampleBytes: number;
    readonly pointers: number;
    readonly offsets: number;
    readonly turned: number;
    readonly turnedRunStride: number;
    /** Gradient of the layer's input `[sample, position, channel]`. */
    readonly inputGradient: number;
  };
}

export interface Buffers {
  readonly parameters: number;
  readonly gradient: number;
  readonly firstMoment: number;
  readonly secondMoment: number;
  readonly mask: number;
  /** Frame of each sample of the batch. */
  readonly frames: number;
  /** Byte offset in a frame of each position of the first layer. */
  readonly positionOffsets: number;
  readonly layers: readonly LayerBuffers[];
  /** Gradient before the rectifier, one block of filters `[row, block]`. */
  readonly dz: number;
  readonly noise: number;
  readonly randomState: number;
  readonly output: number;
  readonly counts: number;
  readonly rate: number;
  readonly outputGradient: number;
  /** Loss, ∂/∂α, ∂/∂β, ∂/∂bias. */
  readonly sums: number;
  readonly zeros: number;
  /** Samples done together. */
  readonly blockSamples: number;
}

/** Samples whose inputs and gradients stay in a first-level cache together; a multiple of 8. */
function blockSamples(shape: NetworkShape, layout: VectorLayout): number {
  const first = layout.layers[0];
  const perSample =
    shape.height * shape.width * floatBytes + first.positions * first.block * floatBytes;
  const samples = Math.floor(40_000 / perSample / 8) * 8;
  return Math.min(256, Math.max(8, samples));
}

/** Lays out all buffers of a job for batches up to `batch`. */
export function layOut(
  shape: NetworkShape,
  layout: VectorLayout,
  batch: number,
  arena: Arena,
): Buffers {
  const samples = blockSamples(shape, layout);
  const floats = (count: number) => arena.allocate(count * floatBytes);
  const zeroed = (count: number) => {
    const pointer = floats(count);
    arena.f32(pointer, count).fill(0);
    return pointer;
  };
  const vector = () => zeroed(layout.length);
  const inputRowBytes = shape.width * floatBytes;
  const frameBytes = shape.height * inputRowBytes;
  const first = layout.layers[0];

  const layers = layout.layers.map((layer, i): LayerBuffers => {
    const rows = samples * layer.positions;
    const activity = floats(rows * layer.padded);
    const before = layout.layers[i - 1];
    if (!before) {
      const offsets: number[] = [];
      for (let lag = 0; lag < shape.lags; lag++) {
        for (let y = 0; y < layer.kernelHeight; y++) {
          offsets.push((shape.lags - 1 - lag) * frameBytes + y * inputRowBytes);
        }
      }
      return {
        pointers: floats(rows),
        offsets: arena.place(Uint32Array.from(offsets)),
        activity,
      };
    }
    return { pointers: 0, offsets: 0, activity };
  });

  // A later layer's rows point into the activity of the layer before.
  const linked = layers.map((buffers, i): LayerBuffers => {
    if (i === 0) return buffers;
    const layer = layout.layers[i];
    const before = layout.layers[i - 1];
    const rowBytes = before.outWidth * before.padded * floatBytes;
    const rows = (
      base: number,
      sampleBytes: number,
      stride: number,
      column: number,
      height: number,
      width: number,
    ) => {
      const out = new Uint32Array(samples * height * width);
      let at = 0;
      for (let s = 0; s < samples; s++) {
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            out[at++] = base + s * sampleBytes + y * stride + x * column;
          }
        }
      }
      return arena.place(out);
    };
    const runs = (stride: number) =>
      arena.place(Uint32Array.from({ length: layer.kernelHeight }, (_, y) => y * stride));

    const columnBytes = layer.padded * floatBytes;
    const planeWidth = layer.outWidth + 2 * (layer.kernelWidth - 1);
    const planeHeight = layer.outHeight + 2 * (layer.kernelHeight - 1);
    const planeRowBytes = planeWidth * columnBytes;
    const planeBytes = planeHeight * planeRowBytes;
    const plane = zeroed((samples * planeBytes) / floatBytes);
    const turnedRunStride = layer.kernelWidth * layer.padded * before.block * floatBytes;
    return {
      ...buffers,
      pointers: rows(
        layers[i - 1].activity,
        before.outHeight * rowBytes,
        rowBytes,
        before.padded * floatBytes,
        layer.outHeight,
        layer.outWidth,
      ),
      offsets: runs(rowBytes),
      back: {
        plane,
        inner:
          plane + (layer.kernelHeight - 1) * planeRowBytes + (layer.kernelWidth - 1) * columnBytes,
        columnBytes,
        rowBytes: planeRowBytes,
        sampleBytes: planeBytes,
        pointers: rows(
          plane,
          planeBytes,
          planeRowBytes,
          columnBytes,
          before.outHeight,
          before.outWidth,
        ),
        offsets: runs(planeRowBytes),
        turned: zeroed(
          ((before.padded / before.block) * layer.kernelHeight * turnedRunStride) / floatBytes,
        ),
        turnedRunStride,
        inputGradient: floats(samples * before.positions * before.padded),
      },
    };
  });

  const positionOffsets = new Uint32Array(first.positions);
  for (let p = 0; p < first.positions; p++) {
    const y = Math.floor(p / first.outWidth);
    positionOffsets[p] = y * inputRowBytes + (p % first.outWidth) * floatBytes;
  }
  const widest = Math.max(...layout.layers.map((layer) => layer.positions * layer.padded));
  const rowsAtMost = Math.max(...layout.layers.map((layer) => layer.positions));
  const blockAtMost = Math.max(...layout.layers.map((layer) => layer.padded));
  return {
    parameters: vector(),
    gradient: vector(),
    firstMoment: vector(),
    secondMoment: vector(),
    mask: arena.place(parameterMask(shape, layout)),
    frames: floats(Math.max(batch, samples) + 8),
    positionOffsets: arena.place(positionOffsets),
    layers: linked,
    dz: floats(samples * rowsAtMost * 8),
    noise: floats(samples * widest),
    randomState: arena.allocate(64),
    output: zeroed(samples),
    counts: zeroed(samples),
    rate: zeroed(samples),
    outputGradient: zeroed(samples),
    sums: zeroed(4),
    zeros: zeroed(blockAtMost),
    blockSamples: samples,
  };
}
