import { describe, expect, test } from 'vitest';
import { affordableRuns } from './affordable.js';
import type { CostModel } from './cost/estimate.js';

/** A model whose cost grows with its samples. */
const linear =
  (multiplyAdds: number, live: number): CostModel =>
  (shape) => {
    const samples = shape?.[0] ?? 1;
    return { multiplyAdds: multiplyAdds * samples, live: live * samples, kept: live * samples };
  };

const value = (...shape: (number | string)[]) => ({ name: 'x', type: 'float32', shape });
const samples = (count: number) => ({ shape: [count, 2], data: new Float32Array(2 * count) });

describe('affordableRuns', () => {
  test('a cheap model runs 256 samples at a time; a dear one as many as 20 billion multiply-adds allow', () => {
    expect(affordableRuns(samples(1000), value('N', 2), linear(10, 10)).step).toBe(256);
    expect(affordableRuns(samples(100), value('N', 2), linear(4e9, 10)).step).toBe(5);
    expect(affordableRuns(samples(100), value('N', 2), linear(2e10, 10)).step).toBe(1);
  });

  test('a model of large values runs as many samples as fit in 256 MiB', () => {
    expect(affordableRuns(samples(100), value('N', 2), linear(10, 2 ** 24)).step).toBe(4);
    expect(affordableRuns(samples(100), value('N', 2), linear(10, 2 ** 27)).step).toBe(1);
  });

  test('a fixed batch stays as it is', () => {
    expect(affordableRuns(samples(100), value(50, 2), linear(1e9, 10))).toMatchObject({
      step: 50,
      pad: true,
    });
  });

  test('more than 2,000 billion multiply-adds are refused with the number of samples that fit', () => {
    const refused = (accepted: ReturnType<typeof value>, cost: CostModel) =>
      expect(() => affordableRuns(samples(1001), accepted, cost));
    refused(value('N', 2), linear(2e9, 10)).toThrow(
      /1001 samples need about 2,2?\d* ?.*multiply-adds.*up to 1000 samples at a time/,
    );
    refused(value(100, 2), linear(2e9, 10)).toThrow(/up to 1000 samples at a time/);
    expect(affordableRuns(samples(1000), value('N', 2), linear(2e9, 10)).samples).toBe(1000);
  });

  test('one sample that is too dear or too large is refused by its own cost', () => {
    const run = (cost: CostModel) => () => affordableRuns(samples(1), value('N', 2), cost);
    expect(run(linear(3e10, 10))).toThrow(/30 billion multiply-adds for one sample/);
    expect(run(linear(10, 2 ** 29))).toThrow(/numbers at once/);
    expect(run(() => ({ multiplyAdds: Number.NaN, live: 1, kept: 1 }))).toThrow(/multiply-adds/);
  });
});
