/** Spikes of repeated trials, data above and the model's draws below, on one time axis. Draws no numbers of its own. Needs a document. */
import * as Plot from '@observablehq/plot';
import { lineMargins } from './line-axes.js';
import { formatCount, formatNumber } from './scale.js';
import { type Panel, picture, plotPanel, svgElement } from './svg.js';
import { type PlotOptions, palettes } from './theme.js';
import { timeDomain } from './time-traces.js';

export interface RasterData {
  /** Observed counts `[trial, time]`. */
  readonly counts: ArrayLike<number>;
  readonly trials: number;
  /** Counts drawn from the model's rate `[trial, time]`, as by `drawSpikes`. */
  readonly drawn: ArrayLike<number>;
}

export interface RasterOptions extends PlotOptions {
  /** Hz. */
  readonly frameRate: number;
  /** Frame of the first column; 0 when absent. */
  readonly first?: number;
}

const gap = 20;

/** Pixels below the last band for the time axis. */
const timeAxis = 38;

export function raster(data: RasterData, options: RasterOptions): SVGSVGElement {
  const { width, theme = 'light', frameRate, first = 0 } = options;
  const palette = palettes[theme];
  const { trials, drawn } = data;
  const frames = Math.floor(drawn.length / Math.max(1, trials));
  const rows = Math.max(18, Math.min(140, trials * 7));
  const height = options.height ?? 2 * rows + 2 * gap + timeAxis;
  const each = (height - timeAxis - 2 * gap) / 2;
  const domain = timeDomain(first, frames, frameRate);

  const band = (counts: ArrayLike<number>, title: string, colour: string, last: boolean): Panel =>
    plotPanel(
      {
        width,
        height: each + gap + (last ? timeAxis : 0),
        ...lineMargins,
        marginTop: gap + 2,
        marginBottom: last ? timeAxis - 2 : 0,
        x: { domain, axis: null },
        y: { domain: [0, trials], reverse: true, axis: null },
        marks: [
          Plot.frame({ stroke: palette.grid }),
          (_index, { x, y }) =>
            x && y
              ? svgElement('path', {
                  d: spikePath(counts, trials, frames, {
                    x: (t) => x((first + t) / frameRate),
                    y: (trial) => y(trial),
                  }),
                  stroke: colour,
                  'stroke-width': 1.2,
                  fill: 'none',
                })
              : null,
          Plot.text([title], {
            frameAnchor: 'top-left',
            dy: -13,
            fill: colour,
            fontWeight: 600,
            fontSize: 11,
          }),
          Plot.axisY(trials > 1 ? [0, trials] : [], {
            label: trials > 1 ? 'trial' : null,
            labelAnchor: 'center',
            labelArrow: 'none',
            tickFormat: String,
            fontSize: 11,
          }),
          last
            ? Plot.axisX({
                ticks: Math.max(3, Math.floor(width / 80)),
                tickFormat: (value: number) => formatNumber(value, 6),
                label: 'time (s)',
                labelAnchor: 'center',
                labelArrow: 'none',
                fontSize: 11,
              })
            : null,
        ],
      },
      palette,
    );

  const plural = trials === 1 ? 'trial' : 'trials';
  const observed = band(
    data.counts,
    `data, ${formatCount(trials)} ${plural}`,
    palette.observed,
    false,
  );
  const model = band(
    drawn,
    `drawn from the network’s rate, ${formatCount(trials)} ${plural}`,
    palette.network,
    true,
  );
  return picture(
    [
      { panel: observed, x: 0, y: 0 },
      { panel: model, x: 0, y: observed.height },
    ],
    {
      width,
      height: observed.height + model.height,
      theme,
      label:
        `Spike rasters of ${formatCount(trials)} ${plural} from ${formatNumber(domain[0], 5)} to ` +
        `${formatNumber(domain[1], 5)} s: ${formatCount(total(data.counts))} spikes observed, ` +
        `${formatCount(total(drawn))} drawn from the network’s rate.`,
    },
  );
}

/** One tick a frame with spikes, for counts `[trial, time]`. */
export function spikePath(
  counts: ArrayLike<number>,
  trials: number,
  frames: number,
  place: { x: (time: number) => number; y: (trial: number) => number },
): string {
  const parts: string[] = [];
  for (let trial = 0; trial < trials; trial++) {
    const top = place.y(trial);
    const length = place.y(trial + 1) - top;
    const inset = length > 3 ? length * 0.12 : 0;
    for (let t = 0; t < frames; t++) {
      if (!(counts[trial * frames + t] > 0)) continue;
      parts.push(
        `M${round(place.x(t))},${round(top + inset)}v${round(Math.max(1, length - 2 * inset))}`,
      );
    }
  }
  return parts.join('');
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function total(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += counts[i];
  return sum;
}
