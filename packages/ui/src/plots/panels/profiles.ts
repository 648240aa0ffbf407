/** Profiles over the lag. Drawing needs a document. */
import type { ProfilesPanel } from '@retinoscope/worker';
import type { Column } from '../csv.js';
import { seriesStyles } from '../marks.js';
import { temporalProfile } from '../temporal-profile.js';
import { type PlotOptions, palettes } from '../theme.js';
import { columnsOf } from './rows.js';

export function drawProfiles(panel: ProfilesPanel, options: PlotOptions): SVGSVGElement {
  const styles = seriesStyles(panel.series, palettes[options.theme ?? 'light']);
  return temporalProfile(
    panel.series.map(({ name, values, errors }, i) => ({
      label: name,
      values,
      errors,
      ...styles[i],
    })),
    {
      ...options,
      frameRate: panel.frameRate,
      unit: panel.unit,
      errorBars: panel.errorBars,
      timeUnit: 's',
      named: false,
      title: panel.title,
    },
  );
}

export function profilesColumns(panel: ProfilesPanel): Record<string, Column> {
  const { frameRate, series, unit } = panel;
  const barred = series.some(({ errors }) => errors);
  const rows = series.flatMap(({ name, values, errors }) =>
    values.map((value, lag) => [name, lag, lag / frameRate, value, errors?.[lag]]),
  );
  const names = ['series', 'lag (frames)', 'time before spike (s)', unit];
  return columnsOf(barred ? [...names, panel.errorBars ?? 'error'] : names, rows);
}
