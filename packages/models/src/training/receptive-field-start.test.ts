import { type BinaryMovie, type NetworkShape, Random } from '@retinoscope/core-wasm';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { initialParameters } from './initialise.js';
import { receptiveFieldPieces, type StartingData, startingData } from './receptive-field-start.js';
import { trainingPresets } from './settings.js';

/** A receptive field of 4 × 4 ones in the middle of 8 × 8 squares. */
const square = new Float32Array(64).map((_, i) => {
  const inside = (at: number) => at >= 2 && at < 6;
  return Number(inside(i % 8) && inside(i >> 3));
});
const temporal = Float32Array.of(0, -0.6, -0.8, 0);
const data: StartingData = {
  spatial: square,
  temporal,
  stimulusMean: 0,
  stimulusSd: 0.5,
  meanCount: 0.05,
};
const settings = { ...trainingPresets.recovery, initialSd: 1e-6 };
const shape: NetworkShape = {
  lags: 1,
  height: 8,
  width: 8,
  layers: [{ filters: 4, height: 7, width: 7 }],
  head: 'parametric-softplus',
};

async function start(change: {
  shape?: Partial<NetworkShape>;
  data?: Partial<StartingData>;
  sd?: number;
  seed?: number;
}) {
  const random = await Random.create(change.seed ?? 1, 1);
  const whole = { ...shape, ...change.shape };
  const used = { ...settings, initialSd: change.sd ?? settings.initialSd };
  return initialParameters(whole, used, random, { ...data, ...change.data });
}

/** Mean over frames of the output of a network of one 7 × 7 layer on ±½ noise through a temporal filter of unit norm. */
async function meanOf(
  { layers, readout, readoutBias, alpha, beta }: Awaited<ReturnType<typeof start>>,
  rate: (output: number) => number,
) {
  const frames = 2000;
  const taps = await Random.create(9, 9);
  const [{ weights, bias }] = layers;
  let sum = 0;
  for (let t = 0; t < frames; t++) {
    const frame = taps.normals(64).map((value) => value * 0.5);
    let output = readoutBias;
    for (let unit = 0; unit < readout.length; unit++) {
      const k = unit >> 2;
      let z = bias[k];
      for (let i = 0; i < 49; i++) {
        const at = (Math.floor(i / 7) + ((unit & 3) >> 1)) * 8 + (i % 7) + (unit & 1);
        z += weights[k * 49 + i] * frame[at];
      }
      output += readout[unit] * Math.max(z, 0);
    }
    sum += alpha * rate(beta * output);
  }
  return sum / frames;
}

const softplus = (x: number) => Math.log1p(Math.exp(x));

describe('pieces of a receptive field', () => {
  let random: Random;
  beforeAll(async () => {
    random = await Random.create(3, 1);
  });

  test('are no larger than it, largest at a square of it, and of distinct centres while there are squares', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 144, maxLength: 144 }),
        (width, height, count, values) => {
          const field = Float32Array.from(values.slice(0, width * height));
          const peak = Math.max(...field.map(Math.abs));
          fc.pre(peak > 1e-3);
          const pieces = receptiveFieldPieces(field, width, count, random);
          expect(pieces).toHaveLength(count);
          const centres = pieces.map((piece) =>
            [...piece.keys()].filter(
              (i) => piece[i] === field[i] && Math.abs(field[i]) >= peak / 4,
            ),
          );
          for (const [k, piece] of pieces.entries()) {
            expect(piece.every((value, i) => Math.abs(value) <= Math.abs(field[i]))).toBe(true);
            expect(centres[k].length).toBeGreaterThan(0);
          }
          const squares = field.filter((value) => Math.abs(value) >= peak / 4).length;
          expect(new Set(centres.map(String)).size).toBeGreaterThanOrEqual(
            Math.min(count, squares),
          );
        },
      ),
    );
  });

  test('are spread: four lie in more than 3 quarters of a square on average, 2.73 if drawn alone (100 draws)', () => {
    let quarters = 0;
    for (let i = 0; i < 100; i++) {
      const centres = receptiveFieldPieces(square, 8, 4, random).map((piece) => piece.indexOf(1));
      quarters += new Set(centres.map((at) => `${Number(at % 8 > 3)}${Number(at >> 3 > 3)}`)).size;
    }
    expect(quarters / 100).toBeGreaterThan(3);
  });

  test('a field of zeros gives pieces of zeros', () => {
    const pieces = receptiveFieldPieces(new Float32Array(9), 3, 2, random);
    expect(pieces).toEqual([new Float32Array(9), new Float32Array(9)]);
  });
});

