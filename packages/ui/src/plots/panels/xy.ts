/**
 * What plots of points against two axes share: domains, ticks, and the frame with both labels outside of it, so that
 * long labels are wrapped. Pure but for `xyPanel`.
 */
import * as Plot from '@observablehq/plot';
import type { Axis } from '@retinoscope/worker';
import { formatCount, formatNumber } from '../numbers.js';
import { logTicks } from '../scale.js';
import { type Panel, plotPanel, svgElement } from '../svg.js';
import { fitLines } from '../text.js';
import { fontSize, type Palette, textWidth } from '../theme.js';

export interface Ruler {
  readonly label: string;
  readonly scale: 'linear' | 'log';
  readonly domain: readonly [number, number];
  /** Where ticks stand; round numbers when absent. */
  readonly ticks?: readonly number[];
}

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** An axis over `values`: its own domain where it has one; what a logarithmic axis cannot show is left out. */
export function rulerOf(axis: Axis, values: readonly number[], round: boolean): Ruler {
  const { label, scale = 'linear' } = axis;
  const shown = values.filter(
    (value) => Number.isFinite(value) && (scale === 'linear' || value > 0),
  );
  if (axis.domain) return { label, scale, domain: axis.domain };
  if (shown.length === 0) return { label, scale, domain: scale === 'log' ? [1, 10] : [0, 1] };
  let low = shown.reduce((least, value) => Math.min(least, value));
  let high = shown.reduce((most, value) => Math.max(most, value));
  if (low === high) {
    const margin = scale === 'log' ? 1 : Math.abs(low) / 10 || 1;
    [low, high] = scale === 'log' ? [low / 2, high * 2] : [low - margin, high + margin];
  } else if (round && scale === 'linear') {
    [low, high] = roundDomain(low, high, 5);
  }
  return { label, scale, domain: [low, high] };
}

/** Whether a ruler reaches a value. */
export function within({ domain: [low, high], scale }: Ruler, value: number): boolean {
  const edge = scale === 'log' ? 0 : 1e-9 * (high - low);
  return value >= low - edge && value <= high + edge;
}

