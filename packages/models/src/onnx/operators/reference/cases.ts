/** Inputs and attributes drawn for each operator, for tests. */
import fc from 'fast-check';
import { sizeOf, type Value, type VersionedNode } from '../types.js';

export interface Input extends Value {
  readonly type: 'float32' | 'int64' | 'bool';
}

export interface Case {
  readonly inputs: readonly (Input | undefined)[];
  readonly attributes?: Readonly<Record<string, number | string | readonly number[]>>;
  /** The inputs whose gradients are compared; the first is also the model's input for ONNX Runtime. */
  readonly wanted?: readonly number[];
  readonly opset?: number;
}

/** Numbers of either sign, none nearer to another, to 0 or to a multiple of .5 than .02: kinks are not met. */
export function values(seed: number, shape: readonly number[]): Input {
  const size = sizeOf(shape);
  const order = Array.from({ length: size }, (_, i) => i);
  let state = (seed % 0x7fffffff) + 1;
  for (let i = size - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = state % (i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  // ±.05, ±.1, … leaving out multiples of .5; `seed` shifts where the signs change.
  const data = order.map((k) => {
    const step = 1 + Math.floor(k / 2) + Math.floor(k / 18);
    return (k % 2 === 0 ? 1 : -1) * (step + 0.001 * (seed % 7)) * 0.05;
  });
  return { type: 'float32', shape, data: Float32Array.from(data) };
}

const shifted = (value: Input, by: number): Input => ({
  ...value,
  data: Float32Array.from(value.data, (x) => x + by),
});

const positive = (value: Input): Input => ({
  ...value,
  data: Float32Array.from(value.data, (x) => Math.abs(x) + 0.8),
});

const scalar = (value: number): Input => ({
  type: 'float32',
  shape: [],
  data: Float32Array.of(value),
});

const ints = (...data: number[]): Input => ({
  type: 'int64',
  shape: [data.length],
  data: Int32Array.from(data),
});

const seed = fc.nat({ max: 1e6 });
const small = fc.integer({ min: 1, max: 4 });
const shapes = fc.array(small, { minLength: 1, maxLength: 4 });

const unary = (attributes = {}, change = (value: Input) => value): fc.Arbitrary<Case> =>
  fc
    .tuple(seed, shapes)
    .map(([s, shape]) => ({ inputs: [change(values(s, shape))], attributes, wanted: [0] }));

/** A shape, and one that broadcasts with it: axes of length 1, or missing at the front, in either. */
const broadcasting = fc
  .record({
    shape: shapes,
    ones: fc.array(fc.constantFrom('a', 'b', ''), { minLength: 4, maxLength: 4 }),
    dropped: fc.nat(2),
  })
  .map(({ shape, ones, dropped }) => {
    const a = shape.map((length, i) => (ones[i] === 'a' ? 1 : length));
    const b = shape.map((length, i) => (ones[i] === 'b' ? 1 : length));
    return { a, b: b.slice(Math.min(dropped, b.length - 1)) };
  });

const binary = (
  changeA = (value: Input) => value,
  changeB = (value: Input) => value,
): fc.Arbitrary<Case> =>
  fc.tuple(seed, seed, broadcasting).map(([s, t, { a, b }]) => ({
    inputs: [changeA(values(s, a)), changeB(values(t, b))],
    wanted: [0, 1],
  }));

const apart = (value: Input) => shifted(value, 0.025);

/** A value with `rank` spatial axes under windows that fit it. */
const windows = fc
  .record({
    rank: fc.constantFrom(2, 2, 3, 1),
    kernel: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 3, maxLength: 3 }),
    spare: fc.array(fc.nat(4), { minLength: 3, maxLength: 3 }),
    strides: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 3, maxLength: 3 }),
    dilations: fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 3, maxLength: 3 }),
    pads: fc.array(fc.nat(2), { minLength: 6, maxLength: 6 }),
    auto: fc.constantFrom('NOTSET', 'NOTSET', 'NOTSET', 'VALID', 'SAME_UPPER', 'SAME_LOWER'),
    group: fc.constantFrom(1, 1, 2),
    channels: fc.integer({ min: 1, max: 2 }),
    filters: fc.integer({ min: 1, max: 3 }),
    samples: fc.integer({ min: 1, max: 2 }),
    seed,
  })
  .map(({ rank, kernel, spare, strides, dilations, pads, auto, ...rest }) => {
    const cut = (list: readonly number[]) => list.slice(0, rank);
    const limited = pads.map((pad, i) => Math.min(pad, kernel[i % 3] - 1));
    return {
      ...rest,
      kernel: cut(kernel),
      dilations: cut(dilations),
      lengths: cut(kernel.map((k, i) => (k - 1) * dilations[i] + 1 + spare[i])),
      attributes: {
        kernel_shape: cut(kernel),
        // ONNX Runtime does not pool with padding found from the output size and gaps between windows.
        strides: cut(
          auto.startsWith('SAME') ? strides.map((n, i) => Math.min(n, kernel[i])) : strides,
        ),
        ...(auto === 'NOTSET'
          ? { pads: [...cut(limited), ...cut(limited.slice(3))] }
          : { auto_pad: auto }),
      },
      auto,
    };
  });

