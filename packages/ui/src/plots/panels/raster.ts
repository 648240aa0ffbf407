/** Spikes of trials over time, one band a group. Drawing needs a document. */
import type { RasterPanel } from '@retinoscope/worker';
import type { Column } from '../csv.js';
import { seriesStyles } from '../marks.js';
import { formatCount, formatNumber } from '../numbers.js';
import { countTrials, rasterBands, spikesIn } from '../spike-raster.js';
import { type PlotOptions, palettes } from '../theme.js';
import { timeDomain } from '../time-traces.js';
import { columnsOf } from './rows.js';

export function drawRaster(panel: RasterPanel, options: PlotOptions): SVGSVGElement {
  const { frameRate, start, frames } = panel;
  const styles = seriesStyles(panel.rows, palettes[options.theme ?? 'light']);
  const bands = panel.rows.map(({ name, trials }, i) => ({
    title: `${name}, ${countTrials(trials.length)}`,
    colour: styles[i].colour,
    counts: trials.flat(),
    trials: trials.length,
    say: name,
  }));
  const [from, to] = timeDomain(start, frames, frameRate);
  const counts = bands.map(
    ({ title, counts, trials }) =>
      `${title}, ${formatCount(spikesIn(counts, trials, frames, 0, frames))} spikes`,
  );
  const label =
    `${panel.title}. Spikes from ${formatNumber(from, 5)} to ${formatNumber(to, 5)} s: ` +
    `${counts.join('; ')}.`;
  return rasterBands(bands, frames, { ...options, frameRate, first: start, label });
}

/** One row a frame with spikes. */
export function rasterColumns(panel: RasterPanel): Record<string, Column> {
  const { frameRate, start } = panel;
  const rows = panel.rows.flatMap(({ name, trials }) =>
    trials.flatMap((counts, trial) =>
      counts.flatMap((count, i) =>
        count > 0 ? [[name, trial, start + i, (start + i) / frameRate, count]] : [],
      ),
    ),
  );
  return columnsOf(['series', 'trial', 'frame', 'time (s)', 'spikes'], rows);
}
