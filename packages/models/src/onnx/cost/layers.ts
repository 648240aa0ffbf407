/**
 * Sizes and multiply-adds of the layers of networks: convolutions, pools, products of matrices, recurrent layers.
 * An output is taken as at least 1 long, since a free axis of the input is taken as 1.
 */
import {
  broadcast,
  type Call,
  type Known,
  knownShape,
  knownSize,
  type Outcome,
  productOf,
} from './known.js';

interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Begin and end together. */
  readonly pads: readonly number[];
  readonly auto: string;
}

function windowOf(call: Call, kernel: readonly number[]): Window {
  const per = (name: string, initial: number) => {
    const found = call.ints(name);
    return kernel.map((_, i) => found?.[i] ?? initial);
  };
  const pads = call.ints('pads') ?? [];
  return {
    kernel,
    strides: per('strides', 1).map((stride) => Math.max(1, stride)),
    dilations: per('dilations', 1).map((dilation) => Math.max(1, dilation)),
    pads: kernel.map((_, i) => (pads[i] ?? 0) + (pads[i + kernel.length] ?? 0)),
    auto: call.text('auto_pad'),
  };
}

function isSame(window: Window): boolean {
  return window.auto.startsWith('SAME');
}

/** Length of an axis after windows have slid over it. */
function slid(length: number, i: number, window: Window, ceil: boolean): number {
  const { kernel, strides, dilations, auto, pads } = window;
  if (isSame(window)) return Math.ceil(length / strides[i]);
  const padded = auto === 'VALID' ? length : length + pads[i];
  const steps = (padded - dilations[i] * (kernel[i] - 1) - 1) / strides[i];
  return Math.max(1, (ceil ? Math.ceil(steps) : Math.floor(steps)) + 1);
}

/** By how much padding can lengthen axes of which nothing is known. */
function growth(window: Window): number {
  return window.pads.reduce((product, pad) => product * (1 + Math.max(0, pad)), 1);
}

/** `w` is `[filter, channel, …]`; `x` is `[sample, channel, …]`. */
export function convolution(call: Call, x: Known, w: Known): Outcome {
  const [filters = 1, channels = 1, ...rest] = w.shape ?? [];
  if (!w.shape) return outer(x, w);
  const window = windowOf(call, rest);
  const taps = channels * productOf(rest);
  const output =
    x.shape?.length === w.shape.length
      ? knownShape([
          x.shape[0],
          filters,
          ...x.shape.slice(2).map((length, i) => slid(length, i, window, false)),
        ])
      : knownSize((x.size / Math.max(1, channels)) * filters * growth(window));
  return { outputs: [output], work: output.size * taps };
}

/** `w` is `[channel, filter, …]`. */
export function transposedConvolution(call: Call, x: Known, w: Known): Outcome {
  const [, filters = 1, ...rest] = w.shape ?? [];
  const window = windowOf(call, rest);
  if (!w.shape || x.shape?.length !== w.shape.length || isSame(window)) return outer(x, w);
  const asked = call.ints('output_shape')?.slice(-rest.length);
  const extra = call.ints('output_padding') ?? [];
  const lengths = x.shape.slice(2).map((length, i) => {
    const { kernel, strides, dilations, pads } = window;
    const full = strides[i] * (length - 1) + dilations[i] * (kernel[i] - 1) + 1;
    return asked?.[i] ?? Math.max(1, full - pads[i] + (extra[i] ?? 0));
  });
  const group = Math.max(1, call.int('group', 1));
  const output = knownShape([x.shape[0], filters * group, ...lengths]);
  return { outputs: [output], work: x.size * filters * productOf(rest) + output.size };
}

/** A bound where shapes are not known: every number with every other. */
function outer(a: Known, b: Known): Outcome {
  const size = a.size * b.size || 0;
  return { outputs: [knownSize(size)], work: size };
}

