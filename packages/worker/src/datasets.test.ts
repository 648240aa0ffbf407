import { RetinoscopeError } from '@retinoscope/core-wasm';
import type { Dataset, DatasetSource } from '@retinoscope/models';
import { expect, test, vi } from 'vitest';
import { DatasetMemo, type OpenDataset } from './datasets.js';
import { describeDataset } from './describe.js';
import { sourceKey } from './wire.js';

function source(seed: number): DatasetSource {
  return { kind: 'simulated', cell: 'paper', frames: 10, testFrames: 5, seed };
}

function dataset(seed: number): Dataset {
  const counts = new Float32Array([0, seed, 1, 0]);
  const stimulus: Dataset['training']['stimulus'] = {
    height: 1,
    width: 2,
    blocks: 2,
    blockFrames: 2,
    read: async () => ({
      kind: 'float',
      frames: 2,
      height: 1,
      width: 1,
      data: new Float32Array(2),
    }),
  };
  return {
    name: 'planted',
    frameRate: 30,
    cellNames: ['a'],
    training: { stimulus, counts: [counts] },
    test: { stimulus, repeats: 3, counts: [new Float32Array(12)] },
  };
}

test('keeps the last two datasets, by use', async () => {
  const open = vi.fn<OpenDataset>(async (given) =>
    dataset(given.kind === 'simulated' ? given.seed : 0),
  );
  const memo = new DatasetMemo(open);
  const of = (seed: number) => memo.open(source(seed), sourceKey(source(seed)));
  const one = await of(1);
  await of(2);
  expect(await of(1)).toBe(one);
  await of(3);
  expect(await of(1)).toBe(one);
  expect(open).toHaveBeenCalledTimes(3);
  await of(2);
  expect(open).toHaveBeenCalledTimes(4);
  expect(memo.datasets).toHaveLength(2);
});

test('forgets a failure, and opens once for calls at the same time', async () => {
  const open = vi.fn<OpenDataset>(async () => dataset(1));
  open.mockRejectedValueOnce(new RetinoscopeError('file', 'Planted.'));
  const memo = new DatasetMemo(open);
  await expect(memo.open(source(1), 'key')).rejects.toMatchObject({ kind: 'file' });
  const [a, b] = await Promise.all([memo.open(source(1), 'key'), memo.open(source(1), 'key')]);
  expect(a).toBe(b);
  expect(open).toHaveBeenCalledTimes(2);
});

test('a call that waits for an opening that is cancelled opens again for itself', async () => {
  const open: OpenDataset = (_, { signal }) =>
    new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () =>
        reject(new RetinoscopeError('cancelled', 'Cancelled.')),
      );
      setTimeout(resolve, 20, dataset(1));
    });
  const memo = new DatasetMemo(open);
  const controller = new AbortController();
  const first = memo.open(source(1), 'key', { signal: controller.signal });
  const second = memo.open(source(1), 'key');
  controller.abort();
  await expect(first).rejects.toMatchObject({ kind: 'cancelled' });
  expect((await second).name).toBe('planted');
});

test('a summary counts spikes per cell and frames per test', async () => {
  const summary = await describeDataset(dataset(3));
  expect(summary.cells).toEqual([{ name: 'a', spikes: 4, spikesPerFrame: 1 }]);
  expect(summary.test).toEqual({ frames: 4, repeats: 3 });
  expect(summary.binary).toBe(false);
});

test('keys: typed arrays by value, no key for what has no JSON form', () => {
  const spec = (weight: number) => ({
    ...source(1),
    cell: { spatial: new Float32Array([weight]) },
  });
  const key = (given: unknown) => sourceKey(given as DatasetSource);
  expect(key(spec(1))).toBe(key(spec(1)));
  expect(key(spec(1))).not.toBe(key(spec(2)));
  expect(key({ kind: 'recording', manifest: 1n, files: [] })).toBeUndefined();
});
