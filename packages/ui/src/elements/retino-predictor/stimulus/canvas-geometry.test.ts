import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canvasLayout, isInside, micrometresAt, squareAt, squareText } from './canvas-geometry.js';

const size = fc.integer({ min: 1, max: 80 });
const grids = fc.record({
  height: size,
  width: size,
  squareSize: fc.integer({ min: 5, max: 200 }),
  frameRate: fc.constant(30),
});

test('the middle of every square is found again, and lies where its µm say, within 1e-6 of a square', () => {
  fc.assert(
    fc.property(
      grids,
      fc.integer({ min: 120, max: 800 }),
      fc.nat(),
      fc.nat(),
      (grid, width, a, b) => {
        const layout = canvasLayout(grid, width);
        const square = { x: a % grid.width, y: b % grid.height };
        const at = {
          x: layout.left + (square.x + 0.5) * layout.side,
          y: (square.y + 0.5) * layout.side,
        };
        expect(squareAt(layout, at.x, at.y)).toEqual(square);
        expect(isInside(square, grid)).toBe(true);
        const um = micrometresAt(layout, grid, at.x, at.y);
        expect(um.x / grid.squareSize).toBeCloseTo(square.x + 0.5 - grid.width / 2, 6);
        expect(um.y / grid.squareSize).toBeCloseTo(square.y + 0.5 - grid.height / 2, 6);
        expect(isInside(squareAt(layout, layout.left - 1, at.y), grid)).toBe(false);
      },
    ),
  );
});

test('the scale bar is as long as it says and no longer than half of the squares', () => {
  fc.assert(
    fc.property(grids, (grid) => {
      const { bar, side } = canvasLayout(grid, 300);
      expect((bar.pixels / side) * grid.squareSize).toBeCloseTo(bar.length, 6);
      expect(bar.pixels).toBeLessThanOrEqual(0.5 * grid.width * side + 1e-9);
    }),
  );
});

test('a square is read out with its contrast and with the value that the model is given', () => {
  const square = { x: 3, y: 5 };
  expect(squareText(square, 0.4)).toBe('x 3, y 5: contrast 0.40');
  expect(squareText(square, 0.4, [-0.5, 0.5])).toBe('x 3, y 5: contrast 0.40 → 0.20');
  expect(squareText(square, -1, [0, 255])).toBe('x 3, y 5: contrast −1.00 → 0.00');
  expect(squareText(square, -0.001, [-1, 1])).toBe('x 3, y 5: contrast 0.00 → 0.00');
});
