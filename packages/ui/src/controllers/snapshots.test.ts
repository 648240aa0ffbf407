import type { TrainingProgress } from '@retinoscope/worker';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { extendSnapshots, mostSnapshots, type Snapshot, snapshotInterval } from './snapshots.js';

const heard = (step: number, values = 4): TrainingProgress => ({
  kind: 'training',
  restart: 0,
  step,
  steps: 100_000,
  seconds: step / 1000,
  secondsLeft: 1,
  samplesPerSecond: 10,
  loss: 1 / step,
  filters: [new Float32Array(values)],
  paused: false,
});

const all = (steps: Iterable<number>, mostBytes = 2 ** 20, values = 4): readonly Snapshot[] =>
  [...steps].reduce<readonly Snapshot[]>(
    (kept, step) => extendSnapshots(kept, heard(step, values), mostBytes),
    [],
  );

test('a report without filters, or of a step already kept, adds nothing', () => {
  const kept = all([10, 20]);
  expect(extendSnapshots(kept, { ...heard(30), filters: undefined }, 1e6)).toBe(kept);
  expect(extendSnapshots(kept, heard(20), 1e6)).toBe(kept);
  expect(kept.map(({ step, seconds, loss }) => [step, seconds, loss])).toEqual([
    [10, 0.01, 0.1],
    [20, 0.02, 0.05],
  ]);
});

test('of many evenly spaced snapshots 120 are kept, the widest gap at most 2.1 times the narrowest', () => {
  const kept = all(Array.from({ length: 1000 }, (_, i) => 1 + 7 * i));
  expect(kept).toHaveLength(mostSnapshots);
  const gaps = kept.slice(1).map(({ step }, i) => step - kept[i].step);
  expect(Math.max(...gaps) / Math.min(...gaps.slice(0, -1))).toBeLessThanOrEqual(2.1);
});

test('never more than the bytes allow, but the first and the latest always, in order', () => {
  const steps = fc
    .array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 300 })
    .map((gaps) => {
      let at = 0;
      return gaps.map((gap) => {
        at += gap;
        return at;
      });
    });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 4096 }), (given, mostBytes) => {
      const kept = all(given, mostBytes);
      expect(kept.length).toBeLessThanOrEqual(Math.max(2, Math.floor(mostBytes / 16)));
      expect(kept[0].step).toBe(given[0]);
      expect(kept.at(-1)?.step).toBe(given.at(-1));
      expect(kept.every(({ step }, i) => i === 0 || step > kept[i - 1].step)).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test('a second gives more than twenty snapshots where filters are maps, fewer where they need a decomposition', () => {
  expect(1000 / snapshotInterval(1, 64)).toBeGreaterThan(20);
  expect(1000 / snapshotInterval(2, 4)).toBeGreaterThan(20);
  expect(snapshotInterval(2, 32)).toBeGreaterThan(snapshotInterval(2, 8));
});
