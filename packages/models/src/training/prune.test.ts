import { filterInTime, type LayerShape, loadCore, type Movie } from '@retinoscope/core-wasm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Architecture, FittedModel } from '../architecture/index.js';
import { uniform } from '../simulation/poisson.js';
import { Predictor } from './predict.js';
import { keepFilters, randomSubset } from './prune.js';
import { trainingPresets } from './settings.js';

const [height, width, frames, lags] = [6, 7, 60, 4];

/** Values in −1 … 1. */
function numbers(count: number, seed: number): Float32Array {
  const random = uniform(seed);
  return Float32Array.from({ length: count }, () => 2 * random() - 1);
}

const movie: Movie = {
  kind: 'float',
  frames,
  height,
  width,
  data: numbers(frames * height * width, 1),
};

interface Kind {
  readonly version: 1 | 2;
  readonly layers: readonly LayerShape[];
}

const kinds: readonly (readonly [name: string, kind: Kind])[] = [
  ['Version I of one layer', { version: 1, layers: [{ filters: 4, height: 3, width: 4 }] }],
  [
    'Version I of two layers',
    {
      version: 1,
      layers: [
        { filters: 4, height: 3, width: 4 },
        { filters: 2, height: 2, width: 3 },
      ],
    },
  ],
  ['Version II of one layer', { version: 2, layers: [{ filters: 4, height: 3, width: 4 }] }],
];

function modelOf({ version, layers }: Kind): FittedModel {
  const architecture: Architecture = { version, lags, height, width, layers, head: 'softplus' };
  let [channels, h, w] = [version === 1 ? 1 : lags, height, width];
  const parameters = layers.map((layer, i) => {
    const weights = numbers(layer.filters * channels * layer.height * layer.width, 10 + i);
    channels = layer.filters;
    [h, w] = [h - layer.height + 1, w - layer.width + 1];
    return { weights, bias: numbers(layer.filters, 20 + i) };
  });
  return {
    format: 'retinoscope-model',
    formatVersion: 1,
    softwareVersion: '0.0.0',
    architecture,
    parameters: {
      layers: parameters,
      readout: numbers(channels * h * w, 30),
      readoutBias: 0.1,
      alpha: 1,
      beta: 1,
    },
    temporalFilter: version === 1 ? Float32Array.of(0.1, 0.8, 0.5, -0.3) : undefined,
    provenance: {
      recording: 'made up',
      cell: 0,
      crop: { x: 0, y: 0, width, height },
      frameRate: 30,
      seed: 1,
      settings: { ...trainingPresets.recovery },
      validationLoss: 0,
    },
  };
}

/** The model without one of its first filters: a smaller network, its next layer or its readout cut. */
function without(model: FittedModel, filter: number): FittedModel {
  const { architecture, parameters } = model;
  const [shape, ...laterShapes] = architecture.layers;
  const { filters } = shape;
  /** Of `outer` lists of one part a filter, the parts of the others. */
  const cut = (values: Float32Array, outer = 1) => {
    const part = values.length / outer / filters;
    return values.filter((_, i) => Math.floor(i / part) % filters !== filter);
  };
  const [first, ...later] = parameters.layers;
  const [second, ...rest] = later;
  return {
    ...model,
    architecture: { ...architecture, layers: [{ ...shape, filters: filters - 1 }, ...laterShapes] },
    parameters: {
      ...parameters,
      layers: [
        { weights: cut(first.weights), bias: cut(first.bias) },
        ...(second
          ? [{ ...second, weights: cut(second.weights, laterShapes[0].filters) }, ...rest]
          : []),
      ],
      readout: second ? parameters.readout : cut(parameters.readout),
    },
  };
}

const keeping = (silenced: readonly number[]) => [0, 1, 2, 3].map((i) => !silenced.includes(i));

test.each(kinds)(
  '%s: with all filters kept its rates are the same, to the bit',
  async (_, kind) => {
    const model = modelOf(kind);
    const predictor = await Predictor.create(model, movie);
    const rates = predictor.rates();
    expect(new Set(rates).size).toBeGreaterThan(frames / 2);
    expect(predictor.rates(keepFilters(model, keeping([])))).toEqual(rates);
  },
);

