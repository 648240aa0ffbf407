/**
 * The network that the engine trains, as plain data: its shape and its parameters in the field's order.
 * Promises shapes and sizes; does not compute with them.
 */

/** One valid, stride-1 convolution followed by a ReLU. */
export interface LayerShape {
  readonly filters: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Output nonlinearity, rate from the readout o:
 * `softplus` log(1 + e^o); `parametric-softplus` α·log(1 + e^(βo)), α and β learned.
 */
export type Head = 'softplus' | 'parametric-softplus';

/** Yan et al. 2020, Fig. 1: convolutions with ReLU, flatten, dense 1, output nonlinearity. */
export interface NetworkShape {
  /** Input channels: 1 for a movie already filtered in time (Version I), else frames seen (Version II). */
  readonly lags: number;
  readonly height: number;
  readonly width: number;
  readonly layers: readonly LayerShape[];
  readonly head: Head;
}

/** A layer's parameters; `weights` `[filter, channel, y, x]`. In the first layer channel = lag, 0 the current frame. */
export interface LayerParameters {
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

export interface NetworkParameters {
  readonly layers: readonly LayerParameters[];
  /** Dense weights `[filter, y, x]` over the last layer's output. */
  readonly readout: Float32Array;
  readonly readoutBias: number;
  /** α of the parametric softplus, spikes per frame; 1 for `softplus`. */
  readonly alpha: number;
  /** β of the parametric softplus; 1 for `softplus`. */
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
