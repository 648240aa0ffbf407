import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadCore } from './load.js';
import { type FloatMovie, frameValues } from './movie.js';
import { builds } from './reference/builds.js';
import { ScalarRandom } from './reference/random.js';
import { referenceRates } from './reference/stimulus.js';
import { simulate } from './simulate.js';
import type { CellSpec, SimulationSpec, SubunitNonlinearity } from './simulation-spec.js';

const nonlinearities: SubunitNonlinearity[] = ['rectified', 'rectified-quadratic', 'linear'];

type OwnKernels = 'none' | 'some' | 'all';

/** A population with random sizes, weights, kernels and nonlinearities; sparse and dense subunits. */
const arbitrarySpec: fc.Arbitrary<SimulationSpec> = fc
  .record({
    height: fc.integer({ min: 1, max: 9 }),
    width: fc.integer({ min: 1, max: 19 }),
    stimulus: fc.constantFrom('binary' as const, 'gaussian' as const),
    contrast: fc.double({ min: 0.1, max: 1, noNaN: true }),
    cells: fc.array(fc.integer({ min: 1, max: 11 }), { minLength: 1, maxLength: 3 }),
    taps: fc.integer({ min: 1, max: 23 }),
    /** Zeros at the beginning and the end of the temporal kernel. */
    delay: fc.integer({ min: 0, max: 4 }),
    silence: fc.integer({ min: 0, max: 4 }),
    /** Which subunits have one of three kernels of other lengths. */
    own: fc.constantFrom<OwnKernels>('none', 'some', 'all'),
    seed: fc.nat(),
  })
  .map(({ cells, taps, delay, silence, own, seed, ...shape }) => {
    const random = new ScalarRandom(seed);
    const one = () => random.uniforms(1)[0];
    const squares = shape.height * shape.width;
    const makeKernel = (lags: number) =>
      random
        .normals(lags)
        .map((value, lag) => (lag < delay || lag >= lags - silence ? 0 : value / Math.sqrt(lags)));
    const kernels = own === 'none' ? [] : [taps, 1, 31].map(makeKernel);
    const ownKernel = () => {
      if (own === 'none' || (own === 'some' && one() < 0.5)) return undefined;
      // Copies: kernels are told apart by their values.
      return kernels[Math.floor(one() * 3)].slice();
    };
    const makeCell = (subunits: number): CellSpec => ({
      temporalKernel: makeKernel(taps),
      threshold: one() / 2,
      gain: 10,
      subunits: Array.from({ length: subunits }, () => {
        const share = one();
        const mask = random.uniforms(squares);
        return {
          spatial: random
            .normals(squares)
            .map((w, i) => (mask[i] < share ? w / Math.sqrt(squares) : 0)),
          temporalKernel: ownKernel(),
          weight: one() * 2 - 0.5,
          nonlinearity: nonlinearities[Math.floor(one() * 3)],
          threshold: one() / 4,
        };
      }),
    });
    return { frameRate: 30, ...shape, cells: cells.map(makeCell) };
  });

/** A movie of values uniform in −½…½. */
function randomMovie(
  { height, width }: { height: number; width: number },
  frames: number,
  seed: number,
): FloatMovie {
  const data = new ScalarRandom(seed).uniforms(frames * height * width).map((u) => u - 0.5);
  return { kind: 'float', frames, height, width, data };
}

/** A single 2×1 subunit; contrast ½. */
const small: SimulationSpec = {
  frameRate: 30,
  height: 2,
  width: 3,
  stimulus: 'binary',
  contrast: 0.5,
  cells: [
    {
      subunits: [
        {
          spatial: Float32Array.of(1, 0, 0, 1, 0, 0),
          weight: 1,
          nonlinearity: 'rectified',
          threshold: 0,
        },
      ],
      temporalKernel: Float32Array.of(1, -0.5),
      threshold: 0.2,
      gain: 6,
    },
  ],
};

