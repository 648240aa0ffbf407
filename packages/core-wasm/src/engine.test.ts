import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Engine, noiseStream, type StepRule } from './engine.js';
import { type Build, bestBuild } from './load.js';
import { layerOutputs } from './network.js';
import { Random } from './random.js';
import { type Case, cases, flatten, makeCase } from './reference/cases.js';
import {
  nearestKink,
  referenceGradient,
  referenceLoss,
  referenceRates,
} from './reference/network.js';

const rule: StepRule = {
  learningRate: 1e-2,
  l1Filters: 0.01,
  l2Filters: 0.02,
  l2Readout: 0.03,
  activityL1: 0.05,
  noise: 0,
  nonNegativeReadout: false,
};

const builds: Build[] = bestBuild() === 'relaxed' ? ['simd', 'relaxed'] : ['simd'];

async function load(c: Case, build?: Build) {
  const engine = await Engine.create(c.shape, { batch: 64, build });
  const { height, width } = c.shape;
  const movie = engine.addMovie(
    { kind: 'float', frames: c.frames, height, width, data: c.movie },
    { counts: c.counts },
  );
  engine.setParameters(c.parameters);
  return { engine, movie };
}

describe.each(builds)('%s build', (build) => {
  test('gradients equal the scalar reference within 5e-6 of the largest', async () => {
    await fc.assert(
      fc.asyncProperty(cases(40), async (spec) => {
        const c = makeCase(spec);
        fc.pre(nearestKink(c.shape, c.parameters, c.movie, c.batch) > 1e-5);
        const { engine, movie } = await load(c, build);
        const own = { ...rule, loss: c.loss };
        const { loss, gradient } = engine.gradient(movie, c.batch, own);
        const batch = { movie: c.movie, counts: c.counts, frames: c.batch };
        const expected = flatten(referenceGradient(c.shape, c.parameters, batch, own));
        const reference = referenceLoss(c.shape, c.parameters, batch, own);
        const largest = Math.max(...expected.map(Math.abs));
        const worst = Math.max(
          ...flatten(gradient).map((value, i) => Math.abs(value - expected[i])),
        );
        expect(worst / largest).toBeLessThanOrEqual(5e-6);
        const scale = Math.max(1, Math.abs(reference.loss));
        expect(Math.abs(loss - reference.loss) / scale).toBeLessThanOrEqual(5e-6);
      }),
      { numRuns: 80 },
    );
  });

  test('rates equal the scalar reference within 1e-5', async () => {
    await fc.assert(
      fc.asyncProperty(cases(1), async (spec) => {
        const c = makeCase(spec);
        const { engine, movie } = await load(c, build);
        const first = c.shape.lags - 1;
        const frames = Array.from({ length: c.frames - first }, (_, i) => first + i);
        const expected = referenceRates(c.shape, c.parameters, c.movie, frames);
        const rates = engine.predict(movie, first, frames.length);
        for (const [i, rate] of rates.entries()) {
          expect(Math.abs(rate - expected[i])).toBeLessThanOrEqual(1e-5 * Math.max(1, expected[i]));
        }
      }),
      { numRuns: 40 },
    );
  });
});

const shape = {
  lags: 2,
  height: 9,
  width: 7,
  layers: [
    { filters: 5, height: 3, width: 3 },
    { filters: 3, height: 3, width: 2 },
  ],
  head: 'parametric-softplus',
} as const;

test('parameters come back as they were set', async () => {
  const c = makeCase({ shape, seed: 3, samples: 4 });
  const { engine } = await load(c);
  const back = flatten(engine.parameters());
  expect(back).toEqual(flatten(c.parameters).map(Math.fround));
});

test('a step is Adam on the gradient', async () => {
  const c = makeCase({ shape, seed: 5, samples: 32 });
  const { engine, movie } = await load(c);
  const before = flatten(engine.parameters());
  const { gradient } = engine.gradient(movie, c.batch, rule);
  engine.step(movie, c.batch, rule);
  const after = flatten(engine.parameters());
  for (const [i, g] of flatten(gradient).entries()) {
    // After one step the moments give back the gradient: w − η·g/(|g| + ε).
    const expected = before[i] - (rule.learningRate * g) / (Math.abs(g) + 1e-7);
    if (Math.abs(g) > 1e-4) expect(after[i]).toBeCloseTo(expected, 5);
  }
});

