/**
 * The parameter vector of a training job: where each layer's weights, biases, temporal profiles and the readout lie.
 * Promises that filters are padded to whole vectors, that padding is named by a mask, and that natural-order
 * parameters convert there and back without loss.
 */
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
  /** Channels of the weights in natural order: lags, products, or the filters before. */
  readonly realChannels: number;
  /** Sets of filters side by side: the rank of a separable first layer, else 1. */
  readonly copies: number;
  readonly runs: number;
  readonly runLength: number;
  /** Taps of a run rounded up to what a weight-gradient call does. */
  readonly runTaps: number;
  readonly runStride: number;
  /** Bytes of one block's weights; a copy's blocks follow those of the copy before. */
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
  /** Temporal profiles of a separable first layer, `[product, lag rounded up to fours, padded filter]`. */
  readonly temporal?: { readonly at: number; readonly lags: number; readonly count: number };
  readonly readoutAt: number;
  readonly readoutCount: number;
  /** Readout bias, α, β, and one of padding. */
  readonly tailAt: number;
  readonly length: number;
}

/** Filters rounded up to what the kernels do at once: four, or whole eights. */
export const paddedFilters = (filters: number): number => (filters <= 4 ? 4 : roundUp(filters, 8));

const roundUp = (value: number, to: number): number => Math.ceil(value / to) * to;

export function vectorLayout(shape: NetworkShape): VectorLayout {
  const outputs = layerOutputs(shape);
  const layers: LayerLayout[] = [];
  let at = 0;
  for (const [i, layer] of shape.layers.entries()) {
    const before = layers[i - 1];
    const output = outputs[i];
    const block = layer.filters <= 4 ? 4 : 8;
    const padded = paddedFilters(layer.filters);
    const channels = before ? before.padded : 1;
    const copies = before ? 1 : (shape.rank ?? 1);
    const runs = before || shape.rank ? layer.height : shape.lags * layer.height;
    const runLength = layer.width * channels;
    const runTaps = roundUp(runLength, block === 8 ? 4 : 8);
    const weightCount = copies * runs * runTaps * padded;
    layers.push({
      filters: layer.filters,
      block,
      padded,
      kernelHeight: layer.height,
      kernelWidth: layer.width,
      channels,
      realChannels: before ? before.filters : (shape.rank ?? shape.lags),
      copies,
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
  let temporal: VectorLayout['temporal'];
  if (shape.rank) {
    const lags = roundUp(shape.lags, 4);
    const count = shape.rank * lags * layers[0].padded;
    temporal = { at, lags, count };
    at += count;
  }
  const last = layers[layers.length - 1];
  const readoutCount = last.positions * last.padded;
  return {
    layers,
    temporal,
    readoutAt: at,
    readoutCount,
    tailAt: at + readoutCount,
    length: at + readoutCount + 4,
  };
}

/** Calls `visit(natural index, vector index)` for each real weight of a layer, natural order `[filter, channel, y, x]`. */
function eachWeight(
  layer: LayerLayout,
  kind: 'lags' | 'products' | 'channels',
  visit: (natural: number, index: number) => void,
): void {
  const { kernelHeight, kernelWidth, block, runs, runTaps, padded } = layer;
  let natural = 0;
  for (let f = 0; f < layer.filters; f++) {
    const blockStart = layer.weightsAt + Math.floor(f / block) * runs * runTaps * block;
    for (let c = 0; c < layer.realChannels; c++) {
      const start = blockStart + (kind === 'products' ? c * runs * runTaps * padded : 0);
      for (let y = 0; y < kernelHeight; y++) {
        for (let x = 0; x < kernelWidth; x++) {
          const run = kind === 'lags' ? c * kernelHeight + y : y;
          const tap = kind === 'channels' ? x * layer.channels + c : x;
          visit(natural++, start + (run * runTaps + tap) * block + (f % block));
        }
      }
    }
  }
}

/** What the channels of layer `i` are. */
function channelKind(layout: VectorLayout, i: number): 'lags' | 'products' | 'channels' {
  if (i > 0) return 'channels';
  return layout.temporal ? 'products' : 'lags';
}

/** Calls `visit(natural index, vector index)` for each temporal tap, natural order `[filter, product, lag]`. */
function eachTap(
  shape: NetworkShape,
  layout: VectorLayout,
  visit: (natural: number, index: number) => void,
): void {
  const { temporal } = layout;
  if (!temporal) return;
  const { copies, filters, padded } = layout.layers[0];
  let natural = 0;
  for (let f = 0; f < filters; f++) {
    for (let r = 0; r < copies; r++) {
      for (let lag = 0; lag < shape.lags; lag++) {
        visit(natural++, temporal.at + (r * temporal.lags + lag) * padded + f);
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
export function parameterMask(shape: NetworkShape, layout: VectorLayout): Uint32Array {
  const mask = new Uint32Array(layout.length);
  for (const [i, layer] of layout.layers.entries()) {
    eachWeight(layer, channelKind(layout, i), (_, index) => {
      mask[index] = 0xffffffff;
    });
    mask.fill(0xffffffff, layer.biasAt, layer.biasAt + layer.filters);
  }
  eachTap(shape, layout, (_, index) => {
    mask[index] = 0xffffffff;
  });
  eachReadout(layout, (_, index) => {
    mask[index] = 0xffffffff;
  });
  mask.fill(
    0xffffffff,
    layout.tailAt,
    layout.tailAt + (shape.head === 'parametric-softplus' ? 3 : 1),
  );
  return mask;
}

export function toVector(
  parameters: NetworkParameters,
  shape: NetworkShape,
  layout: VectorLayout,
): Float32Array {
  const vector = new Float32Array(layout.length);
  for (const [i, layer] of layout.layers.entries()) {
    const { weights, bias } = parameters.layers[i];
    eachWeight(layer, channelKind(layout, i), (natural, index) => {
      vector[index] = weights[natural];
    });
    vector.set(bias, layer.biasAt);
  }
  const { temporal } = parameters;
  if (temporal) {
    eachTap(shape, layout, (natural, index) => {
      vector[index] = temporal[natural];
    });
  }
  eachReadout(layout, (natural, index) => {
    vector[index] = parameters.readout[natural];
  });
  vector.set([parameters.readoutBias, parameters.alpha, parameters.beta], layout.tailAt);
  return vector;
}

export function fromVector(
  vector: Float32Array,
  shape: NetworkShape,
  layout: VectorLayout,
): NetworkParameters {
  const layers = layout.layers.map((layer, i) => {
    const weights = new Float32Array(
      layer.filters * layer.realChannels * layer.kernelHeight * layer.kernelWidth,
    );
    eachWeight(layer, channelKind(layout, i), (natural, index) => {
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
  if (!shape.rank) return { layers, readout, readoutBias, alpha, beta };
  const temporal = new Float32Array(shape.layers[0].filters * shape.rank * shape.lags);
  eachTap(shape, layout, (natural, index) => {
    temporal[natural] = vector[index];
  });
  return { layers, temporal, readout, readoutBias, alpha, beta };
}
