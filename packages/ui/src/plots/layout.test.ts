import { describe, expect, test } from 'vitest';
import { legendLayout } from './legend.js';
import { extent, robustExtent } from './line-axes.js';
import { spikePath } from './spike-raster.js';
import { extremeLag } from './temporal-profile.js';
import { wrap } from './text.js';
import { textWidth } from './theme.js';
import { timeDomain } from './time-traces.js';

describe('legendLayout', () => {
  test('keeps entries on one row where they fit and wraps where they do not', () => {
    const labels = ['observed', 'network', 'LN'];
    const wide = legendLayout(labels, 800);
    expect(wide.places.every(({ y }) => y === 0)).toBe(true);
    const narrow = legendLayout(labels, 110);
    expect(narrow.places.map(({ x }) => x)).toEqual([0, 0, 0]);
    expect(narrow.height).toBe(3 * wide.height);
  });

  test('takes no height without entries', () => {
    expect(legendLayout([], 100).height).toBe(0);
  });
});

test('wrap loses no word and keeps each line of several words within the width', () => {
  const text = 'A tile is 7 × 7 squares; numbers from 0. E and a heavy outline: effective filter.';
  const lines = wrap(text, 160);
  expect(lines.join(' ')).toBe(text);
  expect(lines.length).toBeGreaterThan(1);
  for (const line of lines) expect(textWidth(line, 10.5)).toBeLessThanOrEqual(160);
});

describe('extent', () => {
  test('includes 0 unless told otherwise, and leaves out what is not finite', () => {
    expect(extent([[2, 5], new Float32Array([Number.NaN, 3])])).toEqual([0, 5]);
    expect(extent([[2, 5]], false)).toEqual([2, 5]);
    expect(extent([[Number.POSITIVE_INFINITY]], false)).toEqual([0, 1]);
  });

  test('is never empty', () => {
    expect(extent([])).toEqual([0, 1]);
    expect(extent([[4]], false)).toEqual([0, 4]);
    expect(extent([[-4]], false)).toEqual([-4, 0]);
  });
});

test('extremeLag is the lag of the largest absolute value', () => {
  expect(extremeLag([0, 0.1, -0.5, 0.4])).toBe(2);
});

test('the time axis reaches from the first frame to the last, in seconds', () => {
  expect(timeDomain(60, 31, 30)).toEqual([2, 3]);
});

test('spikePath draws one tick for each frame with spikes, in its trial’s row', () => {
  const place = { x: (time: number) => time * 10, y: (trial: number) => trial * 2 };
  expect(spikePath([0, 2, 0, 1, 0, 0], 2, 3, place)).toBe('M10,0v2M0,2v2');
});

test('a few very large first losses do not set the extent; a modest range is kept whole', () => {
  const losses = Array.from({ length: 100 }, (_, i) => (i < 3 ? 50 : 0.3 - i / 1000));
  const [low, high] = robustExtent([losses, [0.29, 0.25]]);
  expect(low).toBe(Math.min(...losses));
  expect(high).toBeLessThan(0.31);
  expect(robustExtent([[1, 2, 3], [2]])).toEqual([1, 3]);
  expect(robustExtent([])).toEqual([0, 1]);
});
