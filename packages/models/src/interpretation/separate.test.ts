import fc from 'fast-check';
import { SingularValueDecomposition } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { separate, spatialAndTemporal } from './separate.js';

const wave = (l: number, p: number) => Math.sin(1 + l * 1.7 + p * 0.9 + 0.3 * l * p);
const outer = (temporal: readonly number[], spatial: readonly number[]) =>
  Float64Array.from(temporal.flatMap((t) => spatial.map((s) => t * s)));

function expectClose(found: ArrayLike<number>, expected: readonly number[], digits: number) {
  expect(found.length).toBe(expected.length);
  expected.forEach((v, i) => {
    expect(found[i]).toBeCloseTo(v, digits);
  });
}

describe('separate', () => {
  test('4 lags × 6 squares: vectors, values and separability of numpy.linalg.svd within 1e-6', () => {
    const sta = Float64Array.from({ length: 24 }, (_, i) => wave(Math.floor(i / 6), i % 6));
    const found = separate(sta, 4, 2, 3);
    expectClose(
      found.singularValues,
      [2.5575892799591853, 2.0147188044533837, 1.2279203727314345, 0.15289005093796398],
      6,
    );
    expectClose(
      found.temporal,
      [-0.416945557592486, 0.6099391611123652, -0.5854586355977436, 0.33371965442488316],
      6,
    );
    expectClose(
      found.spatial,
      [
        0.4061605805039826, -0.26179545042195035, -1.3212107296447877, -0.35431430267018654,
        1.6945447132981788, 1.2510561327826972,
      ],
      6,
    );
    expect(found.separability).toBeCloseTo(0.5391957217482236, 9);
  });

  test('6 lags × 4 squares: more lags than squares agrees with numpy within 1e-6', () => {
    const sta = Float64Array.from({ length: 24 }, (_, i) => wave(i % 4, Math.floor(i / 4)));
    const found = separate(sta, 6, 2, 2);
    expectClose(
      found.temporal,
      [
        0.15880602240812636, -0.10236023918044039, -0.5165844023501194, -0.13853448067151727,
        0.6625554488268818, 0.4891544324906861,
      ],
      6,
    );
    expectClose(
      found.spatial,
      [-1.0663754884251486, 1.5599738598882842, -1.4973627302643207, 0.8535178106687641],
      6,
    );
    expect(found.singularValues).toHaveLength(4);
  });

  test('an OFF cell: negative main lobe, positive spatial map in stimulus units (1e-6)', () => {
    const found = separate(outer([0, -0.8, 0.6], [0, 0.1, 0.5, 0.1]), 3, 2, 2);
    expect(found.polarity).toBe('OFF');
    expectClose(found.temporal, [0, -0.8, 0.6], 6);
    expectClose(found.spatial, [0, 0.1, 0.5, 0.1], 6);
    expect(found.separability).toBeCloseTo(1, 9);
  });

  test('an ON cell with a negative surround keeps a positive centre (1e-6)', () => {
    const found = separate(outer([0, 0.8, -0.6], [-0.2, -0.1, 0.5, -0.1]), 3, 2, 2);
    expect(found.polarity).toBe('ON');
    expectClose(found.temporal, [0, 0.8, -0.6], 6);
    expectClose(found.spatial, [-0.2, -0.1, 0.5, -0.1], 6);
  });

  test('a single noisy outlier does not turn the polarity', () => {
    const temporal = [0, -0.7, -0.5, 0.4, 0.3];
    const spatial = Array.from({ length: 64 }, (_, i) => Math.exp(-((i - 30) ** 2) / 50));
    const sta = outer(temporal, spatial);
    sta[4 * 64 + 5] = 0.9;
    const found = separate(sta, 5, 8, 8);
    expect(found.polarity).toBe('OFF');
    expect(found.spatial[30]).toBeGreaterThan(0.5);
  });

  test('zeros give zeros and separability 0; a NaN and a wrong shape are refused', () => {
    const zero = separate(new Float32Array(24), 4, 2, 3);
    expect(Array.from(zero.temporal)).toEqual([0, 0, 0, 0]);
    expect(zero.spatial.every((v) => v === 0)).toBe(true);
    expect(zero.separability).toBe(0);
    expect(() => separate(new Float32Array(24).fill(Number.NaN), 4, 2, 3)).toThrow(/finite/);
    expect(() => separate(new Float32Array(23), 4, 2, 3)).toThrow(/cannot be \[4, 2, 3\]/);
  });

  const entries = fc
    .tuple(
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
    )
    .chain(([l, h, w]) =>
      fc.record({
        lags: fc.constant(l),
        height: fc.constant(h),
        width: fc.constant(w),
        sta: fc
          .array(fc.integer({ min: -100, max: 100 }), {
            minLength: l * h * w,
            maxLength: l * h * w,
          })
          .map((values) => Float64Array.from(values)),
      }),
    );

  test('the residual of temporal ⊗ spatial has the energy Σσ² − σ₁², unit filter, peak positive (1e-4)', () => {
    fc.assert(
      fc.property(entries, ({ lags, height, width, sta }) => {
        const found = separate(sta, lags, height, width);
        const pixels = height * width;
        const energy = sta.reduce((sum, v) => sum + v * v, 0);
        let residual = 0;
        for (let i = 0; i < sta.length; i++) {
          const fit = found.temporal[Math.floor(i / pixels)]! * found.spatial[i % pixels]!;
          residual += (sta[i]! - fit) ** 2;
        }
        const values = new SingularValueDecomposition(
          Array.from({ length: lags }, (_, l) =>
            Array.from(sta.subarray(l * pixels, (l + 1) * pixels)),
          ),
          { autoTranspose: true },
        ).diagonal;
        expect(Math.abs(residual - (energy - values[0]! ** 2))).toBeLessThanOrEqual(
          1e-4 * energy + 1e-9,
        );
        if (energy > 0) {
          expect(Math.hypot(...found.temporal)).toBeCloseTo(1, 5);
          const largest = Math.max(...found.spatial.map(Math.abs));
          expect(Math.max(...found.spatial)).toBeCloseTo(largest, 3);
        }
      }),
    );
  });

  test('negating an STA negates the temporal filter only (1e-4)', () => {
    fc.assert(
      fc.property(entries, ({ lags, height, width, sta }) => {
        const plus = separate(sta, lags, height, width);
        const [first = 0, second = 0] = plus.singularValues;
        fc.pre(first > 1.05 * second);
        // Where two squares share the peak with opposite signs, either may be called positive.
        const ranked = Array.from(plus.spatial, Math.abs).sort((a, b) => b - a);
        fc.pre(ranked.length < 2 || ranked[0]! > 1.01 * ranked[1]!);
        const minus = separate(
          sta.map((v) => -v),
          lags,
          height,
          width,
        );
        expectClose(minus.spatial, Array.from(plus.spatial), 3);
        expectClose(
          minus.temporal,
          Array.from(plus.temporal, (v) => -v),
          3,
        );
      }),
    );
  });

  test('for a separable STA the main lobe has the sign of its entry of largest magnitude', () => {
    const nonzero = fc.integer({ min: -50, max: 50 });
    const vector = (n: number) =>
      fc.array(nonzero, { minLength: n, maxLength: n }).filter((v) => {
        const ranked = v.map(Math.abs).sort((a, b) => b - a);
        return ranked[0]! > ranked[1]!;
      });
    fc.assert(
      fc.property(vector(5), vector(9), (temporal, spatial) => {
        const sta = outer(temporal, spatial);
        const peak = sta.reduce((best, v) => (Math.abs(v) > Math.abs(best) ? v : best), 0);
        const found = separate(sta, 5, 3, 3);
        expect(found.polarity).toBe(peak < 0 ? 'OFF' : 'ON');
        const lobe = found.temporal.reduce((b, v) => (Math.abs(v) > Math.abs(b) ? v : b), 0);
        expect(Math.sign(lobe)).toBe(Math.sign(peak));
      }),
    );
  });
});

