import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { correlation } from './correlation.js';
import { ccNorm, feve, noiseCeiling, psth, signalPower, splitHalfCorrelation } from './repeats.js';
import { uniform } from './uniform.js';

// 4 repeats of 6 frames; the figures beside them were computed with numpy from the published formulas.
const counts = Float64Array.from(
  [
    [0, 1, 3, 0, 2, 5],
    [1, 0, 2, 1, 2, 4],
    [0, 0, 4, 0, 1, 6],
    [1, 1, 2, 1, 3, 3],
  ].flat(),
);
const prediction = Float64Array.from([0.5, 0.4, 2.5, 0.6, 2.2, 4]);

describe('of a small table, against numpy', () => {
  test('psth', () => {
    expect(Array.from(psth(counts, 4, 6))).toEqual([0.5, 0.5, 2.75, 0.5, 2, 4.5]);
  });
  test('signal power, noise ceiling, CCnorm, FEVE within 1e-9', () => {
    expect(signalPower(counts, 4, 6)).toBeCloseTo(2.45, 9);
    expect(noiseCeiling(counts, 4, 6)).toBeCloseTo(0.9596397131284805, 9);
    expect(ccNorm(prediction, counts, 4, 6)).toBeCloseTo(1.0350514839634197, 9);
    expect(feve(prediction, counts, 4, 6)).toBeCloseTo(1.0563744680851064, 9);
  });
  test('split halves, odd against even, within 1e-9', () => {
    expect(splitHalfCorrelation(counts, 4, 6)).toBeCloseTo(0.9329058548088609, 9);
  });
});

describe('simulated Poisson cells, 20 repeats × 1,000 frames', () => {
  const repeats = 20;
  const frames = 1000;
  for (const seed of [1, 2, 3]) {
    const random = uniform(seed);
    const rate = Float64Array.from({ length: frames }, () => 4 * random() ** 3);
    const trials = poissonTrials(rate, repeats, random);

    test(`the true rate has CCnorm 1 ± .03 and FEVE 1 ± .05 (seed ${seed})`, () => {
      expect(Math.abs(ccNorm(rate, trials, repeats, frames)! - 1)).toBeLessThan(0.03);
      expect(Math.abs(feve(rate, trials, repeats, frames)! - 1)).toBeLessThan(0.05);
    });

    test(`the ceiling is the CC of the PSTH with the true rate ± .02 (seed ${seed})`, () => {
      const reached = correlation(psth(trials, repeats, frames), Float32Array.from(rate))!;
      expect(Math.abs(noiseCeiling(trials, repeats, frames)! - reached)).toBeLessThan(0.02);
      const reliability = splitHalfCorrelation(trials, repeats, frames, { seed: 7 })!;
      expect(Math.abs(Math.sqrt(reliability) - reached)).toBeLessThan(0.02);
    });
  }

  test('the ceiling of sparse spikes, 5 % of frames and 30 repeats, is reached within .03', () => {
    const random = uniform(11);
    const rate = Float64Array.from({ length: 3000 }, () =>
      random() < 0.1 ? 0.5 * random() : 0.02,
    );
    const trials = poissonTrials(rate, 30, random);
    const reached = correlation(psth(trials, 30, 3000), Float32Array.from(rate))!;
    expect(Math.abs(noiseCeiling(trials, 30, 3000)! - reached)).toBeLessThan(0.03);
  });

  test('a mixture of signal and noise scores the mixture’s own correlation (CCnorm ± .04)', () => {
    const random = uniform(5);
    const rate = Float64Array.from({ length: frames }, () => 4 * random() ** 3);
    const blurred = rate.map((r) => r + 2.4 * random());
    const trials = poissonTrials(rate, repeats, random);
    const expected = correlation(blurred, rate)!;
    expect(expected).toBeLessThan(0.95);
    expect(Math.abs(ccNorm(blurred, trials, repeats, frames)! - expected)).toBeLessThan(0.04);
  });

  test('the best constant prediction has FEVE 0 within 1e-9', () => {
    const random = uniform(2);
    const trials = poissonTrials(
      Float64Array.from({ length: 200 }, () => 3 * random()),
      5,
      random,
    );
    const mean = trials.reduce((sum, v) => sum + v, 0) / trials.length;
    expect(feve(new Float64Array(200).fill(mean), trials, 5, 200)).toBeCloseTo(0, 9);
  });
});

