/**
 * A tensor of an ONNX file, whose values lie raw or in typed fields.
 * Promises that its shape and the values stored agree before anything is allocated, and decodes only when `data` is read.
 * Texts, complex numbers and types of less than a byte have a shape and a type, but no `data`.
 */
import { float16ToFloat32 } from 'npyjs';
import { RetinoscopeError } from '../errors.js';
import { asModelFile } from './read.js';
import type { StoredTensor } from './read-tensor.js';
import {
  elementTypeName,
  type FieldHandlers,
  readClampedInts,
  readMessage,
  readReals,
  tensorField,
} from './wire.js';

export interface GraphTensor {
  readonly shape: readonly number[];
  /** NumPy's name of the element type in the file. */
  readonly type: string;
  /** Row-major. Every integer type gives int32, clamped to its range; bool gives 0 and 1; floats give float32. */
  readonly data: Float32Array | Int32Array;
}

/** Numbers that one tensor may hold. */
const maximumNumbers = 2 ** 28;

interface Storage {
  readonly real: boolean;
  /** Bytes of an element in raw data. */
  readonly size: 1 | 2 | 4 | 8;
  readonly field: number;
  readonly raw: (view: DataView, at: number) => number;
  /** What a number of the typed field stands for. */
  readonly typed?: (value: number) => number;
}

const { floatData, int32Data, int64Data, doubleData, uint64Data } = tensorField;

const bfloat16 = (bits: number) =>
  new Float32Array(Uint32Array.of((bits & 0xffff) << 16).buffer)[0];

const storages: Readonly<Record<string, Storage>> = {
  float32: { real: true, size: 4, field: floatData, raw: (v, at) => v.getFloat32(at, true) },
  float64: { real: true, size: 8, field: doubleData, raw: (v, at) => v.getFloat64(at, true) },
  float16: {
    real: true,
    size: 2,
    field: int32Data,
    raw: (v, at) => float16ToFloat32(v.getUint16(at, true)),
    typed: (bits) => float16ToFloat32(bits & 0xffff),
  },
  bfloat16: {
    real: true,
    size: 2,
    field: int32Data,
    raw: (v, at) => bfloat16(v.getUint16(at, true)),
    typed: bfloat16,
  },
  int8: { real: false, size: 1, field: int32Data, raw: (v, at) => v.getInt8(at) },
  uint8: { real: false, size: 1, field: int32Data, raw: (v, at) => v.getUint8(at) },
  bool: {
    real: false,
    size: 1,
    field: int32Data,
    raw: (v, at) => Number(v.getUint8(at) !== 0),
    typed: (value) => Number(value !== 0),
  },
  int16: { real: false, size: 2, field: int32Data, raw: (v, at) => v.getInt16(at, true) },
  uint16: { real: false, size: 2, field: int32Data, raw: (v, at) => v.getUint16(at, true) },
  int32: { real: false, size: 4, field: int32Data, raw: (v, at) => v.getInt32(at, true) },
  uint32: { real: false, size: 4, field: uint64Data, raw: (v, at) => v.getUint32(at, true) },
  int64: {
    real: false,
    size: 8,
    field: int64Data,
    raw: (v, at) => Number(v.getBigInt64(at, true)),
  },
  uint64: {
    real: false,
    size: 8,
    field: uint64Data,
    raw: (v, at) => Number(v.getBigUint64(at, true)),
  },
};

/** Error `model` when the shape asks for other than the values stored, or for more than `maximumNumbers`. */
export function graphTensor(stored: StoredTensor): GraphTensor {
  const { name, dims } = stored;
  const type = elementTypeName(stored.dataType);
  const storage = Object.hasOwn(storages, type) ? storages[type] : undefined;
  const length = dims.includes(0) ? 0 : dims.reduce((product, dim) => product * dim, 1);
  const refuse = (why: string) =>
    new RetinoscopeError(
      'model',
      `The model's constant "${name.slice(0, 80)}" has the shape [${dims.join(', ')}], ${why}.`,
      { name, shape: dims, type },
    );
  if (dims.some((dim) => dim < 0)) throw refuse('which is none; lengths from 0 are accepted');
  if (length > maximumNumbers) {
    throw refuse(`${length} numbers; up to ${maximumNumbers} are accepted`);
  }
  if (storage) {
    const found =
      stored.raw.length > 0
        ? stored.raw.length / storage.size
        : asModelFile(() => countTyped(stored, storage));
    if (found !== length) {
      throw refuse(
        `which asks for ${length} values, but ${found} are stored; equal numbers are accepted`,
      );
    }
  }
  return new DecodedTensor(stored, type, storage, length);
}

class DecodedTensor implements GraphTensor {
  #data: Float32Array | Int32Array | undefined;

  constructor(
    private readonly stored: StoredTensor,
    readonly type: string,
    private readonly storage: Storage | undefined,
    private readonly length: number,
  ) {}

  get shape(): readonly number[] {
    return this.stored.dims;
  }

  get data(): Float32Array | Int32Array {
    this.#data ??= this.#decode();
    return this.#data;
  }

  #decode(): Float32Array | Int32Array {
    const { stored, storage, length } = this;
    if (!storage) {
      throw new RetinoscopeError(
        'model',
        `The model's constant "${stored.name.slice(0, 80)}" is of type ${this.type}; ${Object.keys(storages).join(', ')} are accepted.`,
        { name: stored.name, found: this.type, expected: Object.keys(storages) },
      );
    }
    const data = storage.real ? new Float32Array(length) : new Int32Array(length);
    const put = storage.real
      ? (at: number, value: number) => {
          data[at] = value;
        }
      : (at: number, value: number) => {
          data[at] = Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, value));
        };
    if (stored.raw.length > 0) {
      const view = new DataView(stored.raw.buffer, stored.raw.byteOffset, stored.raw.byteLength);
      for (let i = 0; i < length; i++) put(i, storage.raw(view, i * storage.size));
    } else {
      let at = 0;
      const { typed = (value: number) => value } = storage;
      readMessage(
        stored.bytes,
        typedHandler(storage, (value) => put(at++, typed(value))),
      );
    }
    return data;
  }
}

function typedHandler(storage: Storage, give: (value: number) => void): FieldHandlers {
  return {
    [storage.field]: (field) => {
      if (storage.field === floatData) readReals(field, 4, give);
      else if (storage.field === doubleData) readReals(field, 8, give);
      else readClampedInts(field, give);
    },
  };
}

function countTyped(stored: StoredTensor, storage: Storage): number {
  let count = 0;
  readMessage(
    stored.bytes,
    typedHandler(storage, () => count++),
  );
  return count;
}
