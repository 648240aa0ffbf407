/**
 * Fits an array to a model's input: shape, element type, values, and the parts it is run in.
 * Promises that what passes is finite, in the model's own type without loss of range, and of an accepted shape.
 * Does not know ONNX Runtime.
 */
import { RetinoscopeError } from '../errors.js';
import type { ModelValue, Tensor, TensorData } from '../files/types.js';
import { anyShape } from './read.js';

type NumericArray = Exclude<TensorData, BigInt64Array | BigUint64Array>;

interface ElementType {
  readonly allocate: (length: number) => TensorData;
  readonly min: number;
  readonly max: number;
  readonly integer: boolean;
}

const float32Max = (2 - 2 ** -23) * 2 ** 127;

function integers(bits: number, signed: boolean, allocate: ElementType['allocate']): ElementType {
  const end = 2 ** (signed ? bits - 1 : bits);
  // For 64 bits end − 1 is not a JavaScript number: the largest number below the end is.
  const max = Math.min(end - 1, end - end * 2 ** -53);
  return { allocate, min: signed ? -end : 0, max, integer: true };
}

/** Element types that an input may have, by NumPy's names. */
const elementTypes = {
  float32: {
    allocate: (length: number) => new Float32Array(length),
    min: -float32Max,
    max: float32Max,
    integer: false,
  },
  float64: {
    allocate: (length: number) => new Float64Array(length),
    min: -Number.MAX_VALUE,
    max: Number.MAX_VALUE,
    integer: false,
  },
  int8: integers(8, true, (length) => new Int8Array(length)),
  uint8: integers(8, false, (length) => new Uint8Array(length)),
  int16: integers(16, true, (length) => new Int16Array(length)),
  uint16: integers(16, false, (length) => new Uint16Array(length)),
  int32: integers(32, true, (length) => new Int32Array(length)),
  uint32: integers(32, false, (length) => new Uint32Array(length)),
  int64: integers(64, true, (length) => new BigInt64Array(length)),
  uint64: integers(64, false, (length) => new BigUint64Array(length)),
  bool: integers(1, false, (length) => new Uint8Array(length)),
} as const satisfies Record<string, ElementType>;

export type InputType = keyof typeof elementTypes;

export function isInputType(type: string): type is InputType {
  return Object.hasOwn(elementTypes, type);
}

export const inputTypes: readonly string[] = Object.keys(elementTypes);

/** A shape as people write it: `[batch, 20, 8, 8]`. */
export function shapeText(shape: readonly (number | string)[]): string {
  return shape[0] === anyShape ? 'any shape' : `[${shape.join(', ')}]`;
}

/** How many samples the model takes at a time: a fixed number, or any (`undefined`). */
export function fixedBatch(accepted: ModelValue): number | undefined {
  const first = accepted.shape[0];
  return typeof first === 'number' ? first : undefined;
}

/** One batch of the model's input, free axes as 1; undefined when the file gives no shape. */
export function smallestShape(accepted: ModelValue): readonly number[] | undefined {
  if (accepted.shape[0] === anyShape) return undefined;
  return accepted.shape.map((axis) => (typeof axis === 'number' ? axis : 1));
}

/**
 * Throws unless `input` has the model's number of axes and its fixed lengths.
 * The first axis is the batch: any length above 0 fits, for a fixed batch is run in parts.
 * Errors: `data` when the array itself is not sound, `model` when it does not fit.
 */
export function checkShape(input: Tensor, accepted: ModelValue): void {
  const { shape, data } = input;
  const size = shape.reduce((product, length) => product * length, 1);
  if (size !== data.length) {
    throw new RetinoscopeError(
      'data',
      `The input has ${data.length} values; its shape ${shapeText(shape)} needs ${size}.`,
      { shape, expected: size, found: data.length },
    );
  }
  if (size === 0) {
    throw new RetinoscopeError(
      'data',
      `The input of shape ${shapeText(shape)} holds no values; at least one sample is needed.`,
      { shape },
    );
  }
  if (accepted.shape[0] === anyShape) return;
  const fits =
    shape.length === accepted.shape.length &&
    accepted.shape.every((axis, i) => i === 0 || typeof axis === 'string' || axis === shape[i]);
  if (fits) return;
  throw new RetinoscopeError(
    'model',
    `The input has the shape ${shapeText(shape)}; the model's input "${accepted.name}" accepts ${shapeText(accepted.shape)}` +
      (typeof accepted.shape[0] === 'number' && accepted.shape.length > 1
        ? ', with any number of samples on the first axis.'
        : '.'),
    { name: accepted.name, found: shape, expected: accepted.shape },
  );
}

