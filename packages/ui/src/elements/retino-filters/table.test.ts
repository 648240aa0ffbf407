import type { FilterSummary } from '@retinoscope/worker';
import { describe, expect, test } from 'vitest';
import { columns, filtersCsv, rows, statement, validView, viewedMap } from './table.js';

const filter = (change: Partial<FilterSummary> = {}): FilterSummary => ({
  spatial: new Float32Array([1, 2]),
  height: 1,
  width: 2,
  temporal: new Float32Array([1]),
  embedded: new Float32Array([0, 1, 2, 0]),
  feature: new Float32Array([3, 1, 2, 3]),
  moransI: 0.512,
  strength: 1,
  effective: true,
  ...change,
});
const crop = { height: 2, width: 2 };

test('an unknown view is the filter itself', () => {
  expect(validView('feature')).toBe('feature');
  expect(validView('none')).toBe('filter');
  expect(validView(undefined)).toBe('filter');
});

test('embedded filters and features have the size of the crop', () => {
  expect(viewedMap(filter(), 'filter', crop)).toMatchObject({ height: 1, width: 2 });
  expect(viewedMap(filter(), 'feature', crop)).toEqual({
    values: new Float32Array([3, 1, 2, 3]),
    height: 2,
    width: 2,
  });
});

describe('the table', () => {
  test('has a field for each column', () => {
    const filters = [
      filter({ match: { subunit: 2, cosine: 0.987 } }),
      filter({ effective: false, moransI: -0.05, strength: 0.03 }),
    ];
    expect(rows(filters, true)).toEqual([
      ['0', 'yes', '0.512', '1', '2', '0.987'],
      ['1', 'no', '−0.05', '0.03', '–', '–'],
    ]);
    expect(rows(filters, true)[0].length).toBe(columns.length);
    expect(rows(filters, false)[0].length).toBe(columns.length - 2);
  });
});

test('the statement counts filters, subunits and cosines', () => {
  const fit = { filters: [filter(), filter()], effectiveFilters: 2, distinctSubunits: 1 };
  expect(statement(fit)).toBe(
    '2 of 2 filters are effective; 1 distinct subunit after merging duplicates.',
  );
  expect(statement({ ...fit, matchedCosines: [0.991, 0.95] })).toContain(
    'with the 2 true subunits: 0.991, 0.950.',
  );
});

test('the file has one row a square and one column a filter', () => {
  expect(filtersCsv([filter(), filter()], 'filter', crop)).toBe(
    'y,x,filter 0,filter 1\r\n0,0,1,1\r\n0,1,2,2\r\n',
  );
});
