/** How many workers a pool gives to one model, and what it does with what they say: over clients without workers. */
import { RetinoscopeError } from '@retinoscope/core-wasm';
import {
  builtInCell,
  type FittedModel,
  fitMemory,
  memoryBudget,
  trainingPresets,
} from '@retinoscope/models';
import { describe, expect, test, vi } from 'vitest';
import type { ReplicaClient } from './client.js';
import { poolOf, type ServicePool } from './pool.js';
import type { DatasetSummary, FitRequest, FitResult } from './protocol.js';

function model(weight: number): FittedModel {
  const layers = [{ weights: Float32Array.of(weight), bias: Float32Array.of(0) }];
  const parameters = { layers, readout: Float32Array.of(1), readoutBias: 0, alpha: 1, beta: 1 };
  return { parameters } as Partial<FittedModel> as FittedModel;
}

interface Planted {
  readonly size: number;
  /** What a replica ends with. */
  readonly end?: (index: number) => FittedModel;
  readonly blockFrames?: number;
}

/** Of the recording that every source is taken for. */
const summary = { height: 30, width: 30, blocks: 1, binary: true, cells: [] };

function planted({ size, end = () => model(1), blockFrames = 1000 }: Planted) {
  const seen = { busy: 0, most: 0, alone: 0, groups: [] as number[] };
  const describeSource = vi.fn(
    async () => ({ ...summary, blockFrames }) as Partial<DatasetSummary> as DatasetSummary,
  );
  const service: ServicePool = poolOf(() => {
    const working = async <T>(work: () => T): Promise<T> => {
      state.pending++;
      seen.busy++;
      seen.most = Math.max(seen.most, seen.busy);
      try {
        await new Promise((resolve) => setTimeout(resolve, 1));
        return work();
      } finally {
        state.pending--;
        seen.busy--;
      }
    };
    const state = {
      pending: 0,
      onCrash: () => () => undefined,
      describe: describeSource,
      fit: () => {
        seen.alone++;
        return working(() => ({ validationLoss: 1 }) as FitResult);
      },
      fitReplica: (_: FitRequest, { index, count }: { index: number; count: number }) => {
        if (index === 0) seen.groups.push(count);
        return working(() => {
          const ended = end(index);
          const result = { validationLoss: 1, model: ended } as FitResult;
          return index === 0 ? { model: ended, result } : { model: ended };
        });
      },
    };
    return state as Partial<ReplicaClient> as ReplicaClient;
  }, size);
  return { service, seen, describeSource };
}

/** Steps of about 80 ms. */
const long: FitRequest = {
  source: { kind: 'recording', manifest: {}, files: [] },
  cell: 0,
  version: 1,
  crop: { x: 0, y: 0, width: 30, height: 30 },
  layers: [
    { filters: 32, height: 15, width: 15 },
    { filters: 32, height: 3, width: 3 },
  ],
  head: 'softplus',
  settings: { ...trainingPresets.recording, batch: 256, steps: 2000, restarts: 1 },
};

/** Steps of a tenth of a millisecond. */
const short: FitRequest = {
  ...long,
  source: builtInCell,
  crop: undefined,
  layers: [{ filters: 4, height: 7, width: 7 }],
};

const restarts = (request: FitRequest, count: number): FitRequest => ({
  ...request,
  settings: { ...request.settings, restarts: count },
});

