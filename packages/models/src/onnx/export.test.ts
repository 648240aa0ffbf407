import type { Head } from '@retinoscope/core-wasm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FittedModel } from '../architecture/types.js';
import { importOnnx } from './import.js';
import type { OnnxVariant } from './metadata.js';
import { readModelCard } from './read.js';
import { openOnnx } from './runtime.js';
import { exportOnnx } from './write.js';

/** Numbers in [-1, 1) from a seed, so that a model is drawn as one number. */
function noise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

function draw(random: () => number, length: number, scale: number): Float32Array {
  return Float32Array.from({ length }, () => scale * random());
}

/** Operators of each head. */
const operators: Readonly<Record<Head, readonly string[]>> = {
  softplus: ['Softplus'],
  'parametric-softplus': ['Mul', 'Softplus'],
  exponential: ['Add', 'Exp', 'Min', 'Mul', 'Sub'],
  logistic: ['Sigmoid'],
};

const architectures = fc
  .record({
    version: fc.constantFrom(1 as const, 2 as const),
    lags: fc.integer({ min: 1, max: 6 }),
    layers: fc.array(
      fc.record({
        filters: fc.integer({ min: 1, max: 3 }),
        height: fc.integer({ min: 1, max: 4 }),
        width: fc.integer({ min: 1, max: 4 }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    spare: fc.record({
      height: fc.integer({ min: 1, max: 3 }),
      width: fc.integer({ min: 1, max: 3 }),
    }),
    head: fc.constantFrom(...(Object.keys(operators) as Head[])),
  })
  .map(({ spare, ...rest }) => ({
    ...rest,
    height: rest.layers.reduce((sum, layer) => sum + layer.height - 1, spare.height),
    width: rest.layers.reduce((sum, layer) => sum + layer.width - 1, spare.width),
  }));

const models: fc.Arbitrary<FittedModel> = fc
  .record({
    architecture: architectures,
    seed: fc.nat(),
    recording: fc.string({ unit: 'grapheme' }),
    cell: fc.nat(200),
    crop: fc.record({
      x: fc.nat(100),
      y: fc.nat(100),
      width: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 40 }),
    }),
    frameRate: fc.double({ min: 1, max: 1000, noNaN: true }),
    stimulusValues: fc.option(fc.constant([-1, 1] as const), { nil: undefined }),
    squareSize: fc.option(fc.constant(30), { nil: undefined }),
    validationLoss: fc.double(),
    settings: fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      fc.oneof(fc.integer(), fc.string(), fc.boolean()),
    ),
  })
  .map(({ architecture, seed, recording, cell, crop, frameRate, validationLoss, ...rest }) => {
    const { version, lags, layers, head } = architecture;
    const random = noise(seed);
    let channels = version === 1 ? 1 : lags;
    let { height, width } = architecture;
    const parameters = layers.map((layer) => {
      const size = layer.filters * channels * layer.height * layer.width;
      channels = layer.filters;
      height -= layer.height - 1;
      width -= layer.width - 1;
      return { weights: draw(random, size, 0.8), bias: draw(random, layer.filters, 0.3) };
    });
    const parametric = head === 'parametric-softplus';
    return {
      format: 'retinoscope-model',
      formatVersion: 1,
      softwareVersion: '0.1.0',
      architecture,
      parameters: {
        layers: parameters,
        readout: draw(random, channels * height * width, 0.8),
        readoutBias: Math.fround(random()),
        alpha: parametric ? Math.fround(0.2 + 0.1 * random()) : 1,
        beta: parametric ? Math.fround(5 + random()) : 1,
      },
      ...(version === 1 ? { temporalFilter: draw(random, lags, 1) } : {}),
      provenance: {
        recording,
        cell,
        crop,
        ...(rest.stimulusValues ? { stimulusValues: rest.stimulusValues } : {}),
        ...(rest.squareSize === undefined ? {} : { squareSize: rest.squareSize }),
        frameRate,
        seed,
        settings: { ...rest.settings },
        validationLoss: validationLoss === 0 ? 0 : validationLoss,
      },
    } satisfies FittedModel;
  });

const cases = models.chain((model) =>
  fc.record({
    model: fc.constant(model),
    variant: fc.constantFrom<OnnxVariant>(
      'frames',
      model.architecture.version === 1 ? 'filtered' : 'frames',
    ),
  }),
);

/** Equations of the architecture in scalar float64, on the network's own channels `[channel, y, x]`. */
function networkRate(model: FittedModel, channelsFirst: Float64Array): number {
  const { architecture, parameters } = model;
  let map = channelsFirst;
  let { height, width } = architecture;
  let channels = map.length / (height * width);
  architecture.layers.forEach((layer, l) => {
    const { weights, bias } = parameters.layers[l];
    const rows = height - layer.height + 1;
    const columns = width - layer.width + 1;
    const next = new Float64Array(layer.filters * rows * columns);
    for (let f = 0; f < layer.filters; f++)
      for (let y = 0; y < rows; y++)
        for (let x = 0; x < columns; x++) {
          let sum = bias[f];
          for (let c = 0; c < channels; c++)
            for (let v = 0; v < layer.height; v++)
              for (let u = 0; u < layer.width; u++)
                sum +=
                  weights[((f * channels + c) * layer.height + v) * layer.width + u] *
                  map[(c * height + y + v) * width + x + u];
          next[(f * rows + y) * columns + x] = Math.max(sum, 0);
        }
    map = next;
    height = rows;
    width = columns;
    channels = layer.filters;
  });
  const readout = map.reduce(
    (sum, value, i) => sum + value * parameters.readout[i],
    parameters.readoutBias,
  );
  if (architecture.head === 'exponential') {
    return readout < 5 ? Math.exp(readout) : Math.exp(5) * (readout - 4);
  }
  if (architecture.head === 'logistic') return 1 / (1 + Math.exp(-readout));
  const { alpha, beta } = parameters;
  const scaled = beta * readout;
  return alpha * (Math.max(scaled, 0) + Math.log1p(Math.exp(-Math.abs(scaled))));
}

/** The frame filtered in time, from a window whose lag 0 is the current frame. */
function filterWindow(model: FittedModel, byLag: Float64Array): Float64Array {
  const { lags, height, width } = model.architecture;
  const size = height * width;
  const filtered = new Float64Array(size);
  for (let lag = 0; lag < lags; lag++)
    for (let i = 0; i < size; i++)
      filtered[i] += (model.temporalFilter?.[lag] ?? 0) * byLag[lag * size + i];
  return filtered;
}

/** Windows `[sample, lag, y, x]`, lag 0 first, in float32 precision. */
function drawWindows(model: FittedModel, samples: number, seed: number): Float64Array[] {
  const random = noise(seed);
  const { lags, height, width } = model.architecture;
  return Array.from({ length: samples }, () =>
    Float64Array.from({ length: lags * height * width }, () => Math.fround(random())),
  );
}

function oldestFirst(byLag: Float64Array, lags: number): Float64Array {
  const size = byLag.length / lags;
  const window = new Float64Array(byLag.length);
  for (let lag = 0; lag < lags; lag++) {
    window.set(byLag.subarray(lag * size, (lag + 1) * size), (lags - 1 - lag) * size);
  }
  return window;
}

function stack(samples: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(samples.length * samples[0].length);
  samples.forEach((sample, i) => {
    out.set(sample, i * sample.length);
  });
  return out;
}

async function runOn(
  bytes: Uint8Array,
  shape: number[],
  data: Float64Array,
): Promise<ArrayLike<number>> {
  const session = await openOnnx(bytes);
  try {
    const { output, outputName } = await session.run({ shape, data });
    expect(outputName).toBe('rate');
    expect(output.shape).toEqual([shape[0], 1]);
    return output.data as Float32Array;
  } finally {
    await session.dispose();
  }
}

function largestError(found: ArrayLike<number>, expected: readonly number[]): number {
  return Math.max(
    ...expected.map((rate, i) => Math.abs(found[i] - rate) / Math.max(1, Math.abs(rate))),
  );
}

describe('export', () => {
  test('a file read back gives the same model, and the same file again', () => {
    fc.assert(
      fc.property(cases, ({ model, variant }) => {
        const bytes = exportOnnx(model, variant);
        const recovered = importOnnx(bytes);
        expect(recovered).toEqual(model);
        expect(exportOnnx(recovered, variant)).toEqual(bytes);
      }),
      { numRuns: 60 },
    );
  });

  test('ONNX Runtime gives the rate of a scalar float64 evaluation within 1e-5 of max(1, rate)', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.nat(), async ({ model, variant }, seed) => {
        const { version, lags, height, width } = model.architecture;
        const windows = drawWindows(model, 3, seed);
        const expected = windows.map((window) =>
          networkRate(model, version === 1 ? filterWindow(model, window) : window),
        );
        const found =
          variant === 'frames'
            ? await runOn(
                exportOnnx(model, variant),
                [3, lags, height, width],
                stack(windows.map((window) => oldestFirst(window, lags))),
              )
            : await runOn(
                exportOnnx(model, variant),
                [3, 1, height, width],
                stack(windows.map((window) => filterWindow(model, window))),
              );
        expect(largestError(found, expected)).toBeLessThanOrEqual(1e-5);
      }),
      { numRuns: 40 },
    );
  });

  test('Version I on raw windows equals its filtered variant on filtered frames within 1e-5', async () => {
    const spatial = models.filter((model) => model.architecture.version === 1);
    await fc.assert(
      fc.asyncProperty(spatial, fc.nat(), async (model, seed) => {
        const { lags, height, width } = model.architecture;
        const windows = drawWindows(model, 4, seed);
        const frames = await runOn(
          exportOnnx(model, 'frames'),
          [4, lags, height, width],
          stack(windows.map((window) => oldestFirst(window, lags))),
        );
        const filtered = await runOn(
          exportOnnx(model, 'filtered'),
          [4, 1, height, width],
          stack(windows.map((window) => filterWindow(model, window))),
        );
        expect(largestError(frames, Array.from(filtered))).toBeLessThanOrEqual(1e-5);
      }),
      { numRuns: 10 },
    );
  });

  test('the card tells the axes, operators, producer and provenance', () => {
    fc.assert(
      fc.property(cases, ({ model, variant }) => {
        const { version, lags, height, width, head } = model.architecture;
        const card = readModelCard(exportOnnx(model, variant));
        expect(card.producer).toBe('retinoscope 0.1.0');
        expect(card.opset).toBe(17);
        expect(card.inputs).toEqual([
          {
            name: 'stimulus',
            type: 'float32',
            shape: ['batch', variant === 'filtered' ? 1 : lags, height, width],
          },
        ]);
        expect(card.outputs).toEqual([{ name: 'rate', type: 'float32', shape: ['batch', 1] }]);
        const common = ['Conv', 'Flatten', 'Gemm', 'Relu'];
        expect(card.operators).toEqual([...common, ...operators[head]].sort());
        expect(card.metadata).toMatchObject({
          units: 'spikes per frame',
          variant,
          frame_rate_hz: String(model.provenance.frameRate),
          seed: String(model.provenance.seed),
          settings: JSON.stringify(model.provenance.settings),
        });
        expect(JSON.parse(card.metadata.crop)).toEqual(model.provenance.crop);
        expect('temporal_filter' in card.metadata).toBe(version === 1);
      }),
      { numRuns: 20 },
    );
  });

  test('what does not fit is refused as a model error', () => {
    fc.assert(
      fc.property(models, (model) => {
        const refused = (changed: FittedModel, variant: OnnxVariant, message: RegExp) =>
          expect(() => exportOnnx(changed, variant)).toThrow(
            expect.objectContaining({ kind: 'model', message: expect.stringMatching(message) }),
          );
        const { architecture, parameters } = model;
        if (architecture.version === 2) refused(model, 'filtered', /no variant filtered in time/);
        else {
          const { temporalFilter: _, ...rest } = model;
          refused(rest, 'filtered', /temporal filter/);
        }
        const readout = new Float32Array(parameters.readout.length + 1);
        refused({ ...model, parameters: { ...parameters, readout } }, 'frames', /readout weights/);
        refused(
          { ...model, parameters: { ...parameters, alpha: Number.NaN } },
          'frames',
          /not finite/,
        );
        refused(
          { ...model, architecture: { ...architecture, height: architecture.height + 1 } },
          'frames',
          /readout weights/,
        );
        refused({ ...model, architecture: { ...architecture, layers: [] } }, 'frames', /layer/);
        refused(
          {
            ...model,
            architecture: { ...architecture, layers: [{ filters: 1, height: 99, width: 1 }] },
          },
          'frames',
          /larger than/,
        );
      }),
      { numRuns: 10 },
    );
  });
});
