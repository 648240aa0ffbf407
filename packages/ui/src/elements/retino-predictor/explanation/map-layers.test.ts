import type { FeatureMap } from '@retinoscope/worker';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  firstLayer,
  layerLabel,
  layerOf,
  markOf,
  movedPlace,
  placeAt,
  ranksOf,
  valuesAt,
} from './map-layers.js';

function featureMap(shape: readonly number[], operator = 'Conv', layer = 1): FeatureMap {
  const size = shape.reduce((product, length) => product * length, 1);
  return {
    name: `${operator}${layer}`,
    operator,
    layer,
    shape,
    data: Float32Array.from({ length: size }, (_, i) => i),
  };
}

const length = fc.integer({ min: 1, max: 9 });

test('every value stands at its filter and place, of a third axis the middle', () => {
  fc.assert(
    fc.property(
      length,
      fc.option(length, { nil: undefined }),
      length,
      length,
      (filters, depth, height, width) => {
        const shape =
          depth === undefined ? [filters, height, width] : [filters, depth, height, width];
        const layer = layerOf(featureMap(shape));
        const z = depth === undefined ? 0 : Math.floor(depth / 2);
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            const expected = Array.from(
              { length: filters },
              (_, filter) => ((filter * (depth ?? 1) + z) * height + y) * width + x,
            );
            expect(valuesAt(layer, { x, y })).toEqual(expected);
          }
        }
        expect(layer.depth).toEqual(
          depth !== undefined && depth > 1 ? { length: depth, shown: z } : undefined,
        );
      },
    ),
  );
});

test('64 filters are shown at the most, and all are counted', () => {
  const layer = layerOf(featureMap([100, 2, 3]));
  expect([layer.tiles.length, layer.filters]).toEqual([64, 100]);
  expect(valuesAt(layer, { x: 2, y: 1 })[63]).toBe(63 * 6 + 5);
});

test('the middle of every mark is the place that it marks, wherever the tile lies and however large it is', () => {
  const pixels = fc.double({ min: 1, max: 500, noNaN: true });
  fc.assert(
    fc.property(
      fc.record({ left: pixels, top: pixels, width: pixels, height: pixels }),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 60 }),
      fc.nat(),
      fc.nat(),
      (box, height, width, a, b) => {
        const layer = layerOf(featureMap([1, height, width]));
        const place = { x: a % width, y: b % height };
        const mark = markOf(place, layer);
        const at = {
          x: box.left + (mark.x / 100) * box.width,
          y: box.top + (mark.y / 100) * box.height,
        };
        expect(placeAt(box, at, layer)).toEqual(place);
      },
    ),
  );
});

test('a point beyond the edge of a tile gives the nearest place', () => {
  const layer = layerOf(featureMap([1, 4, 5]));
  const box = { left: 10, top: 20, width: 50, height: 40 };
  expect(placeAt(box, { x: 9, y: 61 }, layer)).toEqual({ x: 0, y: 3 });
  expect(placeAt(box, { x: 60, y: 20 }, layer)).toEqual({ x: 4, y: 0 });
});

test('arrow keys start in the middle, move by a step and stop at the edge; other keys lead nowhere', () => {
  const layer = layerOf(featureMap([1, 4, 5]));
  expect(movedPlace(undefined, 'ArrowLeft', layer)).toEqual({ x: 2, y: 2 });
  expect(movedPlace({ x: 2, y: 2 }, 'ArrowLeft', layer)).toEqual({ x: 1, y: 2 });
  expect(movedPlace({ x: 2, y: 2 }, 'ArrowDown', layer)).toEqual({ x: 2, y: 3 });
  expect(movedPlace({ x: 2, y: 2 }, 'ArrowUp', layer, 5)).toEqual({ x: 2, y: 0 });
  expect(movedPlace({ x: 2, y: 2 }, 'ArrowRight', layer, 5)).toEqual({ x: 4, y: 2 });
  expect(movedPlace({ x: 2, y: 2 }, 'Enter', layer)).toBeUndefined();
});

test('the three largest magnitudes are named, none of them for 0 or for what is not a number', () => {
  expect(ranksOf([0.1, -3, 2, 0, 2])).toEqual([undefined, 'largest', '2nd', undefined, '3rd']);
  expect(ranksOf([0, Number.NaN])).toEqual([undefined, undefined]);
});

test('a layer is named by its number and what it comes after; a nonlinearity is shown first', () => {
  const maps = [
    featureMap([1, 2, 2]),
    featureMap([1, 2, 2], 'Relu'),
    featureMap([1, 2, 2], 'Conv', 2),
  ];
  expect(maps.map(layerLabel)).toEqual([
    'Layer 1, convolution',
    'Layer 1, after the rectifier',
    'Layer 2, convolution',
  ]);
  expect(layerLabel(featureMap([1, 2, 2], 'Max', 3))).toBe('Layer 3, after Max');
  expect(firstLayer(maps)).toBe(1);
  expect(firstLayer(maps.slice(0, 1))).toBe(0);
  expect(firstLayer([])).toBe(0);
});
