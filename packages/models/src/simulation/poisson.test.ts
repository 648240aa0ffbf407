import { describe, expect, test } from 'vitest';
import { drawSpikes } from './poisson.js';

function moments(rate: number, draws: number): { mean: number; variance: number } {
  const counts = drawSpikes([rate], draws, 11);
  const mean = counts.reduce((sum, count) => sum + count, 0) / draws;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (draws - 1);
  return { mean, variance };
}

describe('drawSpikes', () => {
  test('gives the same counts for the same seed and others for another', () => {
    const rate = Float32Array.from({ length: 50 }, (_, t) => 0.5 + 0.4 * Math.sin(t));
    expect(drawSpikes(rate, 4, 1)).toEqual(drawSpikes(rate, 4, 1));
    expect(drawSpikes(rate, 4, 1)).not.toEqual(drawSpikes(rate, 4, 2));
    expect(drawSpikes(rate, 4, 1).length).toBe(200);
  });

  test.each([0.05, 0.7, 4, 60, 1200])(
    'rate %d: mean and variance are the rate within 5 standard errors',
    (rate) => {
      const draws = 20_000;
      const { mean, variance } = moments(rate, draws);
      expect(Math.abs(mean - rate)).toBeLessThan(5 * Math.sqrt(rate / draws));
      const error = Math.sqrt((rate + 2 * rate * rate) / draws);
      expect(Math.abs(variance - rate)).toBeLessThan(5 * error);
    },
  );

  test('ends at once for any rate, and keeps to it within 6 standard deviations', () => {
    for (const rate of [1e5, 1e12, 1e20, 1e300]) {
      for (const count of drawSpikes(new Array(1000).fill(rate), 1, 3)) {
        // The counts are float32.
        const expected = Math.fround(rate);
        if (expected === Number.POSITIVE_INFINITY) continue;
        expect(Math.abs(count - expected)).toBeLessThan(6 * Math.sqrt(rate) + rate * 2 ** -23);
      }
    }
  });

  test('draws nothing from a rate that is 0, negative, NaN or infinite', () => {
    const counts = drawSpikes([0, -1, Number.NaN, Number.POSITIVE_INFINITY], 3, 1);
    expect(counts.every((count) => count === 0)).toBe(true);
  });
});
