/** What fits by several worker threads leave behind when they are cancelled at every moment: nothing. */
import { Worker } from 'node:worker_threads';
import { builtInCell, trainingPresets } from '@retinoscope/models';
import { expect, test } from 'vitest';
import { createClient } from './client.js';
import { poolOf } from './pool.js';
import type { FitRequest } from './protocol.js';
import { handleOf } from './spawn-node.js';

const request: FitRequest = {
  source: { ...builtInCell, frames: 2000, testFrames: 100 },
  cell: 0,
  version: 2,
  lags: 4,
  layers: [{ filters: 2, height: 7, width: 7 }],
  head: 'parametric-softplus',
  settings: { ...trainingPresets.recovery, steps: 1_000_000, batch: 50, restarts: 1 },
  replicas: 2,
};

function openPorts(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
}

/** MiB of the whole process, its threads included. */
function memory(): number {
  return process.memoryUsage().rss / 2 ** 20;
}

test.each([
  ['messages', false],
  ['shared memory', true],
])(
  'by %s, 100 fits cancelled while opened, trained, paused or resumed leave no thread, port or memory',
  async (_, sharedMemory) => {
    const threads: Worker[] = [];
    const spawn = () => {
      const thread = new Worker(new URL('../dist/node.worker.js', import.meta.url));
      threads.push(thread);
      return handleOf(thread);
    };
    const service = poolOf(() => createClient(spawn), 2, { sharedMemory });
    let ports = 0;
    let before = 0;
    for (let cycle = 0; cycle < 100; cycle++) {
      const [opened, paused, resumed] = [cycle % 5 < 2, cycle % 5 > 2, cycle % 5 > 3];
      if (cycle === 20) [ports, before] = [openPorts(), memory()];
      const controller = new AbortController();
      let controlled: Promise<void> | undefined;
      const control = async () => {
        if (paused) expect(await service.control('pause')).toBe(true);
        if (resumed) expect(await service.control('resume')).toBe(true);
        controller.abort();
      };
      const fit = service.fit(request, {
        signal: controller.signal,
        onProgress: ({ kind }) => {
          if (opened || kind === 'training') controlled ??= control();
        },
      });
      await expect(fit).rejects.toMatchObject({ kind: 'cancelled' });
      await controlled;
    }
    expect(service.pending).toBe(0);
    expect(threads).toHaveLength(2);
    expect(threads.every(({ threadId }) => threadId > 0)).toBe(true);
    await expect.poll(openPorts).toBeLessThanOrEqual(ports);
    expect(memory() - before).toBeLessThan(64);
    const settings = { ...request.settings, steps: 20 };
    expect((await service.fit({ ...request, settings })).steps).toBe(20);
    service.terminate();
    await expect.poll(() => threads.filter(({ threadId }) => threadId > 0)).toHaveLength(0);
  },
);
