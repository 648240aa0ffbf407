/** Models of each cell applied to every other cell's own squares and test part: what Figures 7 to 9 share. Pure. */
import type { Version } from '../architecture/index.js';
import { difference, measureOf, rowsWhere, summary } from './claims.js';
import type { FigurePanel } from './panels.js';
import type { ExperimentRow } from './types.js';

export interface TransferMatrix {
  /** Cells, in the order of rows and columns. */
  readonly cells: readonly number[];
  /** CC `[model][data]`. */
  readonly values: readonly (readonly (number | null)[])[];
  /** CC by the numbers of the cells; null where there is none. */
  of(model: number, data: number): number | null;
}

export function transferMatrix(rows: readonly ExperimentRow[], version: Version): TransferMatrix {
  const own = rowsWhere(rows, { version });
  const cells = own.map(({ factors }) => Number(factors.cell));
  return {
    cells,
    of: (model, data) => measureOf(rowsWhere(own, { cell: model })[0], `ccOnCell${data}`),
    values: own.map((row) => cells.map((cell) => measureOf(row, `ccOnCell${cell}`))),
  };
}

/** Mean CC of each model with its own cell, and with the others. */
export function transferMeans({ cells, values }: TransferMatrix) {
  const self = cells.map((_, i) => values[i][i]);
  const others = cells.flatMap((_, i) => values[i].filter((_, j) => j !== i));
  return { self: summary(self)?.mean ?? null, others: summary(others)?.mean ?? null };
}

/** Columns in which no other model predicts the cell as well as its own. */
export function columnsOfSelf({ cells, values }: TransferMatrix): number {
  return cells.filter((_, j) => {
    const self = values[j][j];
    return self !== null && values.every((row, i) => i === j || (row[j] ?? -1) < self);
  }).length;
}

/** The matrix, and both scatters: self against the model on others, and against others' models on the cell. */
export function transferPanels(matrix: TransferMatrix, version: string): FigurePanel[] {
  const { cells, values } = matrix;
  if (cells.length === 0) return [];
  const names = cells.map(String);
  const numbers = (of: readonly (number | null)[]) => summary(of)?.mean;
  const points = (mean: (i: number) => number | undefined) =>
    cells.flatMap((cell, i) => {
      const [x, y] = [values[i][i], mean(i)];
      return x === null || y === undefined ? [] : [{ x, y, label: `cell ${cell}` }];
    });
  return [
    {
      kind: 'matrix',
      title: `CC of each cell’s model with each cell’s data, ${version}`,
      unit: 'CC',
      rows: { label: 'model of cell', names },
      columns: { label: 'data of cell', names },
      values,
    },
    {
      kind: 'scatter',
      title: `Self against transfer, ${version}`,
      x: { label: 'CC of the own model with the own data' },
      y: { label: 'mean CC of transfers' },
      series: [
        {
          name: 'target’s model to others',
          points: points((i) => numbers(values[i].filter((_, j) => j !== i))),
        },
        {
          name: 'others’ models to target',
          points: points((j) => numbers(values.map((row) => row[j]).filter((_, i) => i !== j))),
        },
      ],
      identity: true,
    },
  ];
}

export function self(row: ExperimentRow): number | null {
  return measureOf(row, `ccOnCell${row.factors.cell}`);
}

/** Mean of b − a over the cells that have both. */
export function meanGain(
  cells: readonly number[],
  a: (cell: number) => number | null,
  b: (cell: number) => number | null,
): number | null {
  return summary(cells.map((cell) => difference(b(cell), a(cell))))?.mean ?? null;
}
