/** Operators of one value, element by element. At a kink the slope is that of PyTorch: 0 for a rectifier at 0. */
import {
  floats,
  type Inputs,
  inputAt,
  numberAttribute,
  type Operator,
  type VersionedNode,
} from './types.js';

interface Curve {
  readonly value: (x: number) => number;
  /** At x, where the value is y. */
  readonly slope: (x: number, y: number) => number;
}

function pointwise(curveOf: (node: VersionedNode, inputs: Inputs) => Curve): Operator {
  return {
    forward(inputs, node) {
      const input = inputAt(inputs, 0, node);
      const { value } = curveOf(node, inputs);
      return { shape: input.shape, data: floats(input).map((x) => value(x)) };
    },
    backward({ inputs, output, gradient, node, wanted }) {
      if (!wanted[0]) return [];
      const x = floats(inputAt(inputs, 0, node));
      const { slope } = curveOf(node, inputs);
      const y = output.data;
      return [gradient.map((g, i) => (g === 0 ? 0 : g * slope(x[i], y[i])))];
    },
  };
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function leaky(alpha: number): Curve {
  return {
    value: (x) => (x < 0 ? alpha * x : x),
    slope: (x) => (x > 0 ? 1 : alpha),
  };
}

/** Bounds are attributes before opset 11 and inputs from then on. */
function clip(node: VersionedNode, inputs: Inputs): Curve {
  const low = inputs[1]?.data[0] ?? numberAttribute(node, 'min', Number.NEGATIVE_INFINITY);
  const high = inputs[2]?.data[0] ?? numberAttribute(node, 'max', Number.POSITIVE_INFINITY);
  return {
    value: (x) => Math.min(high, Math.max(low, x)),
    slope: (x) => (x >= low && x <= high ? 1 : 0),
  };
}

export const pointwiseOperators: Readonly<Record<string, Operator>> = {
  Relu: pointwise(() => ({ value: (x) => Math.max(x, 0), slope: (x) => (x > 0 ? 1 : 0) })),
  LeakyRelu: pointwise((node) => leaky(numberAttribute(node, 'alpha', 0.01))),
  Elu: pointwise((node) => {
    const alpha = numberAttribute(node, 'alpha', 1);
    return {
      value: (x) => (x > 0 ? x : alpha * Math.expm1(x)),
      slope: (x, y) => (x > 0 ? 1 : y + alpha),
    };
  }),
  Softplus: pointwise(() => ({
    value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    slope: sigmoid,
  })),
  Sigmoid: pointwise(() => ({ value: sigmoid, slope: (_, y) => y * (1 - y) })),
  Tanh: pointwise(() => ({ value: Math.tanh, slope: (_, y) => 1 - y * y })),
  Exp: pointwise(() => ({ value: Math.exp, slope: (_, y) => y })),
  Log: pointwise(() => ({ value: Math.log, slope: (x) => 1 / x })),
  Sqrt: pointwise(() => ({ value: Math.sqrt, slope: (_, y) => 0.5 / y })),
  Abs: pointwise(() => ({ value: Math.abs, slope: Math.sign })),
  Neg: pointwise(() => ({ value: (x) => -x, slope: () => -1 })),
  Clip: pointwise(clip),
};