describe.each(builds)('%s build', (build) => {
  test('rates equal the scalar twin within 1e-5, for any population and stimulus', async () => {
    const core = await loadCore(build);
    await fc.assert(
      fc.asyncProperty(
        arbitrarySpec,
        fc.integer({ min: 1, max: 70 }),
        fc.nat(),
        async (spec, frames, seed) => {
          const { stimulus, rates } = await simulate(spec, { frames, seed }, core);
          spec.cells.forEach((cell, i) => {
            const expected = referenceRates(cell, spec.frameRate, stimulus);
            const worst = expected.reduce(
              (most, rate, t) => Math.max(most, Math.abs(rate - rates[i][t])),
              0,
            );
            expect(worst).toBeLessThan(1e-5);
          });
        },
      ),
      { numRuns: 100 },
    );
  });

  test('rates to a given movie equal the scalar twin within 1e-5, for any population and movie', async () => {
    const core = await loadCore(build);
    await fc.assert(
      fc.asyncProperty(
        arbitrarySpec,
        fc.integer({ min: 1, max: 70 }),
        fc.nat(),
        async (spec, frames, seed) => {
          const movie = randomMovie(spec, frames, seed);
          const { stimulus, rates } = await simulate(spec, { movie, seed }, core);
          expect(stimulus).toBe(movie);
          spec.cells.forEach((cell, i) => {
            expect(rates[i]).toHaveLength(frames);
            const expected = referenceRates(cell, spec.frameRate, movie);
            const worst = expected.reduce(
              (most, rate, t) => Math.max(most, Math.abs(rate - rates[i][t])),
              0,
            );
            expect(worst).toBeLessThan(1e-5);
          });
        },
      ),
      { numRuns: 100 },
    );
  });

  test('stimulus and spikes follow from the random sequence by their definitions', async () => {
    const core = await loadCore(build);
    const options = { frames: 5000, seed: 11, spikeSeed: 12, stream: 3 };
    const { stimulus, rates, counts } = await simulate(small, options, core);
    const bytes = new Uint8Array(new ScalarRandom(11, 3 * 65_536).u32(2500).buffer);
    expect(stimulus.kind === 'binary' && stimulus.bits).toEqual(bytes.map((byte) => byte & 7));
    const u = new ScalarRandom(12, 3 * 65_536 + 1).uniforms(5000);
    expect(counts[0]).toEqual(Uint8Array.from(u, (value, t) => (value < rates[0][t] ? 1 : 0)));
  });

  test('a Gaussian stimulus is contrast times the normals of the sequence', async () => {
    const spec = { ...small, stimulus: 'gaussian', contrast: 0.3 } as const;
    const { stimulus } = await simulate(spec, { frames: 5000, seed: 4 }, await loadCore(build));
    const expected = new ScalarRandom(4).normals(30_000).map((z) => z * Math.fround(0.3));
    const values = frameValues(stimulus, 0, 5000);
    expect(values.every((value, i) => value === expected[i])).toBe(true);
  });
});

test('a subunit whose own kernel is the cell’s in value changes nothing, bit for bit', async () => {
  const [cell] = small.cells;
  const [subunit] = cell.subunits;
  const subunits = [0.3, 0.7, -0.2, 0.4, 0.6].map((weight) => ({ ...subunit, weight }));
  const shared = { ...small, cells: [{ ...cell, subunits }] };
  const own = subunits.map((one, i) =>
    i % 2 ? { ...one, temporalKernel: cell.temporalKernel.slice() } : one,
  );
  const options = { frames: 5000, seed: 1 };
  const expected = await simulate(shared, options);
  expect(await simulate({ ...small, cells: [{ ...cell, subunits: own }] }, options)).toEqual(
    expected,
  );
});

test('all builds give the same rates and spikes, bit for bit', async () => {
  const results = await Promise.all(
    builds.map(async (build) =>
      simulate(small, { frames: 20_000, seed: 1 }, await loadCore(build)),
    ),
  );
  for (const result of results) expect(result).toEqual(results[0]);
});

