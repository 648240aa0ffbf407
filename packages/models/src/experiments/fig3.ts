/** Yan et al. 2020, Figure 3: prediction against the number of filters and of layers, on the model cell. */
import { builtInCell } from '../recording/index.js';
import { layersOf, trainingPresets } from '../training/index.js';
import { atLeast, atMost, difference, meanOf, rowsWhere, summary } from './claims.js';
import type { Experiment, ExperimentRow, ExperimentSize } from './types.js';

interface Sweep {
  readonly frames: number;
  readonly steps: number;
  readonly filters: readonly number[];
  readonly layers: readonly number[];
  readonly seeds: number;
}

const stimulus = { width: 8, height: 8 };
const to16 = Array.from({ length: 16 }, (_, i) => i + 1);
const sizes: Readonly<Record<ExperimentSize, Sweep>> = {
  glance: { frames: 60_000, steps: 200, filters: [1, 4, 8], layers: [1, 2], seeds: 1 },
  quick: {
    frames: 300_000,
    steps: 1000,
    filters: [1, 2, 4, 5, 8, 16],
    layers: [1, 2, 3],
    seeds: 2,
  },
  full: { frames: builtInCell.frames, steps: 2000, filters: to16, layers: [1, 2, 3], seeds: 10 },
};

export const fig3: Experiment = {
  id: 'fig3',
  title: 'Prediction against the number of filters and layers',
  paper:
    'With one layer the CC rises up to about five filters and then stays; with two or three layers it does not depend on the number of filters.',
  differs:
    'The cell is the model cell, whose true rate is known: the CCs are near 1, and differences between networks small.',
  recordable: false,
  runs({ size }) {
    const { frames, steps, filters, layers, seeds } = sizes[size];
    return layers.flatMap((depth) =>
      filters.flatMap((count) =>
        Array.from({ length: seeds }, (_, i) => ({
          key: `fig3-layers${depth}-filters${count}-seed${i + 1}`,
          factors: { layers: depth, filters: count },
          request: {
            source: { ...builtInCell, frames },
            cell: 0,
            version: 1 as const,
            layers: layersOf(stimulus, { filters: count, side: 7, layers: depth }),
            head: 'parametric-softplus' as const,
            settings: { ...trainingPresets.recovery, steps, seed: i + 1 },
          },
        })),
      ),
    );
  },
  claims(rows) {
    const cc = (layers: number, filters: number) =>
      meanOf(rowsWhere(rows, { layers, filters }), 'cc');
    const deep = [...new Set(rows.map(({ factors }) => Number(factors.layers)))].filter(
      (layers) => layers > 1,
    );
    return [
      atLeast('one layer: CC of four filters − CC of one', difference(cc(1, 4), cc(1, 1)), 0.05),
      atMost(
        'one layer saturates at about five filters: CC of 16 − CC of 5',
        difference(cc(1, 16), cc(1, 5)),
        0.02,
      ),
      atMost('one layer: |CC of 8 − CC of 16|', distance(cc(1, 8), cc(1, 16)), 0.02),
      ...deep.map((layers) =>
        atMost(
          `${layers} layers: largest − least CC over the numbers of filters`,
          range(rows, layers),
          0.05,
          {
            required: false,
            because:
              'the subunits here stand apart, and one filter of a first layer cannot stand for all four of them',
          },
        ),
      ),
    ];
  },
  panels(rows) {
    const layers = [...new Set(rows.map(({ factors }) => Number(factors.layers)))];
    const runs = Math.max(0, ...layers.map((depth) => runsEach(rows, depth)));
    if (runs === 0) return [];
    return [
      {
        kind: 'sweep',
        title: 'CC with the true rate against filters and layers',
        x: { label: 'filters a layer' },
        y: { label: 'CC with the true rate' },
        series: layers.map((depth) => ({
          name: depth === 1 ? '1 layer' : `${depth} layers`,
          points: filtersOf(rows, depth).flatMap((filters) => {
            const own = rowsWhere(rows, { layers: depth, filters });
            const found = summary(own.map(({ measures }) => measures.cc));
            return found ? [{ x: filters, mean: found.mean, sd: found.sd }] : [];
          }),
        })),
        errorBars: runs > 1 ? `SD over ${runs} runs` : undefined,
      },
    ];
  },
};

function filtersOf(rows: readonly ExperimentRow[], layers: number): number[] {
  const own = rowsWhere(rows, { layers }).map(({ factors }) => Number(factors.filters));
  return [...new Set(own)].sort((a, b) => a - b);
}

function runsEach(rows: readonly ExperimentRow[], layers: number): number {
  return Math.max(
    0,
    ...filtersOf(rows, layers).map((filters) => rowsWhere(rows, { layers, filters }).length),
  );
}

function range(rows: readonly ExperimentRow[], layers: number): number | null {
  const means = filtersOf(rows, layers).flatMap(
    (filters) => meanOf(rowsWhere(rows, { layers, filters }), 'cc') ?? [],
  );
  return means.length > 0 ? Math.max(...means) - Math.min(...means) : null;
}

function distance(a: number | null, b: number | null): number | null {
  const apart = difference(a, b);
  return apart === null ? null : Math.abs(apart);
}
