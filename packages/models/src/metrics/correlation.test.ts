import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { correlation } from './correlation.js';

const f64 = (values: readonly number[]) => Float64Array.from(values);

describe('correlation', () => {
  test('equals numpy.corrcoef within 1e-12', () => {
    const r = correlation(f64([3, 1, 4, 1, 5, 9, 2, 6]), f64([2, 7, 1, 8, 2, 8, 1, 8]));
    expect(r).toBeCloseTo(0.20965531907301216, 12);
  });

  test('is undefined when a series is constant, even where the mean is not exact', () => {
    const ramp = f64([1, 2, 3, 4, 5, 6, 7]);
    expect(correlation(new Float64Array(7).fill(0.1), ramp)).toBeUndefined();
    expect(correlation(ramp, new Float64Array(7).fill(0.1))).toBeUndefined();
    expect(correlation(f64([1]), f64([2]))).toBeUndefined();
    expect(correlation(f64([]), f64([]))).toBeUndefined();
    expect(correlation(f64([1, Number.NaN, 2]), f64([1, 2, 3]))).toBeUndefined();
  });

  test('keeps 1e-6 at a mean a million times the spread', () => {
    const a = Float64Array.from({ length: 1000 }, (_, i) => 1e6 + Math.sin(i));
    const b = Float64Array.from({ length: 1000 }, (_, i) => -1e6 + 2 * Math.sin(i));
    expect(correlation(a, b)).toBeCloseTo(1, 6);
  });

  test('refuses series of different lengths', () => {
    expect(() => correlation(f64([1, 2]), f64([1, 2, 3]))).toThrow(/as long as each other/);
  });

  const pairs = fc.array(
    fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: -1000, max: 1000 })),
    {
      minLength: 2,
      maxLength: 40,
    },
  );

  test('is symmetric, within [−1, 1], and follows the sign of an affine change (1e-9)', () => {
    fc.assert(
      fc.property(
        pairs,
        fc.integer({ min: -50, max: 50 }).filter((k) => k !== 0),
        fc.integer({ min: -1000, max: 1000 }),
        (points, scale, offset) => {
          const a = f64(points.map(([x]) => x));
          const b = f64(points.map(([, y]) => y));
          const r = correlation(a, b);
          expect(correlation(b, a)).toBe(r);
          const changed = correlation(
            a.map((v) => v * scale + offset),
            b,
          );
          if (r === undefined) {
            expect(changed).toBeUndefined();
          } else {
            expect(Math.abs(r)).toBeLessThanOrEqual(1);
            expect(changed).toBeCloseTo(Math.sign(scale) * r, 9);
          }
        },
      ),
    );
  });

  test('of a series with itself is 1 (1e-12), unless constant', () => {
    fc.assert(
      fc.property(pairs, (points) => {
        const a = f64(points.map(([x]) => x));
        const constant = a.every((v) => v === a[0]);
        if (constant) expect(correlation(a, a)).toBeUndefined();
        else expect(correlation(a, a)).toBeCloseTo(1, 12);
      }),
    );
  });
});
