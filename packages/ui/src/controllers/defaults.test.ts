import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cropAround, fitsInside } from './defaults.js';

test('a small stimulus is used whole', () => {
  expect(cropAround({ x: 3, y: 3 }, { width: 8, height: 8 })).toBeUndefined();
});

test('a crop is centred on the peak where there is room, and always lies inside', () => {
  expect(cropAround({ x: 99, y: 69 }, { width: 200, height: 150 })).toEqual({
    x: 87,
    y: 57,
    width: 24,
    height: 24,
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 300 }),
      fc.nat(299),
      fc.nat(299),
      fc.integer({ min: 1, max: 64 }),
      (width, height, px, py, side) => {
        const peak = { x: px % width, y: py % height };
        const crop = cropAround(peak, { width, height }, side);
        if (!crop) return;
        expect(fitsInside(crop, { width, height })).toBe(true);
        expect(peak.x >= crop.x && peak.x < crop.x + crop.width).toBe(true);
        expect(peak.y >= crop.y && peak.y < crop.y + crop.height).toBe(true);
      },
    ),
  );
});

test('a crop outside the stimulus or of broken squares is refused', () => {
  const stimulus = { width: 10, height: 10 };
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
