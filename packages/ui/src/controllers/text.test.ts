import { expect, test } from 'vitest';
import { aboutBytes, bytes, duration, fixed, plural, shortened, significant } from './text.js';

test('unknown numbers are an en dash, never NaN', () => {
  for (const value of [undefined, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(fixed(value)).toBe('–');
    expect(significant(value)).toBe('–');
    expect(duration(value)).toBe('–');
  }
  expect(duration(-1)).toBe('–');
});

test('known numbers', () => {
  expect(fixed(0.99349)).toBe('0.993');
  expect(fixed(-0.5, 1)).toBe('−0.5');
  expect(significant(0.053123)).toBe('0.0531');
  expect(duration(185)).toBe('3 min 5 s');
});

test('sizes, plurals and long text', () => {
  expect([850, 12_400, 3.1e6, 2.5e9].map(bytes)).toEqual(['850 B', '12.4 kB', '3.1 MB', '2.50 GB']);
  expect([87_400, 21.6e6, 995e6, 999e6, 2.25e9].map(aboutBytes)).toEqual([
    '87 kB',
    '22 MB',
    '1 GB',
    '1 GB',
    '2.3 GB',
  ]);
  expect([plural(1, 'cell'), plural(10, 'cell')]).toEqual(['1 cell', '10 cells']);
  expect(shortened('abcdef', 4)).toBe('abc…');
  expect(shortened('abcd', 4)).toBe('abcd');
});
