/**
 * Data elements of MATLAB Level 5 files (The MathWorks, "MAT-File Format", chapter 1): tags, matrix headers, numbers.
 * Promises bounds on every step; knows nothing of whole files.
 */
import { damaged } from './limits.js';
import { elementCount, swapBytes } from './tensor.js';
import type { TensorData } from './types.js';

/** miXXX, the storage types. */
export const storage = {
  int8: 1,
  uint8: 2,
  int16: 3,
  uint16: 4,
  int32: 5,
  uint32: 6,
  single: 7,
  double: 9,
  int64: 12,
  uint64: 13,
  matrix: 14,
  compressed: 15,
  utf8: 16,
  utf16: 17,
  utf32: 18,
} as const;

/** mxXXX_CLASS, index = class number. */
export const classNames = [
  'unknown',
  'cell',
  'struct',
  'object',
  'char',
  'sparse',
  'float64',
  'float32',
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'function',
  'object',
] as const;

const opaqueClass = 17;

export interface Element {
  readonly type: number;
  /** Offset of the first byte of data. */
  readonly start: number;
  readonly bytes: number;
  /** Offset of the next element. */
  readonly next: number;
}

/** Bytes of a file, or of an inflated element, and how to read them. */
export interface Source {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly little: boolean;
  readonly file: string;
}

export function source(bytes: Uint8Array, little: boolean, file: string): Source {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { bytes, view, little, file };
}

/** The tag at `at`; `end` bounds the element, not only the tag. */
export function readTag(from: Source, at: number, end: number): Element {
  if (at + 8 > end || at + 8 > from.bytes.length)
    throw damaged(from.file, `it ends at byte ${end}`);
  const first = from.view.getUint32(at, from.little);
  const smallSize = first >>> 16;
  if (smallSize) {
    if (smallSize > 4) throw damaged(from.file, `a small element claims ${smallSize} bytes`);
    return { type: first & 0xffff, start: at + 4, bytes: smallSize, next: at + 8 };
  }
  const bytes = from.view.getUint32(at + 4, from.little);
  const start = at + 8;
  if (start + bytes > end) {
    throw damaged(from.file, `an element claims ${bytes} bytes and ${end - start} are left`);
  }
  const padded = first === storage.compressed ? bytes : Math.ceil(bytes / 8) * 8;
  return { type: first, start, bytes, next: Math.min(start + padded, end) };
}

export interface MatrixHeader {
  readonly name: string;
  readonly className: (typeof classNames)[number];
  readonly complex: boolean;
  readonly logical: boolean;
  readonly shape: readonly number[];
  /** Offset of what follows the name: the real part of a numeric array. */
  readonly content: number;
}

/** Array flags, dimensions and name of the matrix whose data start at `start` and end before `end`. */
export function readMatrixHeader(from: Source, start: number, end: number): MatrixHeader {
  const flagsElement = readTag(from, start, end);
  if (flagsElement.type !== storage.uint32 || flagsElement.bytes < 8) {
    throw damaged(from.file, 'a variable has no array flags');
  }
  const flags = from.view.getUint32(flagsElement.start, from.little);
  const number = flags & 0xff;
  const className = classNames[number] ?? 'unknown';
  const shape: number[] = [];
  let at = flagsElement.next;
  if (number !== opaqueClass) {
    const dimensions = readTag(from, at, end);
    if (dimensions.type !== storage.int32 || dimensions.bytes < 8 || dimensions.bytes > 256) {
      throw damaged(from.file, 'a variable has no dimensions');
    }
    requireInside(from, dimensions);
    for (let i = 0; i + 4 <= dimensions.bytes; i += 4) {
      shape.push(from.view.getInt32(dimensions.start + i, from.little));
    }
    at = dimensions.next;
  }
  elementCount(shape, from.file);
  const nameElement = readTag(from, at, end);
  if (nameElement.type !== storage.int8 || nameElement.bytes > 1024) {
    throw damaged(from.file, 'a variable has no name');
  }
  requireInside(from, nameElement);
  const name = new TextDecoder().decode(elementBytes(from, nameElement));
  return {
    name,
    className,
    complex: (flags & 0x800) !== 0,
    logical: (flags & 0x200) !== 0,
    shape,
    content: nameElement.next,
  };
}

/** An element may end beyond the part of the matrix that was inflated for its header. */
function requireInside(from: Source, element: Element): void {
  if (element.start + element.bytes > from.bytes.length) {
    throw damaged(from.file, 'the header of a variable is too long');
  }
}

function elementBytes(from: Source, element: Element): Uint8Array {
  return from.bytes.subarray(element.start, element.start + element.bytes);
}

/** The numbers of an element, in their storage type. */
export function readNumbers(from: Source, element: Element): TensorData {
  const bytes = new Uint8Array(elementBytes(from, element));
  const sized = (size: number) => {
    if (bytes.length % size) throw damaged(from.file, 'an element ends within a number');
    if (!from.little) swapBytes(bytes, size);
    return bytes.buffer;
  };
  switch (element.type) {
    case storage.int8:
      return new Int8Array(bytes.buffer);
    case storage.uint8:
      return bytes;
    case storage.int16:
      return new Int16Array(sized(2));
    case storage.uint16:
    case storage.utf16:
      return new Uint16Array(sized(2));
    case storage.int32:
      return new Int32Array(sized(4));
    case storage.uint32:
    case storage.utf32:
      return new Uint32Array(sized(4));
    case storage.single:
      return new Float32Array(sized(4));
    case storage.double:
      return new Float64Array(sized(8));
    case storage.int64:
      return new BigInt64Array(sized(8));
    case storage.uint64:
      return new BigUint64Array(sized(8));
    case storage.utf8: {
      const text = new TextDecoder().decode(bytes);
      return Uint16Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
    }
    default:
      throw damaged(from.file, `an element has the unknown type ${element.type}`);
  }
}
