/** Parameters before the first step. */
import {
  layerOutputs,
  type NetworkParameters,
  type NetworkShape,
  type Random,
} from '@retinoscope/core-wasm';
import { type StartingData, startFromReceptiveField } from './receptive-field-start.js';
import type { TrainingSettings } from './settings.js';

/** α and β of the parametric softplus before training (Yan et al. 2020, published code). */
const initialAlpha = 0.2;
const initialBeta = 5;
/** log .05, a rate that cells have: from the 1 or ½ spike a frame of 0, the first steps would silence every filter. */
const initialLogRate = -3;

/**
 * Weights N(0, initialSd²), biases 0, but that of the readout before an exponential or logistic head; a readout that
 * must not be negative starts with absolute values. Where the settings start from the receptive field, these are the
 * noise that `startFromReceptiveField` adds to its pieces.
 */
export function initialParameters(
  shape: NetworkShape,
  settings: TrainingSettings,
  random: Random,
  data: StartingData,
): NetworkParameters {
  const normal = (count: number) =>
    random.normals(count).map((value) => value * settings.initialSd);
  let channels = shape.rank ?? shape.lags;
  const layers = shape.layers.map((layer) => {
    const weights = normal(layer.filters * channels * layer.height * layer.width);
    channels = layer.filters;
    return { weights, bias: new Float32Array(layer.filters) };
  });
  const outputs = layerOutputs(shape);
  const last = outputs[outputs.length - 1];
  const readout = normal(last.channels * last.height * last.width);
  const parametric = shape.head === 'parametric-softplus';
  const drawn: NetworkParameters = {
    layers,
    ...(shape.rank && { temporal: profiles(shape, random, data) }),
    readout: settings.nonNegativeReadout ? readout.map(Math.abs) : readout,
    readoutBias: shape.head === 'exponential' || shape.head === 'logistic' ? initialLogRate : 0,
    alpha: parametric ? initialAlpha : 1,
    beta: parametric ? initialBeta : 1,
  };
  if (settings.start === 'normal') return drawn;
  return startFromReceptiveField(shape, drawn, data, random);
}

/**
 * Temporal profiles `[filter, product, lag]` of a separable layer: normal numbers of unit expected norm; where all
 * filters share one, the STA's.
 */
function profiles(shape: NetworkShape, random: Random, { temporal }: StartingData): Float32Array {
  const { lags, layers, rank = 1, sharedProfile } = shape;
  const { filters } = layers[0];
  if (sharedProfile) {
    return Float32Array.from({ length: filters * lags }, (_, i) => temporal[i % lags]);
  }
  return random.normals(filters * rank * lags).map((value) => value / Math.sqrt(lags));
}
