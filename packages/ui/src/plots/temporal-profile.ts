/** Temporal filters against the time before the spike, the spike at the right. Needs a document. */
import * as Plot from '@observablehq/plot';
import { spreadLabels } from './geometry.js';
import { type LegendEntry, legend } from './legend.js';
import { axes, extent, lineMargins, type Series } from './line-axes.js';
import { type Shape, shapePath } from './marks.js';
import { formatNumber } from './numbers.js';
import { barName, sayValue } from './say.js';
import { picture, plotPanel, svgElement } from './svg.js';
import { type PlotOptions, palettes } from './theme.js';

export interface ProfileSeries extends Series {
  /** Half the height of a bar about each value. */
  readonly errors?: ArrayLike<number>;
  /** Marks each value, which is then said on pointing; only a line when absent. */
  readonly shape?: Shape;
}

export interface TemporalProfileOptions extends PlotOptions {
  /** Start of the accessible name. */
  readonly title?: string;
  /** Hz. */
  readonly frameRate: number;
  /** What the values are; `weight (unit norm)` when absent. */
  readonly unit?: string;
  /** Of the time axis; milliseconds when absent. */
  readonly timeUnit?: 'ms' | 's';
  /** What the bars are, for the legend. */
  readonly errorBars?: string;
  /** Whether names stand beside the extremes as well; true when absent. */
  readonly named?: boolean;
}

/** Index = lag, 0 the current frame; the time of a lag is lag / frameRate. */
export function temporalProfile(
  series: readonly ProfileSeries[],
  options: TemporalProfileOptions,
): SVGSVGElement {
  const { width, height = 260, theme = 'light', frameRate } = options;
  const palette = palettes[theme];
  const { timeUnit = 'ms', named = true } = options;
  const unit = options.unit ?? 'weight (unit norm)';
  const time = (lag: number): number => ((timeUnit === 'ms' ? 1000 : 1) * lag) / frameRate;
  const lags = series.reduce((most, { values }) => Math.max(most, values.length), 2);
  const [low, high] = extent(series.flatMap(reaches));
  const entries: LegendEntry[] = [...series];
  const bars = series.some(({ errors }) => errors);
  if (bars) {
    entries.push({ label: options.errorBars ?? 'error bars', colour: palette.ink, mark: 'bar' });
  }
  const keys = legend(entries, width - lineMargins.marginLeft, palette);
  const plotHeight = height - keys.height;

  const radius = Math.min(3.5, width / lags / 4);
  const points = (values: ArrayLike<number>): { t: number; v: number }[] =>
    Array.from({ length: values.length }, (_, lag) => ({ t: time(lag), v: values[lag] }));
  const panel = plotPanel(
    {
      width,
      height: plotHeight,
      ...lineMargins,
      x: { domain: [time(lags - 1), 0] },
      y: { domain: [low, high], nice: true },
      marks: [
        ...axes(
          { width, height: plotHeight },
          { x: `time before spike (${timeUnit})`, y: unit },
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
          return svgElement(
            'g',
            {},
            ...series.map(({ label, values, errors, colour, shape }) => {
              const group = svgElement('g', { fill: colour, stroke: colour });
              for (let lag = 0; lag < values.length; lag++) {
                const at = x(time(lag));
                const error = errors?.[lag] ?? 0;
                if (error > 0) {
                  const top = y(values[lag] + error);
                  const bottom = y(values[lag] - error);
                  group.append(svgElement('path', { d: `M${at},${top}V${bottom}`, fill: 'none' }));
                }
                if (!shape) continue;
                const spread =
                  error > 0 ? { sd: error, what: barName(options.errorBars) } : undefined;
                group.append(
                  svgElement('path', {
                    d: shapePath(shape, at, y(values[lag]), radius),
                    stroke: 'none',
                    'data-say': `${label}, ${formatNumber(time(lag))} ${timeUnit} before the spike: ${sayValue(unit, values[lag], spread)}`,
                  }),
                );
              }
              return group;
            }),
          );
        },
        (_index, { x, y }) => {
          if (!x || !y || !named) return null;
          const ends = series.map(({ values }) => {
            const lag = extremeLag(values);
            return { x: x(time(lag)), y: y(values[lag]) };
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
      label: `${options.title ?? 'Temporal filters'} against time before the spike. ${series
        .map(({ label, values }) => {
          const lag = extremeLag(values);
          return `${label}: extreme ${formatNumber(values[lag])} at ${formatNumber(time(lag))} ${timeUnit}`;
        })
        .join('; ')}.`,
    },
  );
}

/** Values and the ends of their bars. */
function reaches({ values, errors }: ProfileSeries): ArrayLike<number>[] {
  if (!errors) return [values];
  const end = (sign: number): number[] =>
    Array.from({ length: values.length }, (_, lag) => values[lag] + sign * (errors[lag] ?? 0));
  return [end(1), end(-1)];
}

/** Lag of the largest absolute value. */
export function extremeLag(values: ArrayLike<number>): number {
  let best = 0;
  for (let lag = 1; lag < values.length; lag++) {
    if (Math.abs(values[lag]) > Math.abs(values[best])) best = lag;
  }
  return best;
}
