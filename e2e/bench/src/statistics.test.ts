import { expect, test } from 'vitest';
import { bestDecile, median, quantile } from './statistics.js';

test('quantiles are interpolated linearly between sorted values', () => {
  expect(quantile([4, 1, 3, 2], 0)).toBe(1);
  expect(quantile([4, 1, 3, 2], 1)).toBe(4);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([3, 1, 2])).toBe(2);
  expect(bestDecile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])).toBeCloseTo(10);
  expect(bestDecile([7])).toBe(7);
  expect(median([])).toBeNaN();
});
