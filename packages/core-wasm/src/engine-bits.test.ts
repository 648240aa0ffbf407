/** First layers over bits, filtered in time, and separable ones, against the scalar reference on the same values. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Engine, type StepRule } from './engine.js';
import { type Build, bestBuild } from './load.js';
import { packMovie } from './movie.js';
import { layerOutputs, multiplyOut, type NetworkParameters, type NetworkShape } from './network.js';
import { type Case, type CaseSpec, flatten, makeCase } from './reference/cases.js';
import { nearestKink, referenceGradient, referenceRates } from './reference/network.js';

const rule: StepRule = {
  learningRate: 1e-2,
  l1Filters: 0.01,
  l2Filters: 0.02,
  l2Readout: 0.03,
  activityL1: 0.05,
  noise: 0,
  nonNegativeReadout: false,
};
const plain: StepRule = { ...rule, l1Filters: 0, l2Filters: 0, l2Readout: 0, activityL1: 0 };

const builds: Build[] = bestBuild() === 'relaxed' ? ['simd', 'relaxed'] : ['simd'];

interface BinarySpec extends CaseSpec {
  readonly levels: readonly [low: number, high: number];
}

const layer = fc.record({
  filters: fc.integer({ min: 1, max: 18 }),
  height: fc.integer({ min: 1, max: 9 }),
  width: fc.integer({ min: 1, max: 17 }),
});

/** Wide enough that filter rows span several chunks of bits, and rows several bytes. */
const shapes = fc
  .record({
    lags: fc.integer({ min: 1, max: 4 }),
    height: fc.integer({ min: 3, max: 12 }),
    width: fc.integer({ min: 3, max: 21 }),
    first: layer,
    second: fc.option(
      fc.record({
        filters: fc.integer({ min: 1, max: 9 }),
        height: fc.integer({ min: 1, max: 3 }),
        width: fc.integer({ min: 1, max: 3 }),
      }),
      { nil: undefined },
    ),
  })
  .map(
    ({ first, second, ...size }): NetworkShape => ({
      ...size,
      layers: second ? [first, second] : [first],
      head: 'parametric-softplus',
    }),
  )
  .filter((shape) => layerOutputs(shape).every(({ height, width }) => height > 0 && width > 0));

const specs: fc.Arbitrary<BinarySpec> = fc.record({
  shape: shapes,
  seed: fc.integer({ min: 1, max: 1e9 }),
  samples: fc.integer({ min: 1, max: 40 }),
  levels: fc.constantFrom([-0.5, 0.5] as const, [0, 1] as const, [-1, 2.5] as const),
});

/** Maps of two rows and one column of whole bytes, for which the tables have a way of their own. */
const twoRowsOfBytes = [5, 6, 7].map((side): [PlannedSpec] => [
  {
    spec: {
      shape: {
        lags: 8 - side,
        height: side + 1,
        width: 8,
        layers: [{ filters: 4, height: side, width: 7 }],
        head: 'parametric-softplus',
      },
      seed: side,
      samples: 40,
      levels: [-0.5, 0.5],
    },
    batch: 2000,
    halves: false,
  },
]);

interface PlannedSpec {
  readonly spec: BinarySpec;
  readonly batch: number;
  readonly halves: boolean;
}

/** A case whose movie has two values, its bits, and its batch as a few runs of contiguous frames when `runs`. */
function binaryCase(spec: BinarySpec, runs: boolean) {
  const c = makeCase(spec);
  const [low, high] = spec.levels;
  const movie = c.movie.map((v) => (v > 0 ? high : low));
  const size = { frames: c.frames, height: c.shape.height, width: c.shape.width };
  const batch = runs
    ? c.batch.map((_, i) => {
        const first = c.batch[i - (i % 7)];
        return Math.min(c.frames - 1, first + (i % 7));
      })
    : c.batch;
  return { c: { ...c, movie, batch }, bits: packMovie(movie, size, low, high) };
}

/** Filtered in time in double precision; nothing before frame 0. */
function filtered(movie: Float32Array, squares: number, filter: Float32Array): Float32Array {
  return movie.map((_, i) => {
    let sum = 0;
    for (const [lag, k] of filter.entries()) {
      if (i - lag * squares >= 0) sum += k * movie[i - lag * squares];
    }
    return sum;
  });
}

