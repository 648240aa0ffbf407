/** Points against two axes, with the line of equality where it is wanted. Drawing needs a document. */
import type { ScatterPanel } from '@retinoscope/worker';
import type { Column } from '../csv.js';
import { type LegendEntry, legend } from '../legend.js';
import { seriesStyles, shapePath } from '../marks.js';
import { formatCount, formatNumber } from '../numbers.js';
import { sayValue } from '../say.js';
import { picture, svgElement } from '../svg.js';
import { opening, type PlotOptions, palettes } from '../theme.js';
import { columnsOf } from './rows.js';
import {
  beyond,
  leftMargin,
  type Ruler,
  rightMargin,
  rulerOf,
  ticksOf,
  within,
  xyPanel,
} from './xy.js';

type Point = ScatterPanel['series'][number]['points'][number];

/** Pixels of a side of a square frame, at most. */
const largestSide = 420;

export function drawScatter(panel: ScatterPanel, options: PlotOptions): SVGSVGElement {
  const { theme = 'light' } = options;
  const palette = palettes[theme];
  const styles = seriesStyles(panel.series, palette);
  const points = panel.series.flatMap((series) => series.points);
  const { x, y } = rulers(panel, points);
  const room = options.height ?? (options.width < 480 ? 260 : 320);
  const left = leftMargin(y, room);
  const most = options.width - left - rightMargin;
  const side = Math.min(largestSide, most);
  const width = panel.identity ? side + left + rightMargin : options.width;
  const inner = panel.identity ? side : room;

  const entries: LegendEntry[] =
    panel.series.length > 1
      ? panel.series.map(({ name }, i) => ({ label: name, ...styles[i], mark: 'points' as const }))
      : [];
  if (panel.identity) entries.push({ label: 'equality', colour: palette.muted, dash: '5 4' });
  const hidden = points.filter((point) => !drawable(point, x, y)).length;
  if (hidden > 0) entries.push({ label: beyond(hidden), colour: palette.muted, mark: 'none' });
  const keys = legend(entries, width - left, palette);
  const radius = points.length > 300 ? 2.75 : 4;

  const plot = xyPanel(x, y, { width, inner, left }, palette, (px, py) => {
    const drawn: SVGElement[] = [];
    if (panel.identity) {
      const [low, high] = x.domain;
      drawn.push(
        svgElement('path', {
          d: `M${px(low)},${py(low)}L${px(high)},${py(high)}`,
          stroke: palette.muted,
          'stroke-width': 1.25,
          'stroke-dasharray': '5 4',
        }),
      );
    }
    panel.series.forEach((series, i) => {
      const { colour, shape } = styles[i];
      for (const point of series.points) {
        const at = { x: px(point.x), y: py(point.y) };
        if (!drawable(point, x, y)) continue;
        drawn.push(
          svgElement('path', {
            d: shapePath(shape, at.x, at.y, radius),
            fill: colour,
            'fill-opacity': 0.55,
            stroke: colour,
            'stroke-width': 1,
            'data-say': sayScatter(panel, point),
          }),
        );
      }
    });
    return drawn;
  });
  return picture(
    [
      { panel: keys, x: left, y: 0 },
      { panel: plot, x: 0, y: keys.height },
    ],
    { width, height: keys.height + plot.height, theme, label: label(panel) },
  );
}

function drawable(point: Point, x: Ruler, y: Ruler): boolean {
  return within(x, point.x) && within(y, point.y);
}

/** Both axes; the same domain where the line of equality is drawn. */
function rulers(panel: ScatterPanel, points: readonly Point[]): { x: Ruler; y: Ruler } {
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  if (!panel.identity) return { x: rulerOf(panel.x, xs, true), y: rulerOf(panel.y, ys, true) };
  const given = [panel.x.domain, panel.y.domain].flatMap((domain) => domain ?? []);
  const values = given.length > 0 ? given : [...xs, ...ys];
  const scale = panel.x.scale;
  const free = rulerOf({ label: panel.x.label, scale }, values, given.length === 0);
  const both = { ...free, ticks: ticksOf(free, 7) };
  return { x: both, y: { ...both, label: panel.y.label } };
}

/** `cell 3: CC of the LN model 0.71, CC of the network 0.93`. */
function sayScatter(panel: ScatterPanel, { x, y, label }: Point): string {
  return `${label}: ${sayValue(panel.x.label, x)}, ${sayValue(panel.y.label, y)}`;
}

function label(panel: ScatterPanel): string {
  const series = panel.series.map(({ name, points }) => {
    const mean = (of: (point: Point) => number): string =>
      formatNumber(points.reduce((sum, point) => sum + of(point), 0) / points.length);
    const above = points.filter(({ x, y }) => y > x).length;
    return (
      `${name}: ${formatCount(points.length)} points` +
      (points.length > 0 ? `, mean x ${mean(({ x }) => x)}, mean y ${mean(({ y }) => y)}` : '') +
      (panel.identity ? `, ${formatCount(above)} above the line of equality` : '')
    );
  });
  return `${opening(panel.title)}${panel.y.label} (y) against ${panel.x.label} (x). ${series.join('; ')}.`;
}

export function scatterColumns(panel: ScatterPanel): Record<string, Column> {
  const rows = panel.series.flatMap(({ name, points }) =>
    points.map(({ x, y, label }) => [name, label, x, y]),
  );
  return columnsOf(['series', 'point', panel.x.label, panel.y.label], rows);
}
