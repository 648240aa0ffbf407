import { describe, expect, test } from 'vitest';
import { divergingTable } from './diverging.js';
import { cutMap, greyIndex, greyPixels, mapPixels } from './pixels.js';

describe('mapPixels', () => {
  test('draws each square as zoom × zoom pixels of its colour, opaque', () => {
    const pixels = mapPixels({ values: [-1, 0, 0, 1, 1, -1], height: 3, width: 2 }, 1, 'light', 3);
    expect(pixels.length).toBe(3 * 2 * 9 * 4);
    const table = divergingTable('light');
    const middle = ((table.length / 3 - 1) / 2) * 3;
    const colour = { low: [...table.subarray(0, 3), 255], high: [...table.subarray(-3), 255] };
    const zero = [...table.subarray(middle, middle + 3), 255];
    const at = (x: number, y: number) => [...pixels.subarray((y * 6 + x) * 4, (y * 6 + x) * 4 + 4)];
    expect(at(0, 0)).toEqual(colour.low);
    expect(at(2, 2)).toEqual(colour.low);
    expect(at(3, 0)).toEqual(zero);
    expect(at(5, 5)).toEqual(colour.high);
    expect(at(2, 8)).toEqual(colour.high);
    expect(at(3, 6)).toEqual(colour.low);
  });
});

test('cutMap takes the rectangle of the crop', () => {
  const values = Float32Array.from({ length: 20 }, (_, i) => i);
  expect(cutMap(values, 5, { x: 1, y: 2, width: 3, height: 2 })).toEqual({
    values: new Float32Array([11, 12, 13, 16, 17, 18]),
    height: 2,
    width: 3,
  });
});

test('greyPixels draws −½ black and ½ white, and clamps', () => {
  const pixels = greyPixels({ values: [-0.5, 0.5, 7], height: 1, width: 3 });
  expect([...pixels]).toEqual([0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255]);
  expect(greyIndex(Number.NaN)).toBe(128);
});
