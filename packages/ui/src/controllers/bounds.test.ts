import { expect, test } from 'vitest';
import { fitsInside } from './bounds.js';

test('a crop outside the stimulus or of broken squares does not fit', () => {
  const stimulus = { width: 10, height: 10 };
  expect(fitsInside({ x: 0, y: 9, width: 10, height: 1 }, stimulus)).toBe(true);
  for (const bad of [
    { x: -1, y: 0, width: 2, height: 2 },
    { x: 9, y: 0, width: 2, height: 2 },
    { x: 0, y: 0, width: 0, height: 2 },
    { x: 0.5, y: 0, width: 2, height: 2 },
    { x: Number.NaN, y: 0, width: 2, height: 2 },
  ]) {
    expect(fitsInside(bad, stimulus)).toBe(false);
  }
});
