import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadCore } from './load.js';
import { cropMovie, type Movie, packMovie } from './movie.js';
import { builds } from './reference/builds.js';
import { arbitraryMovie } from './reference/movies.js';
import { ScalarRandom } from './reference/random.js';
import { referenceSums } from './reference/stimulus.js';
import { StaAccumulator, spikeTriggeredAverage } from './sta.js';

const lagsOf = fc.integer({ min: 1, max: 12 });
const blocksOf = fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined });

/** Counts from 0 to 5, most of them 0. */
function someCounts(frames: number, seed: number): Uint8Array {
  return Uint8Array.from(new ScalarRandom(seed, 1).uniforms(frames), (u) =>
    Math.max(0, 12 * u - 7),
  );
}

function frames(movie: Movie, first: number, count: number): Movie {
  const { height, width } = movie;
  if (movie.kind === 'float') {
    const size = height * width;
    return {
      ...movie,
      frames: count,
      data: movie.data.slice(first * size, (first + count) * size),
    };
  }
  const size = movie.bits.length / movie.frames;
  return { ...movie, frames: count, bits: movie.bits.slice(first * size, (first + count) * size) };
}

describe.each(builds)('%s build', (build) => {
  test('equals brute force: exactly for bits (float32 of integer sums), within 1e-6 for floats', async () => {
    const core = await loadCore(build);
    fc.assert(
      fc.property(arbitraryMovie, lagsOf, blocksOf, fc.nat(), (movie, lags, blockFrames, seed) => {
        const counts = someCounts(movie.frames, seed);
        const { sums, spikes } = referenceSums(movie, counts, lags, blockFrames);
        const average = spikeTriggeredAverage(core, movie, counts, { lags, blockFrames });
        expect(average.spikes).toBe(spikes);
        const expected = Float32Array.from(sums, (sum) => (spikes > 0 ? sum / spikes : 0));
        if (movie.kind === 'binary') expect(average.sta).toEqual(expected);
        else expectClose(average.sta, expected, 1e-6);
      }),
      { numRuns: 150 },
    );
  });

  test('real-valued weights equal brute force within 1e-6 of the largest weight', async () => {
    const core = await loadCore(build);
    fc.assert(
      fc.property(arbitraryMovie, lagsOf, fc.nat(), (movie, lags, seed) => {
        const weights = new ScalarRandom(seed).uniforms(movie.frames);
        const { sums, spikes } = referenceSums(movie, weights, lags);
        const average = spikeTriggeredAverage(core, movie, weights, { lags });
        expect(average.spikes).toBeCloseTo(spikes, 4);
        if (spikes === 0) return;
        expectClose(
          average.sta,
          Float32Array.from(sums, (sum) => sum / spikes),
          5e-6,
        );
      }),
      { numRuns: 50 },
    );
  });

  test('8,000 frames of 17 × 11 with up to 255 spikes a frame: counters do not overflow', async () => {
    const core = await loadCore(build);
    const shape = { frames: 8000, height: 11, width: 17 };
    const on = new ScalarRandom(1).uniforms(8000 * 187).map((u) => (u < 0.9 ? 0.5 : -0.5));
    const movie = packMovie(on, shape, -0.5, 0.5);
    const counts = new Float32Array(8000);
    for (let t = 0; t < 8000; t += 3) counts[t] = (t * 7) % 256;
    const { sums, spikes } = referenceSums(movie, counts, 3, 1500);
    const average = spikeTriggeredAverage(core, movie, counts, { lags: 3, blockFrames: 1500 });
    expect(average.spikes).toBe(spikes);
    expect(average.sta).toEqual(Float32Array.from(sums, (sum) => sum / spikes));
  });

  test('parts add up to the whole, exactly for bits', async () => {
    const core = await loadCore(build);
    fc.assert(
      fc.property(arbitraryMovie, lagsOf, fc.integer({ min: 1, max: 9 }), (movie, lags, blocks) => {
        const blockFrames = Math.ceil(movie.frames / blocks);
        const counts = someCounts(movie.frames, 5);
        const { height, width } = movie;
        const mark = core.arena.mark();
        const accumulator = new StaAccumulator(core, { height, width, lags, blockFrames });
        for (let first = 0; first < movie.frames; first += blockFrames) {
          const count = Math.min(blockFrames, movie.frames - first);
          accumulator.add(frames(movie, first, count), [counts.subarray(first, first + count)]);
        }
        expect(core.arena.mark()).toBe(mark);
        const whole = spikeTriggeredAverage(core, movie, counts, { lags, blockFrames });
        const parts = accumulator.finish()[0];
        expect(parts.spikes).toBe(whole.spikes);
        expectClose(parts.sta, whole.sta, movie.kind === 'binary' ? 1e-7 : 1e-6);
      }),
      { numRuns: 60 },
    );
  });

  test('several trains at once equal each of them alone, dense, sparse and silent', async () => {
    const core = await loadCore(build);
    fc.assert(
      fc.property(arbitraryMovie, lagsOf, blocksOf, fc.nat(), (movie, lags, blockFrames, seed) => {
        const counts = someCounts(movie.frames, seed);
        const trains = [
          counts,
          new Uint8Array(movie.frames),
          Float32Array.from(counts, (_, t) => counts[(t + 7) % movie.frames]),
          new Uint8Array(movie.frames).fill(1),
        ];
        const { height, width } = movie;
        const accumulator = new StaAccumulator(
          core,
          { height, width, lags, blockFrames },
          trains.length,
        );
        accumulator.add(movie, trains);
        accumulator.finish().forEach((average, i) => {
          expect(average).toEqual(
            spikeTriggeredAverage(core, movie, trains[i], { lags, blockFrames }),
          );
        });
      }),
      { numRuns: 60 },
    );
  });

  test('40,000 frames, more than the buffer holds, with long silences: exact', async () => {
    const core = await loadCore(build);
    const shape = { frames: 40_000, height: 9, width: 30 };
    const bits = new Uint8Array(new ScalarRandom(2).u32(90_000 * 4).buffer).slice(0, 40_000 * 36);
    for (let last = 3; last < bits.length; last += 4) bits[last] &= 0x3f;
    const movie = { kind: 'binary', ...shape, bits, low: -0.5, high: 0.5 } as const;
    const u = new ScalarRandom(3).uniforms(40_000);
    const counts = u.map((value, t) => (value < (t % 20_000 < 500 ? 0.5 : 0.002) ? 1 : 0));
    const { sums, spikes } = referenceSums(movie, counts, 5);
    const average = spikeTriggeredAverage(core, movie, counts, { lags: 5 });
    expect(average.spikes).toBe(spikes);
    expect(average.sta).toEqual(Float32Array.from(sums, (sum) => sum / spikes));
  });
});

