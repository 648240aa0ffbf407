import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cosine } from './maps.js';
import { assign, distinctSubunits, matchSubunits, mergeDuplicates } from './match.js';

/** The four 2 × 2 subunits of the published model cell, in 8 × 8. */
const subunits = [
  [2, 2],
  [2, 4],
  [4, 2],
  [4, 4],
].map(([y, x]) => {
  const map = new Float32Array(64);
  for (const i of [0, 1, 8, 9]) map[y! * 8 + x! + i] = 1;
  return map;
});

function noisy(map: Float32Array, amount: number, phase: number, scale = 1): Float32Array {
  return map.map((v, i) => scale * (v + amount * Math.sin(i * 12.9898 + phase * 78.233)));
}

function permutations(n: number, k: number): number[][] {
  if (k === 0) return [[]];
  return permutations(n, k - 1).flatMap((head) =>
    Array.from({ length: n }, (_, i) => i)
      .filter((i) => !head.includes(i))
      .map((i) => [...head, i]),
  );
}

describe('assign', () => {
  test('reaches the best sum of all one-to-one pairings, up to 5 × 5, any shape (1e-9)', () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })).chain(([r, c]) =>
          fc.array(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: c, maxLength: c }), {
            minLength: r,
            maxLength: r,
          }),
        ),
        (table) => {
          const scores = table.map((row) => row.map((v) => v / 1000));
          const rows = scores.length;
          const columns = scores[0]!.length;
          const found = assign(scores);
          const used = found.filter((c) => c >= 0);
          expect(used.length).toBe(Math.min(rows, columns));
          expect(new Set(used).size).toBe(used.length);
          const sum = found.reduce((s, c, r) => s + (c < 0 ? 0 : scores[r]![c]!), 0);
          const best =
            rows <= columns
              ? permutations(columns, rows).map((p) => p.reduce((s, c, r) => s + scores[r]![c]!, 0))
              : permutations(rows, columns).map((p) =>
                  p.reduce((s, r, c) => s + scores[r]![c]!, 0),
                );
          expect(sum).toBeCloseTo(Math.max(...best), 9);
        },
      ),
    );
  });

  test('no columns leave every row over; scores that are not finite are refused', () => {
    expect(assign([[], []])).toEqual([-1, -1]);
    expect(assign([])).toEqual([]);
    expect(() => assign([[Number.NaN]])).toThrow(/finite/);
  });
});

describe('matchSubunits', () => {
  test('permuted, scaled, negated filters find their subunits with cosine 1 (1e-6)', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4, maxLength: 4 }),
        fc.array(fc.constantFrom(-3, -1, 0.5, 2), { minLength: 4, maxLength: 4 }),
        (order, scales) => {
          const filters = order.map((s, k) => subunits[s]!.map((v) => v * scales[k]!));
          const matches = matchSubunits(filters, subunits);
          matches.forEach((match, subunit) => {
            expect(order[match.filter]).toBe(subunit);
            expect(match.cosine).toBeCloseTo(1, 6);
          });
        },
      ),
    );
  });

  test('the sum of cosines does not depend on order or signs of noisy filters (1e-6)', () => {
    const filters = Array.from({ length: 6 }, (_, k) => noisy(subunits[k % 4]!, 0.4, k));
    const total = (maps: Float32Array[]) =>
      matchSubunits(maps, subunits).reduce((sum, match) => sum + match.cosine, 0);
    const expected = total(filters);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(filters, { minLength: 6, maxLength: 6 }),
        fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
        (maps, signs) => {
          const turned = maps.map((map, k) => (signs[k] ? map : map.map((v) => -v)));
          expect(total(turned)).toBeCloseTo(expected, 6);
        },
      ),
    );
  });

  test('fewer filters than subunits leave −1 and cosine 0', () => {
    const matches = matchSubunits([subunits[2]!], subunits);
    expect(matches.map((match) => match.filter)).toEqual([-1, -1, 0, -1]);
    expect(matches[0]).toEqual({ filter: -1, cosine: 0, members: [] });
  });

  test('filters that do not count are not matched', () => {
    const matches = matchSubunits(subunits, subunits, { effective: [true, false, true, true] });
    expect(matches[1]!.filter).toBe(-1);
    expect(matches[3]!.filter).toBe(3);
  });

  test('a duplicate cannot take the place of another subunit’s filter', () => {
    const filters = [noisy(subunits[0]!, 0.05, 1), noisy(subunits[0]!, 0.1, 2), subunits[1]!];
    const matches = matchSubunits(filters, subunits.slice(0, 2), { strength: [1, 3, 2] });
    expect(matches[0]!.filter).toBe(1);
    expect(matches[0]!.members).toEqual([1, 0]);
    expect(matches[1]!.filter).toBe(2);
  });

  test('maps of another size are refused', () => {
    expect(() => matchSubunits([new Float32Array(9).fill(1)], subunits)).toThrow(/one size/);
  });
});

describe('mergeDuplicates', () => {
  test('eight filters on four subunits are four, whatever their signs', () => {
    const filters = Array.from({ length: 8 }, (_, k) =>
      noisy(subunits[k % 4]!, 0.08, k, k % 3 === 0 ? -2 : 1),
    );
    const groups = mergeDuplicates(filters);
    expect(groups.map((group) => [...group.members].sort()).sort()).toEqual([
      [0, 4],
      [1, 5],
      [2, 6],
      [3, 7],
    ]);
    expect(distinctSubunits(filters)).toBe(4);
    for (const group of groups) expect(Math.hypot(...group.map)).toBeCloseTo(1, 5);
  });

  test('the merged map is the mean of unit maps by strength, signed as the strongest (1e-6)', () => {
    const a = Float32Array.of(2, 0, 0);
    const b = Float32Array.of(-1, -0.2, 0);
    const [group] = mergeDuplicates([a, b], { strength: [1, 3] });
    const unitB = [-1 / Math.hypot(1, 0.2), -0.2 / Math.hypot(1, 0.2)];
    const sum = Float64Array.of(3 * unitB[0]! - 1, 3 * unitB[1]!, 0);
    expect(group!.members).toEqual([1, 0]);
    expect(cosine(group!.map, sum)).toBeCloseTo(1, 6);
  });

  test('two overlapping subunits below the threshold stay two; zero filters count for none', () => {
    const half = Float32Array.of(1, 1, 0, 0);
    const other = Float32Array.of(0, 1, 1, 0);
    expect(distinctSubunits([half, other, new Float32Array(4)])).toBe(2);
    expect(distinctSubunits([half, other], { threshold: 0.4 })).toBe(1);
    expect(distinctSubunits([])).toBe(0);
    expect(distinctSubunits([half, other], { effective: [false, false] })).toBe(0);
  });

  test('afterwards no two groups reach the threshold, and each filter is in one group (1e-5)', () => {
    const vector = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(vector, { maxLength: 9 }), (vectors) => {
        const maps = vectors.map((v) => Float32Array.from(v));
        const groups = mergeDuplicates(maps, { threshold: 0.8 });
        const nonzero = maps.flatMap((map, k) => (map.some((v) => v !== 0) ? [k] : []));
        expect(groups.flatMap((group) => group.members).sort((a, b) => a - b)).toEqual(nonzero);
        groups.forEach((a, i) => {
          for (const b of groups.slice(i + 1)) {
            expect(Math.abs(cosine(a.map, b.map))).toBeLessThan(0.8 + 1e-5);
          }
        });
      }),
    );
  });

  test('marks and strengths must be as many as the filters', () => {
    expect(() => mergeDuplicates(subunits, { strength: [1] })).toThrow(/as many/);
  });
});
