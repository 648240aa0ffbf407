import { expect, test } from 'vitest';
import { extendTrace, mostPoints, type TracePoint } from './trace.js';

const progress = (step: number, seconds: number, validated = false) => ({
  kind: 'training' as const,
  restart: 0,
  step,
  steps: 100_000,
  seconds,
  secondsLeft: 1,
  samplesPerSecond: 1,
  loss: 1 / (step + 1),
  paused: false,
  ...(validated && { validation: { loss: 0.5, cc: 0.2 } }),
});

test('points closer than a tenth of a second are left out unless they were validated', () => {
  let trace: readonly TracePoint[] = extendTrace([], progress(1, 0));
  expect(extendTrace(trace, progress(2, 0.05))).toBe(trace);
  trace = extendTrace(trace, progress(3, 0.05, true));
  expect(trace.map(({ step }) => step)).toEqual([1, 3]);
  expect(trace[1]).toMatchObject({ validationLoss: 0.5, validationCC: 0.2 });
});

test('a repeated or earlier step adds nothing', () => {
  const trace = extendTrace([], progress(10, 1));
  expect(extendTrace(trace, progress(10, 2, true))).toBe(trace);
  expect(extendTrace(trace, progress(9, 2, true))).toBe(trace);
});

test('a long training keeps every validation and a bounded number of other points', () => {
  let trace: readonly TracePoint[] = [];
  for (let step = 1; step <= 5000; step++) {
    trace = extendTrace(trace, progress(step, step, step % 100 === 0));
  }
  expect(trace.filter((point) => point.validationLoss !== undefined)).toHaveLength(50);
  expect(trace.length).toBeLessThanOrEqual(mostPoints + 1);
  expect(trace.at(-1)?.step).toBe(5000);
  expect(trace.every((point, i) => i === 0 || point.step > trace[i - 1].step)).toBe(true);
});
