import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  columnsOfSelf,
  meanGain,
  self,
  transferMatrix,
  transferMeans,
  transferPanels,
} from './transfer.js';
import type { ExperimentRow, Measures } from './types.js';

type Values = readonly (readonly (number | null)[])[];

/** Rows of cells of these numbers, `values[model][data]`. */
function rows(cells: readonly number[], values: Values, version = 1): ExperimentRow[] {
  return cells.map((cell, i) => {
    const measures: Measures = Object.fromEntries(
      cells.map((other, j) => [`ccOnCell${other}`, values[i][j]]),
    );
    return { key: `v${version}-${cell}`, factors: { cell, version }, seed: 1, measures, drawn: {} };
  });
}

const cc = fc.option(fc.double({ min: -1, max: 1, noNaN: true }), { nil: null, freq: 6 });
/** Cells by their numbers, and a matrix with gaps. */
const matrices = fc
  .uniqueArray(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 6 })
  .chain((cells) => {
    const size = { minLength: cells.length, maxLength: cells.length };
    return fc.record({ cells: fc.constant(cells), values: fc.array(fc.array(cc, size), size) });
  });

test('the matrix has model in rows and data in columns, of one version alone', () => {
  fc.assert(
    fc.property(matrices, matrices, (one, two) => {
      const both = [...rows(two.cells, two.values, 2), ...rows(one.cells, one.values, 1)];
      for (const [version, { cells, values }] of [
        [1, one],
        [2, two],
      ] as const) {
        const matrix = transferMatrix(both, version);
        expect(matrix.cells).toEqual(cells);
        expect(matrix.values).toEqual(values);
        for (const [i, model] of cells.entries()) {
          expect(cells.map((data) => matrix.of(model, data))).toEqual(values[i]);
        }
        expect(matrix.of(100, cells[0])).toBeNull();
      }
      expect(rows(one.cells, one.values).map(self)).toEqual(
        one.cells.map((_, i) => one.values[i][i]),
      );
    }),
  );
  const none = transferMatrix([], 1);
  expect([none.cells, none.values]).toEqual([[], []]);
});

test('means are of the diagonal and of everything else, what is missing left out', () => {
  fc.assert(
    fc.property(matrices, ({ cells, values }) => {
      let sums = { self: [0, 0], others: [0, 0] };
      for (const [i, row] of values.entries()) {
        for (const [j, value] of row.entries()) {
          if (value === null) continue;
          const where = i === j ? 'self' : 'others';
          sums = { ...sums, [where]: [sums[where][0] + value, sums[where][1] + 1] };
        }
      }
      const found = transferMeans(transferMatrix(rows(cells, values), 1));
      for (const where of ['self', 'others'] as const) {
        const [sum, count] = sums[where];
        if (count === 0) expect(found[where]).toBeNull();
        else expect(found[where]).toBeCloseTo(sum / count, 9);
      }
    }),
  );
});

test('a column is of its own cell when no other model is as good; equals and cells without a CC do not count', () => {
  const columns = (values: Values) =>
    columnsOfSelf(
      transferMatrix(
        rows(
          values.map((_, i) => i),
          values,
        ),
        1,
      ),
    );
  expect(
    columns([
      [0.9, 0.1],
      [0.2, 0.8],
    ]),
  ).toBe(2);
  expect(
    columns([
      [0.9, 0.8],
      [0.2, 0.8],
    ]),
  ).toBe(1);
  expect(
    columns([
      [0.1, 0.9],
      [0.9, 0.1],
    ]),
  ).toBe(0);
  expect(
    columns([
      [null, 0.1],
      [0.2, 0.8],
    ]),
  ).toBe(1);
  expect(
    columns([
      [0.9, null],
      [null, 0.8],
    ]),
  ).toBe(2);
  expect(columns([])).toBe(0);
});

test('the better the own models, the more columns are theirs: all of them above 1, none below −1', () => {
  fc.assert(
    fc.property(matrices, ({ cells, values }) => {
      const own = (value: number) =>
        values.map((row, i) => row.map((other, j) => (i === j ? value : (other ?? 0))));
      const count = (value: number) => columnsOfSelf(transferMatrix(rows(cells, own(value)), 1));
      expect(count(1.1)).toBe(cells.length);
      expect(count(-1.1)).toBe(cells.length === 1 ? 1 : 0);
      expect(count(0.5)).toBeGreaterThanOrEqual(count(0.2));
    }),
  );
});

test('scatters hold self against the mean of the row and of the column, for the cells that have both', () => {
  const values = [
    [0.9, 0.2, 0.4],
    [0.1, 0.8, null],
    [0.3, 0.6, null],
  ];
  const [matrix, scatter] = transferPanels(transferMatrix(rows([4, 0, 7], values), 1), 'Version I');
  expect(matrix).toMatchObject({ kind: 'matrix', values, rows: { names: ['4', '0', '7'] } });
  if (scatter.kind !== 'scatter') return expect.fail('a scatter');
  const [toOthers, toTarget] = scatter.series.map(({ points }) => points);
  const close = (
    points: typeof toOthers,
    wanted: readonly (readonly [number, number, string])[],
  ) => {
    expect(points.map(({ label }) => label)).toEqual(wanted.map(([, , label]) => label));
    for (const [i, { x, y }] of points.entries()) {
      expect(x).toBe(wanted[i][0]);
      expect(y).toBeCloseTo(wanted[i][1], 12);
    }
  };
  close(toOthers, [
    [0.9, 0.3, 'cell 4'],
    [0.8, 0.1, 'cell 0'],
  ]);
  close(toTarget, [
    [0.9, 0.2, 'cell 4'],
    [0.8, 0.4, 'cell 0'],
  ]);
  expect(transferPanels(transferMatrix([], 1), 'Version I')).toEqual([]);
});

test('the mean gain is over the cells that have both', () => {
  const a = [0.5, null, 0.7, 0.1];
  const b = [0.6, 0.9, null, 0.4];
  const gain = (cells: readonly number[]) =>
    meanGain(
      cells,
      (cell) => a[cell],
      (cell) => b[cell],
    );
  expect(gain([0, 1, 2, 3])).toBeCloseTo(0.2, 12);
  expect(gain([1, 2])).toBeNull();
});
