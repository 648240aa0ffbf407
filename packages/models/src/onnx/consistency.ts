/**
 * Checks that a fitted model's arrays fit its architecture, before writing a file and after reading one.
 * Does not judge whether the model is good.
 */
import { layerOutputs, type NetworkShape } from '@retinoscope/core-wasm';
import type { Architecture, FittedModel } from '../architecture/types.js';
import { RetinoscopeError } from '../errors.js';

/** The network inside an architecture: Version I's sees one channel, the movie filtered in time. */
function networkShape(architecture: Architecture): NetworkShape {
  const { version, lags, height, width, layers, head } = architecture;
  return { lags: version === 1 ? 1 : lags, height, width, layers, head };
}

/** Channels into each layer and out of the last, and the size of the last layer's output. Throws `model` when they cannot be. */
export function checkArchitecture(architecture: Architecture): {
  readonly channels: readonly number[];
  readonly readout: { readonly channels: number; readonly height: number; readonly width: number };
} {
  const shape = networkShape(architecture);
  const sizes = [
    architecture.lags,
    architecture.height,
    architecture.width,
    ...architecture.layers.flatMap((layer) => [layer.filters, layer.height, layer.width]),
  ];
  const outputs = layerOutputs(shape);
  const readout = outputs.at(-1);
  if (!readout || !sizes.every((size) => Number.isSafeInteger(size) && size > 0)) {
    throw unfit('needs at least one layer, and sizes that are whole numbers above 0', {});
  }
  if (readout.height < 1 || readout.width < 1) {
    throw unfit('has filters that are larger than what they are applied to', {
      height: architecture.height,
      width: architecture.width,
    });
  }
  return { channels: [shape.lags, ...outputs.map((output) => output.channels)], readout };
}

/** Throws `model` unless every array has the size its architecture asks for and only finite values. */
export function checkFittedModel(model: FittedModel): void {
  const { architecture, parameters, temporalFilter } = model;
  const { channels, readout } = checkArchitecture(architecture);
  if (parameters.layers.length !== architecture.layers.length) {
    throw unfit(
      `has ${architecture.layers.length} layers but parameters for ${parameters.layers.length}`,
      {},
    );
  }
  architecture.layers.forEach((layer, i) => {
    const { weights, bias } = parameters.layers[i];
    const size = layer.filters * channels[i] * layer.height * layer.width;
    checkValues(`weights of layer ${i + 1}`, weights, size);
    checkValues(`bias of layer ${i + 1}`, bias, layer.filters);
  });
  const size = readout.channels * readout.height * readout.width;
  checkValues('readout weights', parameters.readout, size);
  checkValues('scalars', [parameters.readoutBias, parameters.alpha, parameters.beta], 3);
  if (architecture.version === 1) {
    checkValues('temporal filter', temporalFilter ?? [], architecture.lags);
  }
}

function checkValues(name: string, values: ArrayLike<number>, expected: number): void {
  if (values.length !== expected) {
    throw unfit(`has ${values.length} values in its ${name} where ${expected} belong`, {
      name,
      expected,
      found: values.length,
    });
  }
  const bad = Array.prototype.findIndex.call(values, (value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw unfit(`has a value that is not finite in its ${name}, at ${bad}`, { name, at: bad });
  }
}

function unfit(what: string, detail: Record<string, unknown>): RetinoscopeError {
  return new RetinoscopeError('model', `The model ${what}.`, detail);
}
