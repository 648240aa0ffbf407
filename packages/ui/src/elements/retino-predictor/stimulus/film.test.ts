import fc from 'fast-check';
import { expect, test } from 'vitest';
import { filmLength, pictureAt } from './film.js';
import { fitWithin } from './rasterise.js';

test('a film is read for 10 s and 600 pictures at the most, and says what was left out', () => {
  expect(filmLength(2, 30)).toEqual({ count: 60 });
  expect(filmLength(10, 30)).toEqual({ count: 300 });
  expect(filmLength(25, 30)).toEqual({
    count: 300,
    note: 'Only the first 10 s of 25 s are used.',
  });
  expect(filmLength(8, 120)).toMatchObject({ count: 600, note: expect.stringContaining('5 s') });
  expect(filmLength(0.001, 30)).toEqual({ count: 1 });
});

test('the picture that is on is the one whose time has begun and not ended', () => {
  const delays = [0.1, 0.4, 0.1];
  expect([0, 0.09, 0.11, 0.49, 0.55, 9].map((time) => pictureAt(delays, time))).toEqual([
    0, 0, 1, 1, 2, 2,
  ]);
});

test('a picture is brought within a side, its shape kept within one pixel, and never enlarged', () => {
  const size = fc.integer({ min: 1, max: 8000 });
  fc.assert(
    fc.property(size, size, (width, height) => {
      const kept = fitWithin({ width, height }, 1024);
      expect(Math.max(kept.width, kept.height)).toBe(Math.min(1024, Math.max(width, height)));
      expect(Math.min(kept.width, kept.height)).toBeGreaterThanOrEqual(1);
      const factor = Math.min(1, 1024 / Math.max(width, height));
      expect(Math.abs(kept.width - width * factor)).toBeLessThan(1);
      expect(Math.abs(kept.height - height * factor)).toBeLessThan(1);
    }),
  );
});