test.each(kinds)(
  '%s: a silenced filter is as one that was never there, within 1e-5',
  async (_, kind) => {
    const model = modelOf(kind);
    const predictor = await Predictor.create(model, movie);
    const all = predictor.rates();
    for (let filter = 0; filter < 4; filter++) {
      const silenced = predictor.rates(keepFilters(model, keeping([filter])));
      const smaller = (await Predictor.create(without(model, filter), movie)).rates();
      for (let t = 0; t < frames; t++) {
        expect(Math.abs(silenced[t] - smaller[t])).toBeLessThan(1e-5);
      }
      // Each of them is felt.
      const largest = all.reduce(
        (most, rate, t) => Math.max(most, Math.abs(rate - silenced[t])),
        0,
      );
      expect(largest).toBeGreaterThan(0.05);
    }
    // Pruning others afterwards starts from the model again.
    expect(predictor.rates()).toEqual(all);
  },
);

test('one layer: the rate of the filters that are kept is softplus of their readout, by sums of its own, within 1e-5', async () => {
  const model = modelOf(kinds[0][1]);
  const { parameters } = model;
  const [{ weights, bias }] = parameters.layers;
  const filtered = filterInTime(
    await loadCore(),
    movie,
    model.temporalFilter ?? Float32Array.of(1),
  );
  const keep = keeping([0, 2]);
  const rates = (await Predictor.create(model, movie)).rates(keepFilters(model, keep));
  const [rows, columns] = [height - 2, width - 3];
  for (let t = lags - 1; t < frames; t++) {
    let output = parameters.readoutBias;
    for (let f = 0; f < 4; f++) {
      for (let at = 0; keep[f] && at < rows * columns; at++) {
        let sum = bias[f];
        for (let i = 0; i < 12; i++) {
          const y = Math.floor(at / columns) + Math.floor(i / 4);
          sum +=
            weights[f * 12 + i] * filtered[(t * height + y) * width + (at % columns) + (i % 4)];
        }
        output += parameters.readout[f * rows * columns + at] * Math.max(0, sum);
      }
    }
    expect(Math.abs(rates[t] - Math.log1p(Math.exp(output)))).toBeLessThan(1e-5);
  }
});

test('without any filter the rate is constant', async () => {
  const model = modelOf(kinds[0][1]);
  const rates = (await Predictor.create(model, movie)).rates(
    keepFilters(model, keeping([0, 1, 2, 3])),
  );
  expect(new Set(rates.subarray(lags - 1)).size).toBe(1);
});

test('the model itself is not changed, and another number of filters is refused', () => {
  const model = modelOf(kinds[0][1]);
  const before = structuredClone(model);
  keepFilters(model, keeping([1, 2]));
  expect(model).toEqual(before);
  for (const count of [0, 3, 5]) {
    const keep = new Array<boolean>(count).fill(true);
    expect(() => keepFilters(model, keep)).toThrow(/the network has 4/);
  }
});

test('a random subset has the size asked for, of as many things as there are', () => {
  fc.assert(
    fc.property(fc.nat(20), fc.nat(20), fc.integer(), (a, b, seed) => {
      const [count, total] = [Math.min(a, b), Math.max(a, b)];
      const subset = randomSubset(count, total, uniform(seed));
      expect(subset).toHaveLength(total);
      expect(subset.filter(Boolean)).toHaveLength(count);
    }),
  );
});

test('of 8,000 subsets of 5 of 16 every thing is in as many and every pair too, χ² within 5 SDs of its mean', () => {
  const [draws, count, total] = [8000, 5, 16];
  const random = uniform(4);
  const things = new Float64Array(total);
  const pairs = new Float64Array((total * (total - 1)) / 2);
  for (let draw = 0; draw < draws; draw++) {
    const subset = randomSubset(count, total, random);
    for (let i = 0, pair = 0; i < total; i++) {
      if (subset[i]) things[i]++;
      for (let j = 0; j < i; j++, pair++) if (subset[i] && subset[j]) pairs[pair]++;
    }
  }
  const chiSquare = (found: Float64Array, probability: number) =>
    found.reduce((sum, n) => sum + (n - draws * probability) ** 2, 0) /
    (draws * probability * (1 - probability));
  for (const [found, probability] of [
    [things, count / total],
    [pairs, (count * (count - 1)) / (total * (total - 1))],
  ] as const) {
    // About one degree of freedom each, one less for the size that is fixed.
    const freedom = found.length - 1;
    const spread = Math.sqrt(2 * freedom);
    const value = (chiSquare(found, probability) * freedom) / found.length;
    expect(Math.abs(value - freedom)).toBeLessThan(5 * spread);
  }
});
