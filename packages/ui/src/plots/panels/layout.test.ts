import type { ImagesPanel, MatrixPanel, SweepPanel, TraceGridPanel } from '@retinoscope/worker';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { textWidth } from '../theme.js';
import { categoryLabels, dodge } from './categories.js';
import { fieldOutlines } from './images.js';
import { bestRows, cellText, sayCell } from './matrix.js';
import { sayPoint } from './sweep.js';
import { selfCells, shortNote, tracePath } from './trace-grid.js';
import { roundDomain, rulerOf, ticksOf, valueTicks } from './xy.js';

describe('axes', () => {
  test('keep a given domain, and else reach from the least to the most', () => {
    expect(rulerOf({ label: 'CC', domain: [0, 1] }, [5], true).domain).toEqual([0, 1]);
    expect(rulerOf({ label: 'CC' }, [0.63, 0.97], true).domain).toEqual([0.6, 1]);
    expect(rulerOf({ label: 'n', scale: 'log' }, [0, 10, 300], true).domain).toEqual([10, 300]);
    expect(rulerOf({ label: 'n' }, [], true).domain).toEqual([0, 1]);
  });

  test('never have an empty domain, and their ticks lie within it', () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    const scale = fc.constantFrom('linear' as const, 'log' as const);
    fc.assert(
      fc.property(fc.array(value), scale, fc.integer({ min: 2, max: 10 }), (values, kind, most) => {
        const ruler = rulerOf({ label: '', scale: kind }, values, true);
        const [low, high] = ruler.domain;
        expect(high).toBeGreaterThan(low);
        const edge = (high - low) * 1e-6;
        for (const tick of ticksOf(ruler, most)) {
          expect(tick).toBeGreaterThanOrEqual(low - edge);
          expect(tick).toBeLessThanOrEqual(high + edge);
        }
      }),
    );
  });

  test('a logarithmic axis of less than a decade has ticks', () => {
    expect(ticksOf({ label: '', scale: 'log', domain: [2.1, 2.9] }, 5).length).toBeGreaterThan(1);
  });

  test('have the values as ticks where these stand apart', () => {
    expect(valueTicks([1, 2, 4, 2], (x) => 50 * x)).toEqual([1, 2, 4]);
    expect(valueTicks([1, 2, 4], (x) => 5 * x)).toBeUndefined();
  });

  test('roundDomain widens to round numbers', () => {
    expect(roundDomain(-3, 38, 5)).toEqual([-10, 40]);
    expect(roundDomain(0, 1, 5)).toEqual([0, 1]);
  });
});

describe('categories', () => {
  test('stand upright where they fit and slanted where not', () => {
    const names = ['LN model', 'network, 16 filters'];
    expect(categoryLabels(names, 90, 40)).toMatchObject({
      angle: 0,
      lines: [['LN model'], ['network, 16', 'filters']],
    });
    expect(categoryLabels(names, 30, 40).angle).toBeLessThan(0);
  });

  test('are thinned where they would touch', () => {
    const names = Array.from({ length: 60 }, (_, i) => `cell ${i}`);
    const { lines } = categoryLabels(names, 5, 40);
    expect(lines).toHaveLength(60);
    expect(lines.filter((each) => each.length > 0).length).toBeLessThan(20);
  });

  test('dodge puts the series side by side within the band', () => {
    expect(dodge(1, 50, 16)).toEqual([0]);
    expect(dodge(3, 500, 16)).toEqual([-16, 0, 16]);
    const [first, last] = dodge(2, 10, 16);
    expect(last - first).toBeLessThan(10);
    expect(first).toBe(-last);
  });
});

test('a point of a sweep is said with its series, place and bar', () => {
  const panel: SweepPanel = {
    kind: 'sweep',
    title: '',
    x: { label: 'cell', categories: ['7', '8 filters'] },
    y: { label: 'CC' },
    series: [
      { name: '2 layers', points: [] },
      { name: '3 layers', points: [] },
    ],
    errorBars: 'SD over 10 runs',
  };
  expect(sayPoint(panel, 0, { x: 1, mean: 0.962, sd: 0.004 })).toBe(
    '2 layers, 8 filters: CC 0.962 ± 0.004 (SD)',
  );
  expect(sayPoint(panel, 1, { x: 0, mean: 0.5 })).toBe('3 layers, cell 7: CC 0.5');
});

