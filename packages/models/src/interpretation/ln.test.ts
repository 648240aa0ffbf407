import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { correlation } from '../metrics/correlation.js';
import { poissonLoss } from '../metrics/poisson.js';
import { uniform } from '../metrics/uniform.js';
import { fitLN, predictLN } from './ln.js';

const g200 = Float64Array.from(
  { length: 200 },
  (_, t) => Math.sin(t * 0.7) * 1.5 + Math.cos(t * 0.13),
);
const counts200 = g200.map((g, t) => (g > 1 ? (t * 37) % 5 : g > 0 && t % 3 === 0 ? 1 : 0));

describe('quantile nonlinearity', () => {
  test('four frames in two bins, by hand', () => {
    const model = fitLN(Float64Array.of(3, 0, 1, 2), Float64Array.of(4, 0, 1, 1), { bins: 2 });
    expect(model).toEqual({
      kind: 'quantile',
      generator: Float64Array.of(0.5, 2.5),
      rate: Float64Array.of(0.5, 2.5),
    });
    const rate = predictLN(model, Float64Array.of(-9, 0.5, 1.5, 2, 9));
    expect(Array.from(rate)).toEqual([0.5, 0.5, 1.5, 2, 2.5]);
  });

  test('a signal of few values keeps one bin each; a constant one gives the mean rate', () => {
    const model = fitLN(Float32Array.of(0, 0, 0, 0, 1, 0), Float32Array.of(1, 0, 0, 0, 2, 0));
    expect(Array.from(predictLN(model, Float32Array.of(0, 1)))).toEqual([Math.fround(0.2), 2]);
    const constant = fitLN(new Float32Array(4).fill(7), Float32Array.of(1, 0, 0, 1));
    expect(Array.from(predictLN(constant, Float32Array.of(-1, 7, 99)))).toEqual([0.5, 0.5, 0.5]);
  });

  test('bins hold equal numbers of frames, spikes are conserved, g rises (1e-9)', () => {
    const signal = fc
      .uniqueArray(fc.integer({ min: -10000, max: 10000 }), { minLength: 40, maxLength: 200 })
      .map((values) => Float64Array.from(values));
    fc.assert(
      fc.property(signal, (g) => {
        const frames = Math.floor(g.length / 20) * 20;
        const cut = g.subarray(0, frames);
        const y = cut.map((v) => Math.abs(v) % 4);
        const model = fitLN(cut, y);
        if (model.kind !== 'quantile') throw new Error('a quantile fit was asked for');
        expect(model.rate).toHaveLength(20);
        const spikes = model.rate.reduce((sum, r) => sum + r, 0) * (frames / 20);
        expect(spikes).toBeCloseTo(
          y.reduce((sum, v) => sum + v, 0),
          6,
        );
        for (let i = 1; i < 20; i++) {
          expect(model.generator[i]).toBeGreaterThan(model.generator[i - 1]!);
        }
      }),
    );
  });

  test('follows a rectified cell: rate CC ≥ .98 from 50,000 frames', () => {
    const random = uniform(9);
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const g = Float32Array.from({ length: 50_000 }, normal);
    const rate = g.map((v) => 0.2 * Math.max(v - 0.5, 0));
    const spikes = rate.map((r) => (random() < r ? 1 : 0));
    expect(correlation(predictLN(fitLN(g, spikes), g), rate)).toBeGreaterThanOrEqual(0.98);
    const smooth = fitLN(g, spikes, { nonlinearity: 'softplus' });
    expect(correlation(predictLN(smooth, g), rate)).toBeGreaterThanOrEqual(0.98);
  });
});

describe('softplus nonlinearity', () => {
  test('reaches the likelihood that scipy.optimize finds (1e-5) and its parameters (1 %)', () => {
    const model = fitLN(g200, counts200, { nonlinearity: 'softplus' });
    if (model.kind !== 'softplus') throw new Error('a softplus fit was asked for');
    const loss = poissonLoss(Float64Array.from(predictLN(model, g200)), counts200, 0);
    expect(Math.abs(loss - 0.35834226990143586)).toBeLessThan(1e-5);
    expect(Math.abs(model.alpha / 0.20360279244280255 - 1)).toBeLessThan(0.01);
    expect(Math.abs(model.beta / 6.06186429 - 1)).toBeLessThan(0.01);
    expect(Math.abs(model.theta / -0.68982541 - 1)).toBeLessThan(0.01);
  });

  test('does not depend on the unit of the generator signal (1e-4)', () => {
    const plain = predictLN(fitLN(g200, counts200, { nonlinearity: 'softplus' }), g200);
    const scaled = g200.map((v) => 1e-4 * v + 3);
    const other = predictLN(fitLN(scaled, counts200, { nonlinearity: 'softplus' }), scaled);
    other.forEach((v, t) => {
      expect(v).toBeCloseTo(plain[t]!, 4);
    });
  });

  test('at the maximum the predicted spikes are as many as the counts, values repeated unequally (1e-4)', () => {
    // 200 values, the t-th shown 1 + t/2 times: more frames than the likelihood has bins.
    const frames = Array.from(g200).flatMap((_, t) => Array<number>(1 + (t >> 1)).fill(t));
    const g = Float64Array.from(frames, (t) => g200[t]!);
    const y = Float64Array.from(frames, (t) => counts200[t]!);
    const rate = predictLN(fitLN(g, y, { nonlinearity: 'softplus' }), g);
    const spikes = y.reduce((sum, v) => sum + v, 0);
    const predicted = rate.reduce((sum, v) => sum + v, 0);
    expect(frames.length).toBeGreaterThan(4000);
    expect(Math.abs(predicted / spikes - 1)).toBeLessThan(1e-4);
  });

  test('a silent cell has rate 0, a constant signal the mean rate (1e-6)', () => {
    const silent = fitLN(g200, new Float64Array(200), { nonlinearity: 'softplus' });
    expect(predictLN(silent, g200).every((r) => r === 0)).toBe(true);
    const flat = new Float64Array(200).fill(0.1);
    const constant = fitLN(flat, counts200, { nonlinearity: 'softplus' });
    const mean = counts200.reduce((sum, v) => sum + v, 0) / 200;
    expect(predictLN(constant, flat)[0]).toBeCloseTo(mean, 6);
  });
});

test('impossible input is refused', () => {
  expect(() => fitLN(new Float32Array(0), new Float32Array(0))).toThrow(/at least one frame/);
  expect(() => fitLN(new Float32Array(2), new Float32Array(3))).toThrow(/as long as each other/);
  expect(() => fitLN(Float32Array.of(Number.NaN), Float32Array.of(1))).toThrow(/finite/);
  expect(() => fitLN(g200, counts200, { bins: 0 })).toThrow(/at least 1/);
});