const conv: fc.Arbitrary<Case> = windows.map((w) => ({
  inputs: [
    values(w.seed, [w.samples, w.channels * w.group, ...w.lengths]),
    values(w.seed + 1, [w.filters * w.group, w.channels, ...w.kernel]),
    w.seed % 2 ? values(w.seed + 2, [w.filters * w.group]) : undefined,
  ],
  attributes: {
    ...w.attributes,
    group: w.group,
    // ONNX Runtime refuses dilations with padding found from the output size.
    ...(w.auto.startsWith('SAME') ? {} : { dilations: w.dilations }),
  },
  wanted: [0],
}));

const convTranspose: fc.Arbitrary<Case> = windows
  .filter((w) => !w.auto.startsWith('SAME'))
  .map((w) => ({
    inputs: [
      values(w.seed, [w.samples, w.filters * w.group, ...w.lengths]),
      values(w.seed + 1, [w.filters * w.group, w.channels, ...w.kernel]),
      w.seed % 2 ? values(w.seed + 2, [w.channels * w.group]) : undefined,
    ],
    attributes: {
      ...w.attributes,
      group: w.group,
      dilations: w.dilations,
      output_padding: w.attributes.strides.map((stride) => (w.seed % 3 ? 0 : stride - 1)),
    },
    wanted: [0],
  }));

type Attributes = NonNullable<Case['attributes']>;
type Windows = typeof windows extends fc.Arbitrary<infer T> ? T : never;

const pool = (more: (w: Windows) => Attributes): fc.Arbitrary<Case> =>
  fc.tuple(windows, fc.nat(1)).map(([w, ceil]) => ({
    inputs: [values(w.seed, [w.samples, w.channels, ...w.lengths])],
    attributes: {
      ...w.attributes,
      ...more(w),
      ...(w.auto === 'NOTSET' ? { ceil_mode: ceil } : {}),
    },
    wanted: [0],
  }));

const gemm: fc.Arbitrary<Case> = fc
  .tuple(seed, small, small, small, fc.nat(1), fc.nat(1), fc.nat(3))
  .map(([s, m, k, n, transA, transB, bias]) => ({
    inputs: [
      values(s, transA ? [k, m] : [m, k]),
      values(s + 1, transB ? [n, k] : [k, n]),
      [undefined, values(s, [n]), values(s, [m, 1]), values(s, [m, n])][bias],
    ],
    attributes: { transA, transB, alpha: 0.5, beta: 1.5 },
    wanted: [0, 1, 2],
  }));

const matMul: fc.Arbitrary<Case> = fc
  .tuple(seed, broadcasting, small, small, small, fc.nat(3))
  .map(([s, { a, b }, m, k, n, kind]) => {
    const left = kind === 1 ? [k] : [...a.slice(0, 2), m, k];
    const right = kind === 2 ? [k] : [...b.slice(0, a.length > 2 ? 0 : 2), k, n];
    return { inputs: [values(s, left), values(s + 1, right)], wanted: [0, 1] };
  });

const axesCase = (of: (axes: number[], keepdims: number) => Partial<Case>): fc.Arbitrary<Case> =>
  fc
    .tuple(seed, shapes, fc.array(fc.nat(3), { maxLength: 3 }), fc.nat(1))
    .map(([s, shape, some, keep]) => {
      const axes = [...new Set(some.map((axis) => axis % shape.length))];
      const made = of(axes, keep);
      return { ...made, inputs: [values(s, shape), ...(made.inputs ?? [])], wanted: [0] };
    });

