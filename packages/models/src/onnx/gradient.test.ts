import type { Head } from '@retinoscope/core-wasm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FittedModel } from '../architecture/types.js';
import { evaluateGraph } from './evaluate.js';
import { gradientTimesInput, integratedGradients } from './gradient.js';
import { type Graph, readGraph } from './graph.js';
import { exportOnnx } from './write.js';

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

/** Version I or II: 3 lags, two layers over 7×6. */
function exported(version: 1 | 2, head: Head, seed: number): { graph: Graph; input: Float32Array } {
  const random = noise(seed);
  const model: FittedModel = {
    format: 'retinoscope-model',
    formatVersion: 1,
    softwareVersion: '0.1.0',
    architecture: {
      version,
      lags: 3,
      height: 7,
      width: 6,
      layers: [
        { filters: 2, height: 3, width: 2 },
        { filters: 3, height: 2, width: 3 },
      ],
      head,
    },
    parameters: {
      layers: [
        { weights: draw(random, 2 * (version === 1 ? 1 : 3) * 6, 0.5), bias: draw(random, 2, 0.2) },
        { weights: draw(random, 3 * 2 * 6, 0.5), bias: draw(random, 3, 0.2) },
      ],
      readout: draw(random, 3 * 4 * 3, 0.5),
      readoutBias: random(),
      alpha: 0.8,
      beta: 1.3,
    },
    ...(version === 1 && { temporalFilter: draw(random, 3, 1) }),
    provenance: {
      recording: 'cells',
      cell: 3,
      crop: { x: 0, y: 0, width: 6, height: 7 },
      frameRate: 30,
      seed,
      settings: {},
      validationLoss: 0,
    },
  };
  return { graph: readGraph(exportOnnx(model, 'frames')), input: draw(random, 3 * 42, 1) };
}

const shape = [1, 3, 7, 6];

/** The network's scalar between h before and after number i, in 64 bits but for the values themselves. */
function difference(graph: Graph, input: Float32Array, i: number): number {
  const at = (by: number) => {
    const data = input.slice();
    data[i] += by;
    return { x: data[i], y: evaluateGraph(graph, { shape, data }).value('rate').data[0] };
  };
  const [low, high] = [at(-0.01), at(0.01)];
  return (high.y - low.y) / (high.x - low.x);
}

/** `y = f(x)` of one operator after another, over [batch, 3]. */
function chain(operators: readonly string[]): Graph {
  const nodes = operators.map((operator, i) => ({
    operator,
    domain: '',
    name: '',
    inputs: [i === 0 ? 'x' : `v${i - 1}`],
    outputs: [`v${i}`],
    attributes: new Map(),
  }));
  return {
    nodes,
    initializers: new Map(),
    inputs: [{ name: 'x', type: 'float32', shape: ['batch', 3] }],
    outputs: [{ name: `v${operators.length - 1}`, type: 'float32', shape: ['batch', 3] }],
    opset: 17,
  };
}

const three = { shape: [1, 3], data: Float32Array.of(0.5, -1, 2) };

