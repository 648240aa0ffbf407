import { expect, test } from 'vitest';
import type { TimedPlace } from './rows.js';
import { align, engineering, placeTable, sayRate } from './table.js';

test('columns are as wide as their widest cell', () => {
  const lines = [
    ['a', 'number'],
    ['longer', '1'],
  ];
  expect(align(lines, 1)).toBe('a       number\nlonger       1');
});

test('three digits and a prefix; an average in milliseconds', () => {
  expect([8_330_000, 951_600, 3470, 12].map(engineering)).toEqual([
    '8.33 M',
    '952 k',
    '3.47 k',
    '12.0',
  ]);
  expect(sayRate(110, 'averages')).toBe('9.09 ms');
  expect(sayRate(35e6, 'frames')).toBe('35.0 M/s');
});

test('a place: the peak, rows with their targets, what was granted, and what was not timed', () => {
  const each = { unit: 'samples', probe: 'simd' } as const;
  const round = { probe: 24.5, calls: 1, seconds: 1 };
  const place: TimedPlace = {
    place: 'Node',
    version: '20.0.0',
    probes: { simd: [24.5] },
    rows: [
      {
        ...each,
        workload: 'W1 b2000',
        by: 'simd',
        operations: 3232,
        rounds: [{ ...round, rate: 8.3e6 }],
      },
      {
        ...each,
        workload: 'W1 b2000',
        by: 'jax-js',
        granted: 'the batch',
        rounds: [{ ...round, rate: 1e5 }],
      },
      { ...each, workload: 'W1 b256', by: 'jax-js', unavailable: 'too slow', rounds: [] },
      { ...each, workload: 'W2 b256', by: 'jax-js', unavailable: 'too slow', rounds: [] },
    ],
  };
  const text = placeTable(place);
  expect(text).toContain('Multiply–add peak: simd 24.5 GFLOP/s (best decile 24.5)');
  expect(text).toMatch(
    /W1 b2000 +simd +8\.30 M\/s +8\.30 M\/s +109 % +109 % +8\.30 M\/s +100 % +100 % +yes/,
  );
  expect(text).toMatch(
    /W1 b2000 +jax-js +100 k\/s +100 k\/s +83 × +engine 50 × +166 % +166 % +yes/,
  );
  expect(text).toContain('jax-js: the batch [W1 b2000]');
  expect(text).toContain('jax-js: too slow [W1 b256; W2 b256]');
});
