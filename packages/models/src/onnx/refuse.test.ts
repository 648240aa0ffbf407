import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { FittedModel } from '../architecture/types.js';
import { RetinoscopeError } from '../errors.js';
import { type Graph, type GraphNode, type NodeAttribute, readGraph } from './graph.js';
import { requireRunnable } from './refuse.js';
import { exportOnnx, identityModel } from './write.js';

const dataDir = '../shared/data/onnx';

function node(
  operator: string,
  inputs: readonly string[],
  outputs: string | readonly string[] = 'y',
  attributes: Readonly<Record<string, NodeAttribute>> = {},
): GraphNode {
  return {
    operator,
    domain: '',
    name: '',
    inputs,
    outputs: typeof outputs === 'string' ? [outputs] : outputs,
    attributes: new Map(Object.entries(attributes)),
  };
}

const ints = (...values: number[]) => ({
  shape: [values.length],
  type: 'int64',
  data: Int32Array.from(values),
});

const zeros = (...shape: number[]) => ({
  shape,
  type: 'float32',
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
});

type Constants = Readonly<Record<string, ReturnType<typeof ints | typeof zeros>>>;

function graph(
  nodes: readonly GraphNode[],
  constants: Constants = {},
  shape = [1, 3, 8, 8],
): Graph {
  return {
    nodes,
    initializers: new Map(Object.entries(constants).map(([name, value]) => [name, () => value])),
    inputs: [{ name: 'x', type: 'float32', shape }],
    outputs: [{ name: 'y', type: 'float32', shape: [] }],
    opset: 17,
  };
}

const cost = (of: Graph) => {
  const shape = of.inputs[0].shape.map(Number);
  return requireRunnable(of, shape)(shape);
};

