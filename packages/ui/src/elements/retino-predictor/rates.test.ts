import { expect, test } from 'vitest';
import { column, largestDifference, rateColumns, ratesOf, resampled, spread } from './rates.js';

test('axes after the first are outputs', () => {
  const rates = ratesOf({ shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) });
  expect(rates).toMatchObject({ windows: 2, outputs: 3 });
  expect([...column(rates, 1)]).toEqual([2, 5]);
  expect(ratesOf({ shape: [4], data: new Float32Array(4) }).outputs).toBe(1);
});

test('the largest difference is absolute, and unknown when a value is', () => {
  expect(largestDifference([1, 2, 3], [1, 2.5, 2])).toBe(1);
  expect(largestDifference([1, Number.NaN], [1, 1])).toBeNaN();
  expect(largestDifference([], [1])).toBeNaN();
});

test('columns have one row a window, counted from the first frame', () => {
  const rates = ratesOf({ shape: [2, 2], data: Float32Array.of(0.5, 1, 1.5, 2) });
  expect(rateColumns(rates, 20)).toEqual({
    window: [20, 21],
    rate_0: Float32Array.of(0.5, 1.5),
    rate_1: Float32Array.of(1, 2),
  });
  expect(Object.keys(rateColumns(ratesOf({ shape: [1], data: new Float32Array(1) })))).toEqual([
    'window',
    'rate',
  ]);
});

test('spread', () => {
  expect(spread([1, 2, 6])).toEqual({ low: 1, mean: 3, high: 6 });
});

test('rates of another frame rate are those on at the middles of the frames, the last one after the end', () => {
  const values = Float32Array.of(1, 2, 3, 4);
  expect([...resampled(values, 30, 60, 9)]).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 4]);
  expect([...resampled(values, 60, 30, 2)]).toEqual([2, 4]);
  expect(resampled(values, 30, 30, 4)).toBe(values);
});
