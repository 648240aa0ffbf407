/** What the line plots have in common: margins, axes and their labels. */
import * as Plot from '@observablehq/plot';
import { formatNumber } from './numbers.js';
import type { Palette } from './theme.js';

export interface Series {
  readonly label: string;
  readonly values: ArrayLike<number>;
  readonly colour: string;
  /** SVG dash array; solid when absent. */
  readonly dash?: string;
}

export const lineMargins = { marginTop: 24, marginLeft: 54, marginBottom: 36, marginRight: 14 };

/** Both axes with their labels (the horizontal one only where it is named), a light horizontal grid, and ticks as the width has room for. */
export function axes(
  size: { width: number; height: number },
  labels: { x?: string; y?: string },
  palette: Palette,
): Plot.Markish[] {
  const tickFormat = (value: number): string => formatNumber(value, 6);
  const common = { tickFormat, fontSize: 11, labelArrow: 'none' as const };
  const yTicks = Math.max(2, Math.floor(size.height / 40));
  return [
    Plot.gridY({ ticks: yTicks, stroke: palette.grid, strokeOpacity: 1 }),
    labels.x === undefined
      ? null
      : Plot.axisX({
          ...common,
          ticks: Math.max(3, Math.floor(size.width / 80)),
          label: labels.x,
          labelAnchor: 'center',
        }),
    Plot.axisY({ ...common, ticks: yTicks, label: labels.y ?? null, labelAnchor: 'top' }),
  ];
}

/** Least and largest finite value, 0 included; [0, 1] when there is none. */
export function extent(series: Iterable<ArrayLike<number>>, withZero = true): [number, number] {
  let low = withZero ? 0 : Number.POSITIVE_INFINITY;
  let high = withZero ? 0 : Number.NEGATIVE_INFINITY;
  for (const values of series) {
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low > high) return [0, 1];
  if (low === high) return low === 0 ? [0, 1] : [Math.min(low, 0), Math.max(high, 0)];
  return [low, high];
}

/** Share of the values of a series that its drawn extent always holds. */
const shown = 0.95;

/**
 * Least finite value, and the largest but for the highest 5 % of each series where these reach far above the
 * rest: by more than half of what is left. [0, 1] when there is no value.
 */
export function robustExtent(series: readonly (readonly number[])[]): [number, number] {
  const [low, high] = extent(series, false);
  const tops = series.flatMap((values) => {
    const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
    return sorted.length === 0 ? [] : [sorted[Math.ceil(shown * sorted.length) - 1]];
  });
  const top = Math.max(low, ...tops);
  return top > low && high - top > (top - low) / 2 ? [low, top] : [low, high];
}
