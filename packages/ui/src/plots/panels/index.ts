/** A figure's panel as a picture and as the numbers behind it, whatever its kind. Drawing needs a document. */
import type { FigurePanel } from '@retinoscope/worker';
import type { Column } from '../csv.js';
import type { PlotOptions } from '../theme.js';
import { drawImages, imagesColumns } from './images.js';
import { drawMaps, mapsColumns } from './maps.js';
import { drawMatrix, matrixColumns } from './matrix.js';
import { drawProfiles, profilesColumns } from './profiles.js';
import { drawRaster, rasterColumns } from './raster.js';
import { drawScatter, scatterColumns } from './scatter.js';
import { drawSweep, sweepColumns } from './sweep.js';
import { drawTraceGrid, traceGridColumns } from './trace-grid.js';
import { drawTraces, tracesColumns } from './traces.js';

/** The panel without its title, which begins the picture's name. */
export function drawPanel(panel: FigurePanel, options: PlotOptions): SVGSVGElement {
  switch (panel.kind) {
    case 'maps':
      return drawMaps(panel, options);
    case 'profiles':
      return drawProfiles(panel, options);
    case 'sweep':
      return drawSweep(panel, options);
    case 'traces':
      return drawTraces(panel, options);
    case 'trace-grid':
      return drawTraceGrid(panel, options);
    case 'raster':
      return drawRaster(panel, options);
    case 'matrix':
      return drawMatrix(panel, options);
    case 'scatter':
      return drawScatter(panel, options);
    case 'images':
      return drawImages(panel, options);
  }
}

/** The numbers of a panel, one observation a row, for `toCsv`. */
export function panelColumns(panel: FigurePanel): Record<string, Column> {
  switch (panel.kind) {
    case 'maps':
      return mapsColumns(panel);
    case 'profiles':
      return profilesColumns(panel);
    case 'sweep':
      return sweepColumns(panel);
    case 'traces':
      return tracesColumns(panel);
    case 'trace-grid':
      return traceGridColumns(panel);
    case 'raster':
      return rasterColumns(panel);
    case 'matrix':
      return matrixColumns(panel);
    case 'scatter':
      return scatterColumns(panel);
    case 'images':
      return imagesColumns(panel);
  }
}
