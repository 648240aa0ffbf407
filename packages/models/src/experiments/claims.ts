/** Claims about rows: bounds on what was measured. A value that is missing fails them. Pure. */
import type { Claim, ExperimentRow } from './types.js';

type Value = number | null | undefined;

interface ClaimOptions {
  /** True when absent. */
  readonly required?: boolean;
  readonly because?: string;
}

const say = (value: Value) =>
  value === null || value === undefined
    ? 'not measured'
    : String(+value.toPrecision(3)).replace('-', '−');

const claim = (
  says: string,
  value: Value,
  test: (value: number) => boolean,
  { required = true, because }: ClaimOptions = {},
): Claim => ({
  says,
  found: say(value),
  holds: value !== null && value !== undefined && test(value),
  required,
  because,
});

export const atLeast = (says: string, value: Value, bound: number, options?: ClaimOptions) =>
  claim(`${says} ≥ ${bound}`, value, (found) => found >= bound, options);

export const atMost = (says: string, value: Value, bound: number, options?: ClaimOptions) =>
  claim(`${says} ≤ ${bound}`, value, (found) => found <= bound, options);

export const above = (says: string, value: Value, bound: number, options?: ClaimOptions) =>
  claim(`${says} > ${bound}`, value, (found) => found > bound, options);

export const equals = (says: string, value: Value, wanted: number, options?: ClaimOptions) =>
  claim(`${says}: ${wanted}`, value, (found) => found === wanted, options);

/** A measure of a row; null where either is missing. */
export function measureOf(row: ExperimentRow | undefined, name: string): number | null {
  return row?.measures[name] ?? null;
}

/** a − b; null where either is missing. */
export function difference(a: Value, b: Value): number | null {
  return typeof a === 'number' && typeof b === 'number' ? a - b : null;
}

/** The row of the smallest validation loss: the restart that is kept. */
export function bestRow(rows: readonly ExperimentRow[]): ExperimentRow | undefined {
  const loss = (row: ExperimentRow) => row.measures.validationLoss ?? Number.POSITIVE_INFINITY;
  return rows.reduce<ExperimentRow | undefined>(
    (best, row) => (best === undefined || loss(row) < loss(best) ? row : best),
    undefined,
  );
}

/** Rows whose factors have these values. */
export function rowsWhere(
  rows: readonly ExperimentRow[],
  factors: Readonly<Record<string, number | string>>,
): ExperimentRow[] {
  return rows.filter((row) =>
    Object.entries(factors).every(([name, value]) => row.factors[name] === value),
  );
}

export interface Summary {
  readonly n: number;
  readonly mean: number;
  /** Over n − 1; 0 of a single value. */
  readonly sd: number;
}

/** Mean and SD of the values that are there; undefined when none is. */
export function summary(values: readonly Value[]): Summary | undefined {
  const there = values.filter((value): value is number => typeof value === 'number');
  const n = there.length;
  if (n === 0) return undefined;
  const mean = there.reduce((sum, value) => sum + value, 0) / n;
  const squares = there.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { n, mean, sd: n > 1 ? Math.sqrt(squares / (n - 1)) : 0 };
}

/** Mean of a measure over rows; null when none has it. */
export function meanOf(rows: readonly ExperimentRow[], name: string): number | null {
  return summary(rows.map((row) => row.measures[name]))?.mean ?? null;
}