describe('matrix', () => {
  const panel: MatrixPanel = {
    kind: 'matrix',
    title: '',
    unit: 'CC',
    rows: { label: 'network of', names: ['a', 'b'] },
    columns: { label: 'response of', names: ['a', 'b', 'c'] },
    values: [
      [0.9, -0.3, null],
      [0.2, -0.1, null],
    ],
  };

  test('the best of a column is its largest value; none where there is none', () => {
    expect(bestRows(panel.values, 3)).toEqual([0, 1, undefined]);
  });

  test('cells are said with row and column', () => {
    expect(sayCell(panel, 0, 0, true)).toBe(
      'network of: a; response of: a; CC 0.9, largest of its column',
    );
    expect(sayCell(panel, 1, 2, false)).toBe('network of: b; response of: c; no value');
  });

  test('numbers fit their cells', () => {
    expect(cellText(0.5, 40)).toBe('0.50');
    expect(cellText(-0.061, 26)).toBe('−.06');
    for (const value of [0.123, -0.9]) {
      expect(textWidth(cellText(value, 26), 10)).toBeLessThanOrEqual(26);
    }
  });
});

describe('trace grid', () => {
  const grid = (rows: string[], columns: string[]): TraceGridPanel => ({
    kind: 'trace-grid',
    title: '',
    frameRate: 30,
    start: 0,
    unit: 'rate (spikes/s)',
    rows: { label: 'row', names: rows },
    columns: { label: 'column', names: columns },
    cells: [],
  });

  test('a cell is its own by name, else by number in a square grid', () => {
    expect(selfCells(grid(['a', 'b'], ['b', 'a', 'c']))(0, 1)).toBe(true);
    expect(selfCells(grid(['a', 'b'], ['b', 'a', 'c']))(0, 0)).toBe(false);
    expect(selfCells(grid(['a', 'b'], ['c', 'd']))(1, 1)).toBe(true);
    expect(selfCells(grid(['a', 'b'], ['c']))(0, 0)).toBe(false);
  });

  test('notes are shortened to their last word, then left out', () => {
    expect(shortNote('CC 0.91', 100)).toBe('CC 0.91');
    expect(shortNote('CC 0.91', 30)).toBe('0.91');
    expect(shortNote('CC 0.91', 10)).toBe('');
  });

  test('a line is broken where a value is missing', () => {
    expect(
      tracePath(
        [1, 2, Number.NaN, 3],
        (i) => i,
        (value) => value,
      ),
    ).toBe('M0,1L1,2M3,3');
  });
});

test('outlines are in squares of the image, whatever the size of the field’s map', () => {
  const size = { height: 20, width: 20 };
  const field = (n: number, centre: number, sigma: number) => ({
    name: 'cell 3',
    height: n,
    width: n,
    values: Array.from({ length: n * n }, (_, i) => {
      const x = (i % n) - centre;
      const y = Math.floor(i / n) - centre;
      return Math.exp(-(x * x + y * y) / (2 * sigma * sigma));
    }),
  });
  const panel: ImagesPanel = {
    kind: 'images',
    title: '',
    images: [],
    fields: [field(20, 9.5, 2), field(40, 19.5, 4)],
  };
  const [same, finer] = fieldOutlines(panel, size);
  expect(same.letter).toBe('A');
  expect(finer.letter).toBe('B');
  expect(same.dash).not.toBe(finer.dash);
  expect(finer.ellipse?.x).toBeCloseTo(same.ellipse?.x ?? Number.NaN, 1);
  expect(finer.ellipse?.sigmaLong).toBeCloseTo(same.ellipse?.sigmaLong ?? Number.NaN, 1);
});
