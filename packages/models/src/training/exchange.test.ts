import type { LayerShape } from '@retinoscope/core-wasm';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { FittedModel } from '../architecture/index.js';
import { builtInCell, type Dataset, openDataset } from '../recording/index.js';
import { type Replica, replicasThatPay, shareOf } from './exchange.js';
import { fitCell, trainReplica } from './fit.js';
import { trainingPresets } from './settings.js';
import type { FitResult, FitSpec } from './types.js';

/** Replicas in one thread: each sum is taken, in order, once all have come. */
function together(count: number): Replica[] {
  let arrived: { values: Float32Array; scalar: number; resolve(sum: number): void }[] = [];
  const addUp = () => {
    const all = arrived;
    arrived = [];
    const sum = all[0].values.slice();
    for (const { values } of all.slice(1)) {
      for (let i = 0; i < sum.length; i++) sum[i] += values[i];
    }
    const scalar = all.reduce((total, each) => total + each.scalar, 0);
    for (const { values, resolve } of all) {
      values.set(sum);
      resolve(scalar);
    }
  };
  return Array.from({ length: count }, (_, index) => ({
    index,
    count,
    open: async () => ({
      index,
      count,
      kind: 'messages',
      sum: (values, scalar) =>
        new Promise<number>((resolve) => {
          arrived[index] = { values, scalar, resolve };
          if (Object.keys(arrived).length === count) addUp();
        }),
    }),
  }));
}

/** Largest absolute difference of two models' parameters. */
function difference({ parameters: a }: FittedModel, { parameters: b }: FittedModel): number {
  const all = ({ layers, readout, readoutBias, alpha, beta }: typeof a) => [
    ...layers.flatMap(({ weights, bias }) => [...weights, ...bias]),
    ...readout,
    readoutBias,
    alpha,
    beta,
  ];
  const theirs = all(b);
  return Math.max(...all(a).map((value, i) => Math.abs(value - theirs[i])));
}

const spec = (change: Partial<FitSpec> = {}): FitSpec => ({
  cell: 0,
  version: 1,
  layers: [{ filters: 4, height: 7, width: 7 }],
  head: 'parametric-softplus',
  settings: { ...trainingPresets.recovery, batch: 250, steps: 60, validationEvery: 20 },
  ...change,
});

describe('replicas of one fit', () => {
  let dataset: Dataset;
  beforeAll(async () => {
    dataset = await openDataset({ ...builtInCell, frames: 12_000, testFrames: 200 });
  });

  async function fitBy(
    count: number,
    given: FitSpec,
  ): Promise<{ result: FitResult; models: FittedModel[] }> {
    const [first, ...others] = together(count);
    const [result, ...models] = await Promise.all([
      fitCell(dataset, given, { replica: first }),
      ...others.map((replica) => trainReplica(dataset, given, { replica })),
    ]);
    return { result, models: [result.model, ...models] };
  }

  test.each([
    ['one layer', spec()],
    ['Version II', spec({ version: 2, lags: 5 })],
    [
      'two layers, shuffled samples, an early stop',
      spec({
        layers: [
          { filters: 3, height: 5, width: 5 },
          { filters: 2, height: 3, width: 3 },
        ],
        settings: { ...spec().settings, sampling: 'shuffled', validationEvery: 1, patience: 1 },
      }),
    ],
  ])(
    '%s: 2 and 3 are equal to the bit among themselves, and to 1 within 2e-5 after up to 60 steps',
    async (_, given) => {
      const alone = await fitCell(dataset, given);
      for (const count of [2, 3]) {
        const { result, models } = await fitBy(count, given);
        for (const model of models) expect(model).toEqual(models[0]);
        expect(difference(result.model, alone.model)).toBeLessThan(2e-5);
        expect(difference(result.model, alone.model)).toBeGreaterThan(0);
        expect(result.steps).toBe(alone.steps);
        if (given.settings.patience > 0) expect(alone.steps).toBeLessThan(60);
        expect(result.history.map(({ step }) => step)).toEqual(
          alone.history.map(({ step }) => step),
        );
        expect(Math.abs(result.validationLoss - alone.validationLoss)).toBeLessThan(1e-6);
        expect(result.replicas).toEqual({ count, exchange: 'messages' });
      }
      expect(alone.replicas).toBeUndefined();
    },
  );

  test('more replicas than there are samples in a batch: some have none', async () => {
    const given = spec({ settings: { ...spec().settings, batch: 9, steps: 10 } });
    const alone = await fitCell(dataset, given);
    const { result, models } = await fitBy(3, given);
    for (const model of models) expect(model).toEqual(models[0]);
    expect(difference(result.model, alone.model)).toBeLessThan(2e-5);
  });

  test('training noise is refused', async () => {
    const given = spec({ settings: { ...spec().settings, noise: 0.1 } });
    const [replica] = together(1);
    await expect(fitCell(dataset, given, { replica })).rejects.toMatchObject({
      kind: 'settings',
      message: expect.stringContaining('noise 0'),
    });
  });
});

test('shares follow each other, leave nothing out, and are of nearly equal size', () => {
  fc.assert(
    fc.property(fc.nat(5000), fc.integer({ min: 1, max: 9 }), (total, count) => {
      let at = 0;
      for (let index = 0; index < count; index++) {
        const { start, end } = shareOf(total, { index, count });
        expect(start).toBe(at);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(Math.abs(end - start - total / count)).toBeLessThanOrEqual(8);
        at = end;
      }
      expect(at).toBe(total);
    }),
  );
});

describe('workers over which a run is spread', () => {
  const pays = (
    change: { channels?: number; side?: number; layers?: LayerShape[]; available?: number } = {},
    settings: { batch?: number; steps?: number; noise?: number } = {},
  ) => {
    const { channels = 1, side = 30, available = 8 } = change;
    const layers = change.layers ?? [
      { filters: 32, height: 15, width: 15 },
      { filters: 32, height: 3, width: 3 },
    ];
    return replicasThatPay(
      {
        channels,
        height: side,
        width: side,
        layers,
        settings: { batch: 256, steps: 1000, noise: 0, ...settings },
      },
      available,
    );
  };
  const small = { side: 8, layers: [{ filters: 4, height: 7, width: 7 }] };

  test('a recorded cell: four, or as many as there are', () => {
    expect([1, 2, 3, 4, 8].map((available) => pays({ available }))).toEqual([1, 2, 3, 4, 4]);
  });

  test('steps below a millisecond, short runs and training noise: one', () => {
    expect(pays(small)).toBe(1);
    expect(pays(small, { batch: 2000, steps: 50_000 })).toBe(1);
    expect(pays({ ...small, channels: 20 }, { steps: 50_000 })).toBe(1);
    expect(pays({}, { steps: 5 })).toBe(1);
    expect(pays({}, { noise: 0.1 })).toBe(1);
    expect(pays({}, { batch: 8, steps: 1e6 })).toBe(1);
  });

  test('20 lags of the model cell in batches of 2000: all that have half a millisecond each', () => {
    expect(pays({ ...small, channels: 20 }, { batch: 2000, steps: 8000 })).toBe(4);
    expect(pays({ ...small, channels: 20 }, { batch: 1000, steps: 8000 })).toBe(2);
  });

  test('filters that do not fit are left to the fit to refuse', () => {
    expect(pays({ side: 3 })).toBe(1);
    expect(pays({ side: Number.NaN })).toBe(1);
  });
});