describe('of a request that does not say how many', () => {
  test('long steps are spread over idle workers, four at the most; short ones are not', async () => {
    for (const [size, groups] of [
      [1, []],
      [2, [2]],
      [8, [4]],
    ] as const) {
      const { service, seen } = planted({ size });
      await service.fit(long);
      expect(seen.groups).toEqual(groups);
    }
    const { service, seen } = planted({ size: 8 });
    await service.fit(short);
    expect([seen.alone, seen.groups]).toEqual([1, []]);
  });

  test('training noise keeps it to one', async () => {
    const { service, seen } = planted({ size: 8 });
    await service.fit({ ...long, settings: { ...long.settings, noise: 0.1 } });
    expect([seen.alone, seen.groups]).toEqual([1, []]);
  });

  test('a recording without a crop is opened to know its size', async () => {
    const { service, seen, describeSource } = planted({ size: 2 });
    await service.fit({ ...long, crop: undefined });
    expect(seen.groups).toEqual([2]);
    describeSource.mockClear();
    await service.fit(short);
    expect(describeSource).not.toHaveBeenCalled();
  });

  test('no more take part than have memory for the data together', async () => {
    const { total } = fitMemory({ ...summary, blockFrames: 1e6 }, long);
    for (const [workers, groups] of [
      [3, [3]],
      [1, []],
      [0.5, []],
    ] as const) {
      const blockFrames = Math.floor((memoryBudget / workers) * 0.95 * (1e6 / total));
      const { service, seen } = planted({ size: 4, blockFrames });
      await service.fit(long);
      expect(seen.groups).toEqual(groups);
    }
  });

  test('a call that is cancelled while this is found out starts no fit', async () => {
    const { service, seen, describeSource } = planted({ size: 2 });
    const controller = new AbortController();
    describeSource.mockImplementationOnce(async () => {
      controller.abort();
      return { ...summary, blockFrames: 1000 } as Partial<DatasetSummary> as DatasetSummary;
    });
    const fit = service.fitRestarts(long, { signal: controller.signal });
    await expect(fit).rejects.toMatchObject({ kind: 'cancelled' });
    expect([seen.alone, seen.groups]).toEqual([0, []]);
  });

  test('restarts run side by side first, and share what is left', async () => {
    for (const [size, count, groups] of [
      [4, 4, []],
      [4, 2, [2, 2]],
      [8, 3, [2, 2, 2]],
      [3, 2, []],
    ] as const) {
      const { service, seen } = planted({ size });
      await service.fitRestarts(restarts(long, count));
      expect(seen.groups).toEqual(groups);
      expect(seen.most).toBeLessThanOrEqual(size);
    }
  });
});

describe('of a request that says how many', () => {
  test('so many take part, as far as the pool goes', async () => {
    const { service, seen } = planted({ size: 3 });
    await service.fit({ ...short, replicas: 2 });
    await service.fit({ ...short, replicas: 5 });
    await service.fit({ ...long, replicas: 1 });
    expect([seen.groups, seen.alone]).toEqual([[2, 3], 1]);
  });

  test('restarts × replicas never exceed the pool', async () => {
    for (const [size, count, replicas] of [
      [4, 3, 2],
      [4, 5, 3],
      [2, 3, 8],
    ]) {
      const { service, seen } = planted({ size });
      await service.fitRestarts({ ...restarts(short, count), replicas });
      expect(seen.groups).toEqual(Array(count).fill(Math.min(size, replicas)));
      expect(seen.most).toBeLessThanOrEqual(size);
    }
  });

  test('fewer take part when others are busy', async () => {
    const { service, seen } = planted({ size: 3 });
    const first = service.fit({ ...short, replicas: 2 });
    await service.fit({ ...short, replicas: 2 });
    await first;
    expect([seen.groups, seen.alone]).toEqual([[2], 1]);
  });

  test.each([0, -1, 1.5, Number.NaN, 65])('%d is refused', async (replicas) => {
    const { service } = planted({ size: 2 });
    const refused = { kind: 'settings', message: expect.stringContaining('from 1 to 64') };
    await expect(service.fit({ ...short, replicas })).rejects.toMatchObject(refused);
    await expect(service.fitRestarts({ ...short, replicas })).rejects.toMatchObject(refused);
  });
});

test('replicas that end with different parameters give no result', async () => {
  const { service } = planted({ size: 2, end: (index) => model(1 + index * 2 ** -23) });
  await expect(service.fit({ ...short, replicas: 2 })).rejects.toMatchObject({ kind: 'worker' });
});

test('the error of the one that failed is given, whichever of the others were stopped', async () => {
  for (const failing of [0, 1, 2]) {
    const { service } = planted({
      size: 3,
      end: (index) => {
        throw index === failing
          ? new RetinoscopeError('memory', 'Planted.')
          : new RetinoscopeError('cancelled', 'Cancelled.');
      },
    });
    const fit = service.fit({ ...short, replicas: 3 });
    await expect(fit).rejects.toMatchObject({ kind: 'memory', message: 'Planted.' });
  }
});
