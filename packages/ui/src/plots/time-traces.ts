/** Firing rates against time. Needs a document. */
import * as Plot from '@observablehq/plot';
import { legend } from './legend.js';
import { axes, extent, lineMargins, type Series } from './line-axes.js';
import { formatNumber } from './numbers.js';
import { frameBins, meanOf, sayArea, withUnit } from './say.js';
import { picture, plotPanel, svgElement } from './svg.js';
import { opening, type PlotOptions, palettes } from './theme.js';

export interface RateSeries extends Series {
  /** Drawn as an area below the lines; for what was observed. */
  readonly area?: boolean;
}

export interface TimeTracesOptions extends PlotOptions {
  /** Start of the accessible name. */
  readonly title?: string;
  /** Hz. */
  readonly frameRate: number;
  /** Frame of the first value; 0 when absent. */
  readonly first?: number;
  /** No label on the time axis: another panel with the same axis stands below. */
  readonly hideTime?: boolean;
  /** What the values are, with their unit: then they are drawn as they are. Spikes per frame, drawn in Hz, when absent. */
  readonly unit?: string;
  /** Whether values are said on pointing, each the mean of a bin of time. */
  readonly say?: boolean;
}

/** Bins of time that say their values, at most. */
const mostBins = 40;

/** Rates `[time]`; frame t stands at t / frameRate seconds. */
export function timeTraces(
  series: readonly RateSeries[],
  options: TimeTracesOptions,
): SVGSVGElement {
  const { width, height = 220, theme = 'light', frameRate, first = 0, hideTime = false } = options;
  const unit = options.unit ?? 'rate (Hz)';
  const factor = options.unit === undefined ? frameRate : 1;
  const palette = palettes[theme];
  const keys = legend(
    series.map((each) => ({ ...each, mark: each.area ? ('area' as const) : ('line' as const) })),
    width - lineMargins.marginLeft,
    palette,
  );
  const frames = series.reduce((most, { values }) => Math.max(most, values.length), 1);
  const plotHeight = height - keys.height;
  const margins = { ...lineMargins, marginBottom: hideTime ? 8 : lineMargins.marginBottom };
  const rates = series.map(({ values }) =>
    Array.from({ length: values.length }, (_, i) => ({
      t: (first + i) / frameRate,
      rate: values[i] * factor,
    })),
  );
  const [low, high] = extent(rates.map((points) => points.map((point) => point.rate)));
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
          { x: hideTime ? undefined : 'time (s)', y: unit },
          palette,
        ),
        hideTime ? Plot.axisX({ ticks: [], label: null }) : null,
        ...series.flatMap(({ area, colour, dash }, i) => [
          area
            ? Plot.areaY(rates[i], { x: 't', y: 'rate', fill: colour, fillOpacity: 0.22 })
            : null,
          Plot.lineY(rates[i], {
            x: 't',
            y: 'rate',
            stroke: colour,
            strokeWidth: area ? 1 : 1.75,
            strokeDasharray: dash,
            strokeLinejoin: 'round',
          }),
        ]),
        Plot.ruleY([0], { stroke: palette.muted }),
        (_index, { x }) => {
          if (!x || !options.say) return null;
          const time = (frame: number): number => (first + frame) / frameRate;
          const top = margins.marginTop;
          const group = svgElement('g');
          for (const { from, to } of frameBins(frames, mostBins)) {
            const left = x(time(from));
            const right = x(time(Math.min(to, frames - 1)));
            const values = series.map(
              ({ label, values }) => `${label} ${formatNumber(factor * meanOf(values, from, to))}`,
            );
            group.append(
              sayArea(
                `${formatNumber(time(from), 5)}–${formatNumber(time(to), 5)} s: ${values.join(', ')}; mean ${unit}`,
                {
                  x: left,
                  y: top,
                  width: Math.max(1, right - left),
                  height: plotHeight - margins.marginBottom - top,
                },
              ),
            );
          }
          return group;
        },
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
      label: `${opening(options.title)}${options.unit ?? 'Firing rate'} against time from ${formatNumber(from, 5)} to ${formatNumber(to, 5)} s. ${series
        .map(({ label }, i) => {
          const values = rates[i].map((point) => point.rate);
          const largest = extent([values])[1];
          return `${label}: mean ${withUnit(unit, meanOf(values) || 0)}, largest ${withUnit(unit, largest)}`;
        })
        .join('; ')}.`,
    },
  );
}

/** Seconds from the first frame to the last. */
export function timeDomain(first: number, frames: number, frameRate: number): [number, number] {
  return [first / frameRate, (first + Math.max(1, frames - 1)) / frameRate];
}
