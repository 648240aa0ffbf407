import { expect, test } from 'vitest';
import { inferenceOperations, trainingOperations } from './arithmetic.js';
import { modelCell, modelCellLags, recordedCell } from './workloads/shapes.js';

test('the model cell: 4 filters of 7×7 at 2×2 positions, a readout of 16', () => {
  const convolution = 4 * 4 * 49;
  expect(inferenceOperations(modelCell)).toBe(2 * (convolution + 16));
  expect(trainingOperations(modelCell)).toBe(2 * (2 * convolution + 3 * 16));
  expect(trainingOperations(modelCellLags)).toBe(2 * (2 * 20 * convolution + 3 * 16));
});

test('the recorded cell: a second layer has a gradient of its input as well', () => {
  const first = 32 * 16 * 16 * 15 * 15;
  const second = 32 * 14 * 14 * 32 * 9;
  const readout = 32 * 14 * 14;
  expect(inferenceOperations(recordedCell)).toBe(2 * (first + second + readout));
  expect(trainingOperations(recordedCell)).toBe(2 * (2 * first + 3 * second + 3 * readout));
});

test('separable filters: maps in space once a frame, profiles over 20 lags at each position', () => {
  const shape = { ...modelCellLags, rank: 2 };
  const space = 2 * 4 * 4 * 49;
  const time = 2 * 4 * 4 * 20;
  expect(inferenceOperations(shape)).toBe(2 * (space + time + 16));
  expect(trainingOperations(shape)).toBe(2 * (2 * space + 3 * time + 3 * 16));
});
