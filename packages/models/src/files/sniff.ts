/**
 * What a file is, by its first bytes and never by its name.
 * Promises a refusal that says what the file seems to be instead. Does not check that the file is whole.
 */
import { RetinoscopeError } from '../errors.js';
import type { FileFormat } from './types.js';

/** Bytes that `sniffFormat` wants to see. */
export const sniffBytes = 4096;

const accepted = 'MATLAB (5 to 7.3), HDF5, npy, npz, ONNX and JSON files are read.';

function startsWith(bytes: Uint8Array, magic: readonly number[], at = 0): boolean {
  return magic.every((value, i) => bytes[at + i] === value);
}

const hdf5 = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
/** Where a superblock may stand (HDF5 file format specification II); MATLAB 7.3 uses 512. */
const hdf5Offsets = [0, 512, 1024, 2048];

export function sniffFormat(bytes: Uint8Array, file: string): FileFormat {
  if (hdf5Offsets.some((at) => startsWith(bytes, hdf5, at))) return 'hdf5';
  if (startsWith(bytes, [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59])) return 'npy';
  if (startsWith(bytes, [0x50, 0x4b, 3, 4]) || startsWith(bytes, [0x50, 0x4b, 5, 6])) return 'npz';
  if (isMat5(bytes)) return 'mat5';
  // ONNX: field 1 (ir_version), a small number, then another length-delimited or varint field.
  if (bytes[0] === 8 && bytes[1] < 64 && bytes.length > 4 && (bytes[2] & 7) % 2 === 0)
    return 'onnx';
  const text = new TextDecoder()
    .decode(bytes.subarray(0, 512))
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (text.startsWith('{') || text.startsWith('[')) return 'json';
  throw new RetinoscopeError('file', `${file} ${describe(bytes, text)}. ${accepted}`, { file });
}

/** Version 1.0 and a byte-order mark, in either order. */
function isMat5(bytes: Uint8Array): boolean {
  if (bytes.length < 128) return false;
  const little = startsWith(bytes, [0x00, 0x01, 0x49, 0x4d], 124);
  return little || startsWith(bytes, [0x01, 0x00, 0x4d, 0x49], 124);
}

/** MATLAB 7.3: HDF5 behind a user block that names it; its axes are reversed. */
export function isMatlab73(bytes: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(bytes.subarray(0, 10)) === 'MATLAB 7.3';
}

function describe(bytes: Uint8Array, text: string): string {
  if (bytes.length === 0) return 'is empty';
  if (/^<(!doctype|html)/i.test(text)) return 'is a web page, not data: the download went wrong';
  if (text.startsWith('version https://git-lfs'))
    return 'is a Git LFS pointer, not the data themselves';
  if (startsWith(bytes, [0x1f, 0x8b])) return 'is gzipped: unpack it first';
  if (text.startsWith('MATLAB 5.0')) return 'is a MATLAB file cut short';
  return 'is of no known format';
}