/** A note on points that the axes do not reach. */
export function beyond(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'point' : 'points'} beyond the axes`;
}

/** The domain widened to whole multiples of the step of about `count` ticks. */
export function roundDomain(low: number, high: number, count: number): [number, number] {
  const step = tickStep(low, high, count);
  const at = (value: number): number => Number((value * step).toPrecision(12));
  return [at(Math.floor(low / step + 1e-9)), at(Math.ceil(high / step - 1e-9))];
}

function tickStep(low: number, high: number, count: number): number {
  const rough = (high - low) / Math.max(1, count);
  const decade = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((each) => each * decade >= rough * (1 - 1e-9)) ?? 10;
  return factor * decade;
}

/** Round ticks within the domain of a ruler, at most about `most`. */
export function ticksOf({ domain: [low, high], scale, ticks }: Ruler, most: number): number[] {
  if (ticks) return [...ticks];
  const powers = scale === 'log' ? logTicks(low, high, most) : [];
  // Less than a decade may hold too few round powers.
  if (powers.length > 1) return powers;
  let count = Math.max(1, most);
  for (;;) {
    const step = tickStep(low, high, count);
    const first = Math.ceil(low / step - 1e-9);
    const last = Math.floor(high / step + 1e-9);
    if (last - first + 1 <= most || count <= 1) {
      return Array.from({ length: last - first + 1 }, (_, i) =>
        Number(((first + i) * step).toPrecision(12)),
      ).map((tick) => tick || 0);
    }
    count--;
  }
}

/** The values themselves as ticks where they are few and stand apart by their labels' width; undefined otherwise. */
export function valueTicks(
  values: readonly number[],
  place: (value: number) => number,
  most = 12,
): number[] | undefined {
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  if (distinct.length > most) return undefined;
  for (let i = 1; i < distinct.length; i++) {
    const room =
      (textWidth(tickText(distinct[i - 1]), 11) + textWidth(tickText(distinct[i]), 11)) / 2 + 8;
    if (Math.abs(place(distinct[i]) - place(distinct[i - 1])) < room) return undefined;
  }
  return distinct;
}

/** Position of a value on a ruler of `length` pixels. */
export function position({ domain, scale }: Ruler, length: number): (value: number) => number {
  const f = scale === 'log' ? Math.log : (value: number) => value;
  const [low, high] = [f(domain[0]), f(domain[1])];
  return (value) => (length * (f(value) - low)) / (high - low);
}

export function tickText(value: number): string {
  return formatNumber(value, 6);
}

/** Pixels between the frame and the outermost points. */
export const inset = 12;

const lineHeight = 14;

/** Pixels at the left of a frame for ticks of its vertical axis. */
export function leftMargin(y: Ruler, height: number): number {
  const widths = ticksOf(y, yTickCount(height)).map((tick) => textWidth(tickText(tick), 11));
  return Math.ceil(Math.max(22, ...widths) + 14);
}

function yTickCount(height: number): number {
  return Math.max(3, Math.floor(height / 36));
}

export const rightMargin = 14;

/**
 * A frame of `size.inner` pixels height with both axes; `draw` gives what stands in it. `bottom` pixels are kept below
 * for names that `draw` writes itself, in place of ticks.
 */
export function xyPanel(
  x: Ruler,
  y: Ruler,
  size: {
    readonly width: number;
    readonly inner: number;
    readonly left?: number;
    readonly bottom?: number;
  },
  palette: Palette,
  draw: (
    x: (value: number) => number,
    y: (value: number) => number,
    box: Box,
  ) => readonly SVGElement[],
): Panel {
  const { width, inner } = size;
  const left = size.left ?? leftMargin(y, inner);
  const above = fitLines(y.label, width - 4, 2, 11);
  const below = fitLines(x.label, width - left - 4, 2, 11);
  const top = above.length * lineHeight + 8;
  const tickRoom = size.bottom ?? 20;
  const bottom = tickRoom + below.length * lineHeight + 4;
  const height = top + inner + bottom;
  const box = { left, right: width - rightMargin, top, bottom: top + inner };
  const yTicks = ticksOf(y, yTickCount(inner));
  const xTicks = size.bottom === undefined ? ticksOf(x, Math.max(3, Math.floor(width / 70))) : [];
  const panel = plotPanel(
    {
      width,
      height,
      marginLeft: left,
      marginRight: rightMargin,
      marginTop: top,
      marginBottom: bottom,
      inset,
      x: { type: x.scale, domain: [...x.domain], axis: null },
      y: { type: y.scale, domain: [...y.domain], axis: null },
      marks: [
        Plot.gridY(yTicks, { stroke: palette.grid, strokeOpacity: 1 }),
        size.bottom === undefined
          ? Plot.gridX(xTicks, { stroke: palette.grid, strokeOpacity: 0.6 })
          : null,
        (_index, scales) =>
          scales.x && scales.y
            ? svgElement(
                'g',
                {},
                svgElement('path', {
                  d: `M${box.left},${box.top}V${box.bottom}H${box.right}`,
                  fill: 'none',
                  stroke: palette.muted,
                }),
                ...tickMarks(xTicks.map(scales.x), yTicks.map(scales.y), {
                  xTicks,
                  yTicks,
                  box,
                  palette,
                }),
                ...draw(scales.x, scales.y, box),
              )
            : null,
      ],
    },
    palette,
  );
  const text = (lines: readonly string[], at: { x: number; y: number; anchor: string }) =>
    lines.map((line, i) =>
      svgElement(
        'text',
        {
          x: at.x,
          y: at.y + i * lineHeight,
          'text-anchor': at.anchor,
          'font-size': 11,
          fill: palette.ink,
        },
        line,
      ),
    );
  panel.node.append(
    ...text(above, { x: 2, y: fontSize - 1, anchor: 'start' }),
    ...text(below, {
      x: (left + width - rightMargin) / 2,
      y: box.bottom + tickRoom + fontSize - 1,
      anchor: 'middle',
    }),
  );
  return panel;
}

/** Ticks and their numbers, left of the frame and below it: Plot thins those of a logarithmic axis by its own rule. */
function tickMarks(
  xs: readonly number[],
  ys: readonly number[],
  options: {
    readonly xTicks: readonly number[];
    readonly yTicks: readonly number[];
    readonly box: Box;
    readonly palette: Palette;
  },
): SVGElement[] {
  const { box, palette, xTicks, yTicks } = options;
  const mark = (d: string): SVGElement => svgElement('path', { d, stroke: palette.muted });
  const number = (text: string, attributes: Record<string, string | number>): SVGElement =>
    svgElement('text', { ...attributes, 'font-size': 11, fill: palette.ink }, text);
  return [
    ...xs.flatMap((x, i) => [
      mark(`M${x},${box.bottom}v4`),
      number(tickText(xTicks[i]), { x, y: box.bottom + 16, 'text-anchor': 'middle' }),
    ]),
    ...ys.flatMap((y, i) => [
      mark(`M${box.left},${y}h-4`),
      number(tickText(yTicks[i]), { x: box.left - 7, y, dy: '0.35em', 'text-anchor': 'end' }),
    ]),
  ];
}
