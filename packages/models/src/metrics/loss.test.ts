import { expect, test } from 'vitest';
import { meanLoss } from './loss.js';

const rate = Float64Array.of(0.1, 0.5, 0.8, 0.05);
const counts = Float64Array.of(0, 1, 1, 0);

test.each([
  // numpy: mean of r − y·log r; of (r − y)²; sklearn.metrics.log_loss.
  ['poisson', 0.5915726],
  ['squared-error', 0.075625],
  ['binomial', 0.2682361],
] as const)('%s equals an independent value within 1e-6', (loss, expected) => {
  expect(meanLoss(loss, rate, counts)).toBeCloseTo(expected, 6);
});

test('certain predictions that fail are finite, and lengths that differ are refused', () => {
  expect(meanLoss('binomial', Float32Array.of(0, 1), Float32Array.of(1, 0))).toBeCloseTo(16.118, 3);
  expect(() => meanLoss('squared-error', rate, counts.subarray(1))).toThrow(/as long as/);
});