export function pool(call: Call): Outcome {
  const x = call.input(0);
  const kernel = call.ints('kernel_shape') ?? [];
  const window = windowOf(call, kernel);
  const ceil = call.int('ceil_mode', 0) === 1;
  const sizes = (up: boolean) =>
    x.shape?.length === kernel.length + 2
      ? knownShape([
          ...x.shape.slice(0, 2),
          ...x.shape.slice(2).map((length, i) => slid(length, i, window, up)),
        ])
      : knownSize(x.size * growth(window));
  const largest = sizes(ceil);
  // Whether a last window that lies in the padding counts differs between versions.
  const output = ceil && largest.size !== sizes(false).size ? knownSize(largest.size) : largest;
  return { outputs: [output], work: output.size * Math.abs(productOf(kernel)) };
}

export function globalPool(call: Call): Outcome {
  const x = call.input(0);
  const output = x.shape
    ? knownShape(x.shape.map((length, axis) => (axis < 2 ? length : 1)))
    : knownSize(x.size);
  return { outputs: [output], work: x.size };
}

export function gemm(call: Call): Outcome {
  const turned = (matrix: Known, name: string): Known =>
    matrix.shape && call.int(name, 0) !== 0
      ? { shape: [...matrix.shape].reverse(), size: matrix.size }
      : matrix;
  return product(turned(call.input(0), 'transA'), turned(call.input(1), 'transB'));
}

/** NumPy's `matmul`. */
export function product(a: Known, b: Known): Outcome {
  if (!b.shape?.length || (a.shape && a.shape.length === 0)) return outer(a, b);
  const inner = Math.max(1, b.shape.at(-2) ?? b.shape[0]);
  const columns = b.shape.length > 1 ? (b.shape.at(-1) ?? 1) : 1;
  if (!a.shape) {
    return b.shape.length > 2
      ? outer(a, b)
      : { outputs: [knownSize((a.size / inner) * columns)], work: a.size * columns };
  }
  const rows = a.shape.length > 1 ? a.shape.slice(-2, -1) : [];
  const stacks = broadcast([knownShape(a.shape.slice(0, -2)), knownShape(b.shape.slice(0, -2))]);
  const output = knownShape([
    ...(stacks.shape ?? []),
    ...rows,
    ...(b.shape.length > 1 ? [columns] : []),
  ]);
  return { outputs: [output], work: output.size * Math.max(inner, a.shape.at(-1) ?? 1) };
}

/** LSTM, GRU and RNN: input `[time, sample, channel]`, weights `[direction, …]`. */
export function recurrent(call: Call): Outcome {
  const [x, w, r] = [call.input(0), call.input(1), call.input(2)];
  if (x.shape?.length !== 3 || r.shape?.length !== 3) return outer(x, w);
  const [first, second] = x.shape;
  const [directions, , hidden] = r.shape;
  const lengths = [first, directions, second, hidden];
  const output = call.int('layout', 0) === 0 ? knownShape(lengths) : knownSize(productOf(lengths));
  return { outputs: [output], work: productOf([first, second, w.size + r.size]) };
}

/** Einstein's sum: the product of the lengths of all its letters. */
export function einsum(call: Call): Outcome {
  const equation = call.text('equation').replaceAll(' ', '');
  const operands = call.given;
  const [left, right] = equation.split('->');
  const terms = left.split(',');
  const plain = equation.length <= 200 && /^[a-zA-Z,]*(->[a-zA-Z]*)?$/.test(equation);
  if (!plain || terms.some((term, i) => operands[i]?.shape?.length !== term.length)) {
    return operands.slice(1).reduce((made, operand) => outer(made.outputs[0], operand), {
      outputs: [operands[0] ?? knownSize(0)],
      work: 0,
    } as Outcome);
  }
  const lengths = new Map<string, number>();
  terms.forEach((term, i) => {
    operands[i].shape?.forEach((length, axis) => {
      lengths.set(term[axis], Math.max(length, lengths.get(term[axis]) ?? 0));
    });
  });
  const once = [...lengths.keys()].filter((letter) => left.split(letter).length === 2).sort();
  const shape = [...(right ?? once.join(''))].map((letter) => lengths.get(letter) ?? 1);
  return { outputs: [knownShape(shape)], work: productOf([...lengths.values(), terms.length]) };
}
