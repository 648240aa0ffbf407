/**
 * Geometry of the plots: the layout of tiles and of labels. Pure.
 */

/** Pixels of a tile at the least in a grid of `width` pixels: four tiles on a telephone, larger ones where there is room. */
export function smallestTile(width: number): number {
  return Math.max(54, Math.min(84, width / 10));
}

/** The largest of 1, 2, 5, 10, … that is no longer than `most`. */
export function scaleLength(most: number): number {
  const decade = 10 ** Math.floor(Math.log10(most));
  const factor = [5, 2, 1].find((each) => each * decade <= most) ?? 1;
  return factor * decade;
}

export interface GridLayout {
  readonly columns: number;
  readonly rows: number;
  /** Side of a tile's longer edge, pixels. */
  readonly tile: number;
}

/**
 * Columns and tile size for `count` tiles in `width` pixels: as large as `largest`, no smaller than `smallest`
 * while the width holds one column, and no row left with a single tile where another count of columns avoids it.
 */
export function gridLayout(
  count: number,
  width: number,
  limits: { readonly smallest: number; readonly largest: number; readonly gap: number },
): GridLayout {
  const { smallest, largest, gap } = limits;
  const fits = Math.max(1, Math.floor((width + gap) / (smallest + gap)));
  const rows = Math.max(1, Math.ceil(count / fits));
  const columns = Math.max(1, Math.ceil(count / rows));
  const tile = Math.min(largest, Math.floor((width + gap) / columns) - gap);
  return { columns, rows, tile };
}

/**
 * Positions of labels that want to stand at `wanted`, moved apart to at least `distance` and kept within
 * `low` … `high` where there is room; in the order given.
 */
export function spreadLabels(
  wanted: readonly number[],
  distance: number,
  low: number,
  high: number,
): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b]);
  const placed = [...wanted];
  let last = low - distance;
  for (const i of order) last = placed[i] = Math.max(wanted[i], last + distance);
  let next = high + distance;
  for (const i of order.reverse()) next = placed[i] = Math.min(placed[i], next - distance);
  return placed;
}
