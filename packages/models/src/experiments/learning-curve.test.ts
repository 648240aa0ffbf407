import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitLearningCurve, type LearningPoint } from './learning-curve.js';

/** A law, and points of it without error over two to four decades of spikes. */
const planted = fc
  .record({
    most: fc.double({ min: 0.3, max: 0.97, noNaN: true }),
    power: fc.double({ min: 0.2, max: 1.8, noNaN: true }),
    /** CC of the fewest spikes, as a share of the most. */
    share: fc.double({ min: 0.05, max: 0.7, noNaN: true }),
    least: fc.integer({ min: 20, max: 2000 }),
    decades: fc.double({ min: 2, max: 4, noNaN: true }),
    count: fc.integer({ min: 4, max: 9 }),
  })
  .map(({ most, power, share, least, decades, count }) => {
    const a = most * (1 - share) * least ** power;
    const law = (spikes: number) => most - a * spikes ** -power;
    const points = Array.from({ length: count }, (_, i): LearningPoint => {
      const spikes = least * 10 ** ((decades * i) / (count - 1));
      return { spikes, cc: law(spikes) };
    });
    return { most, power, law, points };
  });

/** Any points, whether or not they follow a law. */
const anyPoints = fc.array(
  fc.record({
    spikes: fc.double({ min: 1, max: 1e7, noNaN: true }),
    cc: fc.double({ min: -1, max: 1, noNaN: true }),
  }),
  { minLength: 3, maxLength: 9 },
);

test('a planted law is found again: the most within .01, the power within .02, its points within .002', () => {
  fc.assert(
    fc.property(planted, ({ most, power, points }) => {
      const curve = fitLearningCurve(points);
      if (!curve) return expect.fail('there is a curve');
      expect(Math.abs(curve.most - most)).toBeLessThan(0.01);
      expect(Math.abs(curve.power - power)).toBeLessThan(0.02);
      for (const { spikes, cc } of points) {
        expect(Math.abs(curve.cc(spikes) - cc)).toBeLessThan(0.002);
      }
    }),
  );
});

test('points in another order give the same curve within 1e-9', () => {
  fc.assert(
    fc.property(planted, ({ points }) => {
      const [one, other] = [fitLearningCurve(points), fitLearningCurve([...points].reverse())];
      expect(other?.power).toBe(one?.power);
      expect(other?.most).toBeCloseTo(Number(one?.most), 9);
    }),
  );
});

test('spikesFor turns cc round within 1e-6, and no number of spikes gives the most or more', () => {
  fc.assert(
    fc.property(planted, fc.double({ min: 0.2, max: 0.999, noNaN: true }), (law, part) => {
      const curve = fitLearningCurve(law.points);
      if (!curve) return expect.fail('there is a curve');
      const wanted = part * curve.most;
      const spikes = curve.spikesFor(wanted);
      expect(spikes).toBeGreaterThan(0);
      expect(Math.abs(curve.cc(spikes) - wanted)).toBeLessThan(1e-6);
      expect(curve.spikesFor(curve.most)).toBe(Number.POSITIVE_INFINITY);
      expect(curve.spikesFor(curve.most + 0.01)).toBe(Number.POSITIVE_INFINITY);
    }),
  );
});

test('of any points the curve never goes above 1 and never falls, or there is none', () => {
  let curves = 0;
  fc.assert(
    fc.property(anyPoints, (points) => {
      const curve = fitLearningCurve(points);
      if (!curve) return;
      curves++;
      expect(curve.most).toBeLessThanOrEqual(1);
      let before = Number.NEGATIVE_INFINITY;
      for (let spikes = 1; spikes < 1e12; spikes *= 3) {
        const cc = curve.cc(spikes);
        expect(cc).toBeLessThanOrEqual(1);
        expect(cc).toBeGreaterThanOrEqual(before);
        before = cc;
      }
    }),
  );
  expect(curves).toBeGreaterThan(10);
});

test('with errors of up to .02 no other law of a grid is closer to the points than the curve', () => {
  const errors = fc.array(fc.double({ min: -0.02, max: 0.02, noNaN: true }), {
    minLength: 9,
    maxLength: 9,
  });
  let compared = 0;
  const error = (points: readonly LearningPoint[], cc: (spikes: number) => number) =>
    points.reduce((sum, point) => sum + (cc(point.spikes) - point.cc) ** 2, 0);
  fc.assert(
    fc.property(planted, errors, (law, off) => {
      const points = law.points.map(({ spikes, cc }, i) => ({ spikes, cc: cc + off[i] }));
      const curve = fitLearningCurve(points);
      if (!curve || curve.most > 0.99) return;
      compared++;
      const found = error(points, curve.cc);
      for (let power = 0.1; power < 2; power += 0.1) {
        for (let most = 0; most <= 1; most += 0.1) {
          // The best a ≥ 0 of this power and most.
          const xs = points.map(({ spikes }) => spikes ** -power);
          const xx = xs.reduce((sum, x) => sum + x * x, 0);
          const xy = xs.reduce((sum, x, i) => sum + x * (most - points[i].cc), 0);
          const a = xy / xx;
          if (!(a > 0)) continue;
          const other = error(points, (spikes) => most - a * spikes ** -power);
          expect(found).toBeLessThanOrEqual(other + 1e-9);
        }
      }
    }),
    { numRuns: 40 },
  );
  expect(compared).toBeGreaterThan(20);
});

test('there is no curve of two points, of a point without spikes, of CCs that fall or of one number of spikes', () => {
  const points = (...of: readonly (readonly [spikes: number, cc: number])[]) =>
    of.map(([spikes, cc]) => ({ spikes, cc }));
  expect(fitLearningCurve([])).toBeUndefined();
  expect(fitLearningCurve(points([10, 0.1], [100, 0.5]))).toBeUndefined();
  expect(fitLearningCurve(points([0, 0], [10, 0.1], [100, 0.5], [1000, 0.6]))).toBeUndefined();
  expect(fitLearningCurve(points([10, 0.6], [100, 0.5], [1000, 0.4]))).toBeUndefined();
  expect(fitLearningCurve(points([10, 0.5], [100, 0.5], [1000, 0.5]))).toBeUndefined();
  expect(fitLearningCurve(points([10, 0.4], [10, 0.5], [10, 0.6]))).toBeUndefined();
});
