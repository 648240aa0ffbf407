import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadCore } from './load.js';
import { frameValues } from './movie.js';
import { builds } from './reference/builds.js';
import { arbitraryMovie } from './reference/movies.js';
import { referenceFilter } from './reference/stimulus.js';
import { expandInto, filterInTime, filterInTimeInto } from './temporal-filter.js';

const kernels = fc
  .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 24 })
  .map((values) => Float32Array.from(values));

describe.each(builds)('%s build', (build) => {
  test('equals the scalar twin within 1e-6 of Σ|kernel|·max|movie|, for any size, lags and kind', async () => {
    const core = await loadCore(build);
    fc.assert(
      fc.property(arbitraryMovie, kernels, (movie, kernel) => {
        const expected = referenceFilter(movie, kernel);
        const bound = 1e-6 * (1e-3 + kernel.reduce((sum, k) => sum + Math.abs(k), 0) * 3);
        const out = filterInTime(core, movie, kernel);
        expect(out.length).toBe(expected.length);
        const errors = expected.map((value, i) => Math.abs(out[i] - value));
        expect(Math.max(...errors)).toBeLessThan(bound);
        const mark = core.arena.mark();
        const destination = core.arena.allocate(4 * out.length + 4);
        core.arena.f32(destination, out.length + 1)[out.length] = 42;
        filterInTimeInto(core, movie, kernel, destination);
        expect(core.arena.f32(destination, out.length)).toEqual(out);
        expect(core.arena.f32(destination, out.length + 1)[out.length]).toBe(42);
        core.arena.release(mark);
      }),
      { numRuns: 150 },
    );
  });

  test('a movie longer than the scratch buffer is filtered without a seam', async () => {
    const core = await loadCore(build);
    const [height, width, frames] = [5, 9, 9001];
    const data = Float32Array.from({ length: frames * 45 }, (_, i) => Math.sin(i * i));
    const movie = { kind: 'float', frames, height, width, data } as const;
    const kernel = Float32Array.from({ length: 20 }, (_, lag) => Math.cos(lag));
    const out = filterInTime(core, movie, kernel);
    const expected = referenceFilter(movie, kernel);
    const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(out[i] - value)), 0);
    expect(worst).toBeLessThan(1e-5);
  });

  test('expandInto places the values and touches nothing after them', async () => {
    const core = await loadCore(build);
    fc.assert(
      fc.property(arbitraryMovie, (movie) => {
        const n = movie.frames * movie.height * movie.width;
        const mark = core.arena.mark();
        const destination = core.arena.allocate(4 * n + 4);
        core.arena.f32(destination, n + 1)[n] = 42;
        expandInto(core, movie, destination);
        expect(core.arena.f32(destination, n)).toEqual(frameValues(movie, 0, movie.frames));
        expect(core.arena.f32(destination, n + 1)[n]).toBe(42);
        core.arena.release(mark);
      }),
      { numRuns: 100 },
    );
  });
});

test('an empty or infinite kernel is refused', async () => {
  const core = await loadCore();
  const movie = {
    kind: 'float',
    frames: 1,
    height: 1,
    width: 1,
    data: new Float32Array(1),
  } as const;
  expect(() => filterInTime(core, movie, new Float32Array(0))).toThrow(/at least one lag/);
  expect(() => filterInTime(core, movie, Float32Array.of(1, Infinity))).toThrow(/finite/);
});
