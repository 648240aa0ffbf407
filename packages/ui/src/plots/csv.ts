/** Comma-separated values by RFC 4180: one column a name, rows as long as the longest column. Pure. */
import { csvField } from '@retinoscope/worker';

export type Column = ArrayLike<number | string | undefined>;

/** Columns in the order of the object's keys; a missing or non-finite value is an empty field. */
export function toCsv(columns: Readonly<Record<string, Column>>): string {
  const names = Object.keys(columns);
  const rows = names.reduce((most, name) => Math.max(most, columns[name].length), 0);
  const lines = [names.map(field).join(',')];
  for (let row = 0; row < rows; row++) {
    lines.push(names.map((name) => field(columns[name][row])).join(','));
  }
  return `${lines.join('\r\n')}\r\n`;
}

/** A map `[y, x]` as columns y, x and `name`, squares counted from `origin`. */
export function mapColumns(
  map: { readonly values: ArrayLike<number>; readonly height: number; readonly width: number },
  name: string,
  origin: { readonly x: number; readonly y: number } = { x: 0, y: 0 },
): Record<string, Column> {
  const squares = Array.from({ length: map.height * map.width }, (_, i) => i);
  return {
    y: squares.map((i) => origin.y + Math.floor(i / map.width)),
    x: squares.map((i) => origin.x + (i % map.width)),
    [name]: map.values,
  };
}

/** Significant digits written: what tells any two 32-bit floats apart. */
const digits = 9;

function field(value: number | string | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number')
    return Number.isFinite(value) ? String(Number(value.toPrecision(digits))) : '';
  return csvField(value);
}
