import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { headPass, headRates, requireCounts, requireHead } from './heads.js';
import { loadCore } from './load.js';
import { type Head, headLosses, type Loss } from './network.js';
import { builds } from './reference/builds.js';
import { referenceHead, referenceLossOfRate } from './reference/heads.js';
import { ScalarRandom } from './reference/random.js';

const pairs = Object.entries(headLosses).flatMap(([head, losses]) =>
  losses.map((loss) => ({ head: head as Head, loss })),
);

const batches = fc.record({
  samples: fc.integer({ min: 1, max: 70 }),
  seed: fc.nat(),
  /** Readouts reach from −range to range. */
  range: fc.constantFrom(0.1, 3, 20),
  alpha: fc.double({ min: 0.1, max: 3, noNaN: true }),
  beta: fc.double({ min: 0.1, max: 3, noNaN: true }),
  activity: fc.constantFrom(0, 0.05),
});

/** A batch in arrays of its own, in the arena of `core`, and what the reference makes of it. */
function makeBatch(
  spec: typeof batches extends fc.Arbitrary<infer T> ? T : never,
  { head, loss }: { head: Head; loss: Loss },
) {
  const { samples, seed, range, activity } = spec;
  const random = new ScalarRandom(seed);
  const parametric = head === 'parametric-softplus';
  const alpha = parametric ? Math.fround(spec.alpha) : 1;
  const beta = parametric ? Math.fround(spec.beta) : 1;
  const o = random.uniforms(samples).map((u) => (2 * u - 1) * range);
  const most = loss === 'binomial' ? 1 : 3;
  const y = random.uniforms(samples).map((u) => Math.max(0, Math.ceil(u * 2 * most) - most));
  const scale = 1 / samples;
  const rates: number[] = [];
  const g: number[] = [];
  const sums = [0, 0, 0, 0];
  for (let s = 0; s < samples; s++) {
    const { rate, byOutput, byAlpha, byBeta } = referenceHead(head, o[s], alpha, beta);
    const own = referenceLossOfRate(loss, rate, y[s], 1 / (1 + Math.exp(o[s])));
    const byRate = (own.byRate + activity) * scale;
    rates.push(rate);
    g.push(byRate * byOutput);
    sums[0] += own.loss;
    sums[1] += byRate * byAlpha;
    sums[2] += byRate * byBeta;
    sums[3] += byRate * byOutput;
  }
  return { o, y, alpha, beta, activity, scale, samples, rates, g, sums };
}

describe.each(builds)('%s build', (build) => {
  test.each(pairs)(
    '$head with $loss: rates within 1e-6 of the largest or of 1, gradients and sums within 5e-6',
    async (pair) => {
      const core = await loadCore(build);
      const { arena } = core;
      fc.assert(
        fc.property(batches, (spec) => {
          const expected = makeBatch(spec, pair);
          const { samples, alpha, beta } = expected;
          const padded = Math.ceil(samples / 4) * 4;
          const mark = arena.mark();
          // What lies behind the last sample must not matter.
          const place = (values: Float32Array) => {
            const pointer = arena.allocate(padded * 4);
            arena.f32(pointer, padded).fill(Number.NaN);
            arena.f32(pointer, padded).set(values);
            return pointer;
          };
          const o = place(expected.o);
          const y = place(expected.y);
          const rate = arena.allocate(padded * 4);
          const g = arena.allocate(padded * 4);
          const sums = arena.place(new Float32Array(4));
          const { activity, scale } = expected;
          headPass(core, pair, samples, o, y, alpha, beta, activity, scale, rate, g, sums);
          expectClose(arena.f32(rate, samples), expected.rates, 1e-6, 1);
          expectClose(arena.f32(g, samples), expected.g, 5e-6);
          expect([...arena.f32(g, padded).subarray(samples)].every((v) => v === 0)).toBe(true);
          const found = arena.f32(sums, 4);
          const learned = pair.head === 'parametric-softplus' ? [0, 1, 2, 3] : [0, 3];
          const sizes = sumsOfSizes(expected, pair);
          for (const i of learned) {
            expect(Math.abs(found[i] - expected.sums[i])).toBeLessThanOrEqual(5e-6 * sizes[i]);
          }
          arena.f32(rate, padded).fill(0);
          headRates(core, pair.head, padded, o, alpha, beta, rate);
          expectClose(arena.f32(rate, samples), expected.rates, 1e-6, 1);
          arena.release(mark);
        }),
        { numRuns: 60 },
      );
    },
  );
});

