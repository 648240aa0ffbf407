/** Models that are made to do harm: too much work or memory, other files, graphs that never end, texts that are markup. */

import { cellModel, onnx } from './onnx.js';
import type { GivenFile } from './page.js';

const huge = 1_000_000_000;
const input = { name: 'x', dims: ['batch', 4] };
const output = { name: 'y', dims: ['batch', 4] };
const markup = '<img src=x onerror="globalThis.broken=1;alert(1)">';
const long = 'long '.repeat(40_000);

/** A model of one operator from `x` and the whole numbers `sizes` to `y`. */
function sized(
  operator: string,
  sizes: readonly number[],
  attributes: Readonly<Record<string, number | readonly number[]>> = {},
): Buffer {
  return onnx({
    input,
    output: { name: 'y', dims: [] },
    constants: [{ name: 'sizes', dims: [sizes.length], values: sizes, whole: true }],
    nodes: [{ operator, from: ['x', 'sizes'], to: 'y', attributes }],
  });
}

function external(location: string): Buffer {
  return onnx({
    input,
    output,
    constants: [{ name: 'weights', dims: [4], external: location }],
    nodes: [{ operator: 'Add', from: ['x', 'weights'], to: 'y' }],
  });
}

const body = { nodes: [{ operator: 'Identity', from: ['x'], to: 'z' }], output };

function nested(depth: number): Buffer {
  let graph: Parameters<typeof onnx>[0] = body;
  for (let i = 0; i < depth; i++) {
    const branch = { graph };
    const attributes = { then_branch: branch, else_branch: branch };
    graph = { nodes: [{ operator: 'If', from: ['x'], to: 'y', attributes }], output };
  }
  return onnx({ ...graph, input });
}

function chain(operator: string, length: number, attributes = {}): Buffer {
  const nodes = Array.from({ length }, (_, i) => {
    const from = i === 0 ? 'x' : `v${i}`;
    return {
      operator,
      from: operator === 'Concat' ? [from, from] : [from],
      to: i === length - 1 ? 'y' : `v${i + 1}`,
      attributes,
    };
  });
  return onnx({ input, output: { name: 'y', dims: [] }, nodes });
}