describe('gradientTimesInput', () => {
  test('equals central differences of exported models within 1e-3 of the largest, but where a rectifier turns', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1 as const, 2 as const),
        fc.constantFrom<Head>('softplus', 'parametric-softplus', 'exponential', 'logistic'),
        fc.nat(),
        (version, head, seed) => {
          const { graph, input } = exported(version, head, seed);
          const found = gradientTimesInput(graph, { shape, data: input }, { column: 0 });
          const signs = (data: Float32Array) =>
            evaluateGraph(graph, { shape, data })
              .maps()
              .flatMap((map) => Array.from(map.data, (v) => v > 0))
              .join();
          const usual = signs(input);
          const limit = 1e-3 * Math.max(0.01, ...found.gradient.map(Math.abs));
          let compared = 0;
          for (let i = 0; i < input.length; i += 5) {
            const moved = [-0.01, 0.01].map((by) => input.with(i, input[i] + by));
            if (moved.some((data) => signs(data) !== usual)) continue;
            compared++;
            const error = Math.abs(difference(graph, input, i) - found.gradient[i]);
            expect(error).toBeLessThanOrEqual(limit);
          }
          expect(compared).toBeGreaterThan(5);
          expect(found.rate).toBe(
            evaluateGraph(graph, { shape, data: input }).value('rate').data[0],
          );
          const products = found.gradient.map((g, i) => g * input[i]);
          expect(found.product).toEqual(products);
          expect(found.sum).toBeCloseTo(
            products.reduce((sum, value) => sum + value, 0),
            5,
          );
        },
      ),
      { numRuns: 20 },
    );
  });

  test('adds up over the ways that a value is used', () => {
    const graph = chain(['Tanh', 'Exp']);
    const twice = { ...graph.nodes[1], operator: 'Mul', inputs: ['v0', 'x'] };
    const { gradient } = gradientTimesInput({ ...graph, nodes: [graph.nodes[0], twice] }, three, {
      column: 2,
    });
    const y = Math.tanh(2);
    expect(Array.from(gradient.subarray(0, 2))).toEqual([0, 0]);
    expect(gradient[2]).toBeCloseTo(y + 2 * (1 - y * y), 6);
  });

  test('explains any value by its name, against any baseline', () => {
    const baseline = Float32Array.of(0.25, 0, 1);
    const { rate, product } = gradientTimesInput(chain(['Exp', 'Neg']), three, {
      output: 'v0',
      column: 0,
      baseline,
    });
    expect(rate).toBeCloseTo(Math.exp(0.5), 6);
    expect(product[0]).toBeCloseTo(Math.exp(0.5) * 0.25, 6);
  });

  test('of a model made for two samples is that of the first', () => {
    const graph = chain(['Tanh']);
    const two = { ...graph, inputs: [{ name: 'x', type: 'float32', shape: [2, 3] }] };
    const expected = gradientTimesInput(graph, three, { column: 1 });
    expect(gradientTimesInput(two, three, { column: 1 })).toEqual(expected);
    expect(() => gradientTimesInput(two, three, { column: 3 })).toThrow(/3 column.*0 to 2/);
  });

  test('refuses a column, a baseline and a value that do not fit', () => {
    const graph = chain(['Tanh']);
    expect(() => gradientTimesInput(graph, three, { column: 0.5 })).toThrow(
      /0\.5 is none of 0 to 2/,
    );
    expect(() =>
      gradientTimesInput(graph, three, { column: 0, baseline: new Float32Array(2) }),
    ).toThrow(/baseline has 2 values.*3/);
    expect(() => gradientTimesInput(chain(['Shape']), three, { column: 0 })).toThrow(/no gradient/);
    const [tanh] = graph.nodes;
    const product = { ...tanh, operator: 'Conv', inputs: ['v', 'v'], outputs: ['v0'] };
    const deep = {
      ...tanh,
      operator: 'Unsqueeze',
      outputs: ['v'],
      attributes: new Map([['axes', [0]]]),
    };
    expect(() =>
      gradientTimesInput(
        { ...graph, nodes: [deep, product] },
        { ...three, shape: [1, 3] },
        { column: 0 },
      ),
    ).toThrow(/weights that are constants/);
    expect(() => gradientTimesInput(graph, three, { output: 'z', column: 0 })).toThrow(/"z"/);
  });
});

describe('integratedGradients', () => {
  const smooth = ['Tanh', 'Softplus', 'Sigmoid'];

  test.each([
    [10, 0.005],
    [200, 0.0001],
  ])(
    '%i steps on a smooth model leave at most %d of the difference of the rates',
    (steps, share) => {
      fc.assert(
        fc.property(
          fc.array(fc.constantFrom(...smooth), { minLength: 1, maxLength: 3 }),
          fc.double({ min: 0.5, max: 1.5, noNaN: true }),
          fc.boolean(),
          (operators, size, negative) => {
            const data = new Float32Array(3).fill(negative ? -size : size);
            const found = integratedGradients(
              chain(operators),
              { shape: [1, 3], data },
              { column: 1, steps },
            );
            const whole = found.rate - found.baselineRate;
            expect(found.residual).toBeCloseTo(Math.abs(found.sum - whole), 12);
            expect(found.residual).toBeLessThanOrEqual(share * Math.abs(whole) + 1e-6);
          },
        ),
        { numRuns: 40 },
      );
    },
  );

  test('a linear model needs one step: the product is that of the gradient', () => {
    const graph = chain(['Neg', 'Identity']);
    const found = integratedGradients(graph, three, { column: 1, steps: 1 });
    expect(found).toMatchObject(gradientTimesInput(graph, three, { column: 1 }));
    expect(found.residual).toBe(0);
  });

  test('of an exported model, 200 steps leave less than 0.01 of what 1 step leaves, or 1e-3', () => {
    const { graph, input } = exported(2, 'softplus', 5);
    const left = [1, 200].map(
      (steps) => integratedGradients(graph, { shape, data: input }, { column: 0, steps }).residual,
    );
    expect(left[1]).toBeLessThanOrEqual(Math.max(1e-3, 0.01 * left[0]));
  });

  test('refuses steps that are not whole numbers above 0', () => {
    const graph = chain(['Tanh']);
    for (const steps of [0, 1.5, Number.NaN]) {
      expect(() => integratedGradients(graph, three, { column: 0, steps })).toThrow(/whole number/);
    }
  });
});