/** Throws `data` with the position of the first value that is not finite or that `type` cannot hold. */
export function checkValues(input: Tensor, type: InputType): void {
  const { data, shape } = input;
  const { min, max, integer }: ElementType = elementTypes[type];
  const bad =
    data instanceof BigInt64Array || data instanceof BigUint64Array
      ? firstBadBigInt(data, type)
      : firstBadNumber(data, min, max, integer);
  if (bad < 0) return;
  const value = data[bad];
  const position = positionOf(bad, shape);
  const finite = typeof value === 'bigint' || Number.isFinite(value);
  throw new RetinoscopeError(
    'data',
    finite
      ? `The input's value ${value} at [${position.join(', ')}] does not fit the model's type ${type}; ` +
          `${integer ? 'whole numbers' : 'numbers'} from ${min} to ${max} are accepted.`
      : `The input holds ${value} at [${position.join(', ')}]; only finite numbers are accepted.`,
    { position, value: String(value), type },
  );
}

function firstBadNumber(data: NumericArray, min: number, max: number, integer: boolean): number {
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (!(value >= min && value <= max) || (integer && !Number.isInteger(value))) return i;
  }
  return -1;
}

function firstBadBigInt(data: BigInt64Array | BigUint64Array, type: InputType): number {
  if (type === 'float32' || type === 'float64') return -1;
  const { min, max }: ElementType = elementTypes[type];
  const low = BigInt(min);
  const high = type === 'int64' ? 2n ** 63n - 1n : type === 'uint64' ? 2n ** 64n - 1n : BigInt(max);
  for (let i = 0; i < data.length; i++) {
    if (data[i] < low || data[i] > high) return i;
  }
  return -1;
}

/** Numbers in the place of which a model of integers takes the nearest ones that its type has. */
export function nearestValues(data: Float32Array, type: string): Float32Array {
  if (!isInputType(type)) return data;
  const { min, max, integer }: ElementType = elementTypes[type];
  return integer ? data.map((value) => Math.min(max, Math.max(min, Math.round(value)))) : data;
}

/** Index on each axis of the value at `flat`. */
function positionOf(flat: number, shape: readonly number[]): number[] {
  const position: number[] = [];
  let rest = flat;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    position.unshift(rest % shape[axis]);
    rest = Math.floor(rest / shape[axis]);
  }
  return position;
}

/**
 * Values `from` to `to` of checked `data` in the model's type, followed by zeros up to `length` values.
 */
export function convertValues(
  data: TensorData,
  type: InputType,
  range: { readonly from: number; readonly to: number; readonly length: number },
): TensorData {
  const out = elementTypes[type].allocate(range.length);
  const part = data.subarray(range.from, range.to);
  if (out instanceof BigInt64Array || out instanceof BigUint64Array) {
    for (let i = 0; i < part.length; i++) out[i] = BigInt(part[i]);
  } else if (part instanceof BigInt64Array || part instanceof BigUint64Array) {
    for (let i = 0; i < part.length; i++) out[i] = Number(part[i]);
  } else {
    out.set(part);
  }
  return out;
}

/** Bytes of input that one run takes at the most, unless one sample is larger. */
const runBytes = 32 * 2 ** 20;
/** Samples that one run takes at the most: a layer's maps are many times larger than its input. */
const runSamples = 256;

export interface RunPlan {
  /** Samples in the input. */
  readonly samples: number;
  /** Values a sample. */
  readonly sampleSize: number;
  /** Samples a run; the last run may have fewer to give. */
  readonly step: number;
  /** Whether a run that has fewer is filled up with zeros. */
  readonly pad: boolean;
}

/** The runs that an input is cut into, of `most` samples where the model leaves that free. An input without axes is one sample. */
export function planRuns(input: Tensor, accepted: ModelValue, most: number): RunPlan {
  const samples = input.shape[0] ?? 1;
  const sampleSize = input.data.length / samples;
  const batch = fixedBatch(accepted);
  if (batch !== undefined) return { samples, sampleSize, step: batch, pad: true };
  const bytes = Math.max(4, input.data.BYTES_PER_ELEMENT) * sampleSize;
  const step = Math.max(1, Math.min(runSamples, Math.floor(runBytes / bytes), Math.floor(most)));
  return { samples, sampleSize, step: Math.min(step, samples), pad: false };
}
