import { existsSync, readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { parse } from 'npyjs';
import { describe, expect, test } from 'vitest';
import { RetinoscopeError } from '../errors.js';
import type { Tensor } from '../files/types.js';
import { evaluateGraph } from './evaluate.js';
import { type Graph, type GraphNode, readGraph } from './graph.js';

const dataDir = '../shared/data/onnx';

function node(
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, number | readonly number[]>> = {},
): GraphNode {
  return {
    operator,
    domain: '',
    name: output,
    inputs,
    outputs: [output],
    attributes: new Map(Object.entries(attributes)),
  };
}

const float = (shape: readonly number[], ...data: number[]) => ({
  shape,
  type: 'float32',
  data: Float32Array.from(data),
});

/** Two filters over a picture of 2×3, normalised flattened, rectified, pooled and summed. */
function smallGraph(batch: number | string, nodes: readonly GraphNode[]): Graph {
  return {
    nodes,
    initializers: new Map([
      ['w', () => float([2, 1, 1, 2], 1, 0, 1, -1)],
      ['one', () => float([8], 1, 1, 1, 1, 1, 1, 1, 1)],
      ['none', () => float([8], 0, 0, 0, 0, 0, 0, 0, 0)],
    ]),
    inputs: [{ name: 'x', type: 'float32', shape: [batch, 1, 2, 3] }],
    outputs: [{ name: 'y', type: 'float32', shape: [batch, 1] }],
    opset: 17,
  };
}

const nodes = [
  node('Conv', ['x', 'w'], 'c'),
  node('Flatten', ['c'], 'flat'),
  node('BatchNormalization', ['flat', 'one', 'none', 'none', 'one'], 'bn', { epsilon: 0 }),
  node('Relu', ['bn'], 'r'),
  node('ReduceSum', ['r'], 's', { keepdims: 1 }),
  node('Softplus', ['s'], 'y'),
];

const picture = { shape: [1, 1, 2, 3], data: Float32Array.of(1, 2, 4, -1, 3, 5) };

describe('evaluateGraph', () => {
  test('keeps every value', () => {
    const evaluation = evaluateGraph(smallGraph('batch', nodes), picture);
    expect(Array.from(evaluation.value('c').data)).toEqual([1, 2, -1, 3, -1, -2, -4, -2]);
    expect(evaluation.value('s').data[0]).toBe(6);
    expect(evaluation.value('y').data[0]).toBeCloseTo(Math.log1p(Math.exp(6)), 6);
  });

  test('maps are the convolution and its nonlinearity, also where that is flattened', () => {
    const maps = evaluateGraph(smallGraph('batch', nodes), picture).maps();
    expect(maps).toEqual([
      {
        name: 'c',
        operator: 'Conv',
        layer: 1,
        shape: [2, 2, 2],
        data: Float32Array.of(1, 2, -1, 3, -1, -2, -4, -2),
      },
      {
        name: 'r',
        operator: 'Relu',
        layer: 1,
        shape: [2, 2, 2],
        data: Float32Array.of(1, 2, 0, 3, 0, 0, 0, 0),
      },
    ]);
  });

  test('a convolution without a nonlinearity has one map, and the next one counts on', () => {
    const linear = [
      node('Conv', ['x', 'w'], 'c'),
      node('ReduceSum', ['c'], 's', { keepdims: 1 }),
      node('Conv', ['x', 'w'], 'd'),
      node('MaxPool', ['d'], 'p', { kernel_shape: [2, 2] }),
      node('Tanh', ['p'], 'y'),
    ];
    const maps = evaluateGraph(smallGraph('batch', linear), picture).maps();
    expect(maps.map(({ name, layer, shape }) => [name, layer, ...shape])).toEqual([
      ['c', 1, 2, 2, 2],
      ['d', 2, 2, 2, 2],
      ['y', 2, 2, 1, 1],
    ]);
  });

  test('a model of two samples at once runs one, and refuses three', () => {
    const graph = smallGraph(2, nodes.slice(0, 1));
    const { shape, data } = evaluateGraph(graph, picture).value('c');
    expect(shape).toEqual([2, 2, 2, 2]);
    expect(Array.from(data.subarray(8))).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    const three = { shape: [3, 1, 2, 3], data: new Float32Array(18) };
    expect(() => evaluateGraph(graph, three)).toThrow(/3 samples.*up to 2/);
  });

  test('computed sizes stay whole numbers', () => {
    const graph = smallGraph('batch', [
      node('Shape', ['x'], 'shape'),
      node('Constant', [], 'two', { value_ints: [2] }),
      node('Slice', ['shape', 'two', 'four'], 'last'),
      node('Constant', [], 'half', { value_ints: [2, 1] }),
      node('Div', ['last', 'half'], 'sizes'),
      node('Concat', ['sizes', 'two'], 'target', { axis: 0 }),
      node('Reshape', ['x', 'target'], 'y'),
    ]);
    const withFour = new Map(graph.initializers);
    withFour.set('four', () => ({ shape: [1], type: 'int64', data: Int32Array.of(4) }));
    const evaluation = evaluateGraph({ ...graph, initializers: withFour }, picture);
    expect(evaluation.value('sizes').data).toEqual(Int32Array.of(1, 3));
    expect(evaluation.value('y')).toEqual({ shape: [1, 3, 2], data: picture.data });
    expect(evaluation.depends('y')).toBe(true);
    expect(evaluation.depends('sizes')).toBe(false);
  });
});

describe('what cannot be run is refused with what is accepted', () => {
  const run = (changes: Partial<Graph>, input = picture) => {
    try {
      evaluateGraph({ ...smallGraph('batch', nodes), ...changes }, input);
    } catch (error) {
      if (error instanceof RetinoscopeError) return `${error.kind}: ${error.message}`;
      throw error;
    }
    return 'ran';
  };

  test.each([
    ['an operator', { nodes: [node('LSTM', ['x'], 'y')] }, /^model: .*LSTM.*Conv, .*Softplus/],
    [
      'another domain',
      { nodes: [{ ...node('Relu', ['x'], 'y'), domain: 'com.microsoft' }] },
      /^model: .*com\.microsoft:Relu/,
    ],
    ['a missing value', { nodes: [node('Relu', ['z'], 'y')] }, /^model: .*no value "z"/],
    ['a missing input', { nodes: [node('Conv', ['x'], 'y')] }, /^model: .*no input 2/],
    [
      'weights for other channels',
      { nodes: [node('Conv', ['x', 'w'], 'c'), node('Conv', ['c', 'w'], 'y')] },
      /^model: .*Conv "y".*\[2, 1, 1, 2\].*\[1, 2, 2, 2\]/,
    ],
    [
      'a kernel that is too large',
      { nodes: [node('MaxPool', ['x'], 'y', { kernel_shape: [3, 3] })] },
      /^model: .*kernel of 3 over 2/,
    ],
    [
      'shapes that do not broadcast',
      { nodes: [node('Add', ['x', 'one'], 'y')] },
      /^model: .*do not broadcast/,
    ],
    ['no input', { inputs: [] }, /^model: .*one input of numbers/],
  ] as const)('%s', (_, changes, message) => {
    expect(run(changes)).toMatch(message);
  });

  test('an input of another shape, or that is not finite', () => {
    expect(run({}, { shape: [1, 1, 3, 2], data: picture.data })).toMatch(
      /^model: .*\[1, 1, 3, 2\]/,
    );
    expect(run({}, { shape: [1, 1, 2, 3], data: picture.data.map(() => Number.NaN) })).toMatch(
      /^data: .*NaN/,
    );
  });
});

describe('models of other tools', () => {
  const npz = (name: string): Record<string, Tensor> =>
    Object.fromEntries(
      Object.entries(unzipSync(readFileSync(`${dataDir}/${name}.io.npz`))).map(([file, bytes]) => {
        const { data, shape } = parse(bytes.slice().buffer);
        return [file.replace('.npy', ''), { data: data as Float32Array, shape }];
      }),
    );

  test.skipIf(!existsSync(dataDir)).each(['bn_cnn_40x50x50', 'two_layer_30x30_dynamic_batch'])(
    '%s gives its output within 1e-4, and a map for every layer (shared data)',
    (name) => {
      const { input, output } = npz(name);
      const graph = readGraph(readFileSync(`${dataDir}/${name}.onnx`));
      const { shape, data } = input;
      const evaluation = evaluateGraph(graph, {
        shape,
        data: Float32Array.from(data as Float32Array),
      });
      const found = evaluation.value(graph.outputs[0].name);
      expect(found.shape).toEqual(output.shape);
      const errors = Array.from(found.data, (v, i) => Math.abs(v - Number(output.data[i])));
      expect(Math.max(...errors)).toBeLessThanOrEqual(1e-4);
      const maps = evaluation.maps();
      expect(maps.map(({ operator, layer }) => `${operator} ${layer}`)).toEqual([
        'Conv 1',
        'Relu 1',
        'Conv 2',
        'Relu 2',
      ]);
      for (const map of maps) expect(map.shape).toHaveLength(3);
    },
  );
});