const batchNormalization: fc.Arbitrary<Case> = fc
  .tuple(seed, shapes, small)
  .map(([s, rest, channels]) => ({
    inputs: [
      values(s, [2, channels, ...rest.slice(0, 3)]),
      ...[1, 2, 3].map((i) => values(s + i, [channels])),
      positive(values(s + 4, [channels])),
    ],
    attributes: { epsilon: 0.01 },
    wanted: [0],
  }));

const slice: fc.Arbitrary<Case> = fc
  .tuple(
    seed,
    shapes,
    fc.integer({ min: -5, max: 5 }),
    fc.integer({ min: 1, max: 9 }),
    fc.constantFrom(1, 2, -1, -2),
  )
  .map(([s, shape, start, length, step]) => {
    const axis = s % shape.length;
    const size = shape[axis] + 3;
    const from = ((start % size) + size) % size;
    // The end of an axis is often written as the largest number.
    const end = step < 0 ? -100 : s % 2 ? 2 ** 31 - 1 : from + length;
    return {
      inputs: [
        values(s, shape.with(axis, size)),
        ints(from),
        ints(end),
        ints(axis - shape.length),
        ints(step),
      ],
      wanted: [0],
    };
  });

/** By operator; a name may go on after a space. */
export const cases: Readonly<Record<string, fc.Arbitrary<Case>>> = {
  Relu: unary(),
  LeakyRelu: unary({ alpha: 0.2 }),
  Elu: unary({ alpha: 0.7 }),
  Softplus: unary(),
  Sigmoid: unary(),
  Tanh: unary(),
  Exp: unary(),
  Log: unary({}, positive),
  Sqrt: unary({}, positive),
  Abs: unary(),
  Neg: unary(),
  Identity: unary(),
  Dropout: unary(),
  Cast: unary({ to: 1 }),
  Clip: fc.tuple(seed, shapes, fc.nat(2)).map(([s, shape, bounds]) => ({
    inputs: [values(s, shape), ...[scalar(-0.5), scalar(1)].slice(0, bounds)],
    wanted: [0],
  })),
  Add: binary(),
  Sub: binary(),
  Mul: binary(),
  Div: binary(undefined, positive),
  Pow: binary(positive),
  PRelu: fc.tuple(seed, shapes).map(([s, shape]) => ({
    inputs: [values(s, [2, ...shape]), values(s + 1, shape)],
    wanted: [0, 1],
  })),
  Min: binary(undefined, apart),
  Max: binary(undefined, apart),
  Greater: binary(undefined, apart).map((c) => ({ ...c, wanted: [] })),
  GreaterOrEqual: binary().map((c) => ({ ...c, wanted: [] })),
  Less: binary(undefined, apart).map((c) => ({ ...c, wanted: [] })),
  LessOrEqual: binary().map((c) => ({ ...c, wanted: [] })),
  Equal: binary().map((c) => ({ ...c, wanted: [] })),
  Where: fc.tuple(seed, broadcasting).map(([s, { a, b }]) => ({
    inputs: [
      {
        type: 'bool',
        shape: a,
        data: Int32Array.from({ length: sizeOf(a) }, (_, i) => (s >> (i % 8)) & 1),
      },
      values(s, b),
      values(s + 1, a),
    ],
    wanted: [1, 2],
  })),
  Conv: conv,
  ConvTranspose: convTranspose,
  MaxPool: pool((w): Attributes => (w.auto.startsWith('SAME') ? {} : { dilations: w.dilations })),
  AveragePool: pool((w) => ({ count_include_pad: w.seed % 2 })),
  GlobalAveragePool: fc
    .tuple(seed, fc.array(small, { minLength: 3, maxLength: 5 }))
    .map(([s, shape]) => ({
      inputs: [values(s, shape)],
      wanted: [0],
    })),
  Gemm: gemm,
  MatMul: matMul,
  BatchNormalization: batchNormalization,
  Softmax: fc.tuple(seed, shapes, fc.constantFrom(11, 17)).map(([s, shape, opset]) => ({
    inputs: [values(s, shape)],
    attributes: { axis: (s % shape.length) - (s % 2 ? shape.length : 0) },
    opset,
    wanted: [0],
  })),
  ReduceSum: axesCase((axes, keepdims) => ({
    inputs: axes.length > 0 ? [ints(...axes)] : [],
    attributes: { keepdims },
  })),
  ReduceMean: axesCase((axes, keepdims) => ({
    attributes: { keepdims, ...(axes.length > 0 && { axes }) },
  })),
  Flatten: axesCase(([axis = 1]) => ({ attributes: { axis } })),
  Reshape: fc.tuple(seed, small, small, small).map(([s, a, b, c]) => ({
    inputs: [values(s, [a, b, c]), ints(0, -1, 1)],
    wanted: [0],
  })),
  Squeeze: fc.tuple(seed, shapes, fc.boolean()).map(([s, shape, named]) => ({
    inputs: [values(s, [...shape, 1, 2]), ...(named ? [ints(-2)] : [])],
    wanted: [0],
  })),
  Unsqueeze: axesCase((axes) => ({ inputs: [ints(...axes)] })),
  Transpose: fc.tuple(seed, shapes).map(([s, shape]) => {
    const perm = shape.map((_, i) => (i + s) % shape.length);
    return { inputs: [values(s, shape)], attributes: s % 3 ? { perm } : undefined, wanted: [0] };
  }),
  Concat: fc.tuple(seed, shapes, small).map(([s, shape, length]) => {
    const axis = s % shape.length;
    const inputs = [shape, shape.with(axis, length), shape].map((of, i) => values(s + i, of));
    return { inputs, attributes: { axis: s % 2 ? axis : axis - shape.length }, wanted: [0, 1, 2] };
  }),
  Slice: slice,
  Gather: fc.tuple(seed, shapes).map(([s, shape]) => ({
    inputs: [values(s, shape), { ...ints(0, -1, 0, 0), shape: [2, 2] }],
    attributes: { axis: s % shape.length },
    wanted: [0],
  })),
  Pad: fc
    .tuple(seed, shapes, fc.array(fc.integer({ min: -1, max: 2 }), { minLength: 8, maxLength: 8 }))
    .map(([s, shape, pads]) => ({
      inputs: [
        values(
          s,
          shape.map((length) => length + 2),
        ),
        ints(...pads.slice(0, 2 * shape.length)),
        scalar(0.7),
      ],
      wanted: [0],
    })),
  Expand: fc.tuple(seed, broadcasting).map(([s, { a, b }]) => ({
    inputs: [values(s, a), ints(...b)],
    wanted: [0],
  })),
  Shape: fc
    .tuple(seed, shapes)
    .map(([s, shape]) => ({ inputs: [values(s, shape)], attributes: { start: s % 2 } })),
  'Clip of opset 6': unary({ min: -0.5, max: 1 }).map((c) => ({ ...c, opset: 6 })),
  'Squeeze of opset 11': fc.tuple(seed, shapes).map(([s, shape]) => ({
    inputs: [values(s, [1, ...shape])],
    attributes: { axes: [0] },
    opset: 11,
    wanted: [0],
  })),
  'Unsqueeze of opset 11': axesCase((axes) => ({ attributes: { axes }, opset: 11 })),
  'ReduceSum of opset 11': axesCase((axes, keepdims) => ({
    attributes: { keepdims, ...(axes.length > 0 && { axes }) },
    opset: 11,
  })),
  'Pad of opset 10': fc.tuple(seed, small, small).map(([s, height, width]) => ({
    inputs: [values(s, [height, width])],
    attributes: { pads: [1, 0, 0, 2], value: 0.3 },
    opset: 10,
    wanted: [0],
  })),
  'Slice of opset 9': fc.tuple(seed, small, small).map(([s, height, width]) => ({
    inputs: [values(s, [height + 2, width + 2])],
    attributes: { starts: [1, -2], ends: [height + 5, -1] },
    opset: 9,
    wanted: [0],
  })),
};

export function nodeOf(
  operator: string,
  { inputs, attributes = {}, opset = 17 }: Case,
): VersionedNode {
  return {
    operator,
    domain: '',
    name: 'node',
    inputs: inputs.map((input, i) => (input ? `in${i}` : '')),
    outputs: ['out'],
    attributes: new Map(Object.entries(attributes)),
    opset,
  };
}
