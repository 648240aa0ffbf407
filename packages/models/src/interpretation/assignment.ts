/**
 * The assignment problem: rows and columns paired one to one so that the sum of their scores is largest (Kuhn 1955),
 * by shortest augmenting paths with potentials (Jonker and Volgenant 1987), in time rows² × columns.
 */

/**
 * The column given to each row of `scores` `[row][column]`, finite numbers, each column at most once; −1 for the rows
 * left over where there are more rows than columns.
 */
export function bestAssignment(scores: readonly (readonly number[])[]): number[] {
  const columns = scores[0]?.length ?? 0;
  if (scores.length > columns) {
    const turned = Array.from({ length: columns }, (_, c) => scores.map((row) => row[c]!));
    const rows = scores.map(() => -1);
    for (const [column, row] of bestAssignment(turned).entries()) rows[row] = column;
    return rows;
  }
  const rowPotential = new Float64Array(scores.length);
  const columnPotential = new Float64Array(columns);
  /** Row of each column; −1 while it is free. */
  const owner = new Int32Array(columns).fill(-1);
  for (let row = 0; row < scores.length; row++) {
    // Shortest path, in reduced cost −score − potentials, from the row to each column, and the column before it.
    const distance = new Float64Array(columns).fill(Number.POSITIVE_INFINITY);
    const before = new Int32Array(columns).fill(-1);
    const reached = new Uint8Array(columns);
    let from = row;
    let last = -1;
    let length = 0;
    for (;;) {
      let next = -1;
      for (let c = 0; c < columns; c++) {
        if (reached[c]) continue;
        const reduced = -scores[from]![c]! - rowPotential[from]! - columnPotential[c]!;
        if (length + reduced < distance[c]!) {
          distance[c] = length + reduced;
          before[c] = last;
        }
        if (next < 0 || distance[c]! < distance[next]!) next = c;
      }
      reached[next] = 1;
      last = next;
      length = distance[next]!;
      if (owner[next]! < 0) break;
      from = owner[next]!;
    }
    // Potentials that keep every reduced cost at least 0, and those of paired rows and columns at 0.
    rowPotential[row]! += length;
    for (let c = 0; c < columns; c++) {
      if (!reached[c] || c === last) continue;
      rowPotential[owner[c]!]! += length - distance[c]!;
      columnPotential[c]! -= length - distance[c]!;
    }
    while (last >= 0) {
      const previous = before[last]!;
      owner[last] = previous < 0 ? row : owner[previous]!;
      last = previous;
    }
  }
  const chosen = scores.map(() => -1);
  for (const [column, row] of owner.entries()) if (row >= 0) chosen[row] = column;
  return chosen;
}