test('a simulation written over another gives what it gives alone, in the arrays of the other', async () => {
  for (const stimulus of ['binary', 'gaussian'] as const) {
    const spec = { ...small, stimulus, contrast: 0.25 };
    const frames = 9000;
    const into = await simulate({ ...small, stimulus }, { frames, seed: 1 });
    const again = await simulate(spec, { frames, seed: 2, into });
    expect(again).toEqual(await simulate(spec, { frames, seed: 2 }));
    expect(again.rates[0]).toBe(into.rates[0]);
    expect(again.counts[0]).toBe(into.counts[0]);
    const values = ({ stimulus: movie }: typeof into) =>
      movie.kind === 'binary' ? movie.bits : movie.data;
    expect(values(again)).toBe(values(into));
    await expect(simulate(spec, { frames: 9001, seed: 2, into })).rejects.toThrow(
      /9001 .* cannot be written over one of 9000 /,
    );
  }
});

test('a movie of several parts: rates of the scalar twin, spikes of the sequence; its own noise gives its own responses', async () => {
  const movie = randomMovie(small, 10_001, 3);
  const before = movie.data.slice();
  const { rates, counts } = await simulate(small, { movie, seed: 6, spikeSeed: 7, stream: 1 });
  const expected = referenceRates(small.cells[0], 30, movie);
  expect(expected.every((rate, t) => Math.abs(rate - rates[0][t]) < 1e-5)).toBe(true);
  const u = new ScalarRandom(7, 65_537).uniforms(10_001);
  expect(counts[0]).toEqual(Uint8Array.from(u, (value, t) => (value < rates[0][t] ? 1 : 0)));
  expect(movie.data).toEqual(before);
  const noise = await simulate({ ...small, stimulus: 'gaussian' }, { frames: 9000, seed: 2 });
  if (noise.stimulus.kind !== 'float') expect.fail('a Gaussian stimulus is of values');
  expect(await simulate(small, { movie: noise.stimulus, seed: 2 })).toEqual(noise);
});

test('a movie leaves the stimulus written over alone, and takes the arrays of counts and rates', async () => {
  const gaussian = { ...small, stimulus: 'gaussian' } as const;
  const into = await simulate(gaussian, { frames: 500, seed: 1 });
  const before = frameValues(into.stimulus, 0, 500);
  const movie = randomMovie(small, 500, 3);
  const again = await simulate(gaussian, { movie, seed: 2, into });
  expect(again).toEqual(await simulate(small, { movie, seed: 2 }));
  expect(again.counts[0]).toBe(into.counts[0]);
  expect(frameValues(into.stimulus, 0, 500)).toEqual(before);
});

test('a movie that does not fit is refused', async () => {
  const movie = randomMovie(small, 20, 1);
  const wrong: [FloatMovie, RegExp][] = [
    [{ ...movie, height: 3, width: 2 }, /2 × 3 squares .* cells that see 3 × 2 squares/],
    [{ ...movie, data: movie.data.slice(1) }, /119 values .* 120 values in all/],
    [{ ...movie, frames: 0, data: new Float32Array(0) }, /0 frames was asked for/],
    [{ ...movie, data: movie.data.map((v, i) => (i === 70 ? Number.NaN : v)) }, /movie is NaN/],
  ];
  for (const [shown, message] of wrong) {
    const run = simulate(small, { movie: shown, seed: 1 });
    await expect(run).rejects.toMatchObject({ kind: 'settings' });
    await expect(run).rejects.toThrow(message);
  }
});

test('spikeSeed repeats the stimulus with fresh spikes; streams and seeds differ; a prefix is a prefix', async () => {
  const frames = 10_000;
  const first = await simulate(small, { frames, seed: 1 });
  const again = await simulate(small, { frames, seed: 1 });
  const fresh = await simulate(small, { frames, seed: 1, spikeSeed: 2 });
  const other = await simulate(small, { frames, seed: 1, stream: 1 });
  const shorter = await simulate(small, { frames: 6001, seed: 1 });
  expect(again).toEqual(first);
  expect(fresh.stimulus).toEqual(first.stimulus);
  expect(fresh.counts).not.toEqual(first.counts);
  expect(other.stimulus).not.toEqual(first.stimulus);
  expect(shorter.counts[0]).toEqual(first.counts[0].slice(0, 6001));
  expect(shorter.rates[0]).toEqual(first.rates[0].slice(0, 6001));
});

