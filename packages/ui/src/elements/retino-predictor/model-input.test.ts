import type { ModelCard } from '@retinoscope/worker';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitToModel, fittingVariable, inputShape, mostValues, whiteNoise } from './model-input.js';

const card = (shape: (number | string)[], type = 'float32'): ModelCard => ({
  producer: 'test',
  opset: 17,
  inputs: [{ name: 'x', type, shape }],
  outputs: [{ name: 'rate', type: 'float32', shape: ['batch', 1] }],
  operators: ['Conv'],
  metadata: {},
});

test('a free first axis takes the windows asked for, a fixed one keeps its own', () => {
  expect(inputShape(card(['batch', 20, 8, 8]), 300)).toMatchObject({
    shape: [300, 20, 8, 8],
    freeWindows: true,
  });
  expect(inputShape(card([2, 40, 50, 50]), 300)).toMatchObject({
    shape: [2, 40, 50, 50],
    freeWindows: false,
  });
});

test('windows are as many as fit the memory bound, and a larger fixed input is refused', () => {
  const { shape } = inputShape(card(['n', 40, 200, 150]), 1e9);
  expect(shape.reduce((a, b) => a * b)).toBeLessThanOrEqual(mostValues);
  expect(() => inputShape(card([1e6, 40, 50, 50]), 1)).toThrow(/at most/);
});

test('models that are no stimulus models are refused by what would be accepted', () => {
  expect(() => inputShape({ ...card([1]), inputs: [] }, 1)).toThrow('takes no input');
  const two = card([1, 2]);
  expect(() => inputShape({ ...two, inputs: [two.inputs[0], two.inputs[0]] }, 1)).toThrow(
    'one input is accepted',
  );
  expect(() => inputShape(card(['n', 4], 'float16'), 1)).toThrow(
    /is float16\. float32, .*accepted/,
  );
  expect(inputShape(card(['n', 4], 'uint8'), 3).shape).toEqual([3, 4]);
  expect(() => inputShape(card([]), 1)).toThrow('no axes');
});

test('a file is taken in the shape of the model, also without the axes of length 1', () => {
  const model = inputShape(card(['n', 1, 3, 2]), 10);
  const data = Int16Array.from({ length: 12 }, (_, i) => i);
  for (const shape of [
    [2, 1, 3, 2],
    [2, 3, 2],
  ]) {
    const fitted = fitToModel({ shape, data }, model);
    expect(fitted.shape).toEqual([2, 1, 3, 2]);
    expect(fitted.data).toEqual(data);
  }
  expect(fitToModel({ shape: [3, 2], data: data.slice(0, 6) }, model).shape).toEqual([1, 1, 3, 2]);
  expect(() => fitToModel({ shape: [2, 2, 3], data }, model)).toThrow('takes n × 1 × 3 × 2');
  expect(() => fitToModel({ shape: [12], data }, model)).toThrow('takes n × 1 × 3 × 2');
  const fixed = inputShape(card([4, 1, 3, 2]), 10);
  expect(() => fitToModel({ shape: [2, 3, 2], data }, fixed)).toThrow('takes 4 × 1 × 3 × 2');
});

test('of several arrays in a file the one that fits is taken; none is refused with what was found', () => {
  const model = inputShape(card(['n', 1, 3, 2]), 10);
  const of = (...shapes: number[][]) =>
    shapes.map((shape, i) => ({ name: `v${i}`, shape, type: 'float32' }));
  expect(fittingVariable(of([5], [5, 3, 2]), model).name).toBe('v1');
  expect(() => fittingVariable(of([7, 7]), model)).toThrow('7 × 7; this model takes n × 1 × 3 × 2');
  expect(() => fittingVariable(of([5], [5, 2, 3]), model)).toThrow('v0 [5], v1 [5, 2, 3]');
  expect(() => fittingVariable([], model)).toThrow('there are none');
});

test('white noise is N(0, 1) within 3 standard errors, and repeats for its seed', () => {
  const { data } = whiteNoise([50_000], 7);
  const values = Array.from(data as Float32Array);
  const mean = values.reduce((a, b) => a + b) / values.length;
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan(3 / Math.sqrt(values.length));
  expect(Math.abs(variance - 1)).toBeLessThan(3 * Math.sqrt(2 / values.length));
  expect(values.every(Number.isFinite)).toBe(true);
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 9 }), (seed, length) => {
      expect(whiteNoise([length], seed)).toEqual(whiteNoise([length], seed));
    }),
    { numRuns: 20 },
  );
  expect(whiteNoise([8], 1)).not.toEqual(whiteNoise([8], 2));
});
