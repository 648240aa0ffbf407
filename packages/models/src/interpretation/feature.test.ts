import { describe, expect, test } from 'vitest';
import { uniform } from '../metrics/uniform.js';
import { filterFeatures, smearFilter } from './feature.js';
import { embedFilter } from './filters.js';
import { cosine } from './maps.js';

const height = 8;
const size = 7;
const units = 4;
const filters = [0, 1].map((k) =>
  Float32Array.from({ length: size * size }, (_, i) => {
    const y = Math.floor(i / size) - 2 - k;
    const x = (i % size) - 3;
    return Math.exp(-(y * y + x * x) / 3) - (k ? 0.2 : 0);
  }),
);

/** First-layer maps `[sample, filter, y, x]`, by the sums of a valid convolution. */
function firstLayerMaps(activation: (v: number) => number) {
  return (inputs: Float32Array, samples: number) => {
    const maps = new Float32Array(samples * filters.length * units);
    for (let s = 0; s < samples; s++) {
      for (const [k, filter] of filters.entries()) {
        for (let u = 0; u < units; u++) {
          const at = s * height * height + (u >> 1) * height + (u & 1);
          let sum = 0;
          for (let i = 0; i < size; i++) {
            for (let j = 0; j < size; j++)
              sum += filter[i * size + j]! * inputs[at + i * height + j]!;
          }
          maps[(s * filters.length + k) * units + u] = activation(sum);
        }
      }
    }
    return maps;
  };
}

describe('filterFeatures', () => {
  const request = { inputSize: height * height, filters: filters.length };

  test('10,000 samples of the linear first layer: cosine with the smeared filter ≥ .98, norm ± 5 %', () => {
    const features = filterFeatures({
      ...request,
      normals: normalSource(1),
      respond: firstLayerMaps((v) => v),
    });
    filters.forEach((filter, k) => {
      const smeared = smearFilter(filter, size, size, height, height);
      expect(cosine(features[k]!, smeared)).toBeGreaterThanOrEqual(0.98);
      expect(Math.abs(Math.hypot(...features[k]!) / Math.hypot(...smeared) - 1)).toBeLessThan(0.05);
    });
  });

  test('behind a ReLU it is half as large and of the same shape (cosine ≥ .97, half ± 5 %)', () => {
    const features = filterFeatures({
      ...request,
      normals: normalSource(2),
      respond: firstLayerMaps((v) => Math.max(v, 0)),
    });
    const smeared = smearFilter(filters[0]!, size, size, height, height);
    expect(cosine(features[0]!, smeared)).toBeGreaterThanOrEqual(0.97);
    expect(Math.abs((2 * Math.hypot(...features[0]!)) / Math.hypot(...smeared) - 1)).toBeLessThan(
      0.05,
    );
  });

  test('the size of the batches does not matter (1e-6)', () => {
    const run = (batch: number) =>
      filterFeatures({
        ...request,
        samples: 103,
        batch,
        normals: normalSource(3),
        respond: firstLayerMaps((v) => v),
      });
    const one = run(103);
    run(10).forEach((feature, k) => {
      feature.forEach((v, i) => {
        expect(v).toBeCloseTo(one[k]![i]!, 6);
      });
    });
  });

  test('responses and settings that do not fit are refused', () => {
    const normals = normalSource(4);
    expect(() =>
      filterFeatures({ ...request, normals, respond: () => new Float32Array(3), batch: 10 }),
    ).toThrow(/batch of responses/);
    expect(() => filterFeatures({ ...request, normals, respond: (x) => x, samples: 0 })).toThrow(
      /samples must be/,
    );
  });
});

describe('smearFilter', () => {
  test('is the mean of the embeddings at every position (1e-6)', () => {
    const filter = Float32Array.from({ length: 6 }, (_, i) => Math.sin(i + 1));
    const mean = new Float64Array(30);
    for (let y = 0; y <= 3; y++) {
      for (let x = 0; x <= 3; x++) {
        embedFilter(filter, 2, 3, { x, y }, 5, 6).forEach((v, i) => {
          mean[i]! += v / 16;
        });
      }
    }
    smearFilter(filter, 2, 3, 5, 6).forEach((v, i) => {
      expect(v).toBeCloseTo(mean[i]!, 6);
    });
  });

  test('a filter larger than the input is refused', () => {
    expect(() => smearFilter(new Float32Array(9), 3, 3, 2, 5)).toThrow(/does not fit/);
  });
});

/** Box–Muller. */
function normalSource(seed: number): (n: number) => Float32Array {
  const random = uniform(seed);
  return (n) =>
    Float32Array.from(
      { length: n },
      () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
    );
}
