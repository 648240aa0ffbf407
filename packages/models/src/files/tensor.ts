/**
 * Element types and axis order of `Tensor`s.
 * Promises row-major results and shapes whose product is checked; does not interpret values.
 */
import { RetinoscopeError } from '../errors.js';
import { damaged } from './limits.js';
import type { Tensor, TensorData, VariableSummary } from './types.js';

/** NumPy's names of the element types that a `Tensor` can hold. */
export type ElementType =
  | 'float32'
  | 'float64'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64';

type TensorArrayConstructor = {
  new (length: number): TensorData;
  new (buffer: ArrayBuffer): TensorData;
  readonly BYTES_PER_ELEMENT: number;
};

export const arrayOf: Readonly<Record<ElementType, TensorArrayConstructor>> = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
};

/** NumPy's name of the element type of `data`. */
export function elementType(data: TensorData): ElementType {
  const name = data.constructor.name.replace(/Array$/, '').toLowerCase();
  return name.replace('big', '') as ElementType;
}

/** Product of a shape from a file; refuses what is no shape. */
export function elementCount(shape: readonly number[], file: string): number {
  if (shape.length > 64 || shape.some((size) => !Number.isSafeInteger(size) || size < 0)) {
    throw damaged(file, `it declares the shape [${shape.slice(0, 8).join(', ')}]`);
  }
  const count = shape.reduce((product, size) => product * size, 1);
  if (!Number.isSafeInteger(count)) throw damaged(file, `it declares ${count} elements`);
  return count;
}

/** `source`, column-major (first index fastest) of `shape`, in row-major order. */
export function columnMajorToRowMajor<T extends TensorData>(
  source: T,
  shape: readonly number[],
): T {
  if (shape.filter((size) => size > 1).length < 2) return source;
  const out = source.slice() as T;
  const rank = shape.length;
  const strides: number[] = [];
  shape.reduce((stride, size, axis) => {
    strides[axis] = stride;
    return stride * size;
  }, 1);
  const index = new Array<number>(rank).fill(0);
  const inner = shape[rank - 1];
  const step = strides[rank - 1];
  for (let at = 0, start = 0; at < out.length; ) {
    for (let i = 0, from = start; i < inner; i++, from += step) out[at++] = source[from];
    for (let axis = rank - 2; axis >= 0; axis--) {
      start += strides[axis];
      if (++index[axis] < shape[axis]) break;
      start -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return out;
}

/** Reverses the bytes of each element of `size` bytes, in place. */
export function swapBytes(bytes: Uint8Array, size: number): void {
  if (size === 1) return;
  for (let at = 0; at + size <= bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}

/** A tensor of `bytes` (little-endian, copied) of `shape`. */
export function tensorFromBytes(
  bytes: Uint8Array,
  type: ElementType,
  shape: readonly number[],
): Tensor {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return { shape, data: new arrayOf[type](copy.buffer) };
}

/** The variable asked for, or the only readable one; else says what there is. */
export function chooseVariable<V extends VariableSummary>(
  variables: readonly V[],
  wanted: string | undefined,
  file: string,
): V {
  const present = variables.map((variable) => variable.name);
  const readable = variables.filter((variable) => isReadable(variable.type));
  if (wanted === undefined && readable.length === 1) return readable[0];
  const found = variables.find((variable) => variable.name === wanted);
  if (found && isReadable(found.type)) return found;
  const holds = present.length ? `it holds ${listNames(present)}` : 'it holds no variable';
  let problem = `${file} has no variable "${wanted}": ${holds}.`;
  if (wanted === undefined) problem = `Say which variable of ${file} to read: ${holds}.`;
  if (found)
    problem = `The variable "${wanted}" of ${file} is a ${found.type}, not a numeric array.`;
  throw new RetinoscopeError('file', problem, { file, variable: wanted, present });
}

/** Whether a variable of this type can be read as a `Tensor`. */
export function isReadable(type: string): boolean {
  return type in arrayOf || type === 'bool' || type === 'char' || type === 'float16';
}

/** At most ten names, for a sentence. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 10).map((name) => name.slice(0, 80));
  return shown.join(', ') + (names.length > 10 ? ` and ${names.length - 10} more` : '');
}
