/** Means with error bars against what was varied. Drawing needs a document. */
import type { SweepPanel } from '@retinoscope/worker';
import type { Column } from '../csv.js';
import { type LegendEntry, legend } from '../legend.js';
import { seriesStyles, shapePath } from '../marks.js';
import { formatNumber } from '../numbers.js';
import { barName, sayValue } from '../say.js';
import { picture, svgElement } from '../svg.js';
import { opening, type PlotOptions, palettes } from '../theme.js';
import { categoryLabels, dodge } from './categories.js';
import { columnsOf } from './rows.js';
import {
  beyond,
  inset,
  leftMargin,
  position,
  type Ruler,
  rightMargin,
  rulerOf,
  valueTicks,
  within,
  xyPanel,
} from './xy.js';

type Point = SweepPanel['series'][number]['points'][number];

export function drawSweep(panel: SweepPanel, options: PlotOptions): SVGSVGElement {
  const { width, theme = 'light' } = options;
  const palette = palettes[theme];
  const { categories } = panel.x;
  const styles = seriesStyles(panel.series, palette);
  const several = panel.series.length > 1;
  const all = panel.series.flatMap(({ points }) => points);
  const y = rulerOf(panel.y, all.flatMap(reach), true);
  const inner = (options.height ?? (width < 480 ? 250 : 300)) - 60;
  const left = leftMargin(y, inner);
  const room = width - left - rightMargin - 2 * inset;
  const x = xRuler(panel, all, room);
  const band = room / Math.max(1, categories?.length ?? 1);
  const names = categories && categoryLabels(categories, band, left + inset);

  const barred = all.some(({ sd = 0 }) => sd > 0);
  const entries: LegendEntry[] = several
    ? panel.series.map(({ name }, i) => ({
        label: name,
        ...styles[i],
        mark: categories ? ('points' as const) : ('line' as const),
      }))
    : [];
  if (barred) {
    entries.push({ label: `± ${panel.errorBars ?? 'SD'}`, colour: palette.ink, mark: 'bar' });
  }
  const hidden = all.filter(
    (point) => Number.isFinite(point.mean) && !drawable(point, x, y),
  ).length;
  if (hidden > 0) entries.push({ label: beyond(hidden), colour: palette.muted, mark: 'none' });
  const keys = legend(entries, width - left, palette);
  const offsets = dodge(panel.series.length, categories ? band : 40, categories ? 16 : 2.5);

  const plot = xyPanel(
    x,
    y,
    { width, inner, left, bottom: names?.height },
    palette,
    (px, py, box) => {
      const drawn: SVGElement[] = [];
      if (names) {
        const wide = (box.right - box.left - 2 * inset) / names.lines.length;
        names.lines.forEach((lines, i) => {
          const middle = box.left + inset + (i + 0.5) * wide;
          if (i > 0) {
            drawn.push(
              svgElement('path', {
                d: `M${middle - wide / 2},${box.top}V${box.bottom}`,
                stroke: palette.grid,
                'stroke-opacity': 0.6,
              }),
            );
          }
          drawn.push(...nameText(lines, names.angle, middle, box.bottom, palette.ink));
        });
      }
      const dense = (points: readonly Point[]): boolean => !categories && points.length * 30 > room;
      // Points that stand close, as on a fitted curve, are small and below the others, which they would hide.
      const order = panel.series
        .map((_, i) => i)
        .sort(
          (a, b) => Number(dense(panel.series[b].points)) - Number(dense(panel.series[a].points)),
        );
      for (const i of order) {
        const { points } = panel.series[i];
        const { colour, dash, shape } = styles[i];
        const radius = dense(points) ? 1.5 : 4;
        const shown = points
          .filter((point) => drawable(point, x, y))
          .sort((a, b) => a.x - b.x)
          .map((point) => ({ point, at: px(point.x) + offsets[i], mean: py(point.mean) }));
        if (!categories && shown.length > 1) {
          drawn.push(
            svgElement('path', {
              d: `M${shown.map(({ at, mean }) => `${at},${mean}`).join('L')}`,
              fill: 'none',
              stroke: colour,
              'stroke-width': 1.75,
              'stroke-dasharray': dash,
              'stroke-linejoin': 'round',
            }),
          );
        }
        for (const { point, at } of shown) {
          const { sd = 0 } = point;
          if (!(sd > 0)) continue;
          const top = Math.max(box.top, py(point.mean + sd));
          const end = point.mean - sd;
          const bottom = y.scale === 'log' && end <= 0 ? box.bottom : Math.min(box.bottom, py(end));
          drawn.push(
            svgElement('path', {
              d: `M${at - 3},${top}h6M${at},${top}V${bottom}M${at - 3},${bottom}h6`,
              fill: 'none',
              stroke: colour,
              'stroke-width': 1.25,
            }),
          );
        }
        for (const { point, at, mean } of shown) {
          drawn.push(
            svgElement('path', {
              d: shapePath(shape, at, mean, radius),
              fill: colour,
              stroke: palette.background,
              'stroke-width': 1,
              'paint-order': 'stroke',
              'data-say': sayPoint(panel, i, point),
            }),
          );
        }
      }
      return drawn;
    },
  );
  const height = keys.height + plot.height;
  return picture(
    [
      { panel: keys, x: left, y: 0 },
      { panel: plot, x: 0, y: keys.height },
    ],
    { width, height, theme, label: label(panel) },
  );
}

