/** Spikes of repeated trials, data above and the model's draws below, on one time axis. Draws no numbers of its own. Needs a document. */
import * as Plot from '@observablehq/plot';
import { lineMargins } from './line-axes.js';
import { formatCount, formatNumber } from './numbers.js';
import { frameBins, sayArea } from './say.js';
import { type Panel, type Placed, picture, plotPanel, svgElement } from './svg.js';
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

/** Trials of one origin. */
export interface RasterBand {
  /** Shown above the band. */
  readonly title: string;
  readonly colour: string;
  /** Counts `[trial, time]`. */
  readonly counts: ArrayLike<number>;
  readonly trials: number;
  /** Name of what is said on pointing; nothing is said when absent. */
  readonly say?: string;
}

const gap = 20;

/** Pixels below the last band for the time axis. */
const timeAxis = 38;

/** Bins of time that say their values, at most. */
const mostBins = 40;

export function raster(data: RasterData, options: RasterOptions): SVGSVGElement {
  const palette = palettes[options.theme ?? 'light'];
  const { trials, drawn } = data;
  const frames = Math.floor(drawn.length / Math.max(1, trials));
  const { frameRate, first = 0 } = options;
  const domain = timeDomain(first, frames, frameRate);
  const count = countTrials(trials);
  const bands: RasterBand[] = [
    { title: `data, ${count}`, colour: palette.observed, counts: data.counts, trials },
    {
      title: `drawn from the network’s rate, ${count}`,
      colour: palette.network,
      counts: drawn,
      trials,
    },
  ];
  const label =
    `Spike rasters of ${count} from ${formatNumber(domain[0], 5)} to ` +
    `${formatNumber(domain[1], 5)} s: ${formatCount(total(data.counts))} spikes observed, ` +
    `${formatCount(total(drawn))} drawn from the network’s rate.`;
  return rasterBands(bands, frames, { ...options, label });
}

/** Bands of trials, one below the other, over `frames` frames. */
export function rasterBands(
  bands: readonly RasterBand[],
  frames: number,
  options: RasterOptions & { readonly label: string },
): SVGSVGElement {
  const { width, theme = 'light', frameRate, first = 0, label } = options;
  const palette = palettes[theme];
  const wanted = bands.map(({ trials }) => Math.max(18, Math.min(140, trials * 7)));
  const all = wanted.reduce((sum, rows) => sum + rows, 0);
  const factor =
    options.height === undefined
      ? 1
      : (options.height - timeAxis - bands.length * gap) / Math.max(1, all);
  const domain = timeDomain(first, frames, frameRate);

  const draw = ({ counts, trials, title, colour, say }: RasterBand, index: number): Panel => {
    const last = index === bands.length - 1;
    const height = wanted[index] * factor + gap + (last ? timeAxis : 0);
    return plotPanel(
      {
        width,
        height,
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
          (_index, { x, y }) => {
            if (!x || !y || say === undefined) return null;
            const group = svgElement('g');
            for (const { from, to } of frameBins(frames, mostBins)) {
              const [start, end] = [(first + from) / frameRate, (first + to) / frameRate];
              const spikes = spikesIn(counts, trials, frames, from, to);
              const rate = spikes / Math.max(1, trials) / (end - start);
              const left = x(start);
              const right = x(Math.min(end, domain[1]));
              group.append(
                sayArea(
                  `${say}, ${formatNumber(start, 5)}–${formatNumber(end, 5)} s: ${formatCount(spikes)} ` +
                    `${spikes === 1 ? 'spike' : 'spikes'} in ${countTrials(trials)}, ${formatNumber(rate)} spikes/s`,
                  { x: left, y: y(0), width: Math.max(1, right - left), height: y(trials) - y(0) },
                ),
              );
            }
            return group;
          },
        ],
      },
      palette,
    );
  };

  let y = 0;
  const placed: Placed[] = bands.map((band, i) => {
    const panel = draw(band, i);
    const at = y;
    y += panel.height;
    return { panel, x: 0, y: at };
  });
  return picture(placed, { width, height: y, theme, label });
}

/** Spikes of all trials from frame `from` to before `to`. */
export function spikesIn(
  counts: ArrayLike<number>,
  trials: number,
  frames: number,
  from: number,
  to: number,
): number {
  let sum = 0;
  for (let trial = 0; trial < trials; trial++) {
    for (let t = from; t < to; t++) sum += counts[trial * frames + t];
  }
  return sum;
}

export function countTrials(trials: number): string {
  return `${formatCount(trials)} ${trials === 1 ? 'trial' : 'trials'}`;
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
