import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gridLayout, scaleLength, smallestTile, spreadLabels } from './geometry.js';

describe('gridLayout', () => {
  test('holds every tile inside the width, for 1 to 64 tiles in 180 to 1200 pixels', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 180, max: 1200 }),
        (count, width) => {
          const gap = 13;
          const limits = { smallest: smallestTile(width), largest: 128, gap };
          const { columns, rows, tile } = gridLayout(count, width, limits);
          expect(columns * rows).toBeGreaterThanOrEqual(count);
          expect(columns * (rows - 1)).toBeLessThan(count);
          expect(columns * tile + (columns - 1) * gap).toBeLessThanOrEqual(width);
          expect(tile).toBeGreaterThanOrEqual(Math.floor(limits.smallest));
          expect(tile).toBeLessThanOrEqual(limits.largest);
        },
      ),
    );
  });

  test('spreads 16 tiles over two even rows rather than 12 and 4', () => {
    const grid = gridLayout(16, 1200, { smallest: 84, largest: 128, gap: 13 });
    expect(grid).toMatchObject({ columns: 8, rows: 2 });
  });
});

describe('spreadLabels', () => {
  test('leaves labels that are far apart where they are', () => {
    expect(spreadLabels([10, 80, 40], 14, 0, 100)).toEqual([10, 80, 40]);
  });

  test('keeps at least the distance, the order and the limits where there is room', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { minLength: 1, maxLength: 8 }),
        (wanted) => {
          const placed = spreadLabels(wanted, 14, 0, 200).sort((a, b) => a - b);
          for (let i = 1; i < placed.length; i++) {
            expect(placed[i] - placed[i - 1]).toBeGreaterThanOrEqual(14 - 1e-9);
          }
          expect(placed[0]).toBeGreaterThanOrEqual(-1e-9);
          expect(placed.at(-1)).toBeLessThanOrEqual(200);
        },
      ),
    );
  });
});

test('scaleLength is the largest of 1, 2, 5 and their tenfolds that fits', () => {
  expect([0.07, 1, 4.9, 60, 999].map(scaleLength)).toEqual([0.05, 1, 2, 50, 500]);
});
