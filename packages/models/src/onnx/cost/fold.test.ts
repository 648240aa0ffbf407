import { describe, expect, test } from 'vitest';
import type { NodeAttribute } from '../graph.js';
import { folded } from './fold.js';
import { Call, type Known, knownShape, knownTensor } from './known.js';
import { ruleOf } from './rules.js';

type Constant = {
  readonly type: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
};

const ints = (...values: number[]): Constant => ({ type: 'int64', shape: [values.length], values });
const floats = (...values: number[]): Constant => ({
  type: 'float32',
  shape: [values.length],
  values,
});
const rows = (shape: readonly number[], ...values: number[]): Constant => ({
  type: 'int64',
  shape,
  values,
});

/** The numbers that a node makes of constants. */
function made(
  operator: string,
  inputs: readonly Constant[],
  attributes: Readonly<Record<string, NodeAttribute>> = {},
): readonly number[] | undefined {
  const known = inputs.map(({ type, shape, values }): Known => {
    const data = type === 'float32' ? Float32Array.from(values) : Int32Array.from(values);
    return knownTensor({ type, shape, data });
  });
  const node = {
    operator,
    domain: '',
    name: '',
    inputs: inputs.map((_, i) => `c${i}`),
    outputs: ['y'],
    attributes: new Map(Object.entries(attributes)),
  };
  const call = new Call(node, known);
  const outcome = ruleOf(operator)?.(call);
  return outcome && folded(call, outcome.outputs[0]).values;
}

describe('numbers as NumPy and ONNX Runtime make them', () => {
  const cases: readonly (readonly [
    string,
    readonly Constant[],
    Readonly<Record<string, NodeAttribute>>,
    readonly number[],
  ])[] = [
    ['Shape', [rows([2, 3, 1], 0, 0, 0, 0, 0, 0)], {}, [2, 3, 1]],
    ['Shape', [rows([2, 3, 1], 0, 0, 0, 0, 0, 0)], { start: -2, end: 2 }, [3]],
    ['Size', [rows([2, 3], 0, 0, 0, 0, 0, 0)], {}, [6]],
    ['Gather', [ints(5, 6, 7), ints(-1, 0)], {}, [7, 5]],
    ['Gather', [rows([2, 3], 1, 2, 3, 4, 5, 6), ints(2, 0)], { axis: 1 }, [3, 1, 6, 4]],
    ['Concat', [ints(1), ints(2, 3)], { axis: 0 }, [1, 2, 3]],
    ['Concat', [rows([2, 1], 1, 2), rows([2, 2], 3, 4, 5, 6)], { axis: 1 }, [1, 3, 4, 2, 5, 6]],
    ['Slice', [ints(1, 2, 3, 4, 5), ints(1), ints(2 ** 31 - 1), ints(0), ints(2)], {}, [2, 4]],
    ['Slice', [ints(1, 2, 3), ints(-1), ints(-(2 ** 31)), ints(0), ints(-1)], {}, [3, 2, 1]],
    ['Transpose', [rows([2, 3], 1, 2, 3, 4, 5, 6)], {}, [1, 4, 2, 5, 3, 6]],
    ['Div', [ints(-7, 7), ints(2)], {}, [-3, 3]],
    ['Div', [floats(7), floats(2)], {}, [3.5]],
    ['Mod', [ints(-7, 7), ints(3)], {}, [2, 1]],
    ['Mod', [ints(-7, 7), ints(3)], { fmod: 1 }, [-1, 1]],
    ['Mul', [rows([2, 1], 2, 3), ints(5, 7)], {}, [10, 14, 15, 21]],
    ['Where', [ints(1, 0), ints(5, 6), ints(7, 8)], {}, [5, 8]],
    ['Equal', [ints(1, 2), ints(1)], {}, [1, 0]],
    ['Cast', [floats(-1.7, 2.9)], { to: 7 }, [-1, 2]],
    ['Range', [ints(2), ints(9), ints(3)], {}, [2, 5, 8]],
    ['Expand', [ints(4), ints(2, 2)], {}, [4, 4, 4, 4]],
    ['Tile', [ints(1, 2), ints(2)], {}, [1, 2, 1, 2]],
    ['ReduceProd', [ints(2, 3, 4)], {}, [24]],
    ['ReduceMax', [ints(2, 9, 4)], { keepdims: 0 }, [9]],
    ['Unsqueeze', [ints(3), ints(0)], {}, [3]],
  ];
  for (const [operator, inputs, attributes, expected] of cases) {
    const given = inputs.map(({ values }) => values);
    test(`${operator} of ${JSON.stringify([given, attributes])}`, () => {
      expect(made(operator, inputs, attributes)).toEqual(expected);
    });
  }
});

describe('what is not followed', () => {
  test('sums, products and ranges of floats, which round as they go', () => {
    expect(made('Range', [floats(2 ** 24), floats(2 ** 24 + 4), floats(1)])).toBeUndefined();
    expect(made('Range', [floats(0), floats(3), floats(1)])).toBeUndefined();
    expect(made('ReduceSum', [floats(2 ** 24, 1, 1)])).toBeUndefined();
    expect(made('ReduceProd', [floats(3, 0.1)])).toBeUndefined();
    expect(made('ReduceSum', [ints(3, 4)])).toEqual([7]);
  });

  test('integers that could overflow, and those clamped from the file', () => {
    expect(made('Mul', [ints(2 ** 20), ints(2 ** 20)])).toBeUndefined();
    expect(made('Sub', [ints(2 ** 31 - 1), ints(5)])).toBeUndefined();
    expect(made('Cast', [ints(2 ** 31 - 1)], { to: 6 })).toBeUndefined();
    expect(made('Div', [ints(1), ints(0)])).toBeUndefined();
  });

  test('types whose arithmetic differs, and more than 64 numbers', () => {
    const bytes = { type: 'uint8', shape: [1], values: [200] };
    expect(made('Add', [bytes, bytes])).toBeUndefined();
    expect(made('Cast', [ints(300)], { to: 2 })).toBeUndefined();
    expect(
      made('Concat', [ints(...Array(40).keys()), ints(...Array(40).keys())], { axis: 0 }),
    ).toBeUndefined();
  });

  test('float32 is rounded as float32 is', () => {
    expect(made('Add', [floats(2 ** 24), floats(1)])).toEqual([2 ** 24]);
  });

  test('a shape that is not exact', () => {
    const call = new Call(
      {
        operator: 'Shape',
        domain: '',
        name: '',
        inputs: ['x'],
        outputs: ['y'],
        attributes: new Map(),
      },
      [{ shape: undefined, size: 5 }],
    );
    expect(folded(call, knownShape([1])).values).toBeUndefined();
  });
});
