import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { RetinoscopeError } from '../errors.js';
import { inspectFile, readArray } from './inspect.js';
import { columnMajorToRowMajor, elementType } from './tensor.js';
import type { Tensor } from './types.js';

/** Written by SciPy, NumPy and h5py: fixtures/make.py. */
const fixture = (name: string) => {
  const bytes = readFileSync(new URL(`./fixtures/${name}`, import.meta.url));
  return { name, blob: new Blob([bytes]) };
};

const ramp = Array.from({ length: 24 }, (_, i) => i);
const flags = ramp.map((i) => (i % 2 === 0 ? 1 : 0));
const kinds: [name: string, type: string][] = [
  ['f4', 'float32'],
  ['f8', 'float64'],
  ['i1', 'int8'],
  ['u1', 'uint8'],
  ['i2', 'int16'],
  ['u2', 'uint16'],
  ['i4', 'int32'],
  ['u4', 'uint32'],
  ['i8', 'int64'],
  ['u8', 'uint64'],
];
const numbers = (tensor: Tensor) => Array.from(tensor.data, Number);

async function refusal(promise: Promise<unknown>): Promise<RetinoscopeError> {
  try {
    await promise;
  } catch (error) {
    return error as RetinoscopeError;
  }
  throw new Error('The file was accepted.');
}

describe.each([
  ['plain.mat', ''],
  ['compressed.mat', ''],
  ['arrays.npz', ''],
  ['groups.h5', 'arrays/'],
])('%s as written by Python', (name, prefix) => {
  test.each(kinds)('%s is %s [2, 3, 4] in row-major order', async (kind, type) => {
    const tensor = await readArray(fixture(name), prefix + kind);
    expect(tensor.shape).toEqual([2, 3, 4]);
    expect(elementType(tensor.data)).toBe(type);
    expect(numbers(tensor)).toEqual(ramp);
  });

  test('its variables are listed with NumPy’s type names', async () => {
    const { variables } = await inspectFile(fixture(name));
    for (const [kind, type] of kinds) {
      expect(variables).toContainEqual({ name: prefix + kind, shape: [2, 3, 4], type });
    }
  });

  test('booleans are uint8 0 and 1', async () => {
    const tensor = await readArray(fixture(name), 'flags');
    expect(numbers(tensor)).toEqual(flags);
  });
});

describe('MATLAB Level 5', () => {
  test('big-endian, stored as uint8 of class double, plain and compressed', async () => {
    for (const variable of ['ramp', 'zlib']) {
      const tensor = await readArray(fixture('big-endian.mat'), variable);
      expect(tensor.data).toEqual(Float64Array.from(ramp));
      expect(tensor.shape).toEqual([2, 3, 4]);
    }
  });

  test('a text is its UTF-16 units', async () => {
    const tensor = await readArray(fixture('plain.mat'), 'text');
    expect(String.fromCharCode(...numbers(tensor))).toBe('spikes');
  });

  test.each([
    ['cell', 'cell'],
    ['s', 'struct'],
    ['z', 'complex float64'],
  ])('"%s" is listed as %s and refused', async (variable, type) => {
    const { variables } = await inspectFile(fixture('compressed.mat'));
    expect(variables.find((found) => found.name === variable)?.type).toBe(type);
    const error = await refusal(readArray(fixture('compressed.mat'), variable));
    expect(error.kind).toBe('file');
    expect(error.message).toContain(`is a ${type}, not a numeric array`);
  });
});

describe('npy and npz', () => {
  test('row- and column-major files give the same row-major values', async () => {
    expect(numbers(await readArray(fixture('ramp.npy')))).toEqual(ramp);
    expect(numbers(await readArray(fixture('fortran.npy')))).toEqual(ramp);
  });

  test('half precision is read as float32', async () => {
    const { data } = await readArray(fixture('arrays.npz'), 'half');
    expect(data).toEqual(Float32Array.from(ramp));
  });

  test('an array of texts beside a numeric one is listed and not chosen', async () => {
    const { variables } = await inspectFile(fixture('stored.npz'));
    expect(variables.map(({ type }) => type)).toEqual(['uint16', 'object']);
    expect(numbers(await readArray(fixture('stored.npz')))).toEqual(ramp);
  });
});

describe('HDF5 and MATLAB 7.3', () => {
  test.each(['big', 'chunked'])('%s: byte order, chunks and filters are undone', async (name) => {
    expect(numbers(await readArray(fixture('groups.h5'), name))).toEqual(ramp);
  });

  test('a scalar has the shape []', async () => {
    const tensor = await readArray(fixture('groups.h5'), '/scalar');
    expect(tensor).toEqual({ shape: [], data: Float64Array.of(30.5) });
  });

  test('an external link is neither listed nor followed', async () => {
    const { variables } = await inspectFile(fixture('groups.h5'));
    expect(variables.map(({ name }) => name)).not.toContain('link');
    expect((await refusal(readArray(fixture('groups.h5'), 'link'))).kind).toBe('file');
  });

  test('MATLAB 7.3 arrays come in MATLAB’s own axis order, without its inner groups', async () => {
    const { variables } = await inspectFile(fixture('v73.mat'));
    expect(variables).toEqual([
      { name: 'flags', shape: [2, 3, 4], type: 'bool' },
      { name: 'ramp', shape: [2, 3, 4], type: 'float64' },
    ]);
    expect(numbers(await readArray(fixture('v73.mat'), 'ramp'))).toEqual(ramp);
  });
});

test('a missing or unnamed variable is answered with what there is', async () => {
  const missing = await refusal(readArray(fixture('v73.mat'), 'spk1'));
  expect(missing.message).toBe('v73.mat has no variable "spk1": it holds flags, ramp.');
  const unnamed = await refusal(readArray(fixture('v73.mat')));
  expect(unnamed.message).toBe('Say which variable of v73.mat to read: it holds flags, ramp.');
});

test('column-major order of a shape with ones and zeros', () => {
  expect(columnMajorToRowMajor(Int32Array.of(1, 3, 2, 4), [1, 2, 1, 2])).toEqual(
    Int32Array.of(1, 2, 3, 4),
  );
  expect(columnMajorToRowMajor(new Int32Array(0), [2, 0, 3])).toEqual(new Int32Array(0));
});
