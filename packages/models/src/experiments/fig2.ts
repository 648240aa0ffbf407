/**
 * Yan et al. 2020, Figure 2: networks of 1 to 5 filters on the model cell. One filter is the receptive field, four are
 * the four subunits, a fifth is left over.
 */
import { cosine } from '../interpretation/maps.js';
import { builtInCell } from '../recording/index.js';
import { layersOf, trainingPresets } from '../training/index.js';
import type { Claim, Experiment, ExperimentRow } from './types.js';

const stimulus = { width: 8, height: 8 };
const filterCounts = [1, 2, 3, 4, 5];
const subunits = 4;
/** Independent runs, of which the best by validation loss is kept. */
const restarts = 3;
const frames = { quick: 300_000, full: builtInCell.frames };

/** Bounds of the claims: cosines of maps, correlations with the true rate. */
const bounds = { staCosine: 0.9, subunitCosine: 0.95, cc: 0.98, ccGain: 0.05 } as const;

export const fig2: Experiment = {
  id: 'fig2',
  title: 'Filters of networks of one to five filters',
  runs: (size) =>
    filterCounts.map((filters) => ({
      key: `k${filters}`,
      factors: { filters },
      request: {
        source: { ...builtInCell, frames: frames[size] },
        cell: 0,
        version: 1,
        layers: layersOf(stimulus, { filters, side: 7, layers: 1 }),
        head: 'parametric-softplus',
        settings: { ...trainingPresets.recovery, restarts },
      },
    })),
  measure({ evaluation, filters, receptiveField, matchedCosines, ...rest }) {
    const strongest = filters.reduce((a, b) => (b.strength > a.strength ? b : a));
    return {
      cc: evaluation.rateCC ?? null,
      ccOfLN: evaluation.lnCC ?? null,
      strongestFilterAndSta: Math.abs(cosine(strongest.embedded, receptiveField.spatial)),
      leastMatchedCosine: matchedCosines ? Math.min(...matchedCosines) : null,
      distinctSubunits: rest.distinctSubunits,
      effectiveFilters: rest.effectiveFilters,
      validationLoss: rest.validationLoss,
    };
  },
  claims(rows) {
    const of = (filters: number) => measuresOf(rows, filters);
    const [one, four, five] = [of(1), of(subunits), of(subunits + 1)];
    return [
      atLeast(
        'one filter is the receptive field: its cosine with the spike-triggered average',
        one.strongestFilterAndSta,
        bounds.staCosine,
      ),
      atLeast(
        'four filters are the four subunits: the least of the matched cosines',
        four.leastMatchedCosine,
        bounds.subunitCosine,
      ),
      atLeast('four filters predict the true rate: CC', four.cc, bounds.cc),
      atLeast(
        'four filters predict better than one: the difference of the CCs',
        four.cc === null || one.cc === null ? null : four.cc - one.cc,
        bounds.ccGain,
      ),
      equals(
        'of five filters four subunits are left after merging',
        five.distinctSubunits,
        subunits,
      ),
      equals('of five filters four are effective', five.effectiveFilters, subunits),
    ];
  },
};

function measuresOf(rows: readonly ExperimentRow[], filters: number) {
  const row = rows.find(({ factors }) => factors.filters === filters);
  const value = (name: string) => row?.measures[name] ?? null;
  return {
    cc: value('cc'),
    strongestFilterAndSta: value('strongestFilterAndSta'),
    leastMatchedCosine: value('leastMatchedCosine'),
    distinctSubunits: value('distinctSubunits'),
    effectiveFilters: value('effectiveFilters'),
  };
}

const say = (value: number | null) =>
  value === null ? 'not measured' : String(+value.toPrecision(4));

function atLeast(says: string, value: number | null, bound: number): Claim {
  return {
    says: `${says} ≥ ${bound}`,
    found: say(value),
    holds: value !== null && value >= bound,
  };
}

function equals(says: string, value: number | null, wanted: number): Claim {
  return { says: `${says}: ${wanted}`, found: say(value), holds: value === wanted };
}