function refusal(of: Graph): RetinoscopeError {
  try {
    requireRunnable(of, of.inputs[0].shape.map(Number));
  } catch (error) {
    if (error instanceof RetinoscopeError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const chain = (count: number, operator: (i: number) => GraphNode) =>
  Array.from({ length: count }, (_, i) => operator(i));

describe('values', () => {
  test('a node that needs its own result, directly or through others, is a circle', () => {
    expect(refusal(graph([node('Add', ['x', 'y'])])).message).toMatch(/"y".*circle/);
    const loop = [
      node('Add', ['x', 'c'], 'a'),
      node('Relu', ['a'], 'b'),
      node('Relu', ['b'], 'c'),
      node('Relu', ['c']),
    ];
    expect(refusal(graph(loop))).toMatchObject({
      kind: 'model',
      message: expect.stringMatching(/"c" to compute it: its graph is a circle/),
    });
  });

  test('values used before they are defined, never defined, or defined twice are named', () => {
    expect(refusal(graph([node('Relu', ['a']), node('Relu', ['x'], 'a')])).message).toMatch(
      /"a" before it is defined/,
    );
    expect(refusal(graph([node('Relu', ['missing'])])).message).toMatch(/"missing", which nothing/);
    expect(refusal(graph([node('Relu', ['x'], 'z')])).message).toMatch(/"y", which nothing/);
    const twice = /"y" twice/;
    expect(refusal(graph([node('Relu', ['x']), node('Abs', ['x'])])).message).toMatch(twice);
    expect(refusal(graph([node('Relu', ['x'])], { y: zeros(1) })).message).toMatch(twice);
    expect(refusal(graph([node('Split', ['x'], ['y', 'y'])])).message).toMatch(twice);
    expect(refusal(graph([node('Relu', ['x'], 'x')])).message).toMatch(/"x" twice/);
  });

  test('inputs and outputs that are left out are no values', () => {
    const bounded = [node('Clip', ['x', '', 'most']), node('Dropout', ['y'], ['z', ''])];
    expect(cost(graph(bounded, { most: zeros() })).live).toBe(2 * 192);
  });
});

describe('operators', () => {
  test('control flow, other domains and operators of unknown cost are refused by name', () => {
    for (const operator of ['Loop', 'If', 'Scan', 'SequenceMap']) {
      const { kind, message } = refusal(graph([node(operator, ['x'], 'y', { body: 'other' })]));
      expect(kind).toBe('model');
      expect(message).toMatch(new RegExp(`${operator}, which runs a graph.*without control flow`));
    }
    const other = { ...node('FusedConv', ['x']), domain: 'com.microsoft' };
    expect(refusal(graph([other])).message).toMatch(/com\.microsoft:FusedConv.*ai\.onnx are/);
    for (const operator of ['SequenceInsert', 'MaxRoiPool', 'Anything', 'constructor']) {
      expect(refusal(graph([node(operator, ['x'])])).message).toContain(`operator ${operator},`);
    }
    expect(refusal(graph([node('Constant', [], 'y', { value_strings: 'other' })])).message).toMatch(
      /Constant of texts/,
    );
  });

  test('a billion repeats are refused, whichever operator makes them', () => {
    const billion = 1e9;
    const cases: readonly (readonly [GraphNode, Constants])[] = [
      [node('Tile', ['x', 'n']), { n: ints(1, 1, 1, billion) }],
      [node('Expand', ['x', 'n']), { n: ints(billion, 3, 8, 8) }],
      [node('ConstantOfShape', ['n']), { n: ints(1000, 1000, 1000) }],
      [node('Range', ['a', 'n', 'one']), { a: ints(0), n: ints(billion), one: ints(1) }],
      [node('Range', ['a', 'n', 'none']), { a: ints(0), n: ints(5), none: ints(0) }],
      [node('Pad', ['x', 'n']), { n: ints(0, 0, 0, 0, 0, 0, 0, billion) }],
      [node('Resize', ['x', '', '', 'n']), { n: ints(1, 3, 40_000, 40_000) }],
      [node('Upsample', ['x'], 'y', { scales: [1, 1, 1e5, 1e5] }), {}],
      [node('OneHot', ['x', 'n', 'v']), { n: ints(billion), v: zeros(2) }],
      [node('RandomNormal', [], 'y', { shape: [1e5, 1e5] }), {}],
      [node('MatMul', ['a', 'b']), { a: zeros(20_000, 1), b: zeros(1, 20_000) }],
      [node('Add', ['a', 'b']), { a: zeros(20_000, 1), b: zeros(1, 20_000) }],
      [node('Conv', ['x', 'w'], 'y', { pads: [0, 0, billion, 0] }), { w: zeros(1, 3, 1, 1) }],
      [node('Unsqueeze', ['x'], 'y', { axes: Array.from({ length: 64 }, (_, i) => i) }), {}],
    ];
    for (const [made, constants] of cases) {
      const { kind, message } = refusal(graph([made], constants));
      expect([made.operator, kind]).toEqual([
        made.operator,
        made.operator === 'Unsqueeze' ? 'model' : 'memory',
      ]);
      expect(message).toMatch(/accepted/);
    }
  });

  test('many small steps to a large value are refused as one large step is', () => {
    const doubled = chain(40, (i) =>
      node('Concat', [i === 0 ? 'x' : `v${i}`, i === 0 ? 'x' : `v${i}`], `v${i + 1}`, { axis: 0 }),
    );
    expect(refusal(graph([...doubled, node('Relu', ['v40'])])).kind).toBe('memory');
  });

  test('sizes that depend on values of the input are refused where they could be any', () => {
    const computed = node('Cast', ['x'], 'n', { to: 7 });
    for (const operator of ['Tile', 'Expand', 'Pad', 'OneHot', 'Resize', 'Upsample']) {
      const { kind, message } = refusal(graph([computed, node(operator, ['x', 'n', 'x'])]));
      expect(kind).toBe('model');
      expect(message).toMatch(new RegExp(`${operator} takes its .* computed as it runs`));
    }
    expect(refusal(graph([computed, node('ConstantOfShape', ['n'])])).kind).toBe('model');
    expect(refusal(graph([computed, node('Range', ['n', 'n', 'n'])])).kind).toBe('model');
  });

  test('operators that keep what they are given pass with computed arguments', () => {
    const computed = node('Cast', ['x'], 'n', { to: 7 });
    for (const [operator, inputs] of [
      ['Reshape', ['x', 'n']],
      ['Slice', ['x', 'n', 'n']],
      ['Squeeze', ['x', 'n']],
      ['ReduceSum', ['x', 'n']],
      ['TopK', ['x', 'n']],
    ] as const) {
      expect(cost(graph([computed, node(operator, inputs)])).live).toBe(3 * 192);
    }
  });

  test('what an unknown shape hides cannot make a size look small', () => {
    const hidden = [
      node('NonZero', ['x'], 'where'),
      node('Shape', ['where'], 'count'),
      node('ReduceProd', ['count'], 'n', { keepdims: 1 }),
      node('ConstantOfShape', ['n']),
    ];
    expect(refusal(graph(hidden)).message).toMatch(/ConstantOfShape takes its shape/);
    // 2 ** 40 as it lies in the file, clamped when read; the difference of the two clamped values would be 0.
    const clamped = [node('Sub', ['a', 'b'], 'n'), node('ConstantOfShape', ['n'])];
    const far = { a: ints(2 ** 31 - 1), b: ints(2 ** 31 - 1) };
    expect(refusal(graph(clamped, far)).message).toMatch(/ConstantOfShape takes its shape/);
  });
});

describe('cost', () => {
  const conv = (filters: number, channels: number, size: number) =>
    zeros(filters, channels, size, size);

  test('multiply-adds and numbers alive of two layers, counted by hand', () => {
    const layers = graph(
      [
        node('Conv', ['x', 'w'], 'a', { strides: [2, 2], pads: [1, 1, 1, 1] }),
        node('Relu', ['a'], 'b'),
        node('Flatten', ['b'], 'f'),
        node('Gemm', ['f', 'd', 'c'], 'y', { transB: 1 }),
      ],
      { w: conv(5, 3, 3), d: zeros(2, 80), c: zeros(2) },
    );
    // 5 filters over 4 × 4 positions of 3 × 3 × 3; as many rectified; 80 weights for each of 2 outputs.
    expect(cost(layers).multiplyAdds).toBe(80 * 27 + 80 + 2 * 80);
    expect(cost(layers).live).toBe(192 + 80);
  });

  test('more than 20 billion multiply-adds a sample, or 2,000 billion a batch, are refused', () => {
    const wide = (channels: number, batch: number) =>
      graph([node('Conv', ['x', 'w'])], { w: conv(8, channels, 1) }, [batch, channels, 200, 200]);
    expect(cost(wide(64, 1)).multiplyAdds).toBe(8 * 64 * 200 * 200);
    const deep = chain(100, (i) => node('MatMul', [i === 0 ? 'x' : `v${i}`, 'w'], `v${i + 1}`));
    const products = (side: number, batch: number) =>
      graph([...deep, node('Relu', ['v100'])], { w: zeros(side, side) }, [batch, side, side]);
    expect(cost(products(500, 1)).multiplyAdds).toBeCloseTo(100 * 500 ** 3 + 500 ** 2, -3);
    expect(refusal(products(600, 1))).toMatchObject({
      kind: 'model',
      message: expect.stringMatching(/21\.6 billion multiply-adds for one sample.*20 billion/),
    });
    expect(refusal(products(500, 200))).toMatchObject({
      kind: 'model',
      message: expect.stringMatching(/fixed batch of 200 samples.*2,000 billion/),
    });
  });

  test('values alive together are summed, those that are over are not', () => {
    const kept = (live: number) => [
      ...chain(live, (i) => node('Relu', ['x'], `v${i}`)),
      node(
        'Sum',
        Array.from({ length: live }, (_, i) => `v${i}`),
      ),
    ];
    const shape = [1, 1, 2 ** 12, 2 ** 12];
    expect(refusal(graph(kept(20), {}, shape))).toMatchObject({
      kind: 'memory',
      message: expect.stringMatching(/numbers at once.*268435456 are accepted/),
    });
    const over = chain(20, (i) => node('Relu', [i === 0 ? 'x' : `v${i}`], `v${i + 1}`));
    const passing = graph([...over, node('Relu', ['v20'])], {}, shape);
    expect(cost(passing).live).toBe(2 * 2 ** 24);
  });

  test('an input of which nothing is known is taken as one number', () => {
    expect(requireRunnable(graph([node('Relu', ['x'])]), undefined)(undefined).live).toBe(2);
  });
});

describe('models that pass', () => {
  test('shapes that exporters compute at run time are known: view, expand, pad', () => {
    // Beside the input and the output, the few numbers of the computed shape are alive.
    const view = [
      node('Shape', ['x'], 's'),
      node('Gather', ['s', 'zero'], 'n'),
      node('Unsqueeze', ['n', 'first'], 'n1'),
      node('Concat', ['n1', 'rest'], 'to', { axis: 0 }),
      node('Reshape', ['x', 'to'], 'flat'),
      node('Gemm', ['flat', 'w'], 'y'),
    ];
    const constants = {
      zero: { shape: [], type: 'int64', data: Int32Array.of(0) },
      first: ints(0),
      rest: ints(-1),
      w: zeros(192, 7),
    };
    expect(cost(graph(view, constants, [4, 3, 8, 8])).multiplyAdds).toBeGreaterThanOrEqual(
      4 * 192 * 7,
    );
    expect(cost(graph(view, constants, [4, 3, 8, 8])).live).toBe(2 * 4 * 192 + 2);

    // PyTorch's `expand`: sizes of −1 are kept.
    const expanded = [
      node('Shape', ['to'], 'rank'),
      node('ConstantOfShape', ['rank'], 'ones', { value: ints(1) }),
      node('Mul', ['ones', 'minus'], 'kept'),
      node('Equal', ['to', 'kept'], 'which'),
      node('Where', ['which', 'ones', 'to'], 'sizes'),
      node('Expand', ['x', 'sizes']),
    ];
    const toExpand = { to: ints(5, -1, -1, -1), minus: ints(-1) };
    expect(cost(graph(expanded, toExpand)).live).toBe(192 + 5 * 192 + 4);

    // PyTorch's `pad`: pairs from the last axis to the first, turned into all begins, then all ends.
    const padded = [
      node('ConstantOfShape', ['four'], 'none', { value: ints(0) }),
      node('Concat', ['pairs', 'none'], 'all', { axis: 0 }),
      node('Reshape', ['all', 'two'], 'rows'),
      node('Slice', ['rows', 'end', 'start', 'first', 'back'], 'turned'),
      node('Transpose', ['turned'], 'columns', { perm: [1, 0] }),
      node('Reshape', ['columns', 'line'], 'pads'),
      node('Cast', ['pads'], 'pads64', { to: 7 }),
      node('Pad', ['x', 'pads64']),
    ];
    const toPad = {
      four: ints(4),
      pairs: ints(1, 2, 3, 4),
      two: ints(-1, 2),
      end: ints(-1),
      start: ints(-(2 ** 31)),
      first: ints(0),
      back: ints(-1),
      line: ints(-1),
    };
    expect(cost(graph(padded, toPad)).live).toBe(192 + 3 * (8 + 3 + 4) * (8 + 1 + 2) + 8);
  });

  test('every model of the writer', () => {
    const model = (version: 1 | 2, head: FittedModel['architecture']['head']): FittedModel => ({
      format: 'retinoscope-model',
      formatVersion: 1,
      softwareVersion: '0.1.0',
      architecture: {
        version,
        lags: 5,
        height: 9,
        width: 8,
        layers: [
          { filters: 4, height: 3, width: 3 },
          { filters: 2, height: 3, width: 3 },
        ],
        head,
      },
      parameters: {
        layers: [
          { weights: new Float32Array(4 * 9 * (version === 1 ? 1 : 5)), bias: new Float32Array(4) },
          { weights: new Float32Array(4 * 9 * 2), bias: new Float32Array(2) },
        ],
        readout: new Float32Array(2 * 5 * 4),
        readoutBias: 0,
        alpha: 1,
        beta: 1,
      },
      ...(version === 1 ? { temporalFilter: new Float32Array(5).fill(1) } : {}),
      provenance: {
        recording: 'cells',
        cell: 0,
        crop: { x: 0, y: 0, width: 8, height: 9 },
        frameRate: 30,
        seed: 1,
        settings: {},
        validationLoss: 0,
      },
    });
    for (const head of ['softplus', 'parametric-softplus', 'exponential', 'logistic'] as const) {
      for (const [version, variant] of [
        [1, 'frames'],
        [1, 'filtered'],
        [2, 'frames'],
      ] as const) {
        const read = readGraph(exportOnnx(model(version, head), variant));
        const shape = [3, variant === 'frames' ? 5 : 1, 9, 8];
        const [first, later] = [4 * 7 * 6 * 9 * (version === 1 ? 1 : 5), 2 * 5 * 4 * 9 * 4];
        const { multiplyAdds } = requireRunnable(read, shape)(shape);
        expect(multiplyAdds).toBeGreaterThan(3 * (first + later));
        expect(multiplyAdds).toBeLessThan(1.2 * 3 * (first + later + 2 * (4 * 7 * 6 + 9 * 8 * 5)));
      }
    }
    expect(requireRunnable(readGraph(identityModel()), [1])([1])).toEqual({
      multiplyAdds: 0,
      live: 2,
      kept: 2,
    });
  });

  test.skipIf(!existsSync(dataDir))(
    'models of another tool, their cost within 1 % (shared data)',
    () => {
      const read = (name: string) => readGraph(readFileSync(`${dataDir}/${name}.onnx`));
      const fixed = [2, 40, 50, 50];
      const wide = requireRunnable(read('bn_cnn_40x50x50'), fixed)(fixed);
      const layers = 8 * 36 * 36 * 40 * 225 + 8 * 26 * 26 * 8 * 121 + 5408 * 4;
      expect(Math.abs(wide.multiplyAdds / (2 * layers) - 1)).toBeLessThan(0.01);
      const one = [1, 1, 30, 30];
      const small = requireRunnable(read('two_layer_30x30_dynamic_batch'), one)(one);
      const sum = 32 * 16 * 16 * 225 + 32 * 14 * 14 * 32 * 9 + 6272;
      expect(Math.abs(small.multiplyAdds / sum - 1)).toBeLessThan(0.01);
    },
  );
});
