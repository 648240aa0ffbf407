/** Rates over time. Drawing needs a document. */
import type { TracesPanel } from '@retinoscope/worker';
import type { Column } from '../csv.js';
import { seriesStyles } from '../marks.js';
import { type PlotOptions, palettes } from '../theme.js';
import { timeTraces } from '../time-traces.js';
import { columnsOf } from './rows.js';

export function drawTraces(panel: TracesPanel, options: PlotOptions): SVGSVGElement {
  const styles = seriesStyles(panel.series, palettes[options.theme ?? 'light']);
  return timeTraces(
    panel.series.map(({ name, role, values }, i) => {
      const area = role === 'observed';
      const { colour, dash } = styles[i];
      return { label: name, values, colour, dash: area ? undefined : dash, area };
    }),
    {
      ...options,
      frameRate: panel.frameRate,
      first: panel.start,
      unit: panel.unit,
      title: panel.title,
      say: true,
    },
  );
}

export function tracesColumns(panel: TracesPanel): Record<string, Column> {
  const { frameRate, start, series, unit } = panel;
  const rows = series.flatMap(({ name, values }) =>
    values.map((value, i) => [name, start + i, (start + i) / frameRate, value]),
  );
  return columnsOf(['series', 'frame', 'time (s)', unit], rows);
}