function expectClose(got: readonly number[], expected: readonly number[], tolerance: number): void {
  // Where every unit is silent all gradients are 0.
  const largest = Math.max(1e-6, ...expected.map(Math.abs));
  const worst = Math.max(...got.map((value, i) => Math.abs(value - expected[i])));
  expect(worst / largest).toBeLessThanOrEqual(tolerance);
}

const batchOf = (c: Case) => ({ movie: c.movie, counts: c.counts, frames: c.batch });

describe.each(builds)('%s build', (build) => {
  test('gradients over bits equal the scalar reference within 5e-6 of the largest', async () => {
    // The tables suit the batch that is planned for; responses are counts, or not.
    const planned = fc.record({
      spec: specs,
      batch: fc.constantFrom(40, 2000),
      halves: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(planned, async ({ spec, batch, halves }) => {
        const { c: counted, bits } = binaryCase(spec, false);
        const c = { ...counted, counts: counted.counts.map((n) => (halves ? n / 2 : n)) };
        fc.pre(nearestKink(c.shape, c.parameters, c.movie, c.batch) > 1e-5);
        const engine = await Engine.create(c.shape, { batch, build });
        const movie = engine.addMovie(bits, { counts: c.counts });
        engine.setParameters(c.parameters);
        const expected = flatten(referenceGradient(c.shape, c.parameters, batchOf(c), rule));
        // Twice: what the first has gathered must not be left over.
        engine.gradient(movie, c.batch, rule);
        expectClose(flatten(engine.gradient(movie, c.batch, rule).gradient), expected, 5e-6);
      }),
      { numRuns: 40, examples: twoRowsOfBytes },
    );
  });

  test('Version I over bits equals the reference on the filtered movie within 1e-5, gradients and rates', async () => {
    const versions = fc.record({
      spec: specs.map((spec) => ({ ...spec, shape: { ...spec.shape, lags: 1 } })),
      lags: fc.integer({ min: 1, max: 6 }),
      runs: fc.boolean(),
      binary: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(versions, async ({ spec, lags, runs, binary }) => {
        const { c: unfiltered, bits } = binaryCase(spec, runs);
        const { height, width } = unfiltered.shape;
        const filter = Float32Array.from({ length: lags }, (_, lag) => Math.cos(1.3 * lag + 0.4));
        const movie = filtered(unfiltered.movie, height * width, filter);
        const batch = unfiltered.batch.map((frame) => Math.max(frame, lags - 1));
        const c = { ...unfiltered, movie, batch };
        fc.pre(nearestKink(c.shape, c.parameters, c.movie, c.batch) > 1e-5);
        const engine = await Engine.create(c.shape, { batch: 40, build });
        const values = { ...bits, kind: 'float' as const, data: unfiltered.movie };
        const held = engine.addMovie(binary ? bits : values, {
          counts: c.counts,
          temporalFilter: filter,
        });
        engine.setParameters(c.parameters);
        const expected = flatten(referenceGradient(c.shape, c.parameters, batchOf(c), rule));
        expectClose(flatten(engine.gradient(held, batch, rule).gradient), expected, 1e-5);
        // From frame 0 on, where the filter's history is missing.
        const rates = referenceRates(
          c.shape,
          c.parameters,
          movie,
          Array.from({ length: c.frames }, (_, i) => i),
        );
        for (const [i, rate] of engine.predict(held, 0, c.frames).entries()) {
          expect(Math.abs(rate - rates[i])).toBeLessThanOrEqual(1e-5 * Math.max(1, rates[i]));
        }
      }),
      { numRuns: 40 },
    );
  });

  test('a separable layer equals the full one it multiplies out to within 1e-5, gradients by the product rule', async () => {
    const separable = fc.record({
      spec: specs,
      rank: fc.integer({ min: 1, max: 2 }),
      runs: fc.boolean(),
      binary: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(separable, async ({ spec, rank: wanted, runs, binary }) => {
        const { c: full, bits } = binaryCase(spec, runs);
        const rank = Math.min(wanted, full.shape.lags);
        const shape = { ...full.shape, rank };
        const parts = products(full, rank);
        const c = { ...full, parameters: multiplyOut(shape, parts) };
        fc.pre(nearestKink(c.shape, c.parameters, c.movie, c.batch) > 1e-5);
        const engine = await Engine.create(shape, { batch: 40, build });
        const values = { ...bits, kind: 'float' as const, data: full.movie };
        const held = engine.addMovie(binary ? bits : values, { counts: c.counts });
        engine.setParameters(parts);
        const reference = referenceGradient(c.shape, c.parameters, batchOf(c), plain);
        const expected = productRule(shape, parts, reference.layers[0].weights);
        const { gradient } = engine.gradient(held, c.batch, plain);
        const bias = Array.from(reference.layers[0].bias);
        expectClose(
          [...gradient.layers[0].weights, ...(gradient.temporal ?? []), ...gradient.layers[0].bias],
          [...expected.weights, ...expected.temporal, ...bias],
          1e-5,
        );
        expect(Array.from(engine.parameters().temporal ?? [])).toEqual(Array.from(parts.temporal));
      }),
      { numRuns: 40 },
    );
  });

  test('a profile that all filters share has the sum of their gradients, within 1e-5, and stays one', async () => {
    await fc.assert(
      fc.asyncProperty(specs, async (spec) => {
        const { c: full, bits } = binaryCase(spec, true);
        const parts = products(full, 1);
        const { lags, layers } = full.shape;
        const [{ filters }] = layers;
        const profile = parts.temporal.slice(0, lags);
        const temporal = Float32Array.from(parts.temporal, (_, i) => profile[i % lags]);
        const parameters = { ...parts, temporal };
        const gradientOf = async (sharedProfile: boolean) => {
          const shape = { ...full.shape, rank: 1, sharedProfile };
          const engine = await Engine.create(shape, { batch: 40, build });
          const held = engine.addMovie(bits, { counts: full.counts });
          engine.setParameters(parameters);
          const { gradient } = engine.gradient(held, full.batch, plain);
          engine.step(held, full.batch, plain);
          return { temporal: gradient.temporal ?? temporal, engine };
        };
        const each = await gradientOf(false);
        const shared = await gradientOf(true);
        const sums = Array.from({ length: lags }, (_, lag) =>
          Array.from({ length: filters }, (_, f) => each.temporal[f * lags + lag]).reduce(
            (a, b) => a + b,
            0,
          ),
        );
        expectClose(
          [...shared.temporal],
          [...temporal.keys()].map((i) => sums[i % lags]),
          1e-5,
        );
        const after = shared.engine.parameters().temporal ?? temporal;
        expect([...after]).toEqual([...after.keys()].map((i) => after[i % lags]));
      }),
      { numRuns: 30 },
    );
  });
});

type Separable = NetworkParameters & { readonly temporal: Float32Array };

/** Parameters of `rank` products, from the first lags of a full network's weights. */
function products(c: Case, rank: number): Separable {
  const { lags } = c.shape;
  const { filters, height, width } = c.shape.layers[0];
  const taps = height * width;
  const [first, ...rest] = c.parameters.layers;
  const weights = new Float32Array(filters * rank * taps);
  for (let f = 0; f < filters; f++) {
    weights.set(first.weights.subarray(f * lags * taps, (f * lags + rank) * taps), f * rank * taps);
  }
  const temporal = Float32Array.from({ length: filters * rank * lags }, (_, i) =>
    Math.cos(i + 0.3),
  );
  return { ...c.parameters, layers: [{ ...first, weights }, ...rest], temporal };
}

function productRule(shape: NetworkShape, parts: Separable, full: ArrayLike<number>) {
  const { lags, rank = 1 } = shape;
  const { filters, height, width } = shape.layers[0];
  const taps = height * width;
  const spatial = parts.layers[0].weights;
  const weights = new Float64Array(filters * rank * taps);
  const temporal = new Float64Array(filters * rank * lags);
  for (let f = 0; f < filters; f++) {
    for (let r = 0; r < rank; r++) {
      for (let lag = 0; lag < lags; lag++) {
        for (let i = 0; i < taps; i++) {
          const d = full[(f * lags + lag) * taps + i];
          const tap = (f * rank + r) * lags + lag;
          weights[(f * rank + r) * taps + i] += parts.temporal[tap] * d;
          temporal[tap] += spatial[(f * rank + r) * taps + i] * d;
        }
      }
    }
  }
  return { weights, temporal };
}
