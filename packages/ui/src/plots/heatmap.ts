/**
 * One map `[y, x]` on the symmetric diverging scale, with axes in squares or µm and a colour bar.
 * Squares keep their shape: the map is never stretched. Needs a document.
 */

import * as Plot from '@observablehq/plot';
import type { Crop } from '@retinoscope/worker';
import { colourBar, colourBarWidth } from './colour-bar.js';
import { symmetricLimit } from './diverging.js';
import type { Ellipse } from './ellipse.js';
import { formatNumber } from './numbers.js';
import { mapCanvas, type PixelMap } from './pixels.js';
import { integerTicks } from './scale.js';
import { picture, plotPanel, svgElement } from './svg.js';
import { type Palette, type PlotOptions, palettes } from './theme.js';

export interface HeatmapOptions extends PlotOptions {
  /** What the colours mean, with its unit. */
  readonly unit: string;
  /** Scale from −limit to limit; the map's largest absolute value when absent. */
  readonly limit?: number;
  /** Position of the map's first square in the whole stimulus; 0, 0 when absent. */
  readonly origin?: { readonly x: number; readonly y: number };
  /** Side of a square, µm: axes are in µm from the stimulus' corner. In squares, 0-based, when absent. */
  readonly squareSize?: number;
  /** Outlined by dashes; in squares of the whole stimulus. */
  readonly crop?: Crop;
  /** Outlined at 1.5σ; in squares of the whole stimulus. */
  readonly ellipse?: Ellipse;
  /** Start of the accessible name. */
  readonly name?: string;
}

const edge = { top: 12, bottom: 36 };

export function heatmap(map: PixelMap, options: HeatmapOptions): SVGSVGElement {
  const { theme = 'light', width, unit, squareSize } = options;
  const palette = palettes[theme];
  const origin = options.origin ?? { x: 0, y: 0 };
  const limit = options.limit ?? symmetricLimit([map.values]);
  const margin = { ...edge, left: squareSize ? 58 : 44 };
  const room = {
    width: Math.max(40, width - margin.left - colourBarWidth - 1),
    height: (options.height ?? 360) - margin.top - margin.bottom,
  };
  const side = Math.min(room.width / map.width, room.height / map.height);
  const inner = { width: side * map.width, height: side * map.height };
  const total = inner.height + margin.top + margin.bottom;

  // A square's index stands at its middle; a distance in µm starts at the stimulus' edge.
  const place = squareSize
    ? (square: number) => (square + 0.5) * squareSize
    : (square: number) => square;
  const edges = {
    x: [place(origin.x - 0.5), place(origin.x + map.width - 0.5)],
    y: [place(origin.y - 0.5), place(origin.y + map.height - 0.5)],
  };
  const name = squareSize ? 'µm' : 'square';
  const axis = {
    tickFormat: (value: number) => String(value),
    fontSize: 11,
    labelArrow: 'none' as const,
  };
  const panel = plotPanel(
    {
      width: inner.width + margin.left + 1,
      height: total,
      marginTop: margin.top,
      marginLeft: margin.left,
      marginBottom: margin.bottom,
      marginRight: 1,
      x: { domain: edges.x },
      y: { domain: [edges.y[1], edges.y[0]] },
      marks: [
        (_index, { x, y }) =>
          x && y
            ? svgElement('image', {
                href: mapCanvas(map, limit, theme, 600).toDataURL(),
                x: x(edges.x[0]),
                y: y(edges.y[0]),
                width: inner.width,
                height: inner.height,
                preserveAspectRatio: 'none',
                'image-rendering': 'pixelated',
              })
            : null,
        Plot.frame({ stroke: palette.muted }),
        (_index, { x, y }) => (x && y ? outlines(options, palette, place, x, y) : null),
        Plot.axisX(integerTicks(edges.x[0], edges.x[1], inner.width / 36), {
          ...axis,
          label: `x (${name})`,
          labelAnchor: 'center',
        }),
        Plot.axisY(integerTicks(edges.y[0], edges.y[1], inner.height / 24), {
          ...axis,
          label: `y (${name})`,
          labelAnchor: 'center',
        }),
      ],
    },
    palette,
  );
  const bar = colourBar(limit, { height: inner.height, margin: margin.top, unit, theme });
  const x = inner.width + margin.left + 1;
  return picture(
    [
      { panel, x: 0, y: 0 },
      { panel: bar, x, y: 0 },
    ],
    { width: x + colourBarWidth, height: total, theme, label: label(map, limit, options) },
  );
}

type Position = (value: number) => number;

function outlines(
  { crop, ellipse }: HeatmapOptions,
  palette: Palette,
  place: (square: number) => number,
  x: Position,
  y: Position,
): SVGElement {
  const group = svgElement('g', { fill: 'none' });
  const both = (
    shape: (attributes: Record<string, string | number>) => SVGElement,
    dash?: string,
  ): void => {
    group.append(
      shape({ stroke: palette.halo, 'stroke-width': 3.5, 'stroke-opacity': 0.8 }),
      shape({
        stroke: palette.overlay,
        'stroke-width': 1.5,
        ...(dash && { 'stroke-dasharray': dash }),
      }),
    );
  };
  if (crop) {
    const left = x(place(crop.x - 0.5));
    const top = y(place(crop.y - 0.5));
    const box = {
      x: left,
      y: top,
      width: x(place(crop.x + crop.width - 0.5)) - left,
      height: y(place(crop.y + crop.height - 0.5)) - top,
    };
    both((attributes) => svgElement('rect', { ...box, ...attributes }), '5 3');
  }
  if (ellipse) {
    const unit = Math.abs(x(place(1)) - x(place(0)));
    const shape = {
      rx: 1.5 * ellipse.sigmaLong * unit,
      ry: 1.5 * ellipse.sigmaShort * unit,
      transform: `translate(${x(place(ellipse.x))},${y(place(ellipse.y))}) rotate(${(ellipse.angle * 180) / Math.PI})`,
    };
    both((attributes) => svgElement('ellipse', { ...shape, ...attributes }));
  }
  return group;
}

function label(map: PixelMap, limit: number, options: HeatmapOptions): string {
  const origin = options.origin ?? { x: 0, y: 0 };
  let peak = 0;
  for (let i = 1; i < map.height * map.width; i++) {
    if (Math.abs(map.values[i]) > Math.abs(map.values[peak])) peak = i;
  }
  const x = origin.x + (peak % map.width);
  const y = origin.y + Math.floor(peak / map.width);
  const outlined = [
    options.crop && 'the crop is outlined by dashes',
    options.ellipse && 'an ellipse marks 1.5σ',
  ].filter(Boolean);
  return (
    `${options.name ?? 'Map'} of ${map.width} × ${map.height} squares, ${options.unit}, colours from ` +
    `${formatNumber(-limit)} to ${formatNumber(limit)}; extreme ${formatNumber(map.values[peak])} at ` +
    `x ${x}, y ${y}${outlined.length > 0 ? `; ${outlined.join(', ')}` : ''}.`
  );
}