describe('a network of one layer', () => {
  test('filters respond to the stimulus with SD .75 and are read at one place', async () => {
    const { layers, readout, beta } = await start({});
    for (let k = 0; k < 4; k++) {
      const filter = layers[0].weights.subarray(k * 49, (k + 1) * 49);
      expect(Math.hypot(...filter) * 0.5).toBeCloseTo(0.75, 3);
      const read = [...readout.subarray(k * 4, (k + 1) * 4)].sort((a, b) => b - a);
      expect(read[0]).toBeCloseTo(0.4, 6);
      expect(read[1]).toBeLessThan(0.3);
      expect(read[3]).toBeGreaterThanOrEqual(0);
    }
    expect(beta).toBe(5);
  });

  test.each([
    ['parametric-softplus', 4, softplus],
    ['parametric-softplus', 16, softplus],
    ['softplus', 4, softplus],
    ['exponential', 4, Math.exp],
    ['logistic', 4, (x: number) => 1 / (1 + Math.exp(-x))],
  ] as const)(
    '%s, %i filters: the mean rate is within a factor of 3 of the cell’s',
    async (head, filters, rate) => {
      for (const meanCount of [0.01, 0.2]) {
        const layers = [{ filters, height: 7, width: 7 }];
        const mean = await meanOf(
          await start({ shape: { head, layers }, data: { meanCount } }),
          rate,
        );
        expect(mean).toBeGreaterThan(meanCount / 3);
        expect(mean).toBeLessThan(meanCount * 3);
      }
    },
  );

  test('a stimulus of 0 and 1 gives the responses of one of ±½', async () => {
    const centred = await start({});
    const shifted = await start({ data: { stimulusMean: 0.5 } });
    expect(shifted.layers[0].weights).toEqual(centred.layers[0].weights);
    for (let k = 0; k < 4; k++) {
      const sum = centred.layers[0].weights
        .subarray(k * 49, (k + 1) * 49)
        .reduce((total, weight) => total + weight, 0);
      // Temporal taps sum to −1.4: a steady ½ gives −.7 times the weights.
      expect(shifted.layers[0].bias[k]).toBeCloseTo(0.7 * sum, 3);
    }
  });

  test('the seed decides the start', async () => {
    expect(await start({ seed: 2 })).toEqual(await start({ seed: 2 }));
    expect(await start({ seed: 2 })).not.toEqual(await start({ seed: 3 }));
  });

  test('a silent cell or an STA of zeros still gives finite numbers', async () => {
    for (const head of ['parametric-softplus', 'softplus', 'exponential', 'logistic'] as const) {
      const zero = { meanCount: 0, stimulusSd: 0, spatial: new Float32Array(64) };
      const { layers, readout, ...rest } = await start({ shape: { head }, data: zero });
      const all = [...layers[0].weights, ...readout, rest.readoutBias, rest.alpha, rest.beta];
      expect(all.every(Number.isFinite)).toBe(true);
    }
  });
});

test('with lags each filter is its piece times the STA’s temporal filter', async () => {
  const spatial = (await start({})).layers[0].weights;
  const { weights } = (await start({ shape: { lags: 4 } })).layers[0];
  const norm = (values: Float32Array) => Math.hypot(...values);
  for (let k = 0; k < 4; k++) {
    const lag = (l: number) => weights.subarray((k * 4 + l) * 49, (k * 4 + l + 1) * 49);
    expect(norm(lag(1)) / norm(lag(2))).toBeCloseTo(0.75, 3);
    expect(norm(lag(0))).toBeLessThan(1e-3);
    expect(norm(weights.subarray(k * 196, (k + 1) * 196))).toBeCloseTo(1.5, 3);
  }
  expect(norm(spatial)).toBeCloseTo(norm(weights), 3);
});

test('of separable products the first is the piece and follows the STA in time', async () => {
  const { layers, temporal: profiles } = await start({ shape: { lags: 4, rank: 2 } });
  for (let k = 0; k < 4; k++) {
    const product = (r: number) =>
      Math.hypot(...layers[0].weights.subarray((k * 2 + r) * 49, (k * 2 + r + 1) * 49));
    expect(product(0)).toBeCloseTo(1.5, 3);
    expect(product(1)).toBeLessThan(1e-3);
    expect(profiles?.subarray(k * 8, k * 8 + 4)).toEqual(temporal);
  }
});

test('of several layers the first alone starts from the receptive field', async () => {
  const layers = [
    { filters: 4, height: 7, width: 7 },
    { filters: 3, height: 2, width: 2 },
  ];
  const deep = await start({ shape: { layers } });
  expect(Math.hypot(...deep.layers[0].weights)).toBeCloseTo(3, 2);
  expect(Math.hypot(...deep.layers[1].weights)).toBeLessThan(1e-4);
  expect([deep.alpha, deep.beta, deep.readoutBias]).toEqual([0.2, 5, 0]);
});

test('mean and SD of binary and of other stimuli, and the mean count', () => {
  const bits: BinaryMovie = {
    kind: 'binary',
    frames: 2,
    height: 1,
    width: 1,
    bits: Uint8Array.of(0, 1),
    low: 0,
    high: 1,
  };
  const counts = Float32Array.of(0, 1, 2, 1);
  const field = { spatial: square, temporal };
  expect(startingData(field, bits, counts)).toEqual({
    ...field,
    stimulusMean: 0.5,
    stimulusSd: 0.5,
    meanCount: 1,
  });
  const values = Float32Array.of(1, 3, 5, 7);
  const movie = { kind: 'float', frames: 2, height: 1, width: 2, data: values } as const;
  const { stimulusMean, stimulusSd } = startingData(field, movie, counts);
  expect(stimulusMean).toBe(4);
  expect(stimulusSd).toBeCloseTo(Math.sqrt(5), 6);
});
