import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadCore } from './load.js';
import { Random, seedState } from './random.js';
import { builds } from './reference/builds.js';
import { ScalarRandom } from './reference/random.js';

describe.each(builds)('%s build', (build) => {
  test('every sequence equals the scalar twin bit for bit, whatever the seed, stream and length', async () => {
    const core = await loadCore(build);
    await fc.assert(
      fc.asyncProperty(
        fc.maxSafeInteger(),
        fc.nat(),
        fc.integer({ min: 0, max: 70 }),
        async (seed, stream, n) => {
          const mark = core.arena.mark();
          const random = await Random.create(seed, stream, core);
          const scalar = new ScalarRandom(seed, stream);
          expect(random.u32(n)).toEqual(scalar.u32(n));
          expect(random.uniforms(n)).toEqual(scalar.uniforms(n));
          expect(bitsOf(random.normals(n))).toEqual(bitsOf(scalar.normals(n)));
          core.arena.release(mark);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('10⁵ normals equal the scalar twin bit for bit', async () => {
    const random = await Random.create(7, 1, await loadCore(build));
    expect(bitsOf(random.normals(100_000))).toEqual(
      bitsOf(new ScalarRandom(7, 1).normals(100_000)),
    );
  });
});

/** Bits, −0 and 0 taken as one. */
function bitsOf(values: Float32Array): Int32Array {
  return new Int32Array(values.map((value) => value + 0).buffer);
}

test('xoshiro128++ gives the words of its published C source from state 1, 2, 3, 4', () => {
  const scalar = new ScalarRandom(0);
  const state = Reflect.get(scalar, 'state') as Uint32Array;
  state.set([1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0]);
  const lane0 = scalar.u32(40).filter((_, i) => i % 4 === 0);
  expect([...lane0]).toEqual(published);
});

/** First ten outputs of xoshiro128plusplus.c (Blackman & Vigna, 2019) from that state. */
const published = [
  641, 1573767, 3222811527, 3517856514, 836907274, 4247214768, 3867114732, 1355841295, 495546011,
  621204420,
];

test('moments of 10⁶ uniforms: mean, variance and lag correlation within 5 standard errors', async () => {
  const n = 1_000_000;
  const u = (await Random.create(3)).uniforms(n);
  const mean = u.reduce((sum, x) => sum + x, 0) / n;
  const variance = u.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n;
  expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
  expect(Math.abs(variance - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / n));
  for (const lag of [1, 4, 8]) {
    let sum = 0;
    for (let i = lag; i < n; i++) sum += (u[i] - 0.5) * (u[i - lag] - 0.5);
    expect(Math.abs(sum / n)).toBeLessThan(5 / 12 / Math.sqrt(n));
  }
  expect(Math.min(...minMax(u))).toBeGreaterThanOrEqual(0);
  expect(Math.max(...minMax(u))).toBeLessThan(1);
});

test('chi-square of 10⁶ uniforms in 256 cells lies between the quantiles 10⁻⁶ and 1 − 10⁻⁶ of 255 degrees of freedom: 161 and 378', async () => {
  const cells = new Float64Array(256);
  for (const u of (await Random.create(4)).uniforms(1_000_000)) cells[Math.floor(u * 256)]++;
  const expected = 1_000_000 / 256;
  const chiSquare = cells.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
  expect(chiSquare).toBeGreaterThan(161);
  expect(chiSquare).toBeLessThan(378);
});

test('first four moments of 10⁶ normals and the correlation of a pair within 5 standard errors', async () => {
  const n = 1_000_000;
  const z = (await Random.create(5)).normals(n);
  const moment = (k: number) => z.reduce((sum, x) => sum + x ** k, 0) / n;
  // Var(z^k) = E z^2k − (E z^k)²: 1, 2, 15, 96.
  expect(Math.abs(moment(1))).toBeLessThan(5 * Math.sqrt(1 / n));
  expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
  expect(Math.abs(moment(3))).toBeLessThan(5 * Math.sqrt(15 / n));
  expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
  let pairs = 0;
  for (let i = 0; i < n; i += 8) for (let k = 0; k < 4; k++) pairs += z[i + k] * z[i + 4 + k];
  expect(Math.abs(pairs / (n / 2))).toBeLessThan(5 * Math.sqrt(2 / n));
});

test('seeds and streams differ, negative seeds count, and what is not a whole number is refused', () => {
  const states = [
    ...[0, 1, 2, -1].map((seed) => seedState(seed)),
    ...[1, 2, 65_536].map((stream) => seedState(1, stream)),
  ].map(String);
  expect(new Set(states).size).toBe(states.length);
  expect(() => seedState(0.5)).toThrow(/whole number/);
  expect(() => seedState(1, Number.NaN)).toThrow(/stream/);
});

function minMax(values: Float32Array): [number, number] {
  return values.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  );
}