/** |a − b| ≤ bound·max(1, max|b|) */
function expectClose(a: Float32Array, b: Float32Array, bound: number): void {
  expect(a.length).toBe(b.length);
  const largest = b.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  const worst = b.reduce((most, value, i) => Math.max(most, Math.abs(value - a[i])), 0);
  expect(worst).toBeLessThanOrEqual(bound * largest);
}

test('counts that do not fit, negative counts, lags and trains that do not match are refused', async () => {
  const core = await loadCore();
  const movie = packMovie(new Float32Array(30), { frames: 30, height: 1, width: 1 }, 0, 1);
  const average = (counts: Float32Array, lags: number) =>
    spikeTriggeredAverage(core, movie, counts, { lags });
  expect(() => average(new Float32Array(3), 2)).toThrow(/3 spike counts were given for 30 frames/);
  expect(() => average(new Float32Array(30).fill(-1), 2)).toThrow(/not negative/);
  expect(() => average(new Float32Array(30).fill(Number.NaN), 2)).toThrow(/finite/);
  expect(() => average(new Float32Array(30), 0)).toThrow(/lags .* at least 1/);
  expect(() => average(new Float32Array(30), 1e12)).toThrow(/needs 8000000 MB/);
  const noBlock = { lags: 2, blockFrames: 0 };
  expect(() => spikeTriggeredAverage(core, movie, new Float32Array(30), noBlock)).toThrow(
    /blockFrames/,
  );
  const accumulator = new StaAccumulator(core, { height: 2, width: 1, lags: 2 });
  expect(() => accumulator.add(movie, [new Float32Array(30)])).toThrow(/1 × 1 squares/);
  expect(() => accumulator.add({ ...movie, height: 2 }, [])).toThrow(/0 spike trains .* of 1;/);
});

test('no spikes give zeros, not NaN', async () => {
  const core = await loadCore();
  const movie = packMovie(new Float32Array(30), { frames: 30, height: 1, width: 1 }, -1, 1);
  const counts = new Float32Array(30);
  const average = spikeTriggeredAverage(
    core,
    cropMovie(movie, { x: 0, y: 0, width: 1, height: 1 }),
    counts,
    {
      lags: 2,
    },
  );
  expect(average).toEqual({ sta: new Float32Array(2), spikes: 0 });
});
