/** The one symmetric diverging scale of the maps. Pure, and small: a first paint has it. */
import { labMixture } from './lab.js';
import type { Theme } from './theme.js';

/** Largest finite |value| over all maps; 1 when every value is 0 or not finite. */
export function symmetricLimit(maps: Iterable<ArrayLike<number>>): number {
  let limit = 0;
  for (const map of maps) {
    for (let i = 0; i < map.length; i++) {
      const size = Math.abs(map[i]);
      if (size > limit && size < Number.POSITIVE_INFINITY) limit = size;
    }
  }
  return limit > 0 ? limit : 1;
}

/** Blue, white, red at −1, −½, 0, ½, 1; the ends stay clear of the page's background. */
const divergingStops: Readonly<Record<Theme, readonly string[]>> = {
  light: ['#2166ac', '#67a9cf', '#f7f7f7', '#ef8a62', '#b2182b'],
  dark: ['#3d8fe0', '#8fbfe8', '#e6eaef', '#f2a68a', '#e0503f'],
};

/** Entries of the colour table; odd, so that 0 has an entry of its own. */
export const colourCount = 255;

const tables = new Map<Theme, Uint8Array>();

/** Red, green and blue of the diverging scale at `colourCount` equal steps from −1 to 1. */
export function divergingTable(theme: Theme): Uint8Array {
  const known = tables.get(theme);
  if (known) return known;
  const stops = divergingStops[theme];
  const mixtures = stops.slice(1).map((stop, i) => labMixture(stops[i], stop));
  const table = new Uint8Array(colourCount * 3);
  for (let i = 0; i < colourCount; i++) {
    const at = (i / (colourCount - 1)) * (stops.length - 1);
    const from = Math.min(stops.length - 2, Math.floor(at));
    table.set(mixtures[from](at - from), i * 3);
  }
  tables.set(theme, table);
  return table;
}

/** Entry of the colour table for `value` on the scale from −limit to limit; clamped, the middle for NaN. */
export function colourIndex(value: number, limit: number): number {
  const middle = (colourCount - 1) / 2;
  const at = Math.round((value / limit) * middle);
  return Number.isNaN(at) ? middle : middle + Math.max(-middle, Math.min(middle, at));
}

/** CSS colour of `value` on the scale from −limit to limit. */
export function divergingColour(value: number, limit: number, theme: Theme): string {
  const table = divergingTable(theme);
  const at = colourIndex(value, limit) * 3;
  return `rgb(${table[at]}, ${table[at + 1]}, ${table[at + 2]})`;
}
