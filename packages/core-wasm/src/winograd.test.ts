import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WinogradKernels } from './kernels-winograd.js';
import { type Build, loadCore } from './load.js';
import { builds } from './reference/builds.js';
import { directCost, WinogradLayer, winogradCost } from './winograd.js';

interface Spec {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly filters: number;
  readonly samples: number;
  readonly rectify: boolean;
  readonly seed: number;
}

const padded = fc.constantFrom(4, 8, 16, 24, 32, 40, 64);

const specs: fc.Arbitrary<Spec> = fc.record({
  height: fc.integer({ min: 3, max: 13 }),
  width: fc.integer({ min: 3, max: 13 }),
  channels: padded,
  filters: padded,
  samples: fc.integer({ min: 1, max: 7 }),
  rectify: fc.boolean(),
  seed: fc.integer({ min: 1, max: 1e9 }),
});

/** Uniform in (−1, 1), the same sequence for the same seed. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/** Index of a weight in the engine's layout, `[block of filters, ky, (kx, channel), filter]` with whole tap groups. */
function weightIndex({ channels, filters }: Spec) {
  const block = Math.min(filters, 8);
  const tapGroup = block === 8 ? 4 : 8;
  const runTaps = Math.ceil((3 * channels) / tapGroup) * tapGroup;
  return {
    runStride: runTaps * block * 4,
    count: 3 * runTaps * filters,
    at: (f: number, c: number, ky: number, kx: number) =>
      ((Math.floor(f / block) * 3 + ky) * runTaps + kx * channels + c) * block + (f % block),
  };
}

/** Direct convolution and its gradients in float64. */
function reference(
  spec: Spec,
  x: Float32Array,
  weights: Float32Array,
  bias: Float32Array,
  dz: Float32Array,
) {
  const { height, width, channels, filters, samples } = spec;
  const index = weightIndex(spec);
  const outHeight = height - 2;
  const outWidth = width - 2;
  const z = new Float64Array(samples * outHeight * outWidth * filters);
  const dx = new Float64Array(x.length);
  const dw = new Float64Array(index.count);
  for (let f = 0; f < filters; f++) {
    for (let c = 0; c < channels; c++) {
      for (let tap = 0; tap < 9; tap++) {
        const ky = Math.floor(tap / 3);
        const kx = tap % 3;
        const at = index.at(f, c, ky, kx);
        let gradient = 0;
        for (let s = 0; s < samples; s++) {
          for (let y = 0; y < outHeight; y++) {
            const row = (s * outHeight + y) * outWidth;
            const from = (s * height + y + ky) * width + kx;
            for (let i = 0; i < outWidth; i++) {
              const out = (row + i) * filters + f;
              const input = (from + i) * channels + c;
              z[out] += weights[at] * x[input];
              dx[input] += weights[at] * dz[out];
              gradient += x[input] * dz[out];
            }
          }
        }
        dw[at] = gradient;
      }
    }
  }
  for (let i = 0; i < z.length; i++) {
    z[i] += bias[i % filters];
    if (spec.rectify) z[i] = Math.max(z[i], 0);
  }
  return { z, dx, dw };
}

const guardWords = 64;
const guard = 0x7fc0dead;

/** The layer run on random values between guard words, twice over the same block, with what it should give. */
async function run(spec: Spec, build: Build) {
  const { height, width, channels, filters, samples } = spec;
  const loaded = await loadCore(build);
  const core = { ...loaded, kernels: loaded.kernels as typeof loaded.kernels & WinogradKernels };
  const { arena } = core;
  const index = weightIndex(spec);
  const random = uniform(spec.seed);
  const guards: number[] = [];
  // Guard words are not numbers, so that a value read from them shows in the results.
  const guarded = (count: number, value: () => number) => {
    const pointer = arena.allocate((count + 2 * guardWords) * 4);
    arena.u32(pointer, count + 2 * guardWords).fill(guard);
    const start = pointer + guardWords * 4;
    arena.f32(start, count).set(Float32Array.from({ length: count }, value));
    guards.push(pointer, start + count * 4);
    return start;
  };
  const inputs = samples * height * width * channels;
  const outputs = samples * (height - 2) * (width - 2) * filters;
  const before = 0.5;
  const at = {
    input: guarded(inputs, random),
    output: guarded(outputs, random),
    dz: guarded(outputs, random),
    inputGradient: guarded(inputs, random),
    weights: guarded(index.count, random),
    bias: guarded(filters, random),
    weightGradient: guarded(index.count, () => before),
    runStride: index.runStride,
  };
  const layer = new WinogradLayer(core, spec, at);
  layer.begin();
  layer.prepare();
  for (let block = 0; block < 2; block++) {
    layer.forward(0, samples, spec.rectify);
    layer.backward(0, samples);
  }
  layer.finish();
  const read = (pointer: number, count: number) => arena.f32(pointer, count).slice();
  const expected = reference(
    spec,
    read(at.input, inputs),
    read(at.weights, index.count),
    read(at.bias, filters),
    read(at.dz, outputs),
  );
  return {
    guards: guards.flatMap((pointer) => Array.from(arena.u32(pointer, guardWords))),
    pairs: [
      [read(at.output, outputs), expected.z],
      [read(at.inputGradient, inputs), expected.dx],
      [
        read(at.weightGradient, index.count).map((value) => value - before),
        expected.dw.map((value) => 2 * value),
      ],
    ] as const,
  };
}

/** Largest difference as a share of the largest value. */
function error(actual: Float32Array, expected: Float64Array): number {
  const largest = Math.max(1e-3, ...expected.map(Math.abs));
  return Math.max(...actual.map((value, i) => Math.abs(value - expected[i]))) / largest;
}

describe.each(builds)('%s build', (build) => {
  test('outputs and gradients equal the direct convolution within 5e-5 of the largest, and nothing beside the arrays is written', async () => {
    await fc.assert(
      fc.asyncProperty(specs, async (spec) => {
        const { guards, pairs } = await run(spec, build);
        for (const [actual, expected] of pairs) {
          expect(error(actual, expected)).toBeLessThanOrEqual(5e-5);
        }
        expect(guards.every((word) => word === guard)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test.each([3, 4, 5, 6, 7, 8, 9, 16, 30])(
    'an input of %i squares along one axis, within 5e-5 of the largest: every way a row of tiles ends',
    async (side) => {
      for (const [height, width] of [
        [side, 6],
        [5, side],
      ]) {
        const spec = {
          height,
          width,
          channels: 8,
          filters: 16,
          samples: 3,
          rectify: true,
          seed: side,
        };
        const { guards, pairs } = await run(spec, build);
        for (const [actual, expected] of pairs) {
          expect(error(actual, expected)).toBeLessThanOrEqual(5e-5);
        }
        expect(guards.every((word) => word === guard)).toBe(true);
      }
    },
  );
});

test.each([
  [3, 4, 4, 'direct'],
  [4, 4, 4, 'direct'],
  [5, 8, 8, 'direct'],
  [4, 16, 16, 'Winograd'],
  [7, 8, 8, 'Winograd'],
  [8, 4, 8, 'Winograd'],
  [10, 4, 4, 'Winograd'],
  [16, 32, 32, 'Winograd'],
  [30, 8, 8, 'Winograd'],
])(
  'for an input of %i squares a side, %i channels and %i filters the cost model names what was measured to be faster: %s',
  (side, channels, filters, faster) => {
    const direct = directCost(side, side, channels, filters);
    const winograd = winogradCost(side, side, channels, filters);
    expect(direct < winograd ? 'direct' : 'Winograd').toBe(faster);
  },
);
