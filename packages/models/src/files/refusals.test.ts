import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RetinoscopeError } from '../errors.js';
import { inspectFile, readArray } from './inspect.js';
import { requireMemory } from './limits.js';
import { readNpy, writeNpy } from './npy.js';
import { readNpz, writeNpz } from './npz.js';
import type { Tensor } from './types.js';

const bytesOf = (name: string) =>
  new Uint8Array(readFileSync(new URL(`./fixtures/${name}`, import.meta.url)));
const asFile = (name: string, bytes: Uint8Array) => ({
  name,
  blob: new Blob([new Uint8Array(bytes)]),
});

/** Reads everything in a file; the refusal, or nothing when all could be read. */
async function readAll(name: string, bytes: Uint8Array): Promise<RetinoscopeError | undefined> {
  try {
    const { variables } = await inspectFile(asFile(name, bytes));
    for (const { name: variable } of variables) await readArray(asFile(name, bytes), variable);
    return undefined;
  } catch (error) {
    if (error instanceof RetinoscopeError) return error;
    throw error;
  }
}

const whole = ['ramp.npy', 'fortran.npy', 'arrays.npz', 'big-endian.mat', 'v73.mat'];

describe.each(whole)('%s', (name) => {
  const bytes = bytesOf(name);

  test('is read whole, and refused once when cut short', async () => {
    expect(await readAll(name, bytes)).toBeUndefined();
    for (const share of [0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99]) {
      const error = await readAll(name, bytes.subarray(0, Math.floor(bytes.length * share)));
      expect(error?.kind).toBe('file');
      expect(error?.message).toContain(name);
    }
  });

  test('with any bytes changed or cut away, is read or refused by a RetinoscopeError', async () => {
    const edit = fc.record({
      at: fc.nat(bytes.length - 1),
      value: fc.oneof(fc.constantFrom(0, 1, 127, 128, 255), fc.nat(255)),
    });
    const edits = fc.array(edit, { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(edits, fc.option(fc.nat(bytes.length)), async (changes, length) => {
        const copy = bytes.slice(0, length ?? bytes.length);
        for (const { at, value } of changes) if (at < copy.length) copy[at] = value;
        const error = await readAll(name, copy);
        expect(['file', 'memory', undefined]).toContain(error?.kind);
      }),
      { numRuns: 150 },
    );
  });
});

test('an HDF5 file is read after a hundred damaged ones', async () => {
  const bytes = bytesOf('v73.mat');
  for (let i = 0; i < 100; i++) {
    const copy = bytes.slice();
    copy.fill(255, 512 + 40 * i, 512 + 40 * i + 24);
    await readAll('v73.mat', copy);
  }
  expect(await readAll('v73.mat', bytes)).toBeUndefined();
});

test('any bytes at all are refused or read', async () => {
  const magic = fc.constantFrom(
    [],
    [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0],
    [0x50, 0x4b, 3, 4],
    [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a],
    [8, 8, 0x12],
  );
  await fc.assert(
    fc.asyncProperty(magic, fc.uint8Array({ maxLength: 400 }), async (head, tail) => {
      const error = await readAll('any', Uint8Array.from([...head, ...tail]));
      expect(['file', 'memory', 'model', undefined]).toContain(error?.kind);
    }),
    { numRuns: 200 },
  );
});

test('a name says nothing: a file is read by its content', async () => {
  expect(await readAll('cells.mat', bytesOf('v73.mat'))).toBeUndefined();
  expect(await readAll('stimulus.h5', bytesOf('arrays.npz'))).toBeUndefined();
});

test.each([
  ['a web page', '<!DOCTYPE html><html>', /is a web page, not data/],
  ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1', /is a Git LFS pointer/],
  ['a gzipped file', '\u001f\u008b', /is gzipped: unpack it first/],
  ['nothing', '', /is empty/],
  ['a header cut short', 'MATLAB 5.0 MAT-file', /is a MATLAB file cut short/],
  ['a text', 'hello', /is of no known format\. MATLAB .* files are read/],
])('%s instead of data is refused by what it is', async (_, text, message) => {
  const error = await readAll(
    'cells.mat',
    Uint8Array.from(text, (c) => c.charCodeAt(0)),
  );
  expect(error?.kind).toBe('file');
  expect(error?.message).toMatch(message);
});

test.each(['arrays.npz', 'plain.mat', 'v73.mat'])(
  '%s of 3 GB is refused by its size, unread',
  async (name) => {
    const blob = new Blob([bytesOf(name)]);
    Object.defineProperty(blob, 'size', { value: 3_000_000_000 });
    blob.arrayBuffer = () => Promise.reject(new Error('The whole file was read.'));
    await expect(readArray({ name, blob }, 'x')).rejects.toMatchObject({
      kind: 'file',
      message: expect.stringMatching(/is 2\.8 GiB; files of this kind up to 1\.0 GiB are read/),
    });
  },
);

test('a file that cannot be opened or read is refused', async () => {
  const missing = readArray({ name: 'gone.npy', path: 'no/such/gone.npy' });
  await expect(missing).rejects.toMatchObject({ kind: 'file', detail: { file: 'gone.npy' } });
  const blob = new Blob([bytesOf('ramp.npy')]);
  blob.slice = () => blob;
  blob.arrayBuffer = () => Promise.reject(new DOMException('moved', 'NotReadableError'));
  await expect(readArray({ name: 'moved.npy', blob })).rejects.toMatchObject({ kind: 'file' });
});

test('memory that cannot be had is refused with the amount', () => {
  expect(() => requireMemory(4 * 2 ** 30, 'The stimulus')).toThrowError(
    /The stimulus would take 4\.0 GiB of memory; at most 3\.0 GiB is used/,
  );
  expect(requireMemory(3 * 2 ** 30, 'The stimulus')).toBeUndefined();
});

describe('declared sizes are checked before they are allocated', () => {
  const header = (shape: string) => {
    const text = `{'descr': '<f8', 'fortran_order': False, 'shape': (${shape}), }\n`;
    return Uint8Array.from(
      `\u0093NUMPY\u0001\u0000${String.fromCharCode(text.length, 0)}${text}`,
      (c) => c.charCodeAt(0),
    );
  };

  test.each(['1000000000000,', '9007199254740993,', '-1,', '1e9, 1e9', 'x,', '2.5,'])(
    'npy of shape (%s) and no data',
    (shape) => {
      expect(() => readNpy(header(shape), 'a.npy')).toThrowError(RetinoscopeError);
    },
  );

  test('a zip entry that claims 4 GB in a few bytes', () => {
    const bytes = writeNpz({ a: { shape: [4], data: new Uint8Array(4) } });
    const view = new DataView(bytes.buffer);
    let directory = bytes.length - 22;
    while (view.getUint32(directory, true) !== 0x02014b50) directory--;
    view.setUint32(directory + 24, 0xfffffff0, true);
    expect(() => readNpz(bytes, 'bomb.npz')).toThrowError(/which \d+ stored bytes cannot hold/);
  });

  test('a zip entry that inflates to more than it says', () => {
    const bytes = writeNpz({ a: { shape: [100_000], data: new Uint8Array(100_000) } });
    const view = new DataView(bytes.buffer);
    let directory = bytes.length - 22;
    while (view.getUint32(directory, true) !== 0x02014b50) directory--;
    view.setUint32(directory + 24, 90_000, true);
    expect(() => readNpz(bytes, 'bomb.npz')).toThrowError(/longer than the 90000 bytes declared/);
  });
});

describe('writing', () => {
  const data = fc.oneof(
    fc.float32Array(),
    fc.float64Array(),
    fc.int8Array(),
    fc.uint8Array(),
    fc.int16Array(),
    fc.uint16Array(),
    fc.int32Array(),
    fc.uint32Array(),
    fc.bigInt64Array(),
    fc.bigUint64Array(),
  );

  test('what is written as npy or npz is read back exactly, NaN included', () => {
    fc.assert(
      fc.property(data, (values) => {
        const tensor = { shape: [1, values.length, 1], data: values } as Tensor;
        expect(readNpy(writeNpy(tensor), 'a.npy')).toEqual(tensor);
        expect(readNpz(writeNpz({ a: tensor, b: tensor }), 'a.npz', 'b')).toEqual(tensor);
      }),
      { numRuns: 60 },
    );
  });

  test('the same arrays give the same bytes', () => {
    const tensor = { shape: [3], data: Float32Array.of(1, 2, 3) };
    expect(writeNpz({ tensor })).toEqual(writeNpz({ tensor }));
  });
});
