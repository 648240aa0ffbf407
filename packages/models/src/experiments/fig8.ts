/** Yan et al. 2020, Figure 8: the model of each cell on the data of every other. */
import { populationRuns } from './cells.js';
import { above, atLeast, difference } from './claims.js';
import { columnsOfSelf, transferMatrix, transferMeans, transferPanels } from './transfer.js';
import type { Experiment } from './types.js';

export const fig8: Experiment = {
  id: 'fig8',
  title: 'Transfer between ten cells, Version I',
  paper: 'Every cell is predicted best by its own model; transfers stay below the diagonal.',
  differs:
    'Simulated cells that differ in layout, size, threshold and kernel stand for the recorded ones, unless a recording is given.',
  recordable: true,
  runs: (setting) => populationRuns(setting, 1),
  claims(rows, { recorded }) {
    const matrix = transferMatrix(rows, 1);
    const { self, others } = transferMeans(matrix);
    const options = { required: !recorded };
    const cells = matrix.cells.length;
    return [
      atLeast(
        `columns of ${cells} in which the cell’s own model is the best`,
        cells > 0 ? columnsOfSelf(matrix) : null,
        Math.max(1, cells - 1),
        options,
      ),
      above('mean CC of own models − of transfers', difference(self, others), 0, options),
    ];
  },
  panels: (rows) => transferPanels(transferMatrix(rows, 1), 'Version I'),
};
