import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ModelFacts } from './facts.js';
import { inWindowOrder, stimulusWindows } from './stimulus-input.js';

type Role = ModelFacts['axes'][number];

function factsOf(axes: readonly Role[], grid: ModelFacts['grid']): ModelFacts {
  return {
    grid,
    axes,
    samples: 'free',
    lagOrder: 'oldest-first',
    outputs: [],
    open: [],
    unknown: [],
  };
}

const orders: readonly (readonly Role[])[] = [
  ['sample', 'lag', 'y', 'x'],
  ['sample', 'colour', 'lag', 'y', 'x'],
  ['sample', 'lag', 'colour', 'y', 'x'],
  ['sample', 'y', 'x', 'colour'],
  ['sample', 'colour', 'y', 'x'],
  ['lag', 'y', 'x'],
  ['sample', 'y', 'x'],
];

const size = fc.integer({ min: 1, max: 4 });

test('every value stands where the roles of the axes say, whatever their order', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...orders),
      size,
      size,
      size,
      size,
      fc.nat(3),
      (axes, lags, colours, height, width, first) => {
        const grid = {
          lags: axes.includes('lag') ? lags : 1,
          colours: axes.includes('colour') ? colours : 1,
          height,
          width,
        };
        const count = axes.includes('sample') ? 2 : 1;
        const frames = first + count;
        const data = Float32Array.from(
          { length: frames * height * width },
          (_, i) => ((i * 37) % 101) / 101,
        );
        const movie = { shape: [frames, height, width] as const, data };
        const facts = factsOf(axes, grid);
        const input = stimulusWindows({ movie, values: [-1, 1] }, facts, { first, count });
        const lengths = {
          sample: count,
          lag: grid.lags,
          colour: grid.colours,
          y: height,
          x: width,
        };
        expect(input.shape).toEqual(axes.map((role) => lengths[role]));
        for (let i = 0; i < input.data.length; i++) {
          const at: Record<string, number> = { sample: 0, lag: 0, colour: 0, y: 0, x: 0 };
          let rest = i;
          for (let axis = axes.length - 1; axis >= 0; axis--) {
            at[axes[axis]] = rest % input.shape[axis];
            rest = Math.floor(rest / input.shape[axis]);
          }
          const t = first + at.sample - (grid.lags - 1 - at.lag);
          const expected = t < 0 ? 0 : data[(t * height + at.y) * width + at.x];
          expect(Number(input.data[i])).toBeCloseTo(expected, 6);
        }
        if (count === 1) {
          const back = inWindowOrder(Float32Array.from(input.data, Number), facts);
          expect(back).toHaveLength(grid.lags * height * width);
          const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);
          expect(sum(back)).toBeCloseTo(sum(Float32Array.from(input.data, Number)), 4);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('contrast becomes the values of the model, and a movie of another grid is refused with both sizes', () => {
  const facts = factsOf(['sample', 'y', 'x'], { lags: 1, colours: 1, height: 1, width: 3 });
  const movie = { shape: [1, 1, 3] as const, data: Float32Array.of(-1, 0, 1) };
  const range = { first: 0, count: 1 };
  expect([...stimulusWindows({ movie, values: [0, 255] }, facts, range).data]).toEqual([
    0, 127.5, 255,
  ]);
  const wide = { shape: [1, 1, 4] as const, data: new Float32Array(4) };
  expect(() => stimulusWindows({ movie: wide, values: [0, 1] }, facts, range)).toThrow(
    '4 × 1 squares; this model sees 3 × 1',
  );
});