describe('spatialAndTemporal', () => {
  const spatial = [0, 0.2, 1, 0.2];
  const off = Float32Array.from(outer([0, -0.8, 0.6], spatial));

  test('without a reference an OFF filter has a negative map and a positive main lobe (1e-6)', () => {
    const found = spatialAndTemporal(off, 3, 2, 2);
    expectClose(
      found.spatial,
      spatial.map((v) => -v),
      6,
    );
    expectClose(found.temporal, [0, 0.8, -0.6], 6);
  });

  test('with the STA’s temporal filter a filter of the cell’s polarity is positive (1e-6)', () => {
    const reference = Float32Array.of(0, -0.9, 0.4);
    const found = spatialAndTemporal(off, 3, 2, 2, { reference });
    expectClose(found.spatial, spatial, 6);
    expectClose(found.temporal, [0, -0.8, 0.6], 6);
  });

  test('a suppressive readout turns the map, not the temporal profile (1e-6)', () => {
    const found = spatialAndTemporal(off, 3, 2, 2, { effect: -2 });
    expectClose(found.spatial, spatial, 6);
    expectClose(found.temporal, [0, 0.8, -0.6], 6);
  });

  test('a Version I filter is itself (1e-6)', () => {
    const filter = Float32Array.of(0.1, -0.7, 0.3, 0);
    const found = spatialAndTemporal(filter, 1, 2, 2);
    expectClose(found.spatial, [0.1, -0.7, 0.3, 0], 6);
    expect(Array.from(found.temporal)).toEqual([1]);
  });
});
