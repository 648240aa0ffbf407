import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toModelValues, unitsSentence, type WindowOptions, windowsOf } from './index.js';
import type { StimulusMovie } from './types.js';

const movies: fc.Arbitrary<StimulusMovie> = fc
  .tuple(
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 1, max: 3 }),
  )
  .chain((shape) => {
    const length = shape[0] * shape[1] * shape[2];
    return fc
      .array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: length, maxLength: length })
      .map((data) => ({ shape, data: Float32Array.from(data) }));
  });

/** Value at (time, square); the pad before the first frame. */
function valueAt({ shape, data }: StimulusMovie, t: number, square: number, pad: number): number {
  return t < 0 ? pad : data[t * shape[1] * shape[2] + square];
}

test('contrast becomes the values of a model: −1 dark, 0 their middle, 1 bright', () => {
  const movie = { shape: [5, 1, 1], data: Float32Array.of(-1, -0.5, 0, 0.5, 1) } as const;
  expect(toModelValues(movie, [-0.5, 0.5])).toEqual(Float32Array.of(-0.5, -0.25, 0, 0.25, 0.5));
  expect(toModelValues(movie, [0, 1])).toEqual(Float32Array.of(0, 0.25, 0.5, 0.75, 1));
  expect(toModelValues(movie, [3, -1])).toEqual(Float32Array.of(3, 2, 1, 0, -1));
});

test('what becomes of contrast, in words', () => {
  expect(unitsSentence([-0.5, 0.5])).toBe(
    'Contrast −1 … 1 becomes −0.5 … 0.5, the values that this model was trained on.',
  );
  expect(unitsSentence([0, 1 / 3])).toMatch(/becomes 0 … 0.3333, /);
  expect(unitsSentence([-1e-9, 1])).toMatch(/becomes −1e−9 … 1, /);
});

test('windows are the frames up to each frame, padded before the first', () => {
  fc.assert(
    fc.property(
      movies,
      fc.integer({ min: 1, max: 6 }),
      fc.constantFrom('oldest-first' as const, 'newest-first' as const),
      (movie, lags, order) => {
        const [frames, height, width] = movie.shape;
        const squares = height * width;
        const { shape, data } = windowsOf(movie, { lags, order, pad: 0.25 });
        expect(shape).toEqual([frames, lags, height, width]);
        expect(data).toHaveLength(frames * lags * squares);
        data.forEach((value, i) => {
          const [t, channel] = [Math.floor(i / squares / lags), Math.floor(i / squares) % lags];
          const lag = order === 'newest-first' ? channel : lags - 1 - channel;
          expect(value).toBe(valueAt(movie, t - lag, i % squares, 0.25));
        });
      },
    ),
  );
});

test('filtered windows are the sum over lags, as by its definition (1e-6)', () => {
  fc.assert(
    fc.property(
      movies,
      fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 6 }),
      (movie, filter) => {
        const [frames, height, width] = movie.shape;
        const { shape, data } = windowsOf(movie, {
          lags: 4,
          order: 'oldest-first',
          temporalFilter: Float32Array.from(filter),
          pad: -0.5,
        });
        expect(shape).toEqual([frames, 1, height, width]);
        data.forEach((value, i) => {
          const t = Math.floor(i / (height * width));
          const expected = filter.reduce(
            (sum, weight, lag) =>
              sum + weight * valueAt(movie, t - lag, i % (height * width), -0.5),
            0,
          );
          expect(Math.abs(value - expected)).toBeLessThan(1e-6);
        });
      },
    ),
  );
});

test('parts of a movie are the parts of all its windows', () => {
  const parts = fc.tuple(movies, fc.nat(), fc.nat(), fc.boolean());
  fc.assert(
    fc.property(parts, ([movie, a, b, filtered]) => {
      const [frames] = movie.shape;
      const first = a % (frames + 1);
      const count = b % (frames - first + 1);
      const options: WindowOptions = {
        lags: 3,
        order: 'newest-first',
        pad: 0,
        ...(filtered && { temporalFilter: Float32Array.of(0.5, -0.25, 1) }),
      };
      const whole = windowsOf(movie, options);
      const length = whole.data.length / frames;
      const part = windowsOf(movie, { ...options, first, count });
      expect(part.shape).toEqual([count, ...whole.shape.slice(1)]);
      expect(part.data).toEqual(whole.data.slice(first * length, (first + count) * length));
    }),
  );
});

test('too much at once, no lags and ranges outside are refused', () => {
  const movie = { shape: [2000, 20, 20], data: new Float32Array(2000 * 400) } as const;
  const options = { lags: 40, order: 'oldest-first', pad: 0 } as const;
  expect(() => windowsOf(movie, options)).toThrow(
    expect.objectContaining({
      kind: 'memory',
      message: expect.stringMatching(/at most 16000000 are made at once, in 1000 windows/),
    }),
  );
  expect(windowsOf(movie, { ...options, first: 500, count: 1000 }).shape[0]).toBe(1000);
  for (const change of [
    { lags: 0 },
    { lags: 1.5 },
    { first: -1 },
    { first: 2001 },
    { first: 1999, count: 2 },
    { count: 0.5 },
  ]) {
    expect(() => windowsOf(movie, { ...options, ...change })).toThrow(
      expect.objectContaining({ kind: 'settings' }),
    );
  }
});
