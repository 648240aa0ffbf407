/** The vertical colour bar of the symmetric or the sequential scale, with its ticks and unit. Needs a document. */
import * as Plot from '@observablehq/plot';
import { divergingColour } from './diverging.js';
import { formatNumber } from './numbers.js';
import { sequentialColour } from './scale.js';
import { type Panel, plotPanel, svgElement } from './svg.js';
import { fitLines, wrap } from './text.js';
import { palettes, type Theme } from './theme.js';

/** Pixels that a colour bar takes beside its map. */
export const colourBarWidth = 88;

/** Whether a bar of `height` pixels has room for all of its unit. */
export function unitFits(unit: string, height: number, margin: number): boolean {
  return wrap(unit, height + 2 * margin).length <= unitRows;
}

/** Lines that the unit takes at most. */
const unitRows = 2;

const stops = 16;
let gradients = 0;

/**
 * A bar from −limit to limit, or from 0 where it is `sequential`, `height` pixels between its ends; `margin` pixels
 * are left above and below.
 */
export function colourBar(
  limit: number,
  options: { height: number; margin: number; unit: string; theme: Theme; sequential?: boolean },
): Panel {
  const { height, margin, unit, theme, sequential = false } = options;
  const low = sequential ? 0 : -limit;
  const unitLines = fitLines(unit, height + 2 * margin, unitRows);
  const palette = palettes[theme];
  const id = `retino-gradient-${++gradients}`;
  return plotPanel(
    {
      width: colourBarWidth,
      height: height + 2 * margin,
      marginTop: margin,
      marginBottom: margin,
      marginLeft: 8,
      marginRight: colourBarWidth - 22,
      y: { domain: [low, limit], label: null },
      x: { domain: [0, 1], axis: null },
      marks: [
        (_index, { x, y }) =>
          x && y
            ? svgElement(
                'g',
                {},
                svgElement(
                  'linearGradient',
                  { id, x1: 0, x2: 0, y1: 1, y2: 0 },
                  ...gradient(theme, sequential),
                ),
                svgElement('rect', {
                  x: x(0),
                  y: y(limit),
                  width: x(1) - x(0),
                  height: y(low) - y(limit),
                  fill: `url(#${id})`,
                  stroke: palette.muted,
                  'stroke-width': 0.5,
                }),
              )
            : null,
        Plot.axisY({
          anchor: 'right',
          ticks: height > 120 ? 5 : sequential ? [0, limit] : [-limit, 0, limit],
          tickFormat: (value: number) => formatNumber(value, 2),
          tickSize: 4,
          fontSize: 11,
          label: null,
        }),
        Plot.text([unitLines.join('\n')], {
          frameAnchor: 'right',
          dx: colourBarWidth - 24 - 6 * unitLines.length,
          rotate: 90,
          textAnchor: 'middle',
          fill: palette.muted,
          fontSize: 11,
        }),
      ],
    },
    palette,
  );
}

function gradient(theme: Theme, sequential: boolean): SVGElement[] {
  return Array.from({ length: stops + 1 }, (_, i) =>
    svgElement('stop', {
      offset: `${(100 * i) / stops}%`,
      'stop-color': sequential
        ? sequentialColour(i / stops, 1, theme)
        : divergingColour((2 * i) / stops - 1, 1, theme),
    }),
  );
}
