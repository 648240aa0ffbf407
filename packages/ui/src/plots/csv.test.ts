import { describe, expect, test } from 'vitest';
import { mapColumns, toCsv } from './csv.js';
import { fileName } from './export.js';

describe('toCsv', () => {
  test('writes columns in order, shorter ones ending in empty fields', () => {
    expect(toCsv({ a: [1, 2.5], b: new Float32Array([0.5]) })).toBe('a,b\r\n1,0.5\r\n2.5,\r\n');
  });

  test('quotes what holds commas, quotes or line ends', () => {
    expect(toCsv({ 'x, y': ['say "hi"', 'two\nlines'] })).toBe(
      '"x, y"\r\n"say ""hi"""\r\n"two\nlines"\r\n',
    );
  });

  test('leaves NaN and infinity empty', () => {
    expect(toCsv({ a: [Number.NaN, Number.POSITIVE_INFINITY, 0] })).toBe('a\r\n\r\n\r\n0\r\n');
  });
});

test('mapColumns counts squares from the origin, row by row', () => {
  const map = { values: [1, 2, 3, 4, 5, 6], height: 2, width: 3 };
  expect(mapColumns(map, 'w', { x: 10, y: 20 })).toEqual({
    y: [20, 20, 20, 21, 21, 21],
    x: [10, 11, 12, 10, 11, 12],
    w: [1, 2, 3, 4, 5, 6],
  });
});

test('file names are lower-case words joined by hyphens', () => {
  expect(fileName('receptive-field', 'svg')).toBe('retinoscope-receptive-field.svg');
  expect(fileName('../Cell 7: “ON”', 'png')).toBe('retinoscope-cell-7-on.png');
  expect(fileName('…', 'csv')).toBe('retinoscope-figure.csv');
});
