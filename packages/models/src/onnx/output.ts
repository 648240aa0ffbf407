/**
 * Turns what ONNX Runtime gives into plain arrays, and joins the parts of a run cut along its first axis.
 */
import type { OnnxValue } from 'onnxruntime-web/wasm';
import { RetinoscopeError } from '../errors.js';
import type { Tensor, TensorData } from '../files/types.js';
import { shapeText } from './input.js';

/** The output of one part: `given` samples went in, of which the first `count` are wanted. */
export interface OutputPart {
  readonly tensor: Tensor;
  readonly count: number;
  readonly given: number;
}

/** Bytes of a joined output: 1 GiB. */
const maximumBytes = 2 ** 30;

/** A copy of a numeric output; `bool` gives 0 and 1 as uint8. Error `model` for texts, half precision and non-tensors. */
export function readOutput(value: OnnxValue, name: string): Tensor {
  const { type, dims, data } = value;
  if (type === 'float16' || type === 'string' || !isTensorData(data)) {
    throw new RetinoscopeError(
      'model',
      `The model's output "${name}" is of type ${type}; float32, float64, integer and bool tensors are accepted.`,
      { name, found: type },
    );
  }
  return { shape: [...dims], data };
}

function isTensorData(data: unknown): data is TensorData {
  return ArrayBuffer.isView(data) && !(data instanceof DataView);
}

/** An output without an axis for samples, of a model that takes one at a time, as that one's row. */
export function asRow(tensor: Tensor): Tensor {
  return tensor.shape[0] === 1 ? tensor : { shape: [1, ...tensor.shape], data: tensor.data };
}

/** Whether a part of an output has a row for each sample that went in. */
export function isOfRows({ tensor: { shape }, given }: OutputPart): boolean {
  return shape[0] === given && !shape.includes(0);
}

/** Parts joined along the first axis, the filling cut off; one whole part is given as it is. */
export function joinOutputs(parts: readonly OutputPart[], name: string): Tensor {
  const [first] = parts;
  if (parts.length === 1 && first.count === first.given) return first.tensor;
  const rest = first.tensor.shape.slice(1);
  for (const { tensor, given } of parts) {
    if (tensor.shape[0] !== given || tensor.shape.slice(1).join() !== rest.join()) {
      throw new RetinoscopeError(
        'model',
        `The model's output "${name}" has the shape ${shapeText(tensor.shape)} for ${given} samples, so a longer input cannot be run in parts; ` +
          `give an input of ${given} samples.`,
        { name, found: tensor.shape, samples: given },
      );
    }
  }
  const size = rest.reduce((product, length) => product * length, 1);
  const samples = parts.reduce((sum, part) => sum + part.count, 0);
  if (samples * size * first.tensor.data.BYTES_PER_ELEMENT > maximumBytes) {
    throw new RetinoscopeError(
      'memory',
      `The output of ${samples} samples would exceed ${maximumBytes} bytes; give fewer samples at a time.`,
      { samples, size },
    );
  }
  const data = allocateLike(first.tensor.data, samples * size);
  let at = 0;
  for (const { tensor, count } of parts) {
    copyInto(data, tensor.data.subarray(0, count * size), at);
    at += count * size;
  }
  return { shape: [samples, ...rest], data };
}

function allocateLike(data: TensorData, length: number): TensorData {
  const Constructor = data.constructor as new (length: number) => TensorData;
  return new Constructor(length);
}

function copyInto(target: TensorData, part: TensorData, at: number): void {
  if (target instanceof BigInt64Array || target instanceof BigUint64Array) {
    if (part instanceof BigInt64Array || part instanceof BigUint64Array) target.set(part, at);
  } else if (!(part instanceof BigInt64Array || part instanceof BigUint64Array)) {
    target.set(part, at);
  }
}
