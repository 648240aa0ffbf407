import fc from 'fast-check';
import { expect, test } from 'vitest';
import { experiments } from './index.js';
import type { FigurePanel } from './panels.js';
import { parseExperimentTable } from './stored.js';
import { experimentTable } from './table.js';

const map = { height: 2, width: 3, values: [0, 1, 2, 3, 4, -5] };
const names = { label: 'of', names: ['a'] };

/** One panel of each kind, each with every optional field. */
const panels: readonly FigurePanel[] = [
  {
    kind: 'maps',
    title: 'maps',
    unit: 'weight',
    noun: 'filter',
    squareSize: 30,
    maps: [{ ...map, title: 't', effective: true, match: { subunit: 1, cosine: 0.5 } }, map],
  },
  {
    kind: 'profiles',
    title: 'profiles',
    frameRate: 30,
    unit: 'weight',
    errorBars: 'SD',
    series: [{ name: 'STA', role: 'sta', values: [1, 2], errors: [0, 1] }],
  },
  {
    kind: 'sweep',
    title: 'sweep',
    x: { label: 'x', scale: 'log', domain: [1, 2], categories: ['a'] },
    y: { label: 'y' },
    errorBars: 'SD',
    series: [{ name: 's', points: [{ x: 1, mean: 2, sd: 0.1 }] }],
  },
  {
    kind: 'traces',
    title: 'traces',
    frameRate: 30,
    start: 20,
    unit: 'rate',
    series: [{ name: 'network', role: 'network', values: [1, 2] }],
  },
  {
    kind: 'trace-grid',
    title: 'grid',
    frameRate: 30,
    start: 0,
    unit: 'rate',
    rows: names,
    columns: names,
    cells: [[{ note: 'CC', observed: [1], network: [2] }]],
  },
  {
    kind: 'raster',
    title: 'raster',
    frameRate: 30,
    start: 0,
    frames: 2,
    rows: [{ name: 'data', role: 'observed', trials: [[0, 1]] }],
  },
  { kind: 'matrix', title: 'm', unit: 'CC', rows: names, columns: names, values: [[null]] },
  {
    kind: 'scatter',
    title: 'scatter',
    x: { label: 'x' },
    y: { label: 'y' },
    identity: true,
    series: [{ name: 's', points: [{ x: 1, y: 2, label: 'l' }] }],
  },
  {
    kind: 'images',
    title: 'images',
    squareSize: 2,
    images: [{ ...map, title: 'i' }],
    fields: [{ ...map, name: 'f' }],
  },
];

const table = {
  ...experimentTable(experiments[0], { size: 'quick' }, []),
  rows: [{ key: 'a', factors: { filters: 1, kind: 'x' }, seed: 1, measures: { cc: null, b: 2 } }],
  panels,
};

/** As it comes out of a file. */
const stored = (): unknown => JSON.parse(JSON.stringify(table));

test('what was stored comes back as it was, but for the runs, with every kind of panel', () => {
  const { runs: _, ...rest } = table;
  expect(parseExperimentTable(stored(), 'x.json')).toEqual({ ...rest, runs: [] });
});

/** Every place in a value, as the keys that lead to it. */
function places(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...path, key]))];
}

const required = places(stored()).filter(
  ([first, ...rest]) => first !== undefined && first !== 'runs' && !rest.includes('because'),
);

test('anything else in any place is refused with the field, or is as good as what was there', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...required),
      fc.constantFrom<unknown>({}, [[]], 'x'.repeat(3000), -1e300, Number.NaN, undefined, () => 1),
      (path, wrong) => {
        const broken = stored() as Record<string, never>;
        let at = broken;
        for (const key of path.slice(0, -1)) at = at[key];
        Object.assign(at, { [path[path.length - 1]]: wrong });
        let found: unknown;
        try {
          found = parseExperimentTable(broken, 'x.json');
        } catch (error) {
          expect(error).toMatchObject({ kind: 'file' });
          expect(String(error)).toMatch(/x\.json .* accepted/);
          return;
        }
        // Left out or empty where that may be so: then every number is finite and every map whole.
        const numbers = places(found).map((place) =>
          place.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], found),
        );
        expect(numbers.every((value) => typeof value !== 'number' || Number.isFinite(value))).toBe(
          true,
        );
        expect(numbers.some((value) => typeof value === 'function')).toBe(false);
      },
    ),
    { numRuns: 400 },
  );
});

test('a map whose values are not height × width is refused', () => {
  const [maps] = panels;
  const short = { ...maps, maps: [{ ...map, values: [1] }] };
  expect(() => parseExperimentTable({ ...table, panels: [short] }, 'x.json')).toThrow(/accepted/);
});
