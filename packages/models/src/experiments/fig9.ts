/** Yan et al. 2020, Figure 9: the transfer between cells with networks that see the last frames (Version II). */
import { populationRuns } from './cells.js';
import { above, atLeast, difference } from './claims.js';
import { columnsOfSelf, transferMatrix, transferMeans, transferPanels } from './transfer.js';
import type { Experiment } from './types.js';

export const fig9: Experiment = {
  id: 'fig9',
  title: 'Transfer between ten cells, Version II against Version I',
  paper: 'With Version II each cell’s own CC goes up and the transfers go down.',
  differs:
    'The Version II networks are separable: each filter is the sum of two products of space and time.',
  recordable: true,
  runs: (setting) => [...populationRuns(setting, 1), ...populationRuns(setting, 2)],
  claims(rows, { recorded }) {
    const [one, two] = [transferMatrix(rows, 1), transferMatrix(rows, 2)];
    const [before, after] = [transferMeans(one), transferMeans(two)];
    const options = { required: !recorded };
    const cells = two.cells.length;
    return [
      atLeast(
        `columns of ${cells} in which the cell’s own model is the best`,
        cells > 0 ? columnsOfSelf(two) : null,
        Math.max(1, cells - 1),
        options,
      ),
      above(
        'mean CC with the own cell, Version II − Version I',
        difference(after.self, before.self),
        0,
        options,
      ),
      above(
        'mean CC of transfers, Version I − Version II',
        difference(before.others, after.others),
        0,
        {
          required: false,
          because: recorded
            ? undefined
            : 'the simulated cells are of one kind and differ little in time, so that a model that is truer of one is truer of the others',
        },
      ),
    ];
  },
  panels(rows) {
    const [one, two] = [transferMatrix(rows, 1), transferMatrix(rows, 2)];
    if (two.cells.length === 0) return [];
    const points = (own: boolean) =>
      two.cells.flatMap((model, i) =>
        two.cells.flatMap((data, j) => {
          const [x, y] = [one.of(model, data), two.values[i][j]];
          if ((i === j) !== own || x === null || y === null) return [];
          return [{ x, y, label: own ? `cell ${model}` : `model ${model}, data ${data}` }];
        }),
      );
    return [
      ...transferPanels(two, 'Version II'),
      {
        kind: 'scatter',
        title: 'Version II against Version I',
        x: { label: 'CC, Version I' },
        y: { label: 'CC, Version II' },
        series: [
          { name: 'own cell', points: points(true) },
          { name: 'transfer', points: points(false) },
        ],
        identity: true,
      },
    ];
  },
};
