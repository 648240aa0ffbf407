import { expect, test } from 'vitest';
import { fig2 } from './fig2.js';
import { experimentTable, tableCsv } from './table.js';
import type { ExperimentRow, Measures } from './types.js';

/** Rows as the paper would have them, k = 1 … 5, with some measures of one of them changed. */
function rows(filters = 0, changed: Measures = {}): ExperimentRow[] {
  return [1, 2, 3, 4, 5].map((k) => ({
    key: `k${k}`,
    factors: { filters: k },
    seed: 1,
    measures: {
      cc: k < 4 ? 0.9 : 0.99,
      strongestFilterAndSta: 0.95,
      leastMatchedCosine: k < 4 ? 0 : 0.96,
      distinctSubunits: Math.min(k, 4),
      effectiveFilters: Math.min(k, 4),
      ...(k === filters ? changed : {}),
    },
  }));
}

const holding = (found: readonly ExperimentRow[]) => fig2.claims(found).map(({ holds }) => holds);

test('every claim can fail by itself, and a run that is missing fails those about it', () => {
  const broken: readonly (readonly [filters: number, changed: Measures])[] = [
    [1, { strongestFilterAndSta: 0.89 }],
    [4, { leastMatchedCosine: 0.94 }],
    [4, { cc: 0.97 }],
    [1, { cc: 0.95 }],
    [5, { distinctSubunits: 5 }],
    [5, { effectiveFilters: 5 }],
  ];
  expect(holding(rows())).toEqual(broken.map(() => true));
  for (const [claim, [filters, changed]] of broken.entries()) {
    expect(holding(rows(filters, changed))).toEqual(broken.map((_, i) => i !== claim));
  }
  expect(holding([])).toEqual(broken.map(() => false));
});

test('a table has its rows in the order of the runs; a measure that is missing is an empty field', () => {
  const shuffled = [...rows(2, { cc: null })].reverse();
  const table = experimentTable(fig2, 'quick', shuffled);
  expect(table.rows.map(({ key }) => key)).toEqual(['k1', 'k2', 'k3', 'k4', 'k5']);
  expect(table.runs[0].request.settings.restarts).toBe(3);
  const [header, , second] = tableCsv(table).split('\n');
  expect(header).toBe(
    'run,filters,seed,cc,strongestFilterAndSta,leastMatchedCosine,distinctSubunits,effectiveFilters',
  );
  expect(second).toBe('k2,2,1,,0.95,0,2,2');
});