describe('undefined, never clipped', () => {
  // Repeats that contradict each other: Var(ΣR) = 0, so the signal power is negative.
  const contrary = Float32Array.of(1, 0, 1, 0, 0, 1, 0, 1);
  const rate = Float32Array.of(1, 0, 1, 0);
  test('when the signal power is not above 0', () => {
    expect(signalPower(contrary, 2, 4)).toBeCloseTo(-1 / 3, 12);
    expect(noiseCeiling(contrary, 2, 4)).toBeUndefined();
    expect(ccNorm(rate, contrary, 2, 4)).toBeUndefined();
    expect(feve(rate, contrary, 2, 4)).toBeUndefined();
    expect(splitHalfCorrelation(contrary, 2, 4)).toBeUndefined();
  });
  test('for one repeat, silent cells and constant predictions', () => {
    expect(signalPower(rate, 1, 4)).toBeUndefined();
    expect(noiseCeiling(rate, 1, 4)).toBeUndefined();
    expect(splitHalfCorrelation(rate, 1, 4)).toBeUndefined();
    expect(noiseCeiling(new Float32Array(8), 2, 4)).toBeUndefined();
    expect(ccNorm(new Float64Array(6).fill(0.3), counts, 4, 6)).toBeUndefined();
  });
  test('counts that do not fit repeats × frames are refused', () => {
    expect(() => psth(counts, 5, 6)).toThrow(/repeats × frames/);
    expect(() => psth(counts, 0, 6)).toThrow(/repeats × frames/);
    expect(() => ccNorm(prediction.subarray(1), counts, 4, 6)).toThrow(/as long as each other/);
  });
});

describe('properties', () => {
  const table = fc
    .tuple(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 2, max: 12 }))
    .chain(([n, t]) =>
      fc.tuple(
        fc.constant(n),
        fc.constant(t),
        fc.array(fc.nat({ max: 5 }), { minLength: n * t, maxLength: n * t }),
      ),
    );

  test('the ceiling never passes 1 (1e-9), and identical repeats reach it', () => {
    fc.assert(
      fc.property(table, ([n, t, values]) => {
        const ceiling = noiseCeiling(Float32Array.from(values), n, t);
        if (ceiling !== undefined) expect(ceiling).toBeLessThanOrEqual(1 + 1e-9);
        const row = values.slice(0, t);
        const identical = new Float32Array(n * t);
        for (let i = 0; i < n; i++) identical.set(row, i * t);
        if (row.some((v) => v !== row[0])) {
          expect(noiseCeiling(identical, n, t)).toBeCloseTo(1, 9);
          expect(splitHalfCorrelation(identical, n, t)).toBeCloseTo(1, 9);
          expect(feve(Float32Array.from(row), identical, n, t)).toBeCloseTo(1, 6);
        }
      }),
    );
  });

  test('signal power does not depend on the order of repeats, and scales with the square (1e-9)', () => {
    fc.assert(
      fc.property(table, ([n, t, values]) => {
        const power = signalPower(Float64Array.from(values), n, t)!;
        const rows = Array.from({ length: n }, (_, i) => values.slice(i * t, (i + 1) * t));
        expect(signalPower(Float64Array.from(rows.reverse().flat()), n, t)).toBeCloseTo(power, 9);
        expect(
          signalPower(
            Float64Array.from(values, (v) => 3 * v),
            n,
            t,
          ),
        ).toBeCloseTo(9 * power, 8);
      }),
    );
  });
});

describe('random halves', () => {
  test('are the same for a seed and differ between seeds', () => {
    const random = uniform(3);
    const trials = poissonTrials(
      Float64Array.from({ length: 100 }, () => 2 * random()),
      7,
      random,
    );
    const half = (seed: number) => splitHalfCorrelation(trials, 7, 100, { seed, splits: 5 });
    expect(half(1)).toBe(half(1));
    expect(half(1)).not.toBe(half(2));
  });
});

/** Knuth's method; rates of a few spikes. */
function poissonTrials(rate: Float64Array, repeats: number, random: () => number): Float32Array {
  const trials = new Float32Array(repeats * rate.length);
  for (let i = 0; i < trials.length; i++) {
    const limit = Math.exp(-rate[i % rate.length]!);
    let product = random();
    while (product > limit) {
      trials[i]! += 1;
      product *= random();
    }
  }
  return trials;
}
