/**
 * Recovers a fitted model from an ONNX file that `exportOnnx` wrote, from its metadata and initialisers.
 * Promises the same model, scalars rounded to float32. Does not translate other tools' graphs.
 */
import type { FittedModel } from '../architecture/types.js';
import { RetinoscopeError } from '../errors.js';
import { checkArchitecture, checkFittedModel } from './consistency.js';
import { flipChannels } from './lags.js';
import { producerName, readMetadata } from './metadata.js';
import { type ParsedModel, parseOnnx } from './read.js';
import { float32Type } from './wire.js';

/** Errors: `file` when the bytes are not ONNX, `model` when another tool wrote it or its parts do not fit together. */
export function importOnnx(bytes: Uint8Array): FittedModel {
  const parsed = parseOnnx(bytes);
  if (parsed.card.metadata.format !== 'retinoscope-model') {
    throw new RetinoscopeError(
      'model',
      `The ONNX file was written by ${parsed.card.producer || 'an unnamed tool'}; ` +
        'only files that Retinoscope exported open as a fitted model. Others can be run.',
      { producer: parsed.card.producer, accepted: producerName },
    );
  }
  const { description } = readMetadata(parsed.card.metadata);
  const { architecture } = description;
  const { channels, readout } = checkArchitecture(architecture);

  const layers = architecture.layers.map((layer, i) => {
    const dims = [layer.filters, channels[i], layer.height, layer.width];
    const weights = values(parsed, `layer${i + 1}.weight`, dims);
    return {
      weights:
        i === 0
          ? flipChannels(weights, layer.filters, channels[i], layer.height * layer.width)
          : weights,
      bias: values(parsed, `layer${i + 1}.bias`, [layer.filters]),
    };
  });
  const parametric = architecture.head === 'parametric-softplus';
  const model: FittedModel = {
    ...description,
    parameters: {
      layers,
      readout: values(parsed, 'readout.weight', [
        readout.channels * readout.height * readout.width,
        1,
      ]),
      readoutBias: values(parsed, 'readout.bias', [1])[0],
      alpha: parametric ? values(parsed, 'head.alpha', [1])[0] : 1,
      beta: parametric ? values(parsed, 'head.beta', [1])[0] : 1,
    },
  };
  checkFittedModel(model);
  return model;
}

/** The float32 initialiser `name`, which must have exactly the shape `dims`. */
function values(parsed: ParsedModel, name: string, dims: readonly number[]): Float32Array {
  const tensor = parsed.initializers.get(name);
  const size = dims.reduce((product, dim) => product * dim, 1);
  if (
    tensor?.dataType !== float32Type ||
    tensor.dims.join() !== dims.join() ||
    tensor.raw.length !== size * 4
  ) {
    throw new RetinoscopeError(
      'model',
      `The weights "${name}" are missing from the file or do not have the shape [${dims.join(', ')}] of its architecture.`,
      { name, expected: dims, found: tensor?.dims },
    );
  }
  const { raw } = tensor;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return Float32Array.from({ length: size }, (_, i) => view.getFloat32(i * 4, true));
}
