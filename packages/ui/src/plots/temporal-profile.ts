/** Temporal filters against the time before the spike, the spike at the right. Needs a document. */
import * as Plot from '@observablehq/plot';
import { spreadLabels } from './geometry.js';
import { legend } from './legend.js';
import { axes, extent, lineMargins, type Series } from './line-axes.js';
import { formatNumber } from './scale.js';
import { picture, plotPanel, svgElement } from './svg.js';
import { type PlotOptions, palettes } from './theme.js';

export interface TemporalProfileOptions extends PlotOptions {
  /** Hz. */
  readonly frameRate: number;
  /** What the values are; `weight (unit norm)` when absent. */
  readonly unit?: string;
}

/** Index = lag, 0 the current frame; the time of a lag is lag / frameRate. */
export function temporalProfile(
  series: readonly Series[],
  options: TemporalProfileOptions,
): SVGSVGElement {
  const { width, height = 260, theme = 'light', frameRate } = options;
  const palette = palettes[theme];
  const milliseconds = (lag: number): number => (1000 * lag) / frameRate;
  const lags = series.reduce((most, { values }) => Math.max(most, values.length), 2);
  const [low, high] = extent(series.map(({ values }) => values));
  const keys = legend(series, width - lineMargins.marginLeft, palette);
  const plotHeight = height - keys.height;

  const points = (values: ArrayLike<number>): { t: number; v: number }[] =>
    Array.from({ length: values.length }, (_, lag) => ({ t: milliseconds(lag), v: values[lag] }));
  const panel = plotPanel(
    {
      width,
      height: plotHeight,
      ...lineMargins,
      x: { domain: [milliseconds(lags - 1), 0] },
      y: { domain: [low, high], nice: true },
      marks: [
        ...axes(
          { width, height: plotHeight },
          { x: 'time before spike (ms)', y: options.unit ?? 'weight (unit norm)' },
          palette,
        ),
        Plot.ruleY([0], { stroke: palette.muted }),
        ...series.map(({ values, colour, dash }) =>
          Plot.lineY(points(values), {
            x: 't',
            y: 'v',
            stroke: colour,
            strokeWidth: 2,
            strokeDasharray: dash,
          }),
        ),
        (_index, { x, y }) => {
          if (!x || !y) return null;
          const ends = series.map(({ values }) => {
            const lag = extremeLag(values);
            return { x: x(milliseconds(lag)), y: y(values[lag]) };
          });
          const left = Math.max(...ends.map((end) => end.x)) + 16;
          const places = spreadLabels(
            ends.map((end) => end.y),
            14,
            lineMargins.marginTop + 6,
            plotHeight - lineMargins.marginBottom - 8,
          );
          return svgElement(
            'g',
            { 'text-anchor': 'start', 'font-size': 11, 'font-weight': 600 },
            ...series.map(({ label, colour }, i) =>
              svgElement(
                'text',
                {
                  x: left,
                  y: places[i],
                  dy: '0.35em',
                  fill: colour,
                  stroke: palette.background,
                  'stroke-width': 3,
                  'paint-order': 'stroke',
                },
                label,
              ),
            ),
          );
        },
      ],
    },
    palette,
  );
  return picture(
    [
      { panel: keys, x: lineMargins.marginLeft, y: 0 },
      { panel, x: 0, y: keys.height },
    ],
    {
      width,
      height,
      theme,
      label: `Temporal filters against time before the spike. ${series
        .map(({ label, values }) => {
          const lag = extremeLag(values);
          return `${label}: extreme ${formatNumber(values[lag])} at ${formatNumber(milliseconds(lag))} ms`;
        })
        .join('; ')}.`,
    },
  );
}

/** Lag of the largest absolute value. */
export function extremeLag(values: ArrayLike<number>): number {
  let best = 0;
  for (let lag = 1; lag < values.length; lag++) {
    if (Math.abs(values[lag]) > Math.abs(values[best])) best = lag;
  }
  return best;
}