/** Sums of the absolute terms of each sum: what its rounding is in proportion to. */
function sumsOfSizes(
  { o, y, alpha, beta, rates, g, scale, activity }: ReturnType<typeof makeBatch>,
  { head, loss }: { head: Head; loss: Loss },
): number[] {
  const sizes = [1e-3, 1e-3 * scale, 1e-3 * scale, 1e-3 * scale];
  rates.forEach((rate, s) => {
    const own = referenceLossOfRate(loss, rate, y[s], 1 / (1 + Math.exp(o[s])));
    const { byOutput, byAlpha } = referenceHead(head, o[s], alpha, beta);
    const byRate = Math.abs((own.byRate + activity) * scale);
    sizes[0] += Math.abs(rate) + Math.abs(own.loss);
    sizes[1] += byRate * byAlpha;
    sizes[2] += (byRate * byOutput * Math.abs(o[s])) / beta;
    sizes[3] += Math.abs(g[s]);
  });
  return sizes;
}

function expectClose(
  found: Float32Array,
  expected: readonly number[],
  bound: number,
  least = 1e-6,
): void {
  const largest = Math.max(least, ...expected.map(Math.abs));
  expected.forEach((value, i) => {
    expect(Math.abs(found[i] - value)).toBeLessThanOrEqual(bound * largest);
  });
}

test.each(pairs)(
  '$head with $loss: the reference derivatives equal finite differences within 1e-6',
  ({ head, loss }) => {
    const h = 1e-5;
    for (let o = -6; o < 9; o += 0.37) {
      for (const y of loss === 'binomial' ? [0, 1] : [0, 1, 3]) {
        const objective = (at: number, alpha: number, beta: number) => {
          const { rate } = referenceHead(head, at, alpha, beta);
          return referenceLossOfRate(loss, rate, y).loss;
        };
        const { rate, byOutput, byAlpha, byBeta } = referenceHead(head, o, 1.3, 0.7);
        const { byRate } = referenceLossOfRate(loss, rate, y);
        const check = (difference: number, derivative: number) =>
          expect(Math.abs(difference / (2 * h) - derivative)).toBeLessThanOrEqual(
            1e-6 * Math.max(1, Math.abs(derivative)),
          );
        check(objective(o + h, 1.3, 0.7) - objective(o - h, 1.3, 0.7), byRate * byOutput);
        if (head !== 'parametric-softplus') continue;
        check(objective(o, 1.3 + h, 0.7) - objective(o, 1.3 - h, 0.7), byRate * byAlpha);
        check(objective(o, 1.3, 0.7 + h) - objective(o, 1.3, 0.7 - h), byRate * byBeta);
      }
    }
  },
);

test('the exponential stays finite, and its gradient leads back, however large the readout', async () => {
  const core = await loadCore();
  const { arena } = core;
  const o = arena.place(Float32Array.of(5, 100, 1e6, -1e6));
  const y = arena.place(new Float32Array(4));
  const [rate, g, sums] = [4, 4, 4].map((n) => arena.allocate(n * 4));
  arena.f32(sums, 4).fill(0);
  const pair = { head: 'exponential', loss: 'poisson' } as const;
  headPass(core, pair, 4, o, y, 1, 1, 0, 1, rate, g, sums);
  const e5 = Math.exp(5);
  expectClose(arena.f32(rate, 3), [e5, e5 * 96, e5 * 999_996], 1e-6);
  expectClose(arena.f32(g, 4), [e5, e5, e5, 0], 1e-6);
});

test('a pair that does not go together, an unknown one and counts above 1 are refused', () => {
  for (const { head, loss } of pairs) expect(() => requireHead(head, loss)).not.toThrow();
  expect(() => requireHead('softplus', 'binomial')).toThrow(
    /softplus cannot be trained by .* logistic \(binomial\)/,
  );
  expect(() => requireHead('logistic', 'poisson')).toThrow(/heads and their losses/);
  expect(() => requireHead('sinh' as Head, 'poisson')).toThrow(/The head sinh/);
  expect(() => requireCounts('binomial', [0, 1, 2])).toThrow(/Frame 2 has 2 spikes; .* Poisson/);
  expect(() => requireCounts('binomial', [0, 1, 0.5])).toThrow(/Frame 2/);
  expect(() => requireCounts('binomial', [0, 1, 1])).not.toThrow();
  expect(() => requireCounts('poisson', [0, 7, 0.5])).not.toThrow();
});
