/** Yan et al. 2020, Figure 7: responses of four cells, each predicted by its own model and by the others'. */
import { cellsOf, drawnFrames, populationRuns } from './cells.js';
import { atLeast, measureOf } from './claims.js';
import { perSecond } from './drawing.js';
import { columnsOfSelf, transferMatrix } from './transfer.js';
import type { Experiment } from './types.js';

const shown = 4;

export const fig7: Experiment = {
  id: 'fig7',
  title: 'Models of four cells on each other’s data',
  paper: 'A model predicts its own cell well, and other cells in part.',
  differs:
    'Simulated cells that differ in layout, size, threshold and kernel stand for the recorded ones, unless a recording is given.',
  recordable: true,
  runs: (setting) => populationRuns(setting, 1, shown),
  claims(rows, { recorded }) {
    const matrix = transferMatrix(rows, 1);
    return [
      atLeast(
        'cells of four that their own model predicts best',
        rows.length > 0 ? columnsOfSelf(matrix) : null,
        shown - 1,
        { required: !recorded },
      ),
    ];
  },
  panels(rows, setting) {
    const { frameRate } = cellsOf(setting);
    const cells = rows.map(({ factors }) => Number(factors.cell));
    const start = rows[0]?.drawn.transfer?.[cells[0]]?.start;
    if (start === undefined) return [];
    const names = cells.map((cell) => `cell ${cell}`);
    return [
      {
        kind: 'trace-grid',
        title: 'Rates observed, and predicted by the model of each row',
        frameRate,
        start,
        unit: 'rate (spikes/s)',
        rows: { label: 'model of', names },
        columns: { label: 'data of', names },
        cells: rows.map((row) =>
          cells.map((cell) => {
            const cc = measureOf(row, `ccOnCell${cell}`);
            const { observed = [], network = [] } = row.drawn.transfer?.[cell] ?? {};
            return {
              note: `CC ${cc === null ? '–' : cc.toFixed(2)}`,
              observed: perSecond(observed.slice(0, drawnFrames / 2), frameRate),
              network: perSecond(network.slice(0, drawnFrames / 2), frameRate),
            };
          }),
        ),
      },
    ];
  },
};
