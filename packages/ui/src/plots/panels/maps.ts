/** Maps on one symmetric scale. Drawing needs a document. */
import type { MapsPanel } from '@retinoscope/worker';
import type { Column } from '../csv.js';
import { filterGrid } from '../filter-grid.js';
import type { PlotOptions } from '../theme.js';
import { columnsOf } from './rows.js';

export function drawMaps(panel: MapsPanel, options: PlotOptions): SVGSVGElement {
  const { unit, noun, squareSize, maps, title } = panel;
  return filterGrid(maps, { ...options, unit, noun, squareSize, title, say: true, scaleBar: true });
}

export function mapsColumns({ maps, noun, unit }: MapsPanel): Record<string, Column> {
  const rows = maps.flatMap(({ values, width, title }, i) =>
    values.map((value, at) => [title ?? i, Math.floor(at / width), at % width, value]),
  );
  return columnsOf([noun, 'y', 'x', unit], rows);
}
