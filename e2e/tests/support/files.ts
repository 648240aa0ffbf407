/**
 * Files made and read without the project's own readers and writers: npy, npz, HDF5, MATLAB 5 and ONNX, as far as
 * the journeys need them. Not for untrusted input.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, inflateRawSync } from 'node:zlib';
import { File as Hdf5File, ready } from 'h5wasm/node';

export type Values = Uint8Array | Int8Array | Int32Array | Float32Array | Float64Array;

export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Values;
}

const npyTypes = [
  ['|u1', Uint8Array],
  ['|i1', Int8Array],
  ['<i4', Int32Array],
  ['<f4', Float32Array],
  ['<f8', Float64Array],
] as const;

function bytesOf(data: Values): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

/** NumPy format 1.0, row-major. */
export function npy({ shape, data }: Tensor): Buffer {
  const type = npyTypes.find(([, kind]) => data instanceof kind)?.[0];
  const size = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${size}), }`;
  const padded = `${header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11)}\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(padded.length);
  const magic = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  return Buffer.concat([magic, length, Buffer.from(padded, 'latin1'), bytesOf(data)]);
}

/** One dataset. */
export async function hdf5(name: string, { shape, data }: Tensor): Promise<Buffer> {
  await ready;
  const folder = await mkdtemp(join(tmpdir(), 'retinoscope-hdf5-'));
  try {
    const path = join(folder, 'written.h5');
    const file = new Hdf5File(path, 'w');
    file.create_dataset({ name, data, shape: [...shape] });
    file.close();
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function readNpy(bytes: Uint8Array): Tensor {
  const buffer = Buffer.from(bytes);
  const start = 10 + buffer.readUInt16LE(8);
  const header = buffer.toString('latin1', 10, start);
  const descr = /'descr':\s*'([^']+)'/.exec(header)?.[1];
  const shape = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1].match(/\d+/g)?.map(Number) ?? [];
  const kind = npyTypes.find(([type]) => type === descr)?.[1];
  if (!kind || !/'fortran_order':\s*False/.test(header)) throw new Error(`Not read: ${header}`);
  const data = new Uint8Array(buffer.subarray(start)).buffer;
  return { shape, data: new kind(data) };
}

/** A zip of npy files, stored uncompressed. */
export function npz(arrays: Readonly<Record<string, Tensor>>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, tensor] of Object.entries(arrays)) {
    const file = Buffer.from(`${name}.npy`);
    const content = npy(tensor);
    // From the version needed to the length of the extra field: the same in both records.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(file.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, file, content]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00'), common, rest, file);
    parts.push(local);
    offset += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, listed, end]);
}

/** The arrays of an npz file that has no comment. */
export function readNpz(bytes: Uint8Array): Record<string, Tensor> {
  const buffer = Buffer.from(bytes);
  const end = buffer.length - 22;
  if (buffer.toString('latin1', end, end + 4) !== 'PK\x05\x06') throw new Error('No zip directory');
  const arrays: Record<string, Tensor> = {};
  let at = buffer.readUInt32LE(end + 16);
  for (let count = buffer.readUInt16LE(end + 10); count > 0; count--) {
    const method = buffer.readUInt16LE(at + 10);
    const stored = buffer.readUInt32LE(at + 20);
    const nameLength = buffer.readUInt16LE(at + 28);
    const local = buffer.readUInt32LE(at + 42);
    const name = buffer.toString('utf8', at + 46, at + 46 + nameLength);
    const start = local + 30 + buffer.readUInt16LE(local + 26) + buffer.readUInt16LE(local + 28);
    const content = buffer.subarray(start, start + stored);
    const npyBytes = method === 8 ? inflateRawSync(content) : content;
    if (crc32(npyBytes) !== buffer.readUInt32LE(at + 16)) throw new Error(`Checksum of ${name}`);
    arrays[name.replace(/\.npy$/, '')] = readNpy(npyBytes);
    at += 46 + nameLength + buffer.readUInt16LE(at + 30) + buffer.readUInt16LE(at + 32);
  }
  return arrays;
}

/** A MATLAB 5 file of one uint8 array, uncompressed; `data` is column-major, as MATLAB keeps it. */
export function mat5(name: string, shape: readonly number[], data: Uint8Array): Buffer {
  const element = (type: number, content: Buffer) => {
    const head = Buffer.alloc(8);
    head.writeUInt32LE(type, 0);
    head.writeUInt32LE(content.length, 4);
    return Buffer.concat([head, content, Buffer.alloc(-content.length & 7)]);
  };
  const header = Buffer.alloc(128, ' ');
  header.write('MATLAB 5.0 MAT-file');
  header.fill(0, 116, 124);
  header.writeUInt16LE(0x0100, 124);
  header.write('IM', 126);
  const uint8Class = 9;
  const array = Buffer.concat([
    element(6, bytesOf(Int32Array.of(uint8Class, 0))),
    element(5, bytesOf(Int32Array.from(shape))),
    element(1, Buffer.from(name)),
    element(2, bytesOf(data)),
  ]);
  return Buffer.concat([header, element(14, array)]);
}
