/**
 * Plots: pure functions from data to a self-contained SVG (or canvas), and pictures as files.
 * They know no session and no element.
 */
export * from './csv.js';
export { symmetricLimit } from './diverging.js';
export { type Ellipse, receptiveFieldEllipse } from './ellipse.js';
export { canvasPng, exportPng, exportSvg, fileName, saveFile } from './export.js';
export { type FilterCanvasOptions, filterCanvas } from './filter-canvas.js';
export { type FilterGridOptions, type FilterTile, filterGrid } from './filter-grid.js';
export { type HeatmapOptions, heatmap } from './heatmap.js';
export type { Series } from './line-axes.js';
export { formatCorrelation, formatCount, formatDuration, formatNumber } from './numbers.js';
export { drawPanel, panelColumns } from './panels/index.js';
export { cutMap, type PixelMap } from './pixels.js';
export { type RasterData, type RasterOptions, raster } from './spike-raster.js';
export { arrange } from './svg.js';
export { extremeLag, type TemporalProfileOptions, temporalProfile } from './temporal-profile.js';
export { type Palette, type PlotOptions, palettes, type Theme } from './theme.js';
export { type RateSeries, type TimeTracesOptions, timeTraces } from './time-traces.js';
export {
  type TrainingCurvesOptions,
  type TrainingPoint,
  trainingCurves,
} from './training-curves.js';
