import { Worker } from 'node:worker_threads';
import { RetinoscopeError } from '@retinoscope/core-wasm';
import type { DatasetSource, TrainingSettings } from '@retinoscope/models';
import { afterEach, expect, test, vi } from 'vitest';
import { createClient } from './client.js';
import { poolOf, type ServicePool } from './pool.js';
import type { FitProgress, FitRequest, FitResult, TrainingProgress } from './protocol.js';
import { bestFit, RestartProgress } from './restarts.js';
import { handleOf } from './spawn-node.js';

const script = new URL('./testing/fake-service.fixture.mjs', import.meta.url);
let threads = 0;
const pools: ServicePool[] = [];

function pool(size: number): ServicePool {
  threads = 0;
  const made = poolOf(
    () =>
      createClient(
        () => {
          threads++;
          return handleOf(new Worker(script));
        },
        { cancelGrace: 200 },
      ),
    size,
  );
  pools.push(made);
  return made;
}

afterEach(() => {
  for (const made of pools.splice(0)) made.terminate();
});

const source: DatasetSource = { kind: 'recording', manifest: 'name', files: [] };

function request(seed: number, restarts: number): FitRequest {
  return {
    source,
    cell: 0,
    version: 1,
    layers: [],
    head: 'softplus',
    settings: { seed, restarts } as TrainingSettings,
  };
}

test('one idle worker is reused; a second starts only beside a busy one', async () => {
  const service = pool(3);
  const first = await service.describe(source);
  const second = await service.describe(source);
  expect(second.frameRate).toBe(first.frameRate);
  expect(threads).toBe(1);
  await Promise.all([service.describe(source), service.describe(source)]);
  expect(threads).toBe(2);
});

test('restarts run side by side and the smallest validation loss is kept', async () => {
  const service = pool(2);
  const heard: FitProgress[] = [];
  const fitted = service.fitRestarts(request(3, 5), {
    onProgress: (progress) => heard.push(progress),
  });
  // Held at their first step, so that a worker that is slow to start finds the other at its first restart.
  await vi.waitFor(() => expect(service.pending).toBe(2), { interval: 1 });
  expect(await service.control('pause')).toBe(true);
  expect(service.pending).toBe(2);
  await service.control('resume');
  const best = await fitted;
  expect(best.model.provenance.seed).toBe(5);
  expect(threads).toBe(2);
  const trained = heard.filter((progress) => progress.kind === 'training');
  expect(new Set(trained.map(({ restart }) => restart))).toEqual(new Set([0, 1, 2, 3, 4]));
  expect(trained).toHaveLength(15);
});

test('a restart that fails or diverges is left out', async () => {
  const failing = await pool(2).fitRestarts(request(12, 3));
  expect(failing.model.provenance.seed).toBe(12);
  const diverging = await pool(1).fitRestarts(request(99, 2));
  expect(diverging.model.provenance.seed).toBe(100);
});

test('the error is given when every restart fails', async () => {
  const failed = pool(2).fitRestarts(request(13, 1));
  await expect(failed).rejects.toMatchObject({ kind: 'data', message: 'Seed 13 diverged.' });
});

test('a number of restarts that is not a whole number of at least 1 is refused', async () => {
  for (const restarts of [0, -1, 1.5, Number.NaN, 1e9]) {
    const refused = pool(1).fitRestarts(request(1, restarts));
    await expect(refused).rejects.toMatchObject({ kind: 'settings' });
  }
});

test('cancelling ends every restart', async () => {
  const service = pool(2);
  const controller = new AbortController();
  const call = service.fitRestarts(request(1, 50), {
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  await expect(call).rejects.toBeInstanceOf(RetinoscopeError);
  await expect(call).rejects.toMatchObject({ kind: 'cancelled' });
  expect(service.pending).toBe(0);
});

test('an exception of the progress listener ends every restart and is given', async () => {
  const service = pool(2);
  const onProgress = () => {
    throw new RetinoscopeError('settings', 'Planted.');
  };
  const call = service.fitRestarts(request(1, 50), { onProgress });
  await expect(call).rejects.toMatchObject({ kind: 'settings', message: 'Planted.' });
  expect(service.pending).toBe(0);
});

test('control reaches the fits that run, and only those', async () => {
  const service = pool(2);
  expect(await service.control('pause')).toBe(false);
  let reached: Promise<boolean> | undefined;
  let pausedAt: FitProgress | undefined;
  await service.fitRestarts(request(1, 20), {
    onProgress: (progress) => {
      reached ??= service.control('pause').then(async (found) => {
        pausedAt = progress;
        await service.control('resume');
        return found;
      });
    },
  });
  expect(await reached).toBe(true);
  expect(pausedAt).toBeDefined();
  expect(await service.control('pause')).toBe(false);
});

function result(validationLoss: number): FitResult {
  return { validationLoss } as FitResult;
}

test('the best fit: smallest loss, first of equals, never NaN', () => {
  const [a, b, c] = [result(0.2), result(0.1), result(0.1)];
  expect(bestFit([a, b, c])).toBe(b);
  expect(bestFit([result(Number.NaN), a])).toBe(a);
});

test('progress of restarts: seconds left of all rounds, work only while nothing trains', () => {
  const heard: FitProgress[] = [];
  const progress = new RestartProgress(4, 2, (value) => heard.push(value));
  const training = (secondsLeft: number): TrainingProgress => ({
    kind: 'training',
    restart: 0,
    step: 1,
    steps: 10,
    seconds: 2,
    secondsLeft,
    samplesPerSecond: 100,
    loss: 1,
    paused: false,
  });
  progress.started();
  progress.started();
  progress.heard(0, { kind: 'work', done: 0.5, what: 'opening' });
  progress.heard(1, { kind: 'work', done: 0.2, what: 'opening' });
  expect(heard.at(-1)).toMatchObject({ kind: 'work', done: 0.2 });
  progress.heard(0, training(8));
  expect(heard.at(-1)).toMatchObject({ restart: 0, secondsLeft: 8 + 10, samplesPerSecond: 100 });
  const before = heard.length;
  progress.heard(1, { kind: 'work', done: 0.9, what: 'opening' });
  expect(heard).toHaveLength(before);
  progress.heard(1, training(6));
  expect(heard.at(-1)).toMatchObject({ restart: 1, secondsLeft: 8 + 8, samplesPerSecond: 200 });
  progress.ended(0);
  progress.heard(1, training(4));
  expect(heard.at(-1)).toMatchObject({ samplesPerSecond: 100 });
});