test('the number of spikes lies within 5 standard deviations of the sum of the rates', async () => {
  const { counts, rates } = await simulate(small, { frames: 200_000, seed: 5 });
  const spikes = counts[0].reduce((sum, count) => sum + count, 0);
  const expected = rates[0].reduce((sum, rate) => sum + rate, 0);
  const variance = rates[0].reduce((sum, rate) => sum + rate * (1 - rate), 0);
  expect(expected).toBeGreaterThan(1000);
  expect(Math.abs(spikes - expected)).toBeLessThan(5 * Math.sqrt(variance));
});

test('rates are probabilities: at most 1 whatever the gain', async () => {
  const [cell] = small.cells;
  const loud = { ...small, cells: [{ ...cell, gain: 1e6 }] };
  const { rates, counts } = await simulate(loud, { frames: 1000, seed: 1 });
  expect(Math.max(...rates[0])).toBe(1);
  expect([...counts[0]]).toEqual([...rates[0]]);
});

test('the arena is as it was; a long simulation reports progress and can be cancelled', async () => {
  const core = await loadCore();
  const mark = core.arena.mark();
  await simulate(small, { frames: 100, seed: 1 }, core);
  expect(core.arena.mark()).toBe(mark);
  const controller = new AbortController();
  const done: number[] = [];
  const run = simulate(
    small,
    {
      frames: 2 ** 26,
      seed: 1,
      signal: controller.signal,
      onProgress: (share) => {
        done.push(share);
        controller.abort();
      },
    },
    core,
  );
  await expect(run).rejects.toMatchObject({ kind: 'cancelled' });
  expect(done).toHaveLength(1);
  expect(done[0]).toBeGreaterThan(0);
  expect(done[0]).toBeLessThan(1);
  expect(core.arena.mark()).toBe(mark);
});

test('what cannot be simulated is refused, with the field and what is accepted', async () => {
  const [cell] = small.cells;
  const [subunit] = cell.subunits;
  const withCell = (change: Partial<CellSpec>) => ({ ...small, cells: [{ ...cell, ...change }] });
  const wrong: [SimulationSpec, RegExp][] = [
    [{ ...small, height: 0 }, /height is 0; accepted: a whole number/],
    [{ ...small, height: 2 ** 20 }, /at most 1048576 squares/],
    [{ ...small, contrast: Number.NaN }, /contrast is NaN/],
    [{ ...small, frameRate: 0 }, /frameRate is 0/],
    [{ ...small, cells: [] }, /at least one cell/],
    [withCell({ subunits: [] }), /cells\[0\].subunits/],
    [
      { ...small, cells: [{ ...cell, subunits: undefined as never }] },
      /a list of at least one subunit/,
    ],
    [withCell({ temporalKernel: new Float32Array(0) }), /1 to 4096 lags/],
    [withCell({ threshold: Infinity }), /cells\[0\].threshold is Infinity/],
    [
      withCell({ subunits: [{ ...subunit, temporalKernel: new Float32Array(4097) }] }),
      /cells\[0\].subunits\[0\].temporalKernel is 4097; accepted: from 1 to 4096 lags/,
    ],
    [
      withCell({ subunits: [{ ...subunit, temporalKernel: Float32Array.of(1, Number.NaN) }] }),
      /subunits\[0\].temporalKernel is NaN; accepted: finite numbers/,
    ],
    [withCell({ subunits: [{ ...subunit, spatial: new Float32Array(5) }] }), /6 weights/],
  ];
  for (const [spec, message] of wrong) {
    const run = simulate(spec, { frames: 10, seed: 1 });
    await expect(run).rejects.toMatchObject({ kind: 'settings' });
    await expect(run).rejects.toThrow(message);
  }
  await expect(simulate(small, { frames: 0, seed: 1 })).rejects.toThrow(/frames/);
  await expect(simulate(small, { frames: 1e12, seed: 1 })).rejects.toThrow(/frames/);
  await expect(simulate(small, { frames: 10, seed: 1.5 })).rejects.toThrow(/seed/);
});