test('a readout that must not be negative never is', async () => {
  const c = makeCase({ shape, seed: 7, samples: 32 });
  const { engine, movie } = await load(c);
  for (let step = 0; step < 20; step++) {
    engine.step(movie, c.batch, { ...rule, learningRate: 0.1, nonNegativeReadout: true });
    expect(Math.min(...engine.parameters().readout)).toBeGreaterThanOrEqual(0);
  }
});

test('α and β change by at most a fiftieth of themselves a step', async () => {
  const c = makeCase({ shape, seed: 19, samples: 32 });
  const { engine, movie } = await load(c);
  for (let step = 0; step < 5; step++) {
    const before = engine.parameters();
    engine.step(movie, c.batch, { ...rule, learningRate: 1 });
    const after = engine.parameters();
    expect(Math.abs(after.alpha / before.alpha - 1)).toBeCloseTo(0.02, 5);
    expect(Math.abs(after.beta / before.beta - 1)).toBeLessThanOrEqual(0.02 + 1e-6);
  }
});

test('α and β stay above 0 however large the steps', async () => {
  const c = makeCase({ shape, seed: 19, samples: 32 });
  const { engine, movie } = await load(c);
  for (let step = 0; step < 50; step++) {
    engine.step(movie, c.batch, { ...rule, learningRate: 1 });
    const { alpha, beta } = engine.parameters();
    expect(Math.min(alpha, beta)).toBeGreaterThan(0);
  }
});

test('steps lower the loss of their batch', async () => {
  const c = makeCase({ shape, seed: 11, samples: 40 });
  const { engine, movie } = await load(c);
  const first = engine.step(movie, c.batch, rule);
  let last = first;
  for (let step = 0; step < 100; step++) last = engine.step(movie, c.batch, rule);
  expect(last).toBeLessThan(first);
});

test('with training noise the gradient equals the reference given the same noise, within 5e-6', async () => {
  const samples = 5;
  const sigma = 0.4;
  const seed = 21;
  const c = makeCase({ shape, seed, samples });
  const engine = await Engine.create(shape, { batch: 8, seed });
  const movie = engine.addMovie(
    { kind: 'float', frames: c.frames, height: 9, width: 7, data: c.movie },
    { counts: c.counts },
  );
  engine.setParameters(c.parameters);
  // Drawn layer by layer as `[sample, position, filter]`, samples and filters padded to eights (and fours).
  const random = await Random.create(seed, noiseStream);
  const drawn = layerOutputs(shape).map(({ channels, height, width }) => {
    const padded = channels <= 4 ? 4 : Math.ceil(channels / 8) * 8;
    return {
      padded,
      positions: height * width,
      values: random.normals(8 * height * width * padded),
    };
  });
  const noise = Array.from({ length: samples }, (_, s) =>
    drawn.map(({ padded, positions, values }, i) =>
      Float64Array.from({ length: shape.layers[i].filters * positions }, (_, unit) => {
        const f = Math.floor(unit / positions);
        return sigma * values[(s * positions + (unit % positions)) * padded + f];
      }),
    ),
  );
  const batch = { movie: c.movie, counts: c.counts, frames: c.batch, noise };
  const expected = flatten(referenceGradient(shape, c.parameters, batch, rule));
  const { gradient } = engine.gradient(movie, c.batch, { ...rule, noise: sigma });
  const largest = Math.max(...expected.map(Math.abs));
  for (const [i, value] of flatten(gradient).entries()) {
    expect(Math.abs(value - expected[i]) / largest).toBeLessThanOrEqual(5e-6);
  }
});

