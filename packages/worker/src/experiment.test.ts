import { type Experiment, RetinoscopeError, trainingPresets } from '@retinoscope/models';
import { expect, test } from 'vitest';
import {
  type ExperimentProgress,
  type RunStore,
  runExperiment,
  type StoredRun,
} from './experiment.js';
import type { FitRequest, FitResult } from './protocol.js';

const keys = ['a', 'b', 'c', 'd', 'e', 'f'];

/** Runs that differ by their seed; what is measured of one is its seed. */
const experiment: Experiment = {
  id: 'test',
  title: 'Test',
  runs: (size) =>
    keys.map((key, i) => ({
      key,
      factors: { index: i },
      request: {
        source: { kind: 'simulated', cell: 'paper', frames: 1, testFrames: 0, seed: 1 },
        cell: 0,
        version: 1,
        layers: [],
        head: 'softplus',
        settings: { ...trainingPresets.recovery, seed: i, steps: size === 'full' ? 2 : 1 },
      },
    })),
  measure: ({ model }) => ({ value: model.provenance.seed * 2 }),
  claims: (rows) => [{ says: 'all', found: `${rows.length}`, holds: rows.length === keys.length }],
};

function memoryStore() {
  const kept = new Map<string, string>();
  const store: RunStore = {
    read: async (key) => {
      const text = kept.get(key);
      return text === undefined ? undefined : (JSON.parse(text) as StoredRun);
    },
    write: async (key, stored) => {
      kept.set(key, JSON.stringify(stored));
    },
  };
  return { kept, store };
}

/** A pool that fits after a moment; `fitted` are the seeds in order. `before` may throw. */
function fakePool(size: number, before: (seed: number) => void = () => undefined) {
  const fitted: number[] = [];
  let running = 0;
  const pool = {
    size,
    most: 0,
    async fitRestarts({ settings: { seed } }: FitRequest, call?: { signal?: AbortSignal }) {
      pool.most = Math.max(pool.most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 2));
      running--;
      before(seed);
      if (call?.signal?.aborted) throw new RetinoscopeError('cancelled', 'Cancelled.');
      fitted.push(seed);
      return { model: { provenance: { seed } } } as FitResult;
    },
  };
  return { pool, fitted };
}

test('a run interrupted at any point is resumed without repeating one, to the same table', async () => {
  const whole = await runExperiment(fakePool(1).pool, experiment, 'quick', memoryStore().store);
  expect(whole.rows.map(({ measures }) => measures.value)).toEqual([0, 2, 4, 6, 8, 10]);
  expect(whole.claims[0].holds).toBe(true);
  for (let stopAt = 0; stopAt < keys.length; stopAt++) {
    const { kept, store } = memoryStore();
    const controller = new AbortController();
    const first = fakePool(2, (seed) => {
      if (seed === stopAt) controller.abort();
    });
    const { signal } = controller;
    await expect(
      runExperiment(first.pool, experiment, 'quick', store, { signal }),
    ).rejects.toMatchObject({ kind: 'cancelled' });
    expect([...kept.keys()].sort()).toEqual(first.fitted.map((seed) => keys[seed]).sort());
    const second = fakePool(2);
    expect(await runExperiment(second.pool, experiment, 'quick', store)).toEqual(whole);
    expect([...first.fitted, ...second.fitted].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  }
});

test('runs go side by side as workers allow; progress counts them and those stored before', async () => {
  const { store } = memoryStore();
  const { pool } = fakePool(3);
  const seen: ExperimentProgress[] = [];
  await runExperiment(pool, experiment, 'quick', store, { onProgress: (p) => seen.push(p) });
  expect(pool.most).toBe(3);
  expect(seen.map(({ done }) => done)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(seen[0].secondsLeft).toBeUndefined();
  expect(seen[6]).toMatchObject({ runs: 6, stored: 0, secondsLeft: 0 });
  const again: ExperimentProgress[] = [];
  await runExperiment(pool, experiment, 'quick', store, { onProgress: (p) => again.push(p) });
  expect(again).toMatchObject([{ runs: 6, done: 6, stored: 6 }]);
});

test('what is stored of other settings or another version is run again', async () => {
  const { kept, store } = memoryStore();
  await runExperiment(fakePool(1).pool, experiment, 'quick', store);
  const full = fakePool(1);
  await runExperiment(full.pool, experiment, 'full', store);
  expect(full.fitted).toHaveLength(6);
  const old = JSON.parse(kept.get('b') as string) as StoredRun;
  kept.set('b', JSON.stringify({ ...old, softwareVersion: '0.0.0' }));
  const newer = fakePool(1);
  await runExperiment(newer.pool, experiment, 'full', store);
  expect(newer.fitted).toEqual([1]);
});

test('a fit that fails ends the others and is what the call fails with; what had finished is kept', async () => {
  const { kept, store } = memoryStore();
  const { pool, fitted } = fakePool(2, (seed) => {
    if (seed === 3) throw new RetinoscopeError('data', 'No spikes.');
  });
  await expect(runExperiment(pool, experiment, 'quick', store)).rejects.toThrow('No spikes.');
  expect(fitted).not.toContain(5);
  expect(kept.size).toBe(fitted.length);
});
