import fc from 'fast-check';
import { expect, test } from 'vitest';
import { builtInCell, type DatasetSource } from '../recording/index.js';
import {
  cropAround,
  defaultFilterSide,
  defaultFilters,
  defaultPreset,
  layersOf,
  locatingBlocks,
} from './defaults.js';

const recording: DatasetSource = { kind: 'recording', manifest: {}, files: [] };

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
        expect(crop.x >= 0 && crop.x + crop.width <= width).toBe(true);
        expect(crop.y >= 0 && crop.y + crop.height <= height).toBe(true);
        expect(peak.x >= crop.x && peak.x < crop.x + crop.width).toBe(true);
        expect(peak.y >= crop.y && peak.y < crop.y + crop.height).toBe(true);
      },
    ),
  );
});

test('a wide stimulus is searched in its first 60,000 frames, any other in all', () => {
  const wide = { width: 200, height: 150, blocks: 219, blockFrames: 1500 };
  expect(locatingBlocks(wide)).toEqual({ first: 0, last: 39 });
  expect(locatingBlocks({ ...wide, blocks: 40 })).toBeUndefined();
  expect(locatingBlocks({ ...wide, width: 64, height: 64 })).toBeUndefined();
  expect(locatingBlocks({ ...wide, blockFrames: 100_000 })).toEqual({ first: 0, last: 0 });
});

test('a recorded cell gets other defaults than the model cell', () => {
  expect([defaultFilters(builtInCell), defaultFilters(recording)]).toEqual([4, 16]);
  expect(defaultFilters({ ...builtInCell, cell: 'code' })).toBe(8);
  expect([defaultPreset(builtInCell), defaultPreset(recording)]).toEqual(['recovery', 'recording']);
  expect([8, 24, 2, 1].map((side) => defaultFilterSide({ width: side, height: side }))).toEqual([
    7, 15, 1, 1,
  ]);
});

test('layers after the first are 3 × 3, or what is left; a filter larger than the input is refused', () => {
  expect(layersOf({ width: 9, height: 8 }, { filters: 4, side: 7, layers: 2 })).toEqual([
    { filters: 4, height: 7, width: 7 },
    { filters: 4, height: 2, width: 2 },
  ]);
  expect(() => layersOf({ width: 9, height: 8 }, { filters: 4, side: 9, layers: 1 })).toThrowError(
    /1 to 8 squares are accepted/,
  );
});
