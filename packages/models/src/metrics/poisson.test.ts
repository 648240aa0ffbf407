import { describe, expect, test } from 'vitest';
import { bitsPerSpike, poissonLoss } from './poisson.js';

const rate = Float64Array.from([0.1, 0.5, 1.2, 0.05, 2]);
const counts = Float64Array.from([0, 1, 1, 0, 3]);

describe('poissonLoss', () => {
  test('equals the formula evaluated by numpy within 1e-12', () => {
    expect(poissonLoss(rate, counts)).toBeCloseTo(0.45627672975056977, 12);
  });

  test('is finite where the rate is 0 and there is a spike, by its epsilon', () => {
    const loss = poissonLoss(Float32Array.of(0), Float32Array.of(1), 1e-7);
    expect(loss).toBeCloseTo(-Math.log(1e-7), 9);
  });

  test('is least at the true constant rate', () => {
    const at = (r: number) => poissonLoss(new Float64Array(5).fill(r), counts);
    expect(at(1)).toBeLessThan(at(0.9));
    expect(at(1)).toBeLessThan(at(1.1));
  });

  test('refuses lengths that differ', () => {
    expect(() => poissonLoss(rate, counts.subarray(1))).toThrow(/as long as each other/);
  });
});

describe('bitsPerSpike', () => {
  test('equals the difference of scipy.stats.poisson log-likelihoods within 1e-6', () => {
    expect(bitsPerSpike(rate, counts)).toBeCloseTo(0.7844267405712201, 6);
  });

  test('is 0 for the constant rate at the mean and negative for a worse model', () => {
    expect(bitsPerSpike(new Float64Array(5).fill(1), counts)).toBeCloseTo(0, 6);
    expect(bitsPerSpike(new Float64Array(5).fill(3), counts)).toBeLessThan(0);
  });

  test('is undefined without spikes', () => {
    expect(bitsPerSpike(rate, new Float64Array(5))).toBeUndefined();
  });

  test('is the same for the PSTH as for the repeats laid end to end (1e-9)', () => {
    const second = Float64Array.from([1, 0, 2, 0, 1]);
    const mean = counts.map((v, i) => (v + second[i]!) / 2);
    const all = Float64Array.from([...counts, ...second]);
    const twice = Float64Array.from([...rate, ...rate]);
    expect(bitsPerSpike(rate, mean)!).toBeCloseTo(bitsPerSpike(twice, all)!, 9);
  });
});