/** Lines below the axis at `x`, centred, or one that ends there. */
function nameText(
  lines: readonly string[],
  angle: number,
  x: number,
  bottom: number,
  fill: string,
): SVGElement[] {
  if (angle !== 0) {
    return lines.map((line) =>
      svgElement(
        'text',
        {
          transform: `translate(${x + 4},${bottom + 12}) rotate(${angle})`,
          'text-anchor': 'end',
          'font-size': 11,
          fill,
        },
        line,
      ),
    );
  }
  return lines.map((line, row) =>
    svgElement(
      'text',
      { x, y: bottom + 16 + row * 13, 'text-anchor': 'middle', 'font-size': 11, fill },
      line,
    ),
  );
}

function xRuler(panel: SweepPanel, points: readonly Point[], room: number): Ruler {
  const { categories } = panel.x;
  if (categories) {
    const { label } = panel.x;
    return { label, scale: 'linear', domain: [-0.5, Math.max(1, categories.length) - 0.5] };
  }
  const values = points.map((point) => point.x);
  const ruler = rulerOf(panel.x, values, false);
  const [low, high] = ruler.domain;
  const shown = values.filter((value) => value >= low && value <= high);
  return { ...ruler, ticks: valueTicks(shown, position(ruler, room)) };
}

/** Least and most that a point and its bar reach. */
function reach({ mean, sd = 0 }: Point): number[] {
  return [mean - sd, mean, mean + sd];
}

function drawable(point: Point, x: Ruler, y: Ruler): boolean {
  return within(x, point.x) && within(y, point.mean);
}

/** `2 layers, 8 filters: CC 0.962 ± 0.004 (SD)`. */
export function sayPoint(panel: SweepPanel, index: number, { x, mean, sd = 0 }: Point): string {
  const where = placeName(panel, x);
  const { name } = panel.series[index];
  const what = panel.series.length > 1 && name ? `${name}, ${where}` : where;
  return `${what}: ${sayValue(panel.y.label, mean, { sd, what: barName(panel.errorBars) })}`;
}

/** `cell 3` for the category `3` of the axis `cell`; a category that is no number says itself. */
function placeName({ x: axis }: SweepPanel, x: number): string {
  const category = axis.categories?.[x];
  if (category === undefined) return sayValue(axis.label, x);
  return Number.isFinite(Number(category)) ? `${axis.label} ${category}` : category;
}

function label(panel: SweepPanel): string {
  const series = panel.series.map(({ name, points }) => {
    const finite = points.filter(({ mean }) => Number.isFinite(mean));
    if (finite.length === 0) return `${name}: no values`;
    const best = finite.reduce((a, b) => (b.mean > a.mean ? b : a));
    const least = finite.reduce((a, b) => (b.mean < a.mean ? b : a));
    const at = (point: Point): string =>
      `${formatNumber(point.mean)} at ${panel.x.categories?.[point.x] ?? formatNumber(point.x, 6)}`;
    return `${name}: least ${at(least)}, largest ${at(best)}`;
  });
  return `${opening(panel.title)}${panel.y.label} against ${panel.x.label}. ${series.join('; ')}.`;
}

export function sweepColumns(panel: SweepPanel): Record<string, Column> {
  const { categories, label: x } = panel.x;
  const rows = panel.series.flatMap(({ name, points }) =>
    points.map((point) => [name, categories?.[point.x] ?? point.x, point.mean, point.sd]),
  );
  return columnsOf(['series', x, panel.y.label, panel.errorBars ?? 'SD'], rows);
}
