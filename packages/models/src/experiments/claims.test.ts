import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  above,
  atLeast,
  atMost,
  bestRow,
  difference,
  equals,
  meanOf,
  measureOf,
  rowsWhere,
  summary,
} from './claims.js';
import type { ExperimentRow, Measures } from './types.js';

const row = (measures: Measures, factors: ExperimentRow['factors'] = {}): ExperimentRow => ({
  key: 'key',
  factors,
  seed: 1,
  measures,
  drawn: {},
});

const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const maybe = fc.option(number, { nil: null });

test.each([
  ['at least', atLeast, [false, true, true]],
  ['at most', atMost, [true, true, false]],
  ['above', above, [false, false, true]],
  ['equal to', equals, [false, true, false]],
] as const)(
  'a value %s a bound holds as the words say, below, at and above it',
  (_, make, wanted) => {
    expect([0.4, 0.5, 0.6].map((value) => make('x', value, 0.5).holds)).toEqual(wanted);
  },
);

test.each([atLeast, atMost, above, equals])(
  'a value that is missing or not a number never holds (%o)',
  (make) => {
    for (const bound of [-1, 0, 1]) {
      expect(make('x', null, bound)).toMatchObject({ holds: false, found: 'not measured' });
      expect(make('x', undefined, bound)).toMatchObject({ holds: false, found: 'not measured' });
      expect(make('x', Number.NaN, bound).holds).toBe(false);
    }
  },
);

test('a claim says its bound, is required unless told otherwise, and gives three digits of what was found', () => {
  expect(atLeast('CC', 0.98765, 0.9)).toEqual({
    says: 'CC ≥ 0.9',
    found: '0.988',
    holds: true,
    required: true,
    because: undefined,
  });
  expect(atMost('loss', 0.1, 0.2, { required: false, because: 'why' })).toMatchObject({
    says: 'loss ≤ 0.2',
    required: false,
    because: 'why',
  });
  expect(above('gain', 12345.6, 0)).toMatchObject({ says: 'gain > 0', found: '12300' });
  expect(equals('subunits', 4, 4)).toMatchObject({ says: 'subunits: 4', found: '4' });
});

test('difference is a − b of two numbers, and null where either is missing', () => {
  fc.assert(
    fc.property(maybe, maybe, (a, b) => {
      expect(difference(a, b)).toBe(a === null || b === null ? null : a - b);
    }),
  );
  expect([difference(undefined, 1), difference(1, undefined)]).toEqual([null, null]);
});

test('summary leaves out what is missing; mean and SD by the textbook within 1e-6 of the size of the values', () => {
  fc.assert(
    fc.property(fc.array(maybe, { maxLength: 12 }), (values) => {
      const there = values.flatMap((value) => value ?? []);
      const found = summary(values);
      expect(found).toEqual(summary(there));
      expect(found === undefined).toBe(there.length === 0);
      if (!found) return;
      // The variance over pairs: Σ(a − b)² over all i < j, divided by n(n − 1).
      let [total, pairs] = [0, 0];
      for (const [i, a] of there.entries()) {
        total += a;
        for (const b of there.slice(i + 1)) pairs += (a - b) ** 2;
      }
      const n = there.length;
      const tolerance = 1e-6 * Math.max(1, ...there.map(Math.abs));
      expect(found.n).toBe(n);
      expect(Math.abs(found.mean - total / n)).toBeLessThan(tolerance);
      const sd = n > 1 ? Math.sqrt(pairs / (n * (n - 1))) : 0;
      expect(Math.abs(found.sd - sd)).toBeLessThan(tolerance);
    }),
  );
  expect(summary([3])).toEqual({ n: 1, mean: 3, sd: 0 });
  expect(summary([null, undefined])).toBeUndefined();
});

test('meanOf and measureOf give a measure where there is one, and null elsewhere', () => {
  const rows = [row({ cc: 0.2 }), row({ cc: null }), row({}), row({ cc: 0.4 })];
  expect(rows.map((each) => measureOf(each, 'cc'))).toEqual([0.2, null, null, 0.4]);
  expect(measureOf(undefined, 'cc')).toBeNull();
  expect(meanOf(rows, 'cc')).toBeCloseTo(0.3, 12);
  expect(meanOf(rows, 'loss')).toBeNull();
  expect(meanOf([], 'cc')).toBeNull();
});

test('the best row has the least validation loss, the first of equals; without a loss it comes last', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer({ max: 5, min: 0 }), { nil: null })), (losses) => {
      const rows = losses.map((validationLoss) => row({ validationLoss }));
      const there = losses.flatMap((loss) => loss ?? []);
      const wanted = there.length > 0 ? losses.indexOf(Math.min(...there)) : 0;
      expect(bestRow(rows)).toBe(rows[wanted]);
    }),
  );
  expect(bestRow([])).toBeUndefined();
});

test('rows are found by all of the factors, a number never for its text', () => {
  const rows = [
    row({}, { kind: 'share', percent: 1 }),
    row({}, { kind: 'share', percent: 10 }),
    row({}, { kind: 'replaced', percent: 10 }),
  ];
  expect(rowsWhere(rows, { percent: 10 })).toEqual(rows.slice(1));
  expect(rowsWhere(rows, { percent: 10, kind: 'share' })).toEqual([rows[1]]);
  expect(rowsWhere(rows, { percent: '10' })).toEqual([]);
  expect(rowsWhere(rows, { filters: 10 })).toEqual([]);
  expect(rowsWhere(rows, {})).toEqual(rows);
});
