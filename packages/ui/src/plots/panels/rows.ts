/** Tables written row by row, given as columns. Pure. */
import type { Column } from '../csv.js';

/** Columns of `rows` under `names`, in that order. */
export function columnsOf(
  names: readonly string[],
  rows: readonly (readonly (number | string | undefined)[])[],
): Record<string, Column> {
  return Object.fromEntries(distinct(names).map((name, at) => [name, rows.map((row) => row[at])]));
}

/** Names for columns beside `taken`: one that is taken has a number added. */
function distinct(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let i = 2; seen.has(free); i++) free = `${name} ${i}`;
    seen.add(free);
    return free;
  });
}
