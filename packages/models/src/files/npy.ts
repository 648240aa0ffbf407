/**
 * NumPy `.npy`: read by npyjs behind checks of its header, and written.
 * Promises row-major tensors of the element types of `Tensor` (bool as uint8, float16 as float32);
 * refuses big-endian, complex, text, object and structured arrays.
 */
import { dump, float16ToFloat32, parse } from 'npyjs';
import { asFileError, damaged, requireMemory, unsupported } from './limits.js';
import type { ElementType } from './tensor.js';
import { arrayOf, columnMajorToRowMajor, elementCount, tensorFromBytes } from './tensor.js';
import type { Tensor, VariableSummary } from './types.js';

interface NpyHeader {
  readonly type: ElementType | 'bool' | 'float16';
  readonly shape: readonly number[];
  readonly columnMajor: boolean;
  readonly dataOffset: number;
}

const typeNames: Readonly<Record<string, NpyHeader['type']>> = {
  f4: 'float32',
  f8: 'float64',
  f2: 'float16',
  i1: 'int8',
  u1: 'uint8',
  i2: 'int16',
  u2: 'uint16',
  i4: 'int32',
  u4: 'uint32',
  i8: 'int64',
  u8: 'uint64',
  b1: 'bool',
};

const accepted = 'Save it as a plain numeric array, for example arr.astype("<f4").';
const maximumHeader = 65536;
/** Bytes within which any header that is read ends. */
export const npyHeaderBytes = maximumHeader + 12;

function readHeader(bytes: Uint8Array, file: string): NpyHeader {
  if (bytes.length < 12) throw damaged(file, `it ends after ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6];
  if (version < 1 || version > 3) throw damaged(file, `it claims npy version ${version}`);
  const prefix = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > maximumHeader || prefix + length > bytes.length) {
    throw damaged(file, `its header claims ${length} bytes`);
  }
  const dataOffset = prefix + length;
  const header = bytes.slice(0, dataOffset);
  const text = new TextDecoder('latin1').decode(header.subarray(prefix));
  const descr = /'descr'\s*:\s*('[^']{0,40}'|\[)/.exec(text)?.[1];
  if (descr === undefined) throw damaged(file, 'its header names no element type');
  const code = /^'[<|=]([a-z]\d{1,2})'$/.exec(descr)?.[1];
  if (code === undefined || !(code in typeNames)) {
    throw unsupported(file, `holds elements of type ${descr === '[' ? 'record' : descr}`, accepted);
  }
  if (!/'fortran_order'\s*:\s*(True|False)/.test(text) || !/'shape'\s*:\s*\(/.test(text)) {
    throw damaged(file, 'its header names no shape');
  }
  const parsed = parse(header.buffer);
  return {
    type: typeNames[code],
    shape: parsed.shape,
    columnMajor: parsed.fortranOrder,
    dataOffset,
  };
}

/** Shape and type of an npy file from its first bytes. */
export function describeNpy(bytes: Uint8Array, file: string, name: string): VariableSummary {
  try {
    const { shape, type } = readHeader(bytes, file);
    elementCount(shape, file);
    return { name, shape, type };
  } catch (error) {
    throw asFileError(error, file, 'npy');
  }
}

export function readNpy(bytes: Uint8Array, file: string): Tensor {
  try {
    return decode(bytes, file);
  } catch (error) {
    throw asFileError(error, file, 'npy');
  }
}

function decode(bytes: Uint8Array, file: string): Tensor {
  const { shape, type, columnMajor, dataOffset } = readHeader(bytes, file);
  const count = elementCount(shape, file);
  const stored: ElementType = type === 'bool' ? 'uint8' : type === 'float16' ? 'uint16' : type;
  const size = arrayOf[stored].BYTES_PER_ELEMENT;
  const found = bytes.length - dataOffset;
  if (count * size !== found) {
    throw damaged(file, `its shape asks for ${count * size} bytes of data and ${found} are there`);
  }
  requireMemory(2 * found, `The array of ${file}`);
  const order = columnMajor ? [...shape].reverse() : shape;
  let { data } = tensorFromBytes(bytes.subarray(dataOffset), stored, order);
  if (type === 'float16') data = Float32Array.from(data as Uint16Array, float16ToFloat32);
  return { shape, data: columnMajor ? columnMajorToRowMajor(data, shape) : data };
}

/** The bytes of an npy file. */
export function writeNpy(tensor: Tensor): Uint8Array {
  return new Uint8Array(dump(tensor.data, [...tensor.shape]));
}
