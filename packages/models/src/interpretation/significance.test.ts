import { describe, expect, test } from 'vitest';
import { uniform } from '../metrics/uniform.js';
import { separate } from './separate.js';
import { chiSquaredQuantile, projectOnTemporal, significance, spatialZ } from './significance.js';

describe('thresholds', () => {
  test('√χ² quantiles equal scipy.stats.chi2.isf within 1e-9', () => {
    const table: [number, number, number][] = [
      [0.01 / 64, 1, 3.7809198112948956],
      [0.01 / 30000, 1, 5.103554002914587],
      [0.01 / 64, 20, 7.1451525562634295],
      [0.5, 3, 1.5381722544550522],
      [0.01 / 225, 7, 5.638160939786224],
    ];
    for (const [p, k, expected] of table) {
      expect(Math.sqrt(chiSquaredQuantile(p, k))).toBeCloseTo(expected, 9);
    }
  });

  test('impossible probabilities are refused', () => {
    expect(() => chiSquaredQuantile(0, 1)).toThrow(/probability/);
    expect(() => chiSquaredQuantile(0.5, 0)).toThrow(/degree of freedom/);
  });
});

describe('spatialZ', () => {
  test('two nulls, by hand: pooled and by square (1e-6)', () => {
    const nulls = [Float32Array.of(1, 0), Float32Array.of(-1, 4)];
    const spatial = Float32Array.of(2, 2);
    // Means 0 and 2, variances 2 and 8, pooled 5.
    const pooled = spatialZ(spatial, nulls);
    expect(pooled[0]).toBeCloseTo(2 / Math.sqrt(5), 6);
    expect(pooled[1]).toBeCloseTo(0, 6);
    expect(spatialZ(spatial, nulls, { spread: 'square' })[0]).toBeCloseTo(2 / Math.sqrt(2), 6);
  });

  test('nulls without spread give 0; one null and another size are refused', () => {
    const flat = [new Float32Array(2), new Float32Array(2)];
    expect(Array.from(spatialZ(Float32Array.of(1, 2), flat))).toEqual([0, 0]);
    expect(() => spatialZ(new Float32Array(2), flat.slice(1))).toThrow(/at least 2/);
    expect(() => spatialZ(new Float32Array(3), flat)).toThrow(/null map/);
  });
});

describe('significance of white noise STAs, 20 lags × 8 × 8', () => {
  const lags = 20;
  const normals = normalSource(42);
  const noise = () => normals(lags * 64);
  const trials = 200;

  test('maps of nulls decomposed on their own: at most 5 % false alarms at p = 0.01', () => {
    const nulls = Array.from({ length: 40 }, () => separate(noise(), lags, 8, 8).spatial);
    let alarms = 0;
    for (let i = 0; i < trials; i++) {
      const z = spatialZ(separate(noise(), lags, 8, 8).spatial, nulls);
      if (significance(z, 8).significant) alarms++;
    }
    expect(alarms / trials).toBeLessThanOrEqual(0.05);
  });

  test('nulls only projected on the fitted filter are no fair nulls: more than 10 % false alarms', () => {
    let alarms = 0;
    for (let i = 0; i < trials; i++) {
      const { spatial, temporal } = separate(noise(), lags, 8, 8);
      const nulls = Array.from({ length: 10 }, () => projectOnTemporal(noise(), temporal));
      if (significance(spatialZ(spatial, nulls), 8).significant) alarms++;
    }
    expect(alarms / trials).toBeGreaterThan(0.1);
  });

  test('a receptive field ten noise SDs high is found where it is', () => {
    const sta = noise();
    for (let lag = 3; lag < 6; lag++) sta[lag * 64 + 3 * 8 + 4]! -= 10;
    const { spatial, temporal, polarity } = separate(sta, lags, 8, 8);
    const nulls = Array.from({ length: 20 }, () => projectOnTemporal(noise(), temporal));
    const found = significance(spatialZ(spatial, nulls), 8);
    expect(found.significant).toBe(true);
    expect(found.peak).toEqual({ x: 4, y: 3 });
    expect(polarity).toBe('OFF');
  });
});

/** Box–Muller. */
function normalSource(seed: number): (n: number) => Float32Array {
  const random = uniform(seed);
  return (n) =>
    Float32Array.from(
      { length: n },
      () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
    );
}
