/**
 * Operators of two or more values that broadcast against each other: arithmetic, extremes, comparisons, choice.
 * Whole numbers stay whole, as sizes are computed with them. The first of equal extremes takes the gradient.
 */
import { broadcastIndex, commonShape, sumTo } from './broadcast.js';
import {
  allocate,
  type Inputs,
  inputAt,
  nodeError,
  type Operator,
  sizeOf,
  type Value,
  type VersionedNode,
} from './types.js';

/** The inputs spread over their common shape. */
function spread(
  inputs: Inputs,
  node: VersionedNode,
): { shape: readonly number[]; values: Value['data'][] } {
  const given = inputs.map((_, i) => inputAt(inputs, i, node));
  if (given.length === 0) throw nodeError(node, 'has no input, and needs at least one');
  const shape = commonShape(
    given.map((value) => value.shape),
    node,
  );
  const values = given.map((value) => {
    const index = broadcastIndex(value.shape, shape);
    if (!index) return value.data;
    const data = allocate(value.data, index.length);
    for (let i = 0; i < index.length; i++) data[i] = value.data[index[i]];
    return data;
  });
  return { shape, values };
}

/** Gradients over the common shape, made for the wanted inputs and summed to their shapes. */
function backSpread(
  inputs: Inputs,
  shape: readonly number[],
  wanted: readonly boolean[],
  gradientOf: (input: number) => Float32Array,
): (Float32Array | undefined)[] {
  return inputs.map((input, i) =>
    input && wanted[i] ? sumTo(gradientOf(i), input.shape, shape) : undefined,
  );
}

function binary(
  value: (a: number, b: number) => number,
  slopes?: readonly [
    (a: number, b: number, y: number) => number,
    (a: number, b: number, y: number) => number,
  ],
  integer = false,
): Operator {
  return {
    forward(inputs, node) {
      const { shape, values } = spread(pair(inputs, node), node);
      const [a, b] = values;
      const size = sizeOf(shape);
      const data = integer ? new Int32Array(size) : allocate(a, size);
      for (let i = 0; i < size; i++) data[i] = value(a[i], b[i]);
      return { shape, data };
    },
    ...(slopes && {
      backward({ inputs, output, gradient, node, wanted }) {
        const [a, b] = spread(pair(inputs, node), node).values;
        const y = output.data;
        return backSpread(inputs, output.shape, wanted, (input) => {
          const slope = slopes[input];
          return gradient.map((g, i) => (g === 0 ? 0 : g * slope(a[i], b[i], y[i])));
        });
      },
    }),
  };
}

function pair(inputs: Inputs, node: VersionedNode): readonly [Value, Value] {
  return [inputAt(inputs, 0, node), inputAt(inputs, 1, node)];
}

/** Which of the values is taken at element `i`. */
function takenAt(values: readonly Value['data'][], i: number, sign: number): number {
  let taken = 0;
  for (let k = 1; k < values.length; k++) {
    if (sign * values[k][i] > sign * values[taken][i]) taken = k;
  }
  return taken;
}

/** The largest (`sign` 1) or smallest (−1) of any number of values. */
function extreme(sign: 1 | -1): Operator {
  return {
    forward(inputs, node) {
      const { shape, values } = spread(inputs, node);
      const data = allocate(values[0], sizeOf(shape));
      for (let i = 0; i < data.length; i++) data[i] = values[takenAt(values, i, sign)][i];
      return { shape, data };
    },
    backward({ inputs, output, gradient, node, wanted }) {
      const { values } = spread(inputs, node);
      const taken = gradient.map((_, i) => takenAt(values, i, sign));
      return backSpread(inputs, output.shape, wanted, (input) =>
        gradient.map((g, i) => (taken[i] === input ? g : 0)),
      );
    },
  };
}

const where: Operator = {
  forward(inputs, node) {
    inputAt(inputs, 2, node);
    const { shape, values } = spread(inputs, node);
    const [condition, yes, no] = values;
    const data = allocate(yes, sizeOf(shape));
    for (let i = 0; i < data.length; i++) data[i] = condition[i] !== 0 ? yes[i] : no[i];
    return { shape, data };
  },
  backward({ inputs, output, gradient, node, wanted }) {
    const [condition] = spread(inputs, node).values;
    return backSpread(inputs, output.shape, [false, ...wanted.slice(1)], (input) =>
      gradient.map((g, i) => ((condition[i] !== 0) === (input === 1) ? g : 0)),
    );
  },
};

function compare(holds: (a: number, b: number) => boolean): Operator {
  return binary((a, b) => (holds(a, b) ? 1 : 0), undefined, true);
}

export const arithmeticOperators: Readonly<Record<string, Operator>> = {
  Add: binary((a, b) => a + b, [() => 1, () => 1]),
  Sub: binary((a, b) => a - b, [() => 1, () => -1]),
  Mul: binary((a, b) => a * b, [(_, b) => b, (a) => a]),
  Div: binary((a, b) => a / b, [(_, b) => 1 / b, (_, b, y) => -y / b]),
  Pow: binary(
    (a, b) => a ** b,
    [
      (a, b) => (b === 0 ? 0 : b * a ** (b - 1)),
      // Below 0 the power is only defined at whole exponents, which have no neighbours.
      (a, _, y) => (a > 0 ? y * Math.log(a) : 0),
    ],
  ),
  PRelu: binary(
    (x, slope) => (x < 0 ? slope * x : x),
    [(x, slope) => (x > 0 ? 1 : slope), (x) => Math.min(x, 0)],
  ),
  Min: extreme(-1),
  Max: extreme(1),
  Greater: compare((a, b) => a > b),
  GreaterOrEqual: compare((a, b) => a >= b),
  Less: compare((a, b) => a < b),
  LessOrEqual: compare((a, b) => a <= b),
  Equal: compare((a, b) => a === b),
  Where: where,
};
