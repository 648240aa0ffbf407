import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Edges, nearest, step } from './values.js';

const box = (left: number, top: number, width = 10, height = 10): Edges => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
});

/** Two rows of three. */
const grid = [0, 40].flatMap((top) => [0, 20, 40].map((left) => box(left, top)));

describe('nearest', () => {
  test('is what lies under the pointer, else what is within 12 pixels', () => {
    expect(nearest(grid, 25, 5)).toBe(1);
    expect(nearest(grid, 60, 5)).toBe(2);
    expect(nearest(grid, 80, 5)).toBeUndefined();
    expect(nearest([], 0, 0)).toBeUndefined();
  });

  test('is the smaller of two where one lies within the other', () => {
    const within = [box(0, 0, 200, 200), box(80, 20, 30, 30)];
    expect(nearest(within, 95, 35)).toBe(1);
    expect(nearest(within, 180, 180)).toBe(0);
  });

  test('never lies farther than another value', () => {
    const apart = (edges: Edges, x: number, y: number): number =>
      Math.hypot(
        Math.max(edges.left - x, 0, x - edges.right),
        Math.max(edges.top - y, 0, y - edges.bottom),
      );
    const at = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(fc.array(fc.tuple(at, at), { maxLength: 30 }), at, at, (corners, x, y) => {
        const boxes = corners.map(([left, top]) => box(left, top));
        const found = nearest(boxes, x, y);
        const least = boxes.reduce((most, each) => Math.min(most, apart(each, x, y)), Infinity);
        if (found === undefined) expect(least).toBeGreaterThan(12);
        else expect(apart(boxes[found], x, y)).toBe(least);
      }),
    );
  });
});

describe('step', () => {
  test('goes through the values in order, and stops at the ends', () => {
    expect(step(grid, undefined, 'ArrowRight')).toBe(0);
    expect(step(grid, undefined, 'ArrowLeft')).toBe(5);
    expect(step(grid, 2, 'ArrowRight')).toBe(3);
    expect(step(grid, 5, 'ArrowRight')).toBe(5);
    expect(step(grid, 0, 'ArrowLeft')).toBe(0);
    expect(step(grid, 3, 'Home')).toBe(0);
    expect(step(grid, 3, 'End')).toBe(5);
  });

  test('goes up and down to what lies straight there', () => {
    expect(step(grid, 1, 'ArrowDown')).toBe(4);
    expect(step(grid, 5, 'ArrowUp')).toBe(2);
    expect(step(grid, 4, 'ArrowDown')).toBe(4);
  });

  test('leaves other keys and empty pictures alone', () => {
    expect(step(grid, 1, 'Tab')).toBeUndefined();
    expect(step([], undefined, 'Home')).toBeUndefined();
  });
});
