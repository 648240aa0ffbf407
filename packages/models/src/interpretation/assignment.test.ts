import fc from 'fast-check';
import { linearSumAssignment } from 'linear-sum-assignment';
import { expect, test } from 'vitest';
import { bestAssignment } from './assignment.js';

test('up to 12 × 12 scores of any sign, the sum of the columns chosen is that of linear-sum-assignment: within 1e-9', () => {
  const table = fc
    .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
    .chain(([rows, columns]) =>
      fc.array(
        fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: columns, maxLength: columns }),
        { minLength: rows, maxLength: rows },
      ),
    )
    .map((rows) => rows.map((row) => row.map((value) => value / 1000)));
  fc.assert(
    fc.property(table, (scores) => {
      const sumOf = (columns: readonly number[]) =>
        columns.reduce((sum, c, r) => sum + (c < 0 ? 0 : scores[r]![c]!), 0);
      const found = bestAssignment(scores);
      const used = found.filter((c) => c >= 0);
      expect(used.length).toBe(Math.min(scores.length, scores[0]!.length));
      expect(new Set(used).size).toBe(used.length);
      const { rowAssignments } = linearSumAssignment(
        scores.map((row) => Float64Array.from(row)),
        { maximaze: true },
      );
      expect(sumOf(found)).toBeCloseTo(sumOf(Array.from(rowAssignments)), 9);
    }),
  );
});

test('without rows or columns nothing is assigned', () => {
  expect(bestAssignment([])).toEqual([]);
  expect(bestAssignment([[], []])).toEqual([-1, -1]);
});
