import fc from 'fast-check';
import { EigenvalueDecomposition, Matrix, solve } from 'ml-matrix';
import { expect, test } from 'vitest';
import { solveLinear, symmetricEigen } from './linear-algebra.js';

/** Square matrices of up to 8 rows, some with equal or no rows. */
const squares = fc
  .integer({ min: 1, max: 8 })
  .chain((size) =>
    fc
      .array(fc.integer({ min: -9, max: 9 }), { minLength: size * size, maxLength: size * size })
      .map((entries) => ({ size, entries: Float64Array.from(entries) })),
  );

const rows = (entries: Float64Array, size: number) =>
  new Matrix(
    Array.from({ length: size }, (_, i) => Array.from(entries.slice(i * size, (i + 1) * size))),
  );

test('A·v = λ·v, orthonormal vectors, and the eigenvalues of ml-matrix: within 1e-12 of the norm', () => {
  fc.assert(
    fc.property(squares, ({ size, entries }) => {
      const a = entries.map((v, k) => v + entries[(k % size) * size + Math.floor(k / size)]);
      const bound = 1e-12 * Math.max(1, Math.hypot(...a));
      const { values, vectors } = symmetricEigen(a, size);
      vectors.forEach((vector, k) => {
        for (let i = 0; i < size; i++) {
          const product = vector.reduce((sum, v, j) => sum + a[i * size + j] * v, 0);
          expect(Math.abs(product - values[k] * vector[i])).toBeLessThanOrEqual(bound);
        }
        vectors.forEach((other, l) => {
          const dot = vector.reduce((sum, v, j) => sum + v * other[j], 0);
          expect(Math.abs(dot - Number(k === l))).toBeLessThanOrEqual(1e-12);
        });
      });
      const expected = new EigenvalueDecomposition(rows(a, size), { assumeSymmetric: true });
      const sorted = Array.from(values).sort((x, y) => x - y);
      expected.realEigenvalues
        .sort((x, y) => x - y)
        .forEach((value, i) => {
          expect(Math.abs(sorted[i] - value)).toBeLessThanOrEqual(bound);
        });
    }),
  );
});

test('eigenvalues 1e-20 to 1e20 apart and a matrix of zeros converge', () => {
  const { values, vectors } = symmetricEigen(Float64Array.of(1e20, 1, 1, 1e-20), 2);
  expect(Math.max(...values)).toBe(1e20);
  expect(vectors.flatMap((vector) => [...vector]).every(Number.isFinite)).toBe(true);
  expect([...symmetricEigen(new Float64Array(9), 3).values]).toEqual([0, 0, 0]);
});

test('the solution of a linear system is that of ml-matrix: within 1e-9, relative to its size', () => {
  fc.assert(
    fc.property(
      squares,
      fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 8, maxLength: 8 }),
      ({ size, entries }, given) => {
        const a = entries.map((v, k) => v + (k % (size + 1) === 0 ? 100 : 0));
        const b = Float64Array.from(given.slice(0, size));
        const expected = solve(rows(a, size), Matrix.columnVector([...b])).to1DArray();
        solveLinear(a, b).forEach((value, i) => {
          expect(Math.abs(value - expected[i])).toBeLessThanOrEqual(
            1e-9 * (1 + Math.abs(expected[i])),
          );
        });
      },
    ),
  );
});

test('rows are exchanged where the diagonal is zero; a singular matrix gives no finite solution', () => {
  expect([...solveLinear(Float64Array.of(0, 2, 4, 0), Float64Array.of(6, 8))]).toEqual([2, 3]);
  const singular = solveLinear(Float64Array.of(1, 2, 2, 4), Float64Array.of(1, 1));
  expect(singular.every(Number.isFinite)).toBe(false);
});
