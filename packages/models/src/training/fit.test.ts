import { beforeAll, describe, expect, test } from 'vitest';
import { cosine, separate } from '../interpretation/index.js';
import { builtInCell, type Dataset, openDataset } from '../recording/index.js';
import { fitCell } from './fit.js';
import { TrainingGate } from './gate.js';
import { onnxWindows, predictDataset } from './predict.js';
import { computeReceptiveField } from './receptive-field.js';
import { trainingPresets } from './settings.js';
import type { FitProgress, FitResult, FitSpec, TrainingProgress } from './types.js';

const spec = (change: Partial<FitSpec> = {}): FitSpec => ({
  cell: 0,
  version: 1,
  layers: [{ filters: 4, height: 7, width: 7 }],
  head: 'parametric-softplus',
  settings: { ...trainingPresets.recovery, steps: 200, validationEvery: 50 },
  ...change,
});

let small: Dataset;
beforeAll(async () => {
  small = await openDataset({ ...builtInCell, frames: 40_000, testFrames: 2000 });
});

describe('the model cell', () => {
  /** Best of three seeds by validation loss. */
  async function best(cell: 'paper' | 'code', filters: number): Promise<FitResult> {
    const dataset = await openDataset({ ...builtInCell, cell });
    const runs: FitResult[] = [];
    for (const seed of [1, 2, 3]) {
      const layers = [{ filters, height: 7, width: 7 }];
      const settings = { ...trainingPresets.recovery, seed };
      runs.push(await fitCell(dataset, spec({ layers, settings })));
    }
    return runs.reduce((a, b) => (b.validationLoss < a.validationLoss ? b : a));
  }

  test('threshold 1.0, 4 filters: every cosine ≥ .95, rate CC ≥ .98', async () => {
    const { matchedCosines, evaluation } = await best('paper', 4);
    expect(matchedCosines).toHaveLength(4);
    expect(Math.min(...(matchedCosines ?? []))).toBeGreaterThanOrEqual(0.95);
    expect(evaluation.rateCC).toBeGreaterThanOrEqual(0.98);
  });

  test('threshold 2.5, 8 filters: every cosine ≥ .9, rate CC ≥ .96, 4 distinct subunits', async () => {
    const { matchedCosines, evaluation, distinctSubunits } = await best('code', 8);
    expect(matchedCosines).toHaveLength(4);
    expect(Math.min(...(matchedCosines ?? []))).toBeGreaterThanOrEqual(0.9);
    expect(evaluation.rateCC).toBeGreaterThanOrEqual(0.96);
    expect(distinctSubunits).toBe(4);
  });

  test('1 filter: cosine with the STA ≥ .9', async () => {
    const { filters, receptiveField } = await best('paper', 1);
    expect(cosine(filters[0].embedded, receptiveField.spatial)).toBeGreaterThanOrEqual(0.9);
  });
});

test('the receptive field of the model cell is its four subunits, OFF, and its temporal kernel', async () => {
  const field = await computeReceptiveField(small, { cell: 0 });
  const truth = small.truth?.[0];
  const sum = new Float32Array(64);
  for (const subunit of truth?.subunits ?? []) {
    for (const [i, weight] of subunit.entries()) sum[i] += weight;
  }
  expect(cosine(field.spatial, sum)).toBeGreaterThan(0.97);
  expect(cosine(field.temporal, truth?.temporalKernel ?? sum)).toBeGreaterThan(0.97);
  expect(field).toMatchObject({ polarity: 'OFF', significant: true, lags: 20 });
});

test.each([
  { version: 1 as const },
  { version: 2 as const },
  {
    version: 1 as const,
    layers: [
      { filters: 3, height: 5, width: 5 },
      { filters: 2, height: 3, width: 3 },
    ],
  },
])(
  'one seed gives one result, and its model predicts the same rates again (%o)',
  async (change) => {
    const a = await fitCell(small, spec(change));
    const b = await fitCell(small, spec(change));
    expect(a.validationLoss).toBe(b.validationLoss);
    expect(a.model).toEqual(b.model);
    const rates = await predictDataset(a.model, small, 'test');
    expect(rates).toEqual(a.test?.network);
    expect(a.filters).toHaveLength(a.model.architecture.layers[0].filters);
  },
);

test('Version I of rank 1 learns one temporal filter: nearer the true kernel than the STA’s of as few spikes, and its CC higher', async () => {
  const few = await openDataset({ ...builtInCell, frames: 10_000, testFrames: 5000 });
  const settings = { ...trainingPresets.recovery, steps: 400, validationEvery: 100 };
  const given = await fitCell(few, spec({ settings }));
  const learned = await fitCell(few, spec({ settings, rank: 1 }));
  const kernel = few.truth?.[0].temporalKernel ?? new Float32Array(20);
  const nearness = ({ model }: FitResult) => cosine(model.temporalFilter ?? kernel, kernel);
  expect(Math.hypot(...(learned.model.temporalFilter ?? []))).toBeCloseTo(1, 5);
  expect(nearness(learned)).toBeGreaterThan(nearness(given));
  expect(learned.evaluation.rateCC).toBeGreaterThan(given.evaluation.rateCC ?? 1);
  const rates = await predictDataset(learned.model, few, 'test');
  expect(rates).toEqual(learned.test?.network);
  expect(learned.model.parameters.temporal).toBeUndefined();
  await expect(fitCell(few, spec({ rank: 2 }))).rejects.toThrow(/rank 1/);
});

