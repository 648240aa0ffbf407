/**
 * NumPy `.npz`: a zip of npy files, read with bounds and checksums, and written by fflate.
 * Promises to inflate only the array asked for. Refuses encryption, ZIP64 and other compressions.
 */
import { strFromU8, zipSync } from 'fflate';
import { crc32, inflate } from './inflate.js';
import { asFileError, damaged, isUnsupported, requireInflatedSize, unsupported } from './limits.js';
import { describeNpy, npyHeaderBytes, readNpy, writeNpy } from './npy.js';
import { chooseVariable } from './tensor.js';
import type { Tensor, VariableSummary } from './types.js';

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly stored: Uint8Array;
  readonly size: number;
}

const directoryEnd = 0x06054b50;
const directoryEntry = 0x02014b50;
const localEntry = 0x04034b50;
const maximumEntries = 1000;

/** The entries of a zip file, their compressed bytes uncopied (PKWARE APPNOTE 4.3). */
function entries(bytes: Uint8Array, file: string): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  const lowest = Math.max(0, end - 65535);
  while (end >= lowest && view.getUint32(end, true) !== directoryEnd) end--;
  if (end < lowest) throw damaged(file, 'its zip directory is missing');
  const count = view.getUint16(end + 10, true);
  if (count > maximumEntries) {
    throw unsupported(file, `has ${count} entries`, `At most ${maximumEntries} arrays are read.`);
  }
  let at = view.getUint32(end + 16, true);
  const found: Entry[] = [];
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== directoryEntry) {
      throw damaged(file, 'its zip directory does not hold together');
    }
    const nameLength = view.getUint16(at + 28, true);
    const name = strFromU8(bytes.subarray(at + 46, at + 46 + nameLength));
    const storedSize = view.getUint32(at + 20, true);
    const local = view.getUint32(at + 42, true);
    if (local + 30 > bytes.length || view.getUint32(local, true) !== localEntry) {
      throw damaged(file, `its entry "${name.slice(0, 80)}" is missing`);
    }
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    if (start + storedSize > bytes.length) {
      throw damaged(file, `its entry "${name.slice(0, 80)}" is cut short`);
    }
    if (view.getUint16(at + 8, true) & 1) {
      throw unsupported(file, 'is encrypted', 'Save it without a password.');
    }
    found.push({
      name,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      stored: bytes.subarray(start, start + storedSize),
      size: view.getUint32(at + 24, true),
    });
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return found;
}

function open(entry: Entry, file: string, limit: number): Uint8Array {
  const whole = limit >= entry.size;
  const size = Math.min(limit, entry.size);
  if (entry.method === 0) {
    if (entry.stored.length !== entry.size) throw damaged(file, 'an entry has two sizes');
    return entry.stored.subarray(0, size);
  }
  if (entry.method !== 8) {
    throw unsupported(
      file,
      `uses zip compression ${entry.method}`,
      'Save it by numpy.savez or numpy.savez_compressed.',
    );
  }
  requireInflatedSize(entry.stored.length, entry.size, file);
  return inflate(entry.stored, size, 'raw', file, whole);
}

function arrays(bytes: Uint8Array, file: string): { summary: VariableSummary; entry: Entry }[] {
  const found = entries(bytes, file).filter((entry) => entry.name.endsWith('.npy'));
  if (found.length === 0) {
    throw unsupported(file, 'is a zip file without npy arrays', 'Save it by numpy.savez.');
  }
  return found.map((entry) => {
    const name = entry.name.slice(0, -4);
    const summary = describeEntry(open(entry, file, npyHeaderBytes), file, name);
    return { summary, entry };
  });
}

/** An array that cannot be read does not hide the others. */
function describeEntry(head: Uint8Array, file: string, name: string): VariableSummary {
  try {
    return describeNpy(head, file, name);
  } catch (error) {
    if (!isUnsupported(error)) throw error;
    return { name, shape: [], type: 'object' };
  }
}

export function listNpz(bytes: Uint8Array, file: string): VariableSummary[] {
  try {
    return arrays(bytes, file).map(({ summary }) => summary);
  } catch (error) {
    throw asFileError(error, file, 'npz');
  }
}

export function readNpz(bytes: Uint8Array, file: string, variable?: string): Tensor {
  try {
    const found = arrays(bytes, file);
    const { name } = chooseVariable(
      found.map(({ summary }) => summary),
      variable,
      file,
    );
    const entry = found.find(({ summary }) => summary.name === name)!.entry;
    const npy = open(entry, file, entry.size);
    if (crc32(npy) !== entry.crc) throw damaged(file, `the checksum of "${name}" does not fit`);
    return readNpy(npy, `${file}/${name}`);
  } catch (error) {
    throw asFileError(error, file, 'npz');
  }
}

/** The bytes of a compressed npz file. */
export function writeNpz(tensors: Readonly<Record<string, Tensor>>): Uint8Array {
  const files = Object.entries(tensors).map(([name, tensor]) => [`${name}.npy`, writeNpy(tensor)]);
  return zipSync(Object.fromEntries(files), { level: 6, mtime: new Date(1980, 0, 1) });
}
