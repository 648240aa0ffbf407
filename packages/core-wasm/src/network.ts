/**
 * The network that the engine trains, as plain data: its shape and its parameters in the field's order.
 * Promises shapes and sizes; does not compute with them.
 */
import { RetinoscopeError } from './errors.js';

/** One valid, stride-1 convolution followed by a ReLU. */
export interface LayerShape {
  readonly filters: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Output nonlinearity, rate from the readout o:
 * `softplus` log(1 + e^o); `parametric-softplus` α·log(1 + e^(βo)), α and β learned;
 * `exponential` e^o, its tangent above a limit; `logistic` 1/(1 + e^−o), the probability of a spike.
 */
export type Head = 'softplus' | 'parametric-softplus' | 'exponential' | 'logistic';

/** Readout up to which the exponential head is e^o; its tangent above keeps rates finite and leads back. */
export const exponentialLimit = 5;

/**
 * What training lowers, of rate r and count y, mean over samples: `poisson` r − y·log r; `squared-error` (r − y)²;
 * `binomial`, for the logistic head and counts of 0 or 1, −y·log r − (1 − y)·log(1 − r).
 */
export type Loss = 'poisson' | 'squared-error' | 'binomial';

/** Every head, and the losses that go with it, the first by default. */
export const headLosses: Readonly<Record<Head, readonly [Loss, ...Loss[]]>> = {
  softplus: ['poisson', 'squared-error'],
  'parametric-softplus': ['poisson', 'squared-error'],
  exponential: ['poisson', 'squared-error'],
  logistic: ['binomial'],
};

/** Yan et al. 2020, Fig. 1: convolutions with ReLU, flatten, dense 1, output nonlinearity. */
export interface NetworkShape {
  /** Frames seen by the first layer; 1 for a movie that is filtered in time by a given filter (Version I). */
  readonly lags: number;
  /**
   * Makes each filter of the first layer a sum of `rank` products of a map in space and a profile in time, both
   * learned; without it the filters have a weight of their own for every lag.
   */
  readonly rank?: number;
  /** All filters of a separable first layer of rank 1 follow one profile in time. */
  readonly sharedProfile?: boolean;
  readonly height: number;
  readonly width: number;
  readonly layers: readonly LayerShape[];
  readonly head: Head;
}

/**
 * A layer's parameters; `weights` `[filter, channel, y, x]`. In the first layer channel = lag, 0 the current frame;
 * or, when the shape has a rank, the number of the product.
 */
export interface LayerParameters {
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

export interface NetworkParameters {
  readonly layers: readonly LayerParameters[];
  /** Temporal profiles `[filter, product, lag]` of a first layer that has a rank. */
  readonly temporal?: Float32Array;
  /** Dense weights `[filter, y, x]` over the last layer's output. */
  readonly readout: Float32Array;
  readonly readoutBias: number;
  /** α of the parametric softplus, spikes per frame; 1 for other heads. */
  readonly alpha: number;
  /** β of the parametric softplus; 1 for other heads. */
  readonly beta: number;
}

/** Output size of each layer, first to last. */
export function layerOutputs(
  shape: NetworkShape,
): { channels: number; height: number; width: number }[] {
  let { height, width } = shape;
  return shape.layers.map((layer) => {
    height -= layer.height - 1;
    width -= layer.width - 1;
    return { channels: layer.filters, height, width };
  });
}

/** Throws a `settings` error that says why there can be no network of this shape. */
export function requireShape(shape: NetworkShape): void {
  const refuse = (message: string) => {
    throw new RetinoscopeError('settings', message, { shape });
  };
  const whole = (value: number, least: number) => Number.isInteger(value) && value >= least;
  if (!whole(shape.lags, 1) || !whole(shape.height, 1) || !whole(shape.width, 1)) {
    refuse('Lags, height and width must be whole numbers of at least 1.');
  }
  if (shape.rank !== undefined && (!whole(shape.rank, 1) || shape.rank > shape.lags)) {
    refuse(
      `The rank of the first layer is ${shape.rank}; it may be a whole number from 1 to its ${shape.lags} lags.`,
    );
  }
  if (shape.sharedProfile && shape.rank !== 1) {
    refuse('One profile in time for all filters needs a first layer of rank 1.');
  }
  if (shape.layers.length < 1 || shape.layers.length > 3) {
    refuse(`${shape.layers.length} convolution layers; 1 to 3 are possible.`);
  }
  for (const layer of shape.layers) {
    if (!whole(layer.filters, 1) || !whole(layer.height, 1) || !whole(layer.width, 1)) {
      refuse('Filter counts and sizes must be whole numbers of at least 1.');
    }
  }
  for (const [i, output] of layerOutputs(shape).entries()) {
    if (output.height < 1 || output.width < 1) {
      const layer = shape.layers[i];
      refuse(
        `Filters of ${layer.width}×${layer.height} squares do not fit into the input of layer ${i + 1} (${output.width + layer.width - 1}×${output.height + layer.height - 1}); smaller filters or fewer layers do.`,
      );
    }
  }
}

/**
 * Parameters with a separable first layer multiplied out to weights of its own for every lag:
 * w[f, lag, y, x] = Σ_r k[f, r, lag]·w[f, r, y, x]. Others come back as they are.
 */
export function multiplyOut(shape: NetworkShape, parameters: NetworkParameters): NetworkParameters {
  const { temporal, ...others } = parameters;
  const { lags, rank } = shape;
  if (!rank || !temporal) return parameters;
  const { filters, height, width } = shape.layers[0];
  const taps = height * width;
  const [first, ...later] = parameters.layers;
  const weights = new Float32Array(filters * lags * taps);
  for (let product = 0; product < filters * rank; product++) {
    const map = first.weights.subarray(product * taps, (product + 1) * taps);
    const start = Math.floor(product / rank) * lags * taps;
    for (let lag = 0; lag < lags; lag++) {
      const k = temporal[product * lags + lag];
      for (let i = 0; i < taps; i++) weights[start + lag * taps + i] += k * map[i];
    }
  }
  return { ...others, layers: [{ ...first, weights }, ...later] };
}
