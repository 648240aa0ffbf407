/** The filters as rows of numbers, for the table and the file. Pure. */
import type { FilterSummary } from '@retinoscope/worker';
import { formatCorrelation, formatNumber, toCsv } from '../../plots/index.js';

/** Which map of a filter is shown. */
export type FilterView = 'filter' | 'embedded' | 'feature';

export const filterViews: readonly {
  readonly view: FilterView;
  readonly label: string;
  readonly meaning: string;
}[] = [
  {
    view: 'filter',
    label: 'Filter',
    meaning:
      'Spatial weights of each first-layer filter, their sign that of its effect on the rate.',
  },
  {
    view: 'embedded',
    label: 'Embedded',
    meaning: 'Each filter placed in the stimulus where the readout weighs it most.',
  },
  {
    view: 'feature',
    label: 'Feature',
    meaning: 'Average of random noise, weighted by the response of each filter’s feature map.',
  },
];

/** `name` if it is a view, else `filter`. */
export function validView(name: string | undefined): FilterView {
  return filterViews.find(({ view }) => view === name)?.view ?? 'filter';
}

/** The map that `view` shows, with its size; embedded and feature maps are of the crop's size. */
export function viewedMap(
  filter: FilterSummary,
  view: FilterView,
  crop: { readonly height: number; readonly width: number },
): { readonly values: Float32Array; readonly height: number; readonly width: number } {
  if (view === 'filter') {
    return { values: filter.spatial, height: filter.height, width: filter.width };
  }
  return { values: filter[view], height: crop.height, width: crop.width };
}

export const columns = ['Filter', 'Effective', 'Moran’s I', 'Strength', 'True subunit', '|Cosine|'];

/** One row a filter, in the order of `columns`; the last two only where `matched`. */
export function rows(filters: readonly FilterSummary[], matched: boolean): string[][] {
  return filters.map((filter, i) => [
    String(i),
    filter.effective ? 'yes' : 'no',
    formatNumber(filter.moransI),
    formatNumber(filter.strength),
    ...(matched
      ? [
          filter.match ? String(filter.match.subunit) : '–',
          filter.match ? formatCorrelation(filter.match.cosine) : '–',
        ]
      : []),
  ]);
}

/** How many filters count and what was found, in a sentence. */
export function statement(fit: {
  readonly filters: readonly FilterSummary[];
  readonly effectiveFilters: number;
  readonly distinctSubunits: number;
  readonly matchedCosines?: readonly number[];
}): string {
  const { filters, effectiveFilters, distinctSubunits, matchedCosines } = fit;
  const filter = filters.length === 1 ? 'filter is' : 'filters are';
  const subunit = distinctSubunits === 1 ? 'subunit' : 'subunits';
  const matched = matchedCosines?.length
    ? ` Absolute cosines with the ${matchedCosines.length} true subunits: ${matchedCosines.map(formatCorrelation).join(', ')}.`
    : '';
  return (
    `${effectiveFilters} of ${filters.length} ${filter} effective; ${distinctSubunits} distinct ${subunit} ` +
    `after merging duplicates.${matched}`
  );
}

/** Every value of the maps shown, one row a square. */
export function filtersCsv(
  filters: readonly FilterSummary[],
  view: FilterView,
  crop: { readonly height: number; readonly width: number },
): string {
  const first = filters[0];
  if (!first) return toCsv({});
  const { height, width } = viewedMap(first, view, crop);
  const squares = Array.from({ length: height * width }, (_, i) => i);
  return toCsv({
    y: squares.map((i) => Math.floor(i / width)),
    x: squares.map((i) => i % width),
    ...Object.fromEntries(
      filters.map((filter, i) => [`${view} ${i}`, viewedMap(filter, view, crop).values]),
    ),
  });
}
