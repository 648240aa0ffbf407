/** One model trained by several worker threads, by both exchanges: the same result, and nothing left behind. */
import { Worker } from 'node:worker_threads';
import {
  builtInCell,
  type ExchangeKind,
  type FittedModel,
  trainingPresets,
} from '@retinoscope/models';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { createClient } from './client.js';
import { poolOf, type ServicePool } from './pool.js';
import type { FitProgress, FitRequest, TrainingProgress } from './protocol.js';
import { handleOf } from './spawn-node.js';

const script = new URL('../dist/node.worker.js', import.meta.url);

/** A pool of three, and the thread of each of its clients. */
function pool(exchange: ExchangeKind) {
  const threads: Worker[] = [];
  let clients = 0;
  const client = () => {
    const own = clients++;
    return createClient(() => {
      threads[own] = new Worker(script);
      return handleOf(threads[own]);
    });
  };
  const service = poolOf(client, 3, { sharedMemory: exchange === 'shared memory' });
  return { exchange, service, threads };
}

const kinds = [pool('messages'), pool('shared memory')];

afterAll(async () => {
  for (const { service } of kinds) service.terminate();
  const threads = kinds.flatMap((kind) => kind.threads);
  await Promise.all(threads.map((thread) => thread.terminate()));
});

/** Threads that have not ended. */
function living(threads: readonly Worker[]): number {
  return threads.filter(({ threadId }) => threadId > 0).length;
}

const source = { ...builtInCell, frames: 4000, testFrames: 100 };

function request(replicas: number, steps = 40): FitRequest {
  return {
    source,
    cell: 0,
    version: 2,
    lags: 4,
    layers: [{ filters: 2, height: 7, width: 7 }],
    head: 'parametric-softplus',
    settings: { ...trainingPresets.recovery, steps, batch: 200, validationEvery: 20, restarts: 1 },
    replicas,
  };
}

/** Longer than any test waits for. */
const endless = 1_000_000;

function difference(a: FittedModel, b: FittedModel): number {
  const [{ weights }] = a.parameters.layers;
  const [{ weights: others }] = b.parameters.layers;
  return Math.max(...weights.map((weight, i) => Math.abs(weight - others[i])));
}

/** Starts a fit that goes on for ever and gives it once it trains. */
async function training(
  service: ServicePool,
  given = request(2, endless),
  signal?: AbortSignal,
): Promise<{ fit: Promise<unknown>; heard: TrainingProgress[] }> {
  const heard: TrainingProgress[] = [];
  let fit: Promise<unknown> = Promise.resolve();
  await new Promise<void>((resolve, reject) => {
    const onProgress = (progress: FitProgress) => {
      if (progress.kind !== 'training') return;
      heard.push(progress);
      resolve();
    };
    fit = service.fit(given, { signal, onProgress });
    fit.catch(reject);
  });
  return { fit, heard };
}

test('1, 2 and 3 workers give the same model within 2e-5, and both exchanges the same to the bit', async () => {
  const alone = await kinds[0].service.fit(request(1));
  expect(alone.replicas).toBeUndefined();
  for (const count of [2, 3]) {
    const [byMessages, byMemory] = await Promise.all(
      kinds.map(({ service }) => service.fit(request(count))),
    );
    expect(byMessages.replicas).toEqual({ count, exchange: 'messages' });
    expect(byMemory.replicas).toEqual({ count, exchange: 'shared memory' });
    expect(byMessages.model).toEqual(byMemory.model);
    expect(byMessages.history).toEqual(byMemory.history);
    expect(difference(byMessages.model, alone.model)).toBeLessThan(2e-5);
  }
});

describe.each(kinds)('by $exchange', ({ exchange, service, threads }) => {
  test('a paused fit waits, takes single steps and goes on to the same end', async () => {
    const heard: TrainingProgress[] = [];
    let paused: Promise<boolean> | undefined;
    const fit = service.fit(request(2, 600), {
      onProgress: (progress) => {
        if (progress.kind !== 'training') return;
        heard.push(progress);
        paused ??= service.control('pause');
      },
    });
    await expect.poll(() => heard.at(-1)?.paused).toBe(true);
    expect(await paused).toBe(true);
    const steps = () => heard.at(-1)?.step ?? 0;
    const before = steps();
    expect(before).toBeLessThan(600);
    for (let step = 1; step <= 2; step++) {
      await service.control('step');
      await expect.poll(steps).toBe(before + step);
    }
    await service.control('resume');
    const { model, steps: taken } = await fit;
    expect(taken).toBe(600);
    expect(heard.at(-1)?.replicas).toEqual({ count: 2, exchange });
    const unpaused = await service.fit(request(2, 600));
    expect(unpaused.model).toEqual(model);
    expect(await service.control('pause')).toBe(false);
  });

  test('a cancelled fit leaves its workers to the next, paused or not', async () => {
    const before = [...threads];
    for (const paused of [false, true]) {
      const controller = new AbortController();
      const { fit, heard } = await training(service, request(2, endless), controller.signal);
      if (paused) {
        await service.control('pause');
        await expect.poll(() => heard.at(-1)?.paused).toBe(true);
      }
      controller.abort();
      await expect(fit).rejects.toMatchObject({ kind: 'cancelled' });
      expect(service.pending).toBe(0);
    }
    expect((await service.fit(request(2))).steps).toBe(40);
    expect(threads.every((thread, i) => thread === before[i])).toBe(true);
  });

  test.each([0, 1])('the crash of replica %i fails the fit and stops the other', async (which) => {
    const crashes = vi.fn();
    const stop = service.onCrash(crashes);
    const before = [...threads];
    const { fit } = await training(service);
    await threads[which].terminate();
    await expect(fit).rejects.toMatchObject({ kind: 'worker' });
    expect(crashes).toHaveBeenCalledTimes(1);
    stop();
    expect(service.pending).toBe(0);
    expect((await service.fit(request(2))).steps).toBe(40);
    expect(threads.map((thread, i) => thread !== before[i])).toEqual(
      before.map((_, i) => i === which),
    );
    expect(living(threads)).toBe(threads.length);
  });

  test('what one refuses is the error of the fit', async () => {
    const noisy = request(2);
    const settings = { ...noisy.settings, noise: 0.1 };
    await expect(service.fit({ ...noisy, settings })).rejects.toMatchObject({ kind: 'settings' });
    await expect(service.fit({ ...request(2), cell: 7 })).rejects.toMatchObject({ kind: 'data' });
    const onProgress = () => {
      throw new Error('Planted.');
    };
    await expect(service.fit(request(2, endless), { onProgress })).rejects.toThrowError(/Planted/);
    expect(service.pending).toBe(0);
    expect(living(threads)).toBe(threads.length);
  });

  test('terminate ends all of its workers and rejects', async () => {
    const { fit } = await training(service);
    service.terminate();
    await expect(fit).rejects.toMatchObject({ kind: 'worker' });
    expect(service.pending).toBe(0);
    await expect.poll(() => living(threads)).toBe(0);
  });
});
