import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { moransI } from './morans-i.js';

/** The published double sum over all pairs of squares. */
function bruteForce(map: Float64Array, height: number, width: number): number {
  const n = map.length;
  const mean = map.reduce((sum, v) => sum + v, 0) / n;
  let total = 0;
  let pairs = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    squares += (map[i]! - mean) ** 2;
    for (let j = 0; j < n; j++) {
      const distance =
        Math.abs((i % width) - (j % width)) +
        Math.abs(Math.floor(i / width) - Math.floor(j / width));
      if (distance !== 1) continue;
      total += 1;
      pairs += (map[i]! - mean) * (map[j]! - mean);
    }
  }
  expect(total).toBe(4 * n - 2 * (width + height));
  return (n / total) * (pairs / squares);
}

describe('moransI', () => {
  test('equals the double sum over all pairs, and keeps it under affine change (1e-9)', () => {
    fc.assert(
      fc.property(
        fc
          .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 2, max: 6 }))
          .chain(([h, w]) =>
            fc.tuple(
              fc.constant(h),
              fc.constant(w),
              fc.array(fc.integer({ min: -20, max: 20 }), { minLength: h * w, maxLength: h * w }),
            ),
          ),
        ([height, width, values]) => {
          const map = Float64Array.from(values);
          const found = moransI(map, height, width);
          if (values.every((v) => v === values[0])) {
            expect(found).toBe(0);
          } else {
            expect(found).toBeCloseTo(bruteForce(map, height, width), 9);
            const turned = map.map((v) => -3 * v + 7);
            expect(moransI(turned, height, width)).toBeCloseTo(found, 9);
          }
        },
      ),
    );
  });

  test('a chessboard is −1, a 3 × 3 table agrees with numpy (1e-9)', () => {
    const board = Float32Array.from({ length: 64 }, (_, i) => ((i + Math.floor(i / 8)) % 2) - 0.5);
    expect(moransI(board, 8, 8)).toBeCloseTo(-1, 9);
    expect(moransI(Float32Array.of(1, 2, 3, 2, 4, 6, 1, 0, 7), 3, 3)).toBeCloseTo(
      0.16584158415841577,
      9,
    );
  });

  test('a 2 × 2 subunit in a 7 × 7 filter passes .25; white noise does not', () => {
    const subunit = new Float32Array(49);
    for (const i of [16, 17, 23, 24]) subunit[i] = 1;
    expect(moransI(subunit, 7, 7)).toBeGreaterThan(0.25);
    const noise = Float32Array.from(
      { length: 49 },
      (_, i) => (((i * 7919 + 13) * 104729) % 101) / 101,
    );
    expect(moransI(noise, 7, 7)).toBeLessThan(0.25);
  });

  test('maps without shape are 0', () => {
    expect(moransI(new Float32Array(9).fill(0.1), 3, 3)).toBe(0);
    expect(moransI(Float32Array.of(4), 1, 1)).toBe(0);
  });
});