test('a separable layer of rank 1 gives filters that are one product space × time, within 1e-5', async () => {
  const { model } = await fitCell(small, spec({ version: 2, rank: 1 }));
  const { lags, layers } = model.architecture;
  const [{ filters, height, width }] = layers;
  const size = lags * height * width;
  const { weights } = model.parameters.layers[0];
  expect(weights).toHaveLength(filters * size);
  for (let f = 0; f < filters; f++) {
    const filter = weights.slice(f * size, (f + 1) * size);
    const { spatial, temporal } = separate(filter, lags, height, width);
    const power = filter.reduce((sum, w) => sum + w * w, 0);
    // What the first singular vectors leave over.
    let left = 0;
    for (let lag = 0; lag < lags; lag++) {
      for (let i = 0; i < height * width; i++) {
        left += (filter[lag * height * width + i] - temporal[lag] * spatial[i]) ** 2;
      }
    }
    expect(power).toBeGreaterThan(0);
    expect(left / power).toBeLessThanOrEqual(1e-10);
  }
  const rates = await predictDataset(model, small, 'test');
  expect(Math.max(...rates)).toBeGreaterThan(0);
});

test('another seed gives another result, which the model says', async () => {
  const settings = { ...spec().settings, seed: 9 };
  const { model } = await fitCell(small, spec({ settings }));
  const first = await fitCell(small, spec());
  expect(model.parameters).not.toEqual(first.model.parameters);
  expect(model.provenance).toMatchObject({ seed: 9, settings: { seed: 9, steps: 200 } });
});

test('pausing and stepping do not change the result', async () => {
  const control = new TrainingGate();
  control.pause();
  const seen: TrainingProgress[] = [];
  const onProgress = (progress: FitProgress) => {
    if (progress.kind !== 'training') return;
    seen.push(progress);
    if (progress.step < 3) control.step();
    else control.resume();
  };
  const stepped = await fitCell(small, spec({ snapshotEvery: 0 }), { onProgress, control });
  const whole = await fitCell(small, spec());
  expect(stepped.model).toEqual(whole.model);
  expect(seen.slice(0, 4).some((progress) => progress.paused && progress.step === 2)).toBe(true);
  expect(seen[0].filters).toHaveLength(4);
  expect(seen[seen.length - 1]).toMatchObject({ step: 200, secondsLeft: 0 });
});

test('a cancelled fit rejects as cancelled, paused or not', async () => {
  for (const paused of [false, true]) {
    const controller = new AbortController();
    const control = new TrainingGate();
    const onProgress = (progress: FitProgress) => {
      if (progress.kind !== 'training') return;
      if (paused) control.pause();
      setTimeout(() => controller.abort(), 10);
    };
    const settings = { ...spec().settings, steps: 1_000_000 };
    const call = { signal: controller.signal, onProgress, control };
    await expect(fitCell(small, spec({ settings }), call)).rejects.toMatchObject({
      kind: 'cancelled',
    });
  }
});

test('windows for an exported model are the frames before each sample, oldest first', async () => {
  const { model } = await fitCell(small, spec());
  const frames = await onnxWindows(model, small, 'frames', 19, 3);
  expect(frames.shape).toEqual([3, 20, 8, 8]);
  // The second window is the first moved on by a frame.
  expect(frames.data.slice(64, 20 * 64)).toEqual(frames.data.slice(20 * 64, 39 * 64));
  const filtered = await onnxWindows(model, small, 'filtered', 19, 3);
  expect(filtered.shape).toEqual([3, 1, 8, 8]);
  const temporal = model.temporalFilter ?? new Float32Array(20);
  let expected = 0;
  for (let lag = 0; lag < 20; lag++)
    expected += temporal[lag] * Number(frames.data[(19 - lag) * 64]);
  expect(Number(filtered.data[0])).toBeCloseTo(expected, 5);
  await expect(onnxWindows(model, small, 'frames', 5, 3)).rejects.toThrow(/19 to 1999 can be had/);
});

test.each([
  [{ crop: { x: 4, y: 0, width: 8, height: 8 } }, /crop/i],
  [{ cell: 3 }, /no cell 3/],
  [{ layers: [{ filters: 4, height: 9, width: 7 }] }, /do not fit/],
  [{ settings: { ...spec().settings, batch: -1 } }, /batch is -1/],
  [{ lags: 50_000 }, /longer blocks or fewer lags/],
])('%o is refused', async (change, message) => {
  await expect(fitCell(small, spec(change))).rejects.toThrow(message);
});
