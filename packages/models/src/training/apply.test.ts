/** Fitted networks against test parts, on a small recording of the model cell and on the population. */
import { beforeAll, expect, test } from 'vitest';
import { cosine } from '../interpretation/index.js';
import { builtInCell, type Dataset, openDataset } from '../recording/index.js';
import { networkReceptiveField, testCC, testOf } from './apply.js';
import { fitCell } from './fit.js';
import { Predictor, predictDataset } from './predict.js';
import { trainingPresets } from './settings.js';
import type { FitResult } from './types.js';

let dataset: Dataset;
let fit: FitResult;
beforeAll(async () => {
  dataset = await openDataset({ ...builtInCell, frames: 20_000, testFrames: 1500 });
  fit = await fitCell(dataset, {
    cell: 0,
    version: 1,
    layers: [{ filters: 4, height: 7, width: 7 }],
    head: 'parametric-softplus',
    settings: { ...trainingPresets.recovery, steps: 200, validationEvery: 50 },
  });
});

const whole = { x: 0, y: 0, width: 8, height: 8 };

test('a model applied to its own cell has the CC of its fit, to the bit', async () => {
  const own = await testOf(dataset, 0, whole, 20);
  expect(own).toMatchObject({ repeats: 1, first: 20 });
  expect(own.observed).toBe(dataset.truth?.[0].testRate);
  const rates = (await Predictor.create(fit.model, own.movie)).rates();
  expect(rates).toEqual(fit.test?.network);
  const cc = testCC(own, rates);
  expect(cc).toBe(fit.evaluation.rateCC);
  expect(cc).toBeGreaterThan(0.6);
});

test('frames before the first compared are of no account; a constant rate has no CC', async () => {
  const own = await testOf(dataset, 0, whole, 20);
  const rates = await predictDataset(fit.model, dataset, 'test');
  const before = testCC(own, rates);
  const others = rates.slice();
  others.fill(100, 0, own.first);
  expect(testCC(own, others)).toBe(before);
  others[own.first] = 100;
  expect(testCC(own, others)).not.toBe(before);
  expect(
    testCC(
      own,
      rates.map(() => 1),
    ),
  ).toBeNull();
  expect(testCC(own, own.observed)).toBeCloseTo(1, 9);
});

test('without the truth what is observed is the mean over the trials', async () => {
  const repeated = await openDataset({
    ...builtInCell,
    frames: 1000,
    testFrames: 300,
    testRepeats: 6,
  });
  const { observed, counts, repeats } = await testOf(
    { ...repeated, truth: undefined },
    0,
    whole,
    20,
  );
  expect(repeats).toBe(6);
  expect(counts).toHaveLength(6 * 300);
  for (let t = 0; t < 300; t++) {
    let sum = 0;
    for (let trial = 0; trial < 6; trial++) sum += counts[trial * 300 + t];
    expect(observed[t]).toBeCloseTo(sum / 6, 6);
  }
});

test('the network’s receptive field is that of the cell: cosines with the STA ≥ .9 in space and in time', async () => {
  const counts = dataset.training.counts.map((cell) => cell.slice());
  const field = await networkReceptiveField(fit.model, dataset, 100_000);
  expect(cosine(field.spatial, fit.receptiveField.spatial)).toBeGreaterThanOrEqual(0.9);
  expect(cosine(field.temporal, fit.receptiveField.temporal)).toBeGreaterThanOrEqual(0.9);
  expect(field).toMatchObject({ height: 8, width: 8, lags: 20, polarity: 'OFF' });
  // It is found from the rates, not from the cell's spikes, and these are left as they were.
  expect(field.sta).not.toEqual(fit.receptiveField.sta);
  expect(dataset.training.counts).toEqual(counts);
});

test('a network that sees one square alone has that square for a receptive field: cosines > .95 in space and in time', async () => {
  const { model } = fit;
  const weights = new Float32Array(model.parameters.layers[0].weights.length);
  // The filter sees one square, the readout its first place; what is left of the rate without it is little.
  weights[3 * 7 + 2] = 1;
  const readout = new Float32Array(model.parameters.readout.length);
  readout[0] = 8;
  const single = {
    ...model,
    parameters: {
      ...model.parameters,
      layers: [{ weights, bias: new Float32Array(4) }],
      readout,
      readoutBias: -6,
      alpha: 1,
      beta: 1,
    },
  };
  const field = await networkReceptiveField(single, dataset, 20_000);
  expect(field.peak).toEqual({ x: 2, y: 3 });
  const square = new Float32Array(64);
  square[3 * 8 + 2] = 1;
  expect(Math.abs(cosine(field.spatial, square))).toBeGreaterThan(0.95);
  const temporal = model.temporalFilter ?? new Float32Array(20);
  expect(Math.abs(cosine(field.temporal, temporal))).toBeGreaterThan(0.95);
});

test('only as many frames are read as are asked for, at least a block', async () => {
  const blocks = 10;
  const { stimulus } = dataset.training;
  const reads: number[] = [];
  const inBlocks: Dataset = {
    ...dataset,
    training: {
      ...dataset.training,
      stimulus: {
        ...stimulus,
        blocks,
        blockFrames: 2000,
        async read({ first, last }, crop) {
          reads.push(last);
          const movie = await stimulus.read({ first: 0, last: 0 }, crop);
          if (movie.kind !== 'binary') throw new Error('binary');
          const frame = movie.bits.length / movie.frames;
          const bits = movie.bits.slice(first * 2000 * frame, (last + 1) * 2000 * frame);
          return { ...movie, frames: (last + 1 - first) * 2000, bits };
        },
      },
    },
  };
  await networkReceptiveField(fit.model, inBlocks, 7000);
  expect(Math.max(...reads)).toBe(2);
  reads.length = 0;
  await networkReceptiveField(fit.model, inBlocks, 10);
  expect(Math.max(...reads)).toBe(0);
  reads.length = 0;
  const all = await networkReceptiveField(fit.model, inBlocks, 1e9);
  expect(Math.max(...reads)).toBe(blocks - 1);
  const one = await networkReceptiveField(fit.model, dataset, 1e9);
  expect(cosine(all.spatial, one.spatial)).toBeGreaterThan(0.99);
});

test('a movie of another size, a cell or squares that are not there, and a dataset without a test part are refused', async () => {
  const movie = await dataset.training.stimulus.read({ first: 0, last: 0 }, { ...whole, width: 7 });
  await expect(Predictor.create(fit.model, movie)).rejects.toMatchObject({
    kind: 'model',
    message: expect.stringMatching(/sees 8 × 8 squares and was given 7 × 8/),
  });
  await expect(testOf(dataset, 1, whole, 20)).rejects.toMatchObject({ kind: 'data' });
  await expect(testOf(dataset, 0, { ...whole, x: 1 }, 20)).rejects.toThrow(/crop/i);
  const untested = { ...dataset, test: undefined };
  await expect(testOf(untested, 0, whole, 20)).rejects.toThrow(/no test part/);
});
