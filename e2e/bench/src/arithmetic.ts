/**
 * Useful arithmetic: the floating-point operations of the plain dense mathematics, two a multiply–add. What a kernel
 * saves (tables for bits, Winograd) or adds (padding) does not count, so a share of the peak may pass 100 %.
 */
import { layerOutputs, type NetworkShape } from '@retinoscope/core-wasm';

interface MultiplyAdds {
  /** Each convolution, first to last. */
  readonly layers: readonly number[];
  /** Temporal profiles of a separable first layer, applied to what its maps in space make of a frame. */
  readonly temporal: number;
  readonly readout: number;
}

/** Multiply–adds of one sample. A separable first layer convolves each frame once: samples are runs of frames. */
function multiplyAdds(shape: NetworkShape): MultiplyAdds {
  const outputs = layerOutputs(shape);
  const units = outputs.map(({ channels, height, width }) => channels * height * width);
  const layers = shape.layers.map((layer, i) => {
    const channels = i === 0 ? (shape.rank ?? shape.lags) : shape.layers[i - 1].filters;
    return units[i] * channels * layer.height * layer.width;
  });
  const temporal = shape.rank ? units[0] * shape.rank * shape.lags : 0;
  return { layers, temporal, readout: units[units.length - 1] };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Operations of the rate of one sample: convolutions and readout. The output nonlinearity does not count. */
export function inferenceOperations(shape: NetworkShape): number {
  const { layers, temporal, readout } = multiplyAdds(shape);
  return 2 * (sum(layers) + temporal + readout);
}

/**
 * Operations of one sample of a training step: forward; gradient of the weights; gradient of the inputs of all but
 * the first layer. Filtering the movie in time (Version I), losses and the optimiser do not count.
 */
export function trainingOperations(shape: NetworkShape): number {
  const { layers, temporal, readout } = multiplyAdds(shape);
  return 2 * (3 * (sum(layers) + temporal + readout) - layers[0]);
}
