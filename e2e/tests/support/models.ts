/**
 * Small ONNX models of known weights, written without the project's own writer, and what they give by plain
 * arithmetic. Inputs are `[sample, lag, y, x]`, the oldest frame first.
 */
import { onnx } from './onnx.js';

/** A stimulus in contrast, `[time, y, x]`. */
export interface Movie {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

interface Grid {
  readonly lags: number;
  readonly height: number;
  readonly width: number;
}

/** What the model is asked for contrast −1 and 1. */
export type Values = readonly [dark: number, bright: number];

export interface LinearOutput {
  readonly name: string;
  /** `[lag, y, x]`. */
  readonly weights: Float32Array;
  readonly bias: number;
}

export interface LinearModel extends Grid {
  readonly outputs: readonly LinearOutput[];
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Filters of 3 × 3 squares over all lags, rectified, then a weight for each place. */
export interface LayeredModel extends Grid {
  /** `[filter, lag, 3, 3]`. */
  readonly filters: Float32Array;
  /** `[filter, y, x]` of the places. */
  readonly readout: Float32Array;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Metadata that say every unit. */
export function units(
  squareSize: number,
  [dark, bright]: Values = [-1, 1],
  frameRate = 30,
): Record<string, string> {
  return {
    square_size_um: String(squareSize),
    frame_rate_hz: String(frameRate),
    stimulus_values: JSON.stringify([dark, bright]),
    temporal_axis: 'axis 1, oldest frame first, current frame last',
    units: 'spikes per frame',
  };
}

/** Numbers within ±`size` that look like no pattern; the same for the same `seed`. */
export function scattered(length: number, size: number, seed = 1): Float32Array {
  return Float32Array.from(
    { length },
    (_, i) => size * Math.sin(12.9898 * (i + 1) + 78.233 * seed),
  );
}

/** A linear model of one output `rate` with scattered weights. */
export function oneOutput(grid: Grid, metadata?: Readonly<Record<string, string>>): LinearModel {
  const weights = scattered(grid.lags * grid.height * grid.width, 0.1);
  return {
    ...grid,
    outputs: [{ name: 'rate', weights, bias: 0.25 }],
    ...(metadata && { metadata }),
  };
}

export function linearOnnx({ outputs, metadata, ...grid }: LinearModel): Buffer {
  const size = grid.lags * grid.height * grid.width;
  return onnx({
    metadata,
    input: inputOf(grid),
    output: outputs.map(({ name }) => ({ name, dims: ['batch', 1] })),
    nodes: [
      { operator: 'Flatten', from: ['x'], to: 'flat' },
      ...outputs.map(({ name }) => ({
        operator: 'Gemm',
        from: ['flat', `${name} w`, `${name} b`],
        to: name,
      })),
    ],
    constants: outputs.flatMap(({ name, weights, bias }) => [
      { name: `${name} w`, dims: [size, 1], values: weights },
      { name: `${name} b`, dims: [1], values: [bias] },
    ]),
  });
}

export function layeredOnnx({ filters, readout, metadata, ...grid }: LayeredModel): Buffer {
  const count = filters.length / (9 * grid.lags);
  return onnx({
    metadata,
    input: inputOf(grid),
    output: { name: 'rate', dims: ['batch', 1] },
    nodes: [
      { operator: 'Conv', from: ['x', 'filters'], to: 'convolved' },
      { operator: 'Relu', from: ['convolved'], to: 'rectified' },
      { operator: 'Flatten', from: ['rectified'], to: 'flat' },
      { operator: 'MatMul', from: ['flat', 'readout'], to: 'rate' },
    ],
    constants: [
      { name: 'filters', dims: [count, grid.lags, 3, 3], values: filters },
      { name: 'readout', dims: [readout.length, 1], values: readout },
    ],
  });
}

function inputOf({ lags, height, width }: Grid) {
  return { name: 'x', dims: ['batch', lags, height, width] };
}

/** What a model sees for frame `t`, `[lag, y, x]`: mean grey before the movie. */
export function windowAt(movie: Movie, t: number, lags: number, [dark, bright]: Values): number[] {
  const [, height, width] = movie.shape;
  const size = height * width;
  const grey = (dark + bright) / 2;
  return Array.from({ length: lags * size }, (_, i) => {
    const frame = t - lags + 1 + Math.floor(i / size);
    const contrast = frame < 0 ? 0 : movie.data[frame * size + (i % size)];
    return grey + (contrast * (bright - dark)) / 2;
  });
}

/** `[time]`, by plain arithmetic. */
export function linearRates(
  { weights, bias }: LinearOutput,
  movie: Movie,
  values: Values = [-1, 1],
): number[] {
  const [frames, height, width] = movie.shape;
  const lags = weights.length / (height * width);
  return Array.from({ length: frames }, (_, t) =>
    windowAt(movie, t, lags, values).reduce((sum, value, i) => sum + value * weights[i], bias),
  );
}

/** The rectified map of one filter, `[y, x]` of its places, by plain arithmetic. */
export function filterMap(
  { filters, lags, height, width }: LayeredModel,
  filter: number,
  window: readonly number[],
): number[] {
  const across = width - 2;
  return Array.from({ length: (height - 2) * across }, (_, place) => {
    const [top, left] = [Math.floor(place / across), place % across];
    let sum = 0;
    for (let i = 0; i < 9 * lags; i++) {
      const [lag, dy, dx] = [Math.floor(i / 9), Math.floor((i % 9) / 3), i % 3];
      sum += filters[filter * 9 * lags + i] * window[(lag * height + top + dy) * width + left + dx];
    }
    return Math.max(0, sum);
  });
}