const models: Readonly<Record<string, Buffer>> = {
  'a billion values in a sample': onnx({
    input: { name: 'x', dims: ['batch', huge] },
    output,
    nodes: [{ operator: 'Relu', from: ['x'], to: 'y' }],
  }),
  'a billion squares on every side': cellModelOfSides(huge),
  'a side of 2^53 - 1': cellModelOfSides(Number.MAX_SAFE_INTEGER),
  'a constant of a billion values without data': onnx({
    input,
    output,
    constants: [{ name: 'weights', dims: [huge, huge], values: [] }],
    nodes: [{ operator: 'MatMul', from: ['x', 'weights'], to: 'y' }],
  }),
  'a negative size': onnx({
    input,
    output,
    constants: [{ name: 'weights', dims: [-4], values: [1] }],
    nodes: [{ operator: 'Add', from: ['x', 'weights'], to: 'y' }],
  }),
  'a fixed batch of a billion': onnx({
    input: { name: 'x', dims: [huge, 3, 4, 4] },
    output: { name: 'y', dims: [huge, 3, 4, 4] },
    nodes: [{ operator: 'Relu', from: ['x'], to: 'y' }],
  }),
  'Tile a billion times': sized('Tile', [1, huge]),
  'Expand to a billion': sized('Expand', [huge, 4]),
  'Reshape to a billion': sized('Reshape', [-1, huge]),
  'Pad by a billion': sized('Pad', [0, huge, 0, huge]),
  'ConstantOfShape of a billion': onnx({
    input,
    output,
    constants: [{ name: 'sizes', dims: [2], values: [huge, 4], whole: true }],
    nodes: [
      { operator: 'ConstantOfShape', from: ['sizes'], to: 'zeros' },
      { operator: 'Add', from: ['x', 'zeros'], to: 'y' },
    ],
  }),
  'OneHot of a billion': sized('OneHot', [huge]),
  'a kernel of a billion': onnx({
    input: { name: 'x', dims: ['batch', 3, 4, 4] },
    output,
    nodes: [
      {
        operator: 'MaxPool',
        from: ['x'],
        to: 'y',
        attributes: { kernel_shape: [huge, huge], pads: [huge, huge, huge, huge] },
      },
    ],
  }),
  'a Loop of a billion rounds': onnx({
    input,
    output,
    constants: [{ name: 'rounds', dims: [], values: [huge], whole: true }],
    nodes: [
      {
        operator: 'Loop',
        from: ['rounds', '', 'x'],
        to: 'y',
        attributes: { body: { graph: body } },
      },
    ],
  }),
  'a Scan': onnx({
    input,
    output,
    nodes: [{ operator: 'Scan', from: ['x'], to: 'y', attributes: { body: { graph: body } } }],
  }),
  'ten graphs within graphs, each twice': nested(10),
  'a circle': onnx({
    input,
    output,
    nodes: [
      { operator: 'Add', from: ['x', 'b'], to: 'a' },
      { operator: 'Relu', from: ['a'], to: 'b' },
      { operator: 'Relu', from: ['b'], to: 'y' },
    ],
  }),
  'a value of itself': onnx({
    input,
    output,
    nodes: [{ operator: 'Add', from: ['x', 'y'], to: 'y' }],
  }),
  'a value doubled forty times': chain('Concat', 40, { axis: 1 }),
  'twenty thousand nodes': chain('Relu', 20_000),
  'weights in /etc/passwd': external('/etc/passwd'),
  'weights in a folder above': external('../../../../etc/passwd'),
  'weights at an address': external('https://weights.example.org/cell.bin'),
  'weights of this site': external('/elements.html'),
  'weights in a data address': external('data:application/octet-stream;base64,AAAAAA=='),
  'metadata of markup': cellModel({
    ...Object.fromEntries(
      ['cell', 'recording', 'licence', 'citation', 'units', 'test_cc_against', 'settings'].map(
        (key) => [key, `${markup}${key}`],
      ),
    ),
    [markup]: markup,
  }),
  'metadata of 200 kB': cellModel({ recording: long, citation: long, [long]: 'x' }),
  'metadata of two thousand keys': cellModel(
    Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`key ${i}`, markup])),
  ),
  'a receptive field of a billion squares': cellModel({
    receptive_field: JSON.stringify({ height: huge, width: huge, data: 'AAAA' }),
  }),
  'a temporal filter that is deep JSON': cellModel({
    variant: 'filtered',
    temporal_filter: '['.repeat(100_000),
  }),
  'names of markup': onnx({
    producer: markup,
    input: { name: markup, dims: ['batch', 4] },
    output: { name: `${markup}y`, dims: [markup, 4] },
    nodes: [{ operator: 'Relu', from: [markup], to: `${markup}y` }],
  }),
  'an operator of markup': onnx({
    input,
    output,
    nodes: [{ operator: markup, from: ['x'], to: 'y' }],
  }),
  'an operator of 200 kB': onnx({
    input,
    output,
    nodes: [{ operator: long, from: ['x'], to: 'y' }],
  }),
  'an input of 200 kB': onnx({
    input: { name: long, dims: [long, 4] },
    output: { name: 'y', dims: [long, 4] },
    nodes: [{ operator: 'Relu', from: [long], to: 'y' }],
  }),
};

function cellModelOfSides(side: number): Buffer {
  return onnx({
    input: { name: 'x', dims: ['batch', 1, side, side] },
    output: { name: 'y', dims: ['batch', 1, side, side] },
    nodes: [{ operator: 'Relu', from: ['x'], to: 'y' }],
  });
}

/** One file each, whose name says what is in it, and two whose names are the harm. */
export const craftedModels: readonly GivenFile[] = [
  ...Object.entries(models).map(([what, bytes]) => ({ name: `${what}.onnx`, bytes })),
  { name: `${markup}.onnx`, bytes: cellModel() },
  { name: `${markup}cut.onnx`, bytes: cellModel().subarray(0, 90) },
  { name: `${'n'.repeat(5000)}.onnx`, bytes: cellModel() },
];
