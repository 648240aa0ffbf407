/**
 * Yan et al. 2020, Figure 2: networks of 1 to 5 filters on the model cell. One filter is the receptive field, four are
 * the four subunits, a fifth is left over. Of the restarts from other seeds the best by validation loss is shown.
 */
import { builtInCell } from '../recording/index.js';
import { layersOf, trainingPresets } from '../training/index.js';
import { atLeast, bestRow, difference, equals, measureOf, rowsWhere, summary } from './claims.js';
import { fieldPanel, temporalPanel } from './drawing.js';
import type { FigurePanel } from './panels.js';
import type { Experiment, ExperimentRow, ExperimentSize } from './types.js';

const stimulus = { width: 8, height: 8 };
const filterCounts = [1, 2, 3, 4, 5];
const subunits = 4;
const frameRate = 30;
const sizes: Readonly<Record<ExperimentSize, { frames: number; steps: number; seeds: number }>> = {
  glance: { frames: 60_000, steps: 300, seeds: 2 },
  quick: { frames: 300_000, steps: 2000, seeds: 3 },
  full: { frames: builtInCell.frames, steps: 2000, seeds: 10 },
};

/** Bounds of the claims: cosines of maps, correlations with the true rate. */
const bounds = { staCosine: 0.9, subunitCosine: 0.95, cc: 0.98, ccGain: 0.05 } as const;

export const fig2: Experiment = {
  id: 'fig2',
  title: 'Filters of networks of one to five filters',
  paper:
    'One filter is the spike-triggered average, four are the four subunits, and of five four are effective and one is noise.',
  differs:
    'The published networks start from random weights; here the filters start from pieces of the receptive field, and the readout is not negative. From some seeds the fifth filter shares a subunit with another, which merging tells.',
  recordable: false,
  runs: ({ size }) => {
    const { frames, steps, seeds } = sizes[size];
    return filterCounts.flatMap((filters) =>
      Array.from({ length: seeds }, (_, i) => ({
        key: `fig2-filters${filters}-seed${i + 1}`,
        factors: { filters },
        request: {
          source: { ...builtInCell, frames },
          cell: 0,
          version: 1 as const,
          layers: layersOf(stimulus, { filters, side: 7, layers: 1 }),
          head: 'parametric-softplus' as const,
          settings: { ...trainingPresets.recovery, steps, seed: i + 1 },
        },
        // Of how the network's receptive field looks, the smallest and the one of all subunits say it.
        also: filters === 1 || filters === subunits ? { networkField: true as const } : undefined,
      })),
    );
  },
  claims(rows) {
    const of = (filters: number) => bestRow(rowsWhere(rows, { filters }));
    const [one, four, five] = [of(1), of(subunits), of(subunits + 1)];
    return [
      atLeast(
        'one filter is the receptive field: its cosine with the spike-triggered average',
        measureOf(one, 'strongestFilterAndSta'),
        bounds.staCosine,
      ),
      atLeast(
        'four filters are the four subunits: the least of the matched cosines',
        measureOf(four, 'leastMatchedCosine'),
        bounds.subunitCosine,
      ),
      atLeast('four filters predict the true rate: CC', measureOf(four, 'cc'), bounds.cc),
      atLeast(
        'four filters predict better than one: the difference of the CCs',
        difference(measureOf(four, 'cc'), measureOf(one, 'cc')),
        bounds.ccGain,
      ),
      atLeast(
        'no subunit takes away from the rate: the least weight of the readout, of the largest',
        measureOf(four, 'leastReadout'),
        0,
      ),
      equals(
        'of five filters four subunits are left after merging',
        measureOf(five, 'distinctSubunits'),
        subunits,
      ),
      atLeast(
        'four of five filters are effective and one is noise: share of the restarts',
        share(rowsWhere(rows, { filters: subunits + 1 })),
        0.5,
      ),
      atLeast(
        'the network’s receptive field is that of the cell: cosine with the spike-triggered average',
        measureOf(four, 'networkFieldAndSta'),
        bounds.staCosine,
      ),
    ];
  },
  panels(rows) {
    const best = filterCounts.map((filters) => bestRow(rowsWhere(rows, { filters })));
    return [...fields(best[subunits - 1]), ...best.flatMap(filterPanel), ...stability(rows)];
  },
};

/** Share of the restarts in which as many filters are effective as there are subunits. */
function share(rows: readonly ExperimentRow[]): number | null {
  const counts = rows.flatMap((row) => measureOf(row, 'effectiveFilters') ?? []);
  if (counts.length === 0) return null;
  return counts.filter((count) => count === subunits).length / counts.length;
}

function filterPanel(row: ExperimentRow | undefined): FigurePanel[] {
  if (!row?.drawn.filters) return [];
  const { filters } = row.factors;
  return [
    {
      kind: 'maps',
      title: `k = ${filters}${filters === 1 ? ': one filter' : ' filters'}`,
      unit: 'weight',
      noun: 'filter',
      maps: row.drawn.filters,
    },
  ];
}

function fields(row: ExperimentRow | undefined): FigurePanel[] {
  const { field, networkField, temporal, networkTemporal } = row?.drawn ?? {};
  if (!field || !networkField || !temporal || !networkTemporal) return [];
  return [
    fieldPanel('Receptive field', { sta: field, network: networkField }),
    temporalPanel(frameRate, { sta: temporal, network: networkTemporal }),
  ];
}

/** How well each subunit is found again from other seeds. */
function stability(rows: readonly ExperimentRow[]): FigurePanel[] {
  const found = rowsWhere(rows, { filters: subunits }).flatMap(
    ({ drawn }) => drawn.matchedCosines?.slice(0, subunits) ?? [],
  );
  const restarts = found.length / subunits;
  if (restarts < 2) return [];
  const points = Array.from({ length: subunits }, (_, subunit) => {
    const cosines = found.filter((_, i) => i % subunits === subunit);
    const { mean, sd } = summary(cosines) ?? { mean: 0, sd: 0 };
    return { x: subunit, mean, sd };
  });
  return [
    {
      kind: 'sweep',
      title: 'Stability of each subunit over restarts, k = 4',
      x: { label: 'subunit', categories: points.map(({ x }) => String(x)) },
      y: { label: 'matched cosine', domain: [0, 1] },
      series: [{ name: `${restarts} restarts`, points }],
      errorBars: `SD over ${restarts} restarts`,
    },
  ];
}
