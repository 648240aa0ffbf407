import { expect, test } from 'vitest';
import type { TimedRow } from './rows.js';
import { engineOver, reachedOf, shareOf } from './targets.js';

const row = (workload: string, by: string, rates: number[], probes: number[]): TimedRow => ({
  workload,
  by,
  unit: 'samples',
  operations: 1000,
  probe: by === 'relaxed' ? 'relaxed' : 'simd',
  rounds: rates.map((rate, i) => ({ rate, probe: probes[i], calls: 1, seconds: 1 })),
});

const at = (rows: TimedRow[], peak = 10) => ({ rows, probes: { simd: [peak] } });

test('a rate is held against its target at the peak of the same round', () => {
  // 8.3 M/s at 24.5: in the first round all of it, in the second half, in the third twice.
  const w1 = row('W1 b2000', 'simd', [8.3e6, 8.3e6, 8.3e6], [24.5, 49, 12.25]);
  expect(reachedOf(w1, at([w1]))?.median).toBeCloseTo(1);
});

test('useful arithmetic as a share of the peak', () => {
  const rates = Array.from({ length: 11 }, (_, i) => 1e6 * i);
  const share = shareOf(
    row(
      'W1 b256',
      'simd',
      rates,
      rates.map(() => 10),
    ),
    at([]),
  );
  // 1000 operations × 5 M/s (9 M/s in the best tenth) over 10 GFLOP/s.
  expect(share?.median).toBeCloseTo(0.5);
  expect(share?.best).toBeCloseTo(0.9);
});

test('another workload of the same build, and another library, as the measure', () => {
  const w1 = row('W1 b2000', 'simd', [1000], [10]);
  const version1 = row('Version I model cell b2000', 'simd', [300], [10]);
  const peer = row('W1 b2000', 'jax-js', [10], [10]);
  const rows = [w1, version1, peer];
  expect(reachedOf(version1, at(rows))?.median).toBeCloseTo(0.5);
  expect(engineOver(peer, at(rows))?.median).toBeCloseTo(100);
  expect(reachedOf(peer, at(rows))?.median).toBeCloseTo(2);
  expect(engineOver(w1, at(rows))).toBeUndefined();
});

test('nothing is said of rows without a target, without rounds, or without what they are measured by', () => {
  const plain = row('W1 b256', 'simd', [1], [1]);
  expect(reachedOf(plain, at([plain]))).toBeUndefined();
  const untimed = row('W1 b2000', 'simd', [], []);
  expect(reachedOf(untimed, at([untimed]))).toBeUndefined();
  expect(shareOf(untimed, at([untimed]))).toBeUndefined();
  const version1 = row('Version I model cell b2000', 'simd', [300], [10]);
  expect(reachedOf(version1, at([version1]))).toBeUndefined();
});