test('training noise follows the seed and stays out of the padding', async () => {
  const c = makeCase({
    shape: { ...shape, layers: [{ filters: 3, height: 3, width: 3 }] },
    seed: 13,
    samples: 32,
  });
  const noisy = { ...rule, noise: 0.5, learningRate: 0.05 };
  const run = async (seed: number) => {
    const engine = await Engine.create(c.shape, { batch: 64, seed });
    const movie = engine.addMovie(
      { kind: 'float', frames: c.frames, height: 9, width: 7, data: c.movie },
      { counts: c.counts },
    );
    engine.setParameters(c.parameters);
    for (let step = 0; step < 5; step++) engine.step(movie, c.batch, noisy);
    return engine;
  };
  const [a, b, other] = [await run(1), await run(1), await run(2)];
  expect(flatten(a.parameters())).toEqual(flatten(b.parameters()));
  expect(flatten(a.parameters())).not.toEqual(flatten(other.parameters()));
  // The vector beyond its real parameters is 0: what comes back through the natural order loses nothing.
  const vector = a.snapshot();
  a.setParameters(a.parameters());
  expect(Array.from(a.snapshot())).toEqual(Array.from(vector));
});

test('the weight of first-layer units equals finite differences through the layers above', async () => {
  const c = makeCase({ shape, seed: 17, samples: 1 });
  const { engine, movie } = await load(c);
  const weight = engine.firstLayerWeight(movie, 1, 1);
  // Moving a first-layer bias moves all its active units alike.
  const responses = engine.firstLayer(movie, 1, 1);
  const positions = weight.length / shape.layers[0].filters;
  const output = (rate: number) => {
    const { alpha, beta } = c.parameters;
    return Math.log(Math.expm1(rate / alpha)) / beta;
  };
  for (let f = 0; f < shape.layers[0].filters; f++) {
    let expected = 0;
    for (let p = 0; p < positions; p++) {
      if (responses[f * positions + p] > 0) expected += weight[f * positions + p];
    }
    const h = 1e-4;
    const at = (by: number) => {
      const layers = c.parameters.layers.map((layer) => ({ ...layer, bias: layer.bias.slice() }));
      layers[0].bias[f] += by;
      return output(referenceRates(c.shape, { ...c.parameters, layers }, c.movie, [1])[0]);
    };
    expect((at(h) - at(-h)) / (2 * h)).toBeCloseTo(expected, 2);
  }
});

test.each([
  [{ ...shape, layers: [] }, /1 to 3/],
  [{ ...shape, layers: [{ filters: 4, height: 12, width: 3 }] }, /do not fit/],
  [{ ...shape, lags: 0 }, /whole numbers/],
  [{ ...shape, layers: [{ filters: 1.5, height: 3, width: 3 }] }, /whole numbers/],
])('a network that cannot be is refused (%#)', async (bad, message) => {
  await expect(Engine.create(bad, { batch: 8 })).rejects.toThrow(message);
});

test('a loss that does not go with the head, and counts that it cannot take, are refused', async () => {
  const c = makeCase({ shape, seed: 1, samples: 4 });
  const { engine, movie } = await load(c);
  expect(() => engine.step(movie, c.batch, { ...rule, loss: 'binomial' })).toThrow(/logistic/);
  const logistic = await Engine.create({ ...shape, head: 'logistic' }, { batch: 4 });
  const values = {
    kind: 'float',
    frames: 2,
    height: 9,
    width: 7,
    data: new Float32Array(126),
  } as const;
  expect(() => logistic.addMovie(values, { counts: [1, 2] })).toThrow(/Frame 1 has 2 spikes/);
});

test('a movie of another size and counts of another length are refused', async () => {
  const c = makeCase({ shape, seed: 1, samples: 1 });
  const { engine } = await load(c);
  const data = new Float32Array(5 * 8 * 7);
  expect(() => engine.addMovie({ kind: 'float', frames: 5, height: 8, width: 7, data })).toThrow(
    /takes 7×9/,
  );
  expect(() =>
    engine.addMovie(
      { kind: 'float', frames: 5, height: 9, width: 7, data: new Float32Array(5 * 63) },
      { counts: [1, 2] },
    ),
  ).toThrow(/5 frames and the response 2/);
});

test('memory that cannot be had is refused with its size', async () => {
  const c = makeCase({ shape, seed: 1, samples: 1 });
  const { engine } = await load(c);
  const movie = {
    kind: 'float',
    frames: 100_000_000,
    height: 9,
    width: 7,
    data: new Float32Array(0),
  } as const;
  expect(() => engine.addMovie(movie)).toThrow(/MB of memory, which cannot be had/);
});
