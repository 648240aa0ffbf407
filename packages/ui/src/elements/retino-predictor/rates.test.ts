import { expect, test } from 'vitest';
import { aligned, column, largestDifference, rateColumns, ratesOf, spread } from './rates.js';

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
  expect(rateColumns({ rates, first: 20 })).toEqual({
    window: [20, 21],
    rate_0: Float32Array.of(0.5, 1.5),
    rate_1: Float32Array.of(1, 2),
  });
  const one = ratesOf({ shape: [2], data: Float32Array.of(3, 4) });
  expect(rateColumns({ rates: one, first: 0, compared: { aligned: rates } })).toEqual({
    window: [0, 1],
    rate: Float32Array.of(3, 4),
    compared_rate_0: Float32Array.of(0.5, 1.5),
    compared_rate_1: Float32Array.of(1, 2),
  });
});

test('spread', () => {
  expect(spread([1, 2, 6])).toEqual({ low: 1, mean: 3, high: 6 });
  expect(spread([Number.NaN, 2, 6])).toEqual({ low: 2, mean: 4, high: 6 });
  expect(spread([Number.NaN])).toEqual({ low: Number.NaN, mean: Number.NaN, high: Number.NaN });
});

test('rates of another frame rate are those on at the middles of the windows, the last one after the end', () => {
  const rates = ratesOf({ shape: [4], data: Float32Array.of(1, 2, 3, 4) });
  const at = (from: number, to: number, windows: number, factor = 1) => [
    ...aligned(rates, { from, to, windows, factor }).values,
  ];
  expect(at(30, 60, 9)).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 4]);
  expect(at(60, 30, 2)).toEqual([2, 4]);
  expect(at(30, 30, 4, 2)).toEqual([2, 4, 6, 8]);
  expect(at(30, 30, 5)).toEqual([1, 2, 3, 4, 4]);
  const two = ratesOf({ shape: [2, 2], data: Float32Array.of(1, 10, 2, 20) });
  expect([...aligned(two, { from: 30, to: 60, windows: 4, factor: 1 }).values]).toEqual([
    1, 10, 1, 10, 2, 20, 2, 20,
  ]);
});
