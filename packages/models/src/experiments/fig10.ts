/**
 * Yan et al. 2020, Figure 10: models trained on white noise predict responses to natural images, 200 ms of each and
 * 800 ms of grey.
 */
import { drawSpikes } from '../simulation/index.js';
import { cellsOf, drawnImages, flashes, populationRuns } from './cells.js';
import { above, atLeast, measureOf, summary } from './claims.js';
import { perSecond } from './drawing.js';
import type { FigurePanel, MapData } from './panels.js';
import type { CellPlace, Experiment, ExperimentRow } from './types.js';

/** Cells whose fields are outlined and whose spikes are shown; in the whole population the last is an ON cell. */
const outlinedCells = [0, 3, 6];
const period = flashes.onFrames + flashes.offFrames;
const spikeSeed = 13;
const rasterTrials = 10;

export const fig10: Experiment = {
  id: 'fig10',
  title: 'Natural images predicted by models trained on white noise',
  paper:
    'Models trained on white noise alone predict when and how strongly a cell responds to flashed natural images.',
  differs:
    'Responses to the images are simulated, and so are the images: dead leaves, which have the statistics of natural ones.',
  recordable: false,
  runs: (setting) =>
    populationRuns(setting, 1).filter(
      ({ factors }) => !setting.pictures || outlinedCells.includes(Number(factors.cell)),
    ),
  claims(rows) {
    const found = rows.map((row) => measureOf(row, 'ccBeside'));
    return [
      atLeast('mean CC with the true rate, natural images', summary(found)?.mean, 0.7),
      above(
        'least CC of all cells, natural images',
        found.length > 0 ? Math.min(...found.map((cc) => cc ?? -1)) : null,
        0,
      ),
    ];
  },
  panels(rows, setting) {
    const { frameRate, cells } = cellsOf(setting);
    const shown = rows.filter(
      ({ drawn, factors }) => drawn.beside && outlinedCells.includes(Number(factors.cell)),
    );
    const [first] = shown;
    if (!first?.drawn.beside) return [];
    const { observed, network } = first.drawn.beside;
    const cc = measureOf(first, 'ccBeside');
    const frames = drawnImages * period;
    // One fit keeps them for all.
    const images = rows.flatMap(({ drawn }) => drawn.images ?? []);
    return [
      {
        kind: 'traces',
        title: `Cell ${first.factors.cell}, ${Math.round(Math.min(frames, observed.length) / period)} natural images, CC ${cc === null ? 'undefined' : cc.toFixed(3)} over all`,
        frameRate,
        start: 0,
        unit: 'rate (spikes/s)',
        series: [
          {
            name: 'true rate',
            role: 'observed',
            values: perSecond(observed.slice(0, frames), frameRate),
          },
          {
            name: 'network, trained on white noise',
            role: 'network',
            values: perSecond(network.slice(0, frames), frameRate),
          },
        ],
      },
      ...(images.length > 0
        ? [
            outlines(images, shown, cells),
            ...shown.map((row) => rasterOf(row, frameRate, images.length * period)),
          ]
        : []),
      {
        kind: 'sweep',
        title: 'CC of each cell with natural images and with white noise',
        x: { label: 'cell', categories: rows.map(({ factors }) => String(factors.cell)) },
        y: { label: 'CC with the true rate', domain: [0, 1] },
        series: [
          { name: 'natural images', points: points(rows, 'ccBeside') },
          { name: 'white noise', points: points(rows, 'cc') },
        ],
      },
    ];
  },
};

function points(rows: readonly ExperimentRow[], name: string) {
  return rows.flatMap((row, x) => {
    const mean = measureOf(row, name);
    return mean === null ? [] : [{ x, mean }];
  });
}

function outlines(
  images: readonly MapData[],
  rows: readonly ExperimentRow[],
  cells: readonly CellPlace[],
): FigurePanel {
  const { height, width } = images[0];
  const fields = rows.flatMap(({ drawn: { field }, factors }) => {
    const crop = cells.find(({ cell }) => cell === factors.cell)?.crop;
    return field && crop
      ? [{ name: `cell ${factors.cell}`, ...placed(field, crop, { height, width }) }]
      : [];
  });
  return {
    kind: 'images',
    title: 'Images, and where the cells below see them',
    images: images.map((image, i) => ({ ...image, title: `image ${i + 1}` })),
    fields,
  };
}

/** A map of some squares among zeros. */
function placed(
  map: MapData,
  at: { readonly x: number; readonly y: number },
  whole: { readonly height: number; readonly width: number },
): MapData {
  const values = new Array<number>(whole.height * whole.width).fill(0);
  map.values.forEach((value, i) => {
    const y = at.y + Math.floor(i / map.width);
    values[y * whole.width + at.x + (i % map.width)] = value;
  });
  return { ...whole, values };
}

function rasterOf(row: ExperimentRow, frameRate: number, frames: number): FigurePanel {
  const { trials = [], network = [] } = row.drawn.beside ?? {};
  const rates = Float32Array.from(network.slice(0, frames));
  const drawn = drawSpikes(rates, rasterTrials, spikeSeed);
  return {
    kind: 'raster',
    title: `Spikes of cell ${row.factors.cell} to these images`,
    frameRate,
    start: 0,
    frames,
    rows: [
      {
        name: 'data',
        role: 'observed',
        trials: trials.slice(0, rasterTrials).map((trial) => trial.slice(0, frames)),
      },
      {
        name: 'drawn from the network',
        role: 'network',
        trials: Array.from({ length: rasterTrials }, (_, trial) =>
          Array.from(drawn.subarray(trial * rates.length, (trial + 1) * rates.length)),
        ),
      },
    ],
  };
}
