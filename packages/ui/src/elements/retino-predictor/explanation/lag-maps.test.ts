import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  chooseLags,
  lagEnergies,
  lagTitle,
  leastEnergy,
  mostLags,
  sumOverLags,
} from './lag-maps.js';
import { amountsOf } from './shown.js';

const size = fc.integer({ min: 1, max: 6 });
const movies = fc.record({ lags: size, height: size, width: size, seed: fc.nat() });

function values({
  lags,
  height,
  width,
  seed,
}: { [K in 'lags' | 'height' | 'width' | 'seed']: number }) {
  let state = seed >>> 0;
  return Float32Array.from({ length: lags * height * width }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

test('the sum over lags adds up square by square, and all of it to the whole, within 1e-5', () => {
  fc.assert(
    fc.property(movies, (movie) => {
      const { lags, height, width } = movie;
      const product = values(movie);
      const sum = sumOverLags(product, lags);
      expect(sum).toHaveLength(height * width);
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          let expected = 0;
          for (let lag = 0; lag < lags; lag++) expected += product[(lag * height + y) * width + x];
          expect(Math.abs(sum[y * width + x] - expected)).toBeLessThanOrEqual(1e-5);
        }
      }
      const total = (of: Float32Array): number => of.reduce((all, value) => all + value, 0);
      expect(Math.abs(total(sum) - total(product))).toBeLessThanOrEqual(1e-5);
    }),
  );
});

test('the current frame comes first whichever way the model has its lags, in Hz within 1e-6', () => {
  fc.assert(
    fc.property(movies, fc.constantFrom(1, 30), (movie, perSecond) => {
      const { lags, height, width } = movie;
      const newest = values(movie);
      const oldest = new Float32Array(newest.length);
      const area = height * width;
      for (let lag = 0; lag < lags; lag++) {
        oldest.set(newest.subarray(lag * area, (lag + 1) * area), (lags - 1 - lag) * area);
      }
      const amounts = (product: Float32Array, lagOrder: 'oldest-first' | 'newest-first') =>
        amountsOf({
          explanation: { rate: 2, greyRate: 1, lags, product, sum: 0.5, maps: [] },
          ...{ height, width, lagOrder, perSecond, filtered: false, unit: 'spikes per frame' },
        });
      const found = amounts(newest, 'newest-first');
      expect(amounts(oldest, 'oldest-first')).toEqual(found);
      found.product.forEach((value, i) => {
        expect(Math.abs(value - newest[i] * perSecond)).toBeLessThanOrEqual(1e-6 * perSecond);
      });
      expect([found.rate, found.greyRate, found.sum]).toEqual(
        [2, 1, 0.5].map((v) => v * perSecond),
      );
      expect(found.unit).toBe(perSecond === 1 ? 'spikes per frame' : 'Hz');
    }),
  );
});

test('each lag has the energy of its own squares, within 1e-9', () => {
  const product = Float32Array.of(1, -2, 0, 0, 0.5, 0.5);
  const expected = [5, 0, 0.5];
  lagEnergies(product, 3).forEach((energy, lag) => {
    expect(Math.abs(energy - expected[lag])).toBeLessThanOrEqual(1e-9);
  });
});

test('lags below 1 % of the largest energy are left out, no more than 48 shown, and every lag is counted', () => {
  const energy = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 5, noNaN: true }));
  fc.assert(
    fc.property(fc.array(energy, { minLength: 1, maxLength: 120 }), (energies) => {
      const { shown, weak, beyond, strongest } = chooseLags(energies);
      const largest = Math.max(...energies);
      expect(shown.length + weak + beyond).toBe(energies.length);
      expect(shown.length).toBeLessThanOrEqual(mostLags);
      expect([...shown].sort((a, b) => a - b)).toEqual(shown);
      const least = Math.min(...shown.map((lag) => energies[lag]));
      energies.forEach((each, lag) => {
        if (shown.includes(lag)) expect(each).toBeGreaterThanOrEqual(leastEnergy * largest);
        else if (each > least) expect.fail(`lag ${lag} is stronger than one that is shown`);
        else if (beyond === 0) expect(each === 0 || each < leastEnergy * largest).toBe(true);
      });
      if (largest > 0) expect(energies[strongest ?? -1]).toBe(largest);
      else expect([strongest, shown]).toEqual([undefined, []]);
    }),
  );
});

test('a lag is told as the time before the frame, or as frames where the rate is not known', () => {
  expect([0, 1, 2, 3].map((lag) => lagTitle(lag, 30))).toEqual([
    '0 ms',
    '−33 ms',
    '−67 ms',
    '−100 ms',
  ]);
  expect([0, 1, 2].map((lag) => lagTitle(lag, undefined))).toEqual([
    '0 frames',
    '−1 frame',
    '−2 frames',
  ]);
  expect(lagTitle(3, 1000)).toBe('−3 ms');
  expect(lagTitle(1, 2000)).toBe('−0.5 ms');
});

test('no two lags of up to 40 have one title at any frame rate', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.1, max: 1000, noNaN: true }), (frameRate) => {
      const titles = Array.from({ length: 40 }, (_, lag) => lagTitle(lag, frameRate));
      expect(new Set(titles).size).toBe(titles.length);
    }),
  );
});
