/** Yan et al. 2020, Figure 5: what is left of the prediction when only some filters are kept, over a population. */
import { populationRuns } from './cells.js';
import { above, atMost, difference, meanOf, measureOf, summary } from './claims.js';
import type { Experiment } from './types.js';

export const fig5: Experiment = {
  id: 'fig5',
  title: 'Effective filters alone against filters kept at random',
  paper:
    'Keeping only the effective filters holds the CC; keeping as many filters at random, ten draws, lowers it.',
  differs:
    'Of few good filters a random subset may include some by chance; where it has none the rate is constant, and its CC counts as 0.',
  recordable: true,
  runs: (setting) => populationRuns(setting, 1),
  claims(rows, { recorded }) {
    const options = { required: !recorded };
    const kept = rows.map((row) =>
      difference(measureOf(row, 'ccOfAllFilters'), measureOf(row, 'ccOfEffectiveFilters')),
    );
    const gains = rows.map((row) =>
      difference(measureOf(row, 'ccOfEffectiveFilters'), measureOf(row, 'ccOfRandomFilters')),
    );
    return [
      atMost('effective filters alone: mean loss of CC', summary(kept)?.mean, 0.02, options),
      above(
        'effective filters alone − as many at random: mean difference of CC',
        summary(gains)?.mean,
        0,
        options,
      ),
      atMost(
        'cells in which random filters do as well as the effective ones',
        rows.length > 0 ? gains.filter((gain) => gain === null || gain <= 0).length : null,
        0,
        options,
      ),
    ];
  },
  panels(rows) {
    if (rows.length === 0) return [];
    const of = (name: string, sd?: string) =>
      rows.flatMap((row, x) => {
        const mean = measureOf(row, name);
        const spread = sd === undefined ? undefined : (measureOf(row, sd) ?? undefined);
        return mean === null ? [] : [{ x, mean, sd: spread }];
      });
    const mean = (name: string) => meanOf(rows, name)?.toFixed(3) ?? '–';
    return [
      {
        kind: 'sweep',
        title: `CC with all filters, mean ${mean('ccOfAllFilters')}; the effective ones, ${mean('ccOfEffectiveFilters')}; as many at random, ${mean('ccOfRandomFilters')}`,
        x: { label: 'cell', categories: rows.map(({ factors }) => String(factors.cell)) },
        y: { label: 'CC', domain: [0, 1] },
        series: [
          { name: 'all filters', points: of('ccOfAllFilters') },
          { name: 'effective filters', points: of('ccOfEffectiveFilters') },
          { name: 'random filters', points: of('ccOfRandomFilters', 'sdOfRandomFilters') },
        ],
        errorBars: 'SD over 10 draws',
      },
      {
        kind: 'sweep',
        title: 'Effective filters',
        x: { label: 'cell', categories: rows.map(({ factors }) => String(factors.cell)) },
        y: { label: 'filters', domain: [0, 16] },
        series: [{ name: 'effective filters', points: of('effectiveFilters') }],
      },
    ];
  },
};
