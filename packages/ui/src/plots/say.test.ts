import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { barName, frameBins, meanOf, sayValue, splitLabel, withUnit } from './say.js';

test('a unit in brackets is told from other brackets', () => {
  expect(splitLabel('rate (spikes/s)')).toEqual({ name: 'rate', unit: 'spikes/s' });
  expect(splitLabel('CC (single trials)')).toEqual({ name: 'CC (single trials)', unit: '' });
  expect(splitLabel('CC')).toEqual({ name: 'CC', unit: '' });
});

test('values are said with name, unit and bar', () => {
  expect(sayValue('CC', 0.962, { sd: 0.004, what: 'SD' })).toBe('CC 0.962 ± 0.004 (SD)');
  expect(sayValue('CC', 0.962, { sd: 0, what: 'SD' })).toBe('CC 0.962');
  expect(sayValue('rate (Hz)', -3.2)).toBe('rate −3.2 Hz');
  expect(withUnit('rate (spikes/s)', 3)).toBe('3 spikes/s');
  expect(barName('SD over 10 runs')).toBe('SD');
  expect(barName('95 % interval')).toBe('95 % interval');
  expect(barName(undefined)).toBe('SD');
});

describe('frameBins', () => {
  test('covers every frame once, in no more bins than wanted', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 1, max: 60 }), (n, most) => {
        const bins = frameBins(n, most);
        expect(bins.length).toBeLessThanOrEqual(most);
        let next = 0;
        for (const { from, to } of bins) {
          expect(from).toBe(next);
          expect(to).toBeGreaterThan(from);
          next = to;
        }
        expect(next).toBe(n);
      }),
    );
  });
});

test('meanOf leaves out what is not finite', () => {
  expect(meanOf([1, Number.NaN, 3, 100], 0, 3)).toBe(2);
  expect(meanOf([], 0, 3)).toBeNaN();
});
