import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  colourCount,
  colourIndex,
  divergingColour,
  divergingTable,
  symmetricLimit,
} from './diverging.js';
import { formatCorrelation, formatCount, formatDuration, formatNumber } from './numbers.js';
import { contrast, integerTicks, logTicks, luminance, sequentialColour } from './scale.js';
import { palettes } from './theme.js';

describe('the diverging scale', () => {
  test('its limit is the largest finite absolute value of all maps', () => {
    expect(symmetricLimit([[1, -3, 2], new Float32Array([0.5, Number.NaN, -2])])).toBe(3);
    expect(symmetricLimit([[1, Number.POSITIVE_INFINITY]])).toBe(1);
  });

  test('its limit is 1 for maps of zeros and for no maps', () => {
    expect(symmetricLimit([[0, 0]])).toBe(1);
    expect(symmetricLimit([])).toBe(1);
  });

  test('0 and NaN stand in the middle, values beyond the limit at the ends', () => {
    expect(colourIndex(0, 2)).toBe((colourCount - 1) / 2);
    expect(colourIndex(Number.NaN, 2)).toBe((colourCount - 1) / 2);
    expect(colourIndex(9, 2)).toBe(colourCount - 1);
    expect(colourIndex(-9, 2)).toBe(0);
  });

  test('opposite values stand at opposite places', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 10, noNaN: true }), (value) => {
        const sum = colourIndex(value, 3) + colourIndex(-value, 3);
        expect(Math.abs(sum - (colourCount - 1))).toBeLessThanOrEqual(1);
      }),
    );
  });

  test.each(['light', 'dark'] as const)('%s: blue below, red above, lightest at 0', (theme) => {
    const [lowRed, , lowBlue] = divergingTable(theme);
    const [highRed, , highBlue] = divergingTable(theme).subarray(-3);
    expect(lowBlue).toBeGreaterThan(lowRed);
    expect(highRed).toBeGreaterThan(highBlue);
    for (let step = 1; step <= 20; step++) {
      for (const sign of [-1, 1]) {
        const inner = luminance(divergingColour((sign * (step - 1)) / 20, 1, theme));
        const outer = luminance(divergingColour((sign * step) / 20, 1, theme));
        expect(outer).toBeLessThan(inner);
      }
    }
  });
});

describe('numbers', () => {
  test.each([
    [0, '0'],
    [-0.5, '−0.5'],
    [0.12345, '0.123'],
    [1234.5, '1230'],
    [0.00012, '1.2e−4'],
    [-250000, '−2.5e5'],
    [Number.NaN, 'undefined'],
    [Number.NEGATIVE_INFINITY, '−∞'],
  ])('%d is written %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  test('correlations have two decimals and no negative zero', () => {
    expect(formatCorrelation(0.98412)).toBe('0.984');
    expect(formatCorrelation(-0.3)).toBe('−0.300');
    expect(formatCorrelation(-0.0001)).toBe('0.000');
    expect([0.997, 0.99961].map(formatCorrelation)).toEqual(['0.997', '1.000']);
    expect(formatCorrelation(Number.NaN)).toBe('undefined');
  });

  test('counts are grouped by thousands', () => {
    expect(formatCount(1234567)).toBe('1\u202f234\u202f567');
    expect(formatCount(999)).toBe('999');
  });

  test('durations are in seconds below a minute', () => {
    expect(formatDuration(8.43)).toBe('8.4 s');
    expect(formatDuration(200)).toBe('3 min 20 s');
  });
});

describe('integerTicks', () => {
  test('covers a small range by every whole number', () => {
    expect(integerTicks(-0.5, 3.5, 10)).toEqual([0, 1, 2, 3]);
  });

  test('are whole, ascending, inside the range and no more than asked', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -500, max: 500 }),
        fc.integer({ min: 1, max: 6000 }),
        fc.integer({ min: 2, max: 12 }),
        (low, span, most) => {
          const ticks = integerTicks(low - 0.5, low + span - 0.5, most);
          expect(ticks.length).toBeLessThanOrEqual(most);
          expect(ticks.every(Number.isInteger)).toBe(true);
          expect(ticks.every((tick, i) => i === 0 || tick > ticks[i - 1])).toBe(true);
          expect(ticks.every((tick) => tick >= low - 0.5 && tick <= low + span - 0.5)).toBe(true);
        },
      ),
    );
  });
});

describe('logTicks', () => {
  test('are 1, 2 and 5 where there is room, decades where there is not', () => {
    expect(logTicks(1, 20, 10)).toEqual([1, 2, 5, 10, 20]);
    expect(logTicks(1, 20, 4)).toEqual([1, 3, 10]);
    expect(logTicks(1, 1e6, 8)).toEqual([1, 10, 100, 1e3, 1e4, 1e5, 1e6]);
    expect(logTicks(1, 1e6, 4)).toEqual([1, 100, 1e4, 1e6]);
  });

  test('are few, in order and within the axis', () => {
    const end = fc.double({ min: -6, max: 6, noNaN: true });
    fc.assert(
      fc.property(end, end, fc.integer({ min: 1, max: 12 }), (a, b, most) => {
        const [low, high] = [10 ** Math.min(a, b), 10 ** Math.max(a, b)];
        const ticks = logTicks(low, high, most);
        expect(ticks.length).toBeLessThanOrEqual(most);
        expect([...ticks].sort((p, q) => p - q)).toEqual(ticks);
        for (const tick of ticks) {
          expect(tick).toBeGreaterThan(low * (1 - 1e-6));
          expect(tick).toBeLessThan(high * (1 + 1e-6));
        }
      }),
    );
  });
});

test.each(['light', 'dark'] as const)(
  'the sequential scale leaves the background steadily, %s',
  (theme) => {
    const { background } = palettes[theme];
    const steps = Array.from({ length: 11 }, (_, i) =>
      contrast(sequentialColour(i / 10, 1, theme), background),
    );
    for (let i = 1; i < steps.length; i++) expect(steps[i]).toBeGreaterThan(steps[i - 1]);
    expect(sequentialColour(-3, 1, theme)).toBe(sequentialColour(0, 1, theme));
    expect(sequentialColour(7, 1, theme)).toBe(sequentialColour(1, 1, theme));
  },
);

test('contrast is that of WCAG', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('rgb(255, 255, 255)', '#ffffff')).toBe(1);
});
