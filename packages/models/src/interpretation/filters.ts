/**
 * The first layer's filters as they are shown: where each stands in the stimulus, how strong it is, and
 * whether it counts. Works on parameters alone; no response is computed.
 */
import type { NetworkParameters, NetworkShape } from '@retinoscope/core-wasm';
import { RetinoscopeError } from '../errors.js';
import { norm, peakIndex, requireShape } from './maps.js';
import { moransI } from './morans-i.js';
import { spatialAndTemporal } from './separate.js';

/** First-layer filters with what the rate makes of their maps. */
export interface FilterBank {
  /** `[filter, lag, y, x]`. */
  readonly weights: Float32Array;
  readonly filters: number;
  readonly lags: number;
  /** Size of a filter. */
  readonly height: number;
  readonly width: number;
  /** Weight of each unit of the feature maps `[filter, y, x]` in the output. */
  readonly readout: Float32Array;
  /** Size of the input. */
  readonly inputHeight: number;
  readonly inputWidth: number;
}

/**
 * The first layer of a network. With one layer the readout is the dense one; deeper networks need
 * `effectiveReadout` `[filter, y, x]`, the gradient of the output by the first layer's maps, averaged over
 * frames. Throws `settings` when it is missing, `data` when a size does not fit.
 */
export function firstLayer(
  shape: NetworkShape,
  parameters: NetworkParameters,
  effectiveReadout?: Float32Array,
): FilterBank {
  const layer = shape.layers[0];
  const values = parameters.layers[0];
  if (layer === undefined || values === undefined) {
    throw new RetinoscopeError('model', 'The network has no convolution; at least one is needed.');
  }
  if (shape.layers.length > 1 && effectiveReadout === undefined) {
    throw new RetinoscopeError(
      'settings',
      'Filters of a network of several layers are placed by the gradient of its output; give it as [filter, y, x] of the first layer.',
      { layers: shape.layers.length },
    );
  }
  const bank = {
    weights: values.weights,
    filters: layer.filters,
    lags: shape.lags,
    height: layer.height,
    width: layer.width,
    readout: effectiveReadout ?? parameters.readout,
    inputHeight: shape.height,
    inputWidth: shape.width,
  };
  requireBank(bank);
  return bank;
}

export interface FilterDescription {
  /** Spatial map `[y, x]`, its sign that of its effect. */
  readonly spatial: Float32Array;
  /** Temporal profile, unit L2 norm, index = lag. */
  readonly temporal: Float32Array;
  /** `spatial` placed where its readout is centred in the input `[y, x]`. */
  readonly embedded: Float32Array;
  /** Top left square of that place. */
  readonly position: { readonly x: number; readonly y: number };
  /** Moran's I of `spatial`. */
  readonly moransI: number;
  /** ‖w‖·max|readout|, relative to the strongest filter, in [0, 1]. */
  readonly strength: number;
  readonly effective: boolean;
}

export interface EffectiveOptions {
  /** Moran's I must be above; 0.25 when absent. */
  readonly moransI?: number;
  /** Relative strength must reach; 0.1 when absent. */
  readonly strength?: number;
}

/**
 * Every filter of a bank. `reference`: the STA's temporal filter, for signs relative to the cell's polarity;
 * see `spatialAndTemporal`.
 */
export function describeFilters(
  bank: FilterBank,
  options: EffectiveOptions & { readonly reference?: Float32Array } = {},
): FilterDescription[] {
  requireBank(bank);
  const { filters, lags, height, width, readout, inputHeight, inputWidth } = bank;
  const mapWidth = inputWidth - width + 1;
  const size = lags * height * width;
  const units = readout.length / filters;
  const described = Array.from({ length: filters }, (_, k) => {
    const weights = bank.weights.subarray(k * size, (k + 1) * size);
    const unit = peakIndex(readout, k * units, (k + 1) * units);
    const effect = readout[unit]!;
    const position = readoutCentre(readout.subarray(k * units, (k + 1) * units), mapWidth);
    const { spatial, temporal } = spatialAndTemporal(weights, lags, height, width, {
      effect,
      ...(options.reference && { reference: options.reference }),
    });
    return {
      spatial,
      temporal,
      position,
      embedded: embedFilter(spatial, height, width, position, inputHeight, inputWidth),
      moransI: moransI(spatial, height, width),
      strength: norm(weights) * Math.abs(effect),
    };
  });
  const effective = effectiveFilters(described, options);
  const strongest = Math.max(...described.map((filter) => filter.strength));
  return described.map((filter, k) => ({
    ...filter,
    strength: strongest > 0 ? filter.strength / strongest : 0,
    effective: effective[k]!,
  }));
}

/**
 * Which filters count: Moran's I > 0.25, and a strength ‖w‖·max|readout| of at least 0.1 of the largest.
 * Strengths may be given in any unit. Moran's I alone would pass faint smooth filters.
 */
export function effectiveFilters(
  filters: readonly { readonly moransI: number; readonly strength: number }[],
  options: EffectiveOptions = {},
): boolean[] {
  const { moransI: shape = 0.25, strength = 0.1 } = options;
  const strongest = Math.max(0, ...filters.map((filter) => filter.strength));
  return filters.map(
    (filter) => strongest > 0 && filter.moransI > shape && filter.strength >= strength * strongest,
  );
}

/**
 * The position that a filter is read at: the mean of the map's positions weighted by |readout|, rounded. It is
 * the largest weight's own where that stands out, and the middle where a filter is read at many positions.
 */
function readoutCentre(readout: Float32Array, mapWidth: number): { x: number; y: number } {
  let [sum, x, y] = [0, 0, 0];
  for (let unit = 0; unit < readout.length; unit++) {
    const weight = Math.abs(readout[unit]!);
    sum += weight;
    x += weight * (unit % mapWidth);
    y += weight * Math.floor(unit / mapWidth);
  }
  return sum > 0 ? { x: Math.round(x / sum), y: Math.round(y / sum) } : { x: 0, y: 0 };
}

/**
 * A spatial filter `[y, x]` in an input of zeros `[y, x]`, its top left square at `position`, the unit of
 * the feature map that reads it (valid convolution). Throws `data` when it would stand out of the input.
 */
export function embedFilter(
  filter: Float32Array,
  height: number,
  width: number,
  position: { readonly x: number; readonly y: number },
  inputHeight: number,
  inputWidth: number,
): Float32Array {
  requireShape('filter', filter, [height, width]);
  const { x, y } = position;
  if (x < 0 || y < 0 || x + width > inputWidth || y + height > inputHeight) {
    throw new RetinoscopeError(
      'data',
      `A filter of ${height} × ${width} at row ${y}, column ${x} does not fit into ${inputHeight} × ${inputWidth} squares.`,
      { height, width, position: { x, y }, inputHeight, inputWidth },
    );
  }
  const input = new Float32Array(inputHeight * inputWidth);
  for (let row = 0; row < height; row++) {
    input.set(filter.subarray(row * width, (row + 1) * width), (y + row) * inputWidth + x);
  }
  return input;
}

function requireBank(bank: FilterBank): void {
  const { filters, lags, height, width, inputHeight, inputWidth } = bank;
  requireShape('first layer', bank.weights, [filters, lags, height, width]);
  const map = [filters, inputHeight - height + 1, inputWidth - width + 1];
  requireShape('readout of the first layer', bank.readout, map);
}
