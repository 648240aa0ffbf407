/** Firing rates against time, Hz. Needs a document. */
import * as Plot from '@observablehq/plot';
import { legend } from './legend.js';
import { axes, extent, lineMargins, type Series } from './line-axes.js';
import { formatNumber } from './scale.js';
import { picture, plotPanel } from './svg.js';
import { type PlotOptions, palettes } from './theme.js';

export interface RateSeries extends Series {
  /** Drawn as an area below the lines; for what was observed. */
  readonly area?: boolean;
}

export interface TimeTracesOptions extends PlotOptions {
  /** Hz. */
  readonly frameRate: number;
  /** Frame of the first value; 0 when absent. */
  readonly first?: number;
  /** No label on the time axis: another panel with the same axis stands below. */
  readonly hideTime?: boolean;
}

/** Rates in spikes per frame `[time]`, drawn in Hz; frame t stands at t / frameRate seconds. */
export function timeTraces(
  series: readonly RateSeries[],
  options: TimeTracesOptions,
): SVGSVGElement {
  const { width, height = 220, theme = 'light', frameRate, first = 0, hideTime = false } = options;
  const palette = palettes[theme];
  const keys = legend(
    series.map((each) => ({ ...each, mark: each.area ? ('area' as const) : ('line' as const) })),
    width - lineMargins.marginLeft,
    palette,
  );
  const frames = series.reduce((most, { values }) => Math.max(most, values.length), 1);
  const plotHeight = height - keys.height;
  const margins = { ...lineMargins, marginBottom: hideTime ? 8 : lineMargins.marginBottom };
  const inHz = series.map(({ values }) =>
    Array.from({ length: values.length }, (_, i) => ({
      t: (first + i) / frameRate,
      rate: values[i] * frameRate,
    })),
  );
  const [low, high] = extent(inHz.map((points) => points.map((point) => point.rate)));
  const panel = plotPanel(
    {
      width,
      height: plotHeight,
      ...margins,
      x: { domain: timeDomain(first, frames, frameRate) },
      y: { domain: [low, high], nice: true },
      marks: [
        ...axes(
          { width, height: plotHeight },
          { x: hideTime ? undefined : 'time (s)', y: 'rate (Hz)' },
          palette,
        ),
        hideTime ? Plot.axisX({ ticks: [], label: null }) : null,
        ...series.flatMap(({ area, colour, dash }, i) => [
          area ? Plot.areaY(inHz[i], { x: 't', y: 'rate', fill: colour, fillOpacity: 0.22 }) : null,
          Plot.lineY(inHz[i], {
            x: 't',
            y: 'rate',
            stroke: colour,
            strokeWidth: area ? 1 : 1.75,
            strokeDasharray: dash,
            strokeLinejoin: 'round',
          }),
        ]),
        Plot.ruleY([0], { stroke: palette.muted }),
      ],
    },
    palette,
  );
  const [from, to] = timeDomain(first, frames, frameRate);
  return picture(
    [
      { panel: keys, x: lineMargins.marginLeft, y: 0 },
      { panel, x: 0, y: keys.height },
    ],
    {
      width,
      height,
      theme,
      label: `Firing rate against time from ${formatNumber(from, 5)} to ${formatNumber(to, 5)} s. ${series
        .map(({ label }, i) => {
          const rates = inHz[i].map((point) => point.rate);
          const mean = rates.reduce((sum, rate) => sum + rate, 0) / Math.max(1, rates.length);
          const largest = extent([rates])[1];
          return `${label}: mean ${formatNumber(mean)} Hz, largest ${formatNumber(largest)} Hz`;
        })
        .join('; ')}.`,
    },
  );
}

/** Seconds from the first frame to the last. */
export function timeDomain(first: number, frames: number, frameRate: number): [number, number] {
  return [first / frameRate, (first + Math.max(1, frames - 1)) / frameRate];
}
