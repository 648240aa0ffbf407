import fc from 'fast-check';
import { expect, test } from 'vitest';
import { positionOf, valueAt } from './slider.js';

test('a logarithmic slider comes back to its own positions, and keeps its ends', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 200 }), (position) => {
      // Three digits are finer than a step of this range.
      expect(positionOf(valueAt(position, 0.25, 64), 0.25, 64)).toBe(position);
    }),
  );
  expect([valueAt(0, 0.3, 70), valueAt(200, 0.3, 70)]).toEqual([0.3, 70]);
  expect(valueAt(100, 1, 100)).toBe(10);
});

test('a value outside of the range stands at the end', () => {
  expect([positionOf(1e-9, 1, 10), positionOf(1e9, 1, 10)]).toEqual([0, 200]);
});
