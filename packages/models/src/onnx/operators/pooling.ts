/** MaxPool, AveragePool and GlobalAveragePool. The first of equal maxima takes the gradient. */
import {
  floats,
  type Inputs,
  inputAt,
  nodeError,
  numberAttribute,
  numbersAttribute,
  type Operator,
  sizeOf,
  type Value,
  type VersionedNode,
} from './types.js';
import { type Triple, volume, type Window, windowOver } from './window.js';

/** The windows over one plane, the same for every sample and channel. */
interface Taps {
  /** `[output, tap]`: where in the plane, −1 outside. */
  readonly index: Int32Array;
  readonly perOutput: number;
  readonly outputs: number;
  /** Per output: taps inside the plane and its padding. */
  readonly padded: Int32Array;
  /** Per output: taps inside the plane. */
  readonly inside: Int32Array;
}

/** Numbers of the table of one plane: 128 MiB. */
const mostTaps = 2 ** 25;

function tapsOf(window: Window, node: VersionedNode): Taps {
  const { input, output, kernel, after } = window;
  const perOutput = volume(kernel);
  const outputs = volume(output);
  if (perOutput * outputs > mostTaps) {
    throw nodeError(
      node,
      `has windows of ${perOutput} values at ${outputs} places; up to ${mostTaps} values in all are accepted`,
      { found: perOutput * outputs, expected: mostTaps },
    );
  }
  const index = new Int32Array(outputs * perOutput).fill(-1);
  const padded = new Int32Array(outputs);
  const inside = new Int32Array(outputs);
  for (let i = 0; i < index.length; i++) {
    const at = Math.floor(i / perOutput);
    const [z, y, x] = positionOf(at, i % perOutput, window);
    if (z < input[0] + after[0] && y < input[1] + after[1] && x < input[2] + after[2]) padded[at]++;
    const within = z >= 0 && y >= 0 && x >= 0 && z < input[0] && y < input[1] && x < input[2];
    if (!within) continue;
    index[i] = (z * input[1] + y) * input[2] + x;
    inside[at]++;
  }
  return { index, perOutput, outputs, padded, inside };
}

/** Where tap `tap` of output `at` lies in the input. */
function positionOf(at: number, tap: number, window: Window): Triple {
  const { output, kernel, strides, dilations, before } = window;
  const along = (axis: 0 | 1 | 2, o: number, k: number) =>
    o * strides[axis] + k * dilations[axis] - before[axis];
  const [, oy, ox] = output;
  const [, ky, kx] = kernel;
  return [
    along(0, Math.floor(at / (oy * ox)), Math.floor(tap / (ky * kx))),
    along(1, Math.floor(at / ox) % oy, Math.floor(tap / kx) % ky),
    along(2, at % ox, tap % kx),
  ];
}

interface Pooling {
  readonly data: Float32Array;
  readonly shape: readonly number[];
  readonly planes: number;
  readonly plane: number;
  readonly taps: Taps;
}

function poolingOf(inputs: Inputs, node: VersionedNode): Pooling {
  const input = planesAt(inputs, node);
  const kernel = numbersAttribute(node, 'kernel_shape');
  if (!kernel) throw nodeError(node, 'does not give its "kernel_shape"');
  const lengths = input.shape.slice(2);
  const window = windowOver(lengths, kernel, node, numberAttribute(node, 'ceil_mode', 0) !== 0);
  return {
    data: floats(input),
    shape: [...input.shape.slice(0, 2), ...window.outputLengths],
    planes: input.shape[0] * input.shape[1],
    plane: sizeOf(lengths),
    taps: tapsOf(window, node),
  };
}

function planesAt(inputs: Inputs, node: VersionedNode): Value {
  const input = inputAt(inputs, 0, node);
  if (input.shape.length < 3) {
    throw nodeError(
      node,
      `has an input [${input.shape.join(', ')}]; [sample, channel, …] with one to three more axes is accepted`,
      { shape: input.shape },
    );
  }
  return input;
}

/** For each output, where its maximum lies in the whole input. */
function maxima({ data, planes, plane, taps }: Pooling): Int32Array {
  const { index, perOutput, outputs } = taps;
  const found = new Int32Array(planes * outputs);
  for (let p = 0; p < planes; p++) {
    for (let o = 0; o < outputs; o++) {
      let best = -1;
      for (let k = o * perOutput; k < (o + 1) * perOutput; k++) {
        const i = p * plane + index[k];
        if (index[k] >= 0 && (best < 0 || data[i] > data[best])) best = i;
      }
      found[p * outputs + o] = best;
    }
  }
  return found;
}

const maxPool: Operator = {
  forward(inputs, node) {
    const pooling = poolingOf(inputs, node);
    const { data, shape } = pooling;
    const found = maxima(pooling);
    return {
      shape,
      data: Float32Array.from(found, (i) => (i < 0 ? Number.NEGATIVE_INFINITY : data[i])),
    };
  },
  backward({ inputs, gradient, node }) {
    const pooling = poolingOf(inputs, node);
    const result = new Float32Array(pooling.data.length);
    maxima(pooling).forEach((i, o) => {
      if (i >= 0) result[i] += gradient[o];
    });
    return [result];
  },
};

/** What the sum of each window is divided by. */
function divisors({ padded, inside }: Taps, node: VersionedNode): Int32Array {
  return numberAttribute(node, 'count_include_pad', 0) === 0 ? inside : padded;
}

const averagePool: Operator = {
  forward(inputs, node) {
    const { data, shape, planes, plane, taps } = poolingOf(inputs, node);
    const { index, perOutput, outputs } = taps;
    const counts = divisors(taps, node);
    const result = new Float32Array(planes * outputs);
    for (let i = 0; i < result.length; i++) {
      const o = i % outputs;
      const from = Math.floor(i / outputs) * plane;
      let sum = 0;
      for (let k = o * perOutput; k < (o + 1) * perOutput; k++) {
        if (index[k] >= 0) sum += data[from + index[k]];
      }
      result[i] = sum / counts[o];
    }
    return { shape, data: result };
  },
  backward({ inputs, gradient, node }) {
    const { data, plane, taps } = poolingOf(inputs, node);
    const { index, perOutput, outputs } = taps;
    const counts = divisors(taps, node);
    const result = new Float32Array(data.length);
    for (let i = 0; i < gradient.length; i++) {
      const o = i % outputs;
      const from = Math.floor(i / outputs) * plane;
      const share = gradient[i] / counts[o];
      for (let k = o * perOutput; k < (o + 1) * perOutput; k++) {
        if (index[k] >= 0) result[from + index[k]] += share;
      }
    }
    return [result];
  },
};

const globalAveragePool: Operator = {
  forward(inputs, node) {
    const { shape, data } = planesAt(inputs, node);
    const plane = sizeOf(shape.slice(2));
    const means = new Float32Array(shape[0] * shape[1]);
    for (let p = 0; p < means.length; p++) {
      let sum = 0;
      for (let i = p * plane; i < (p + 1) * plane; i++) sum += data[i];
      means[p] = sum / plane;
    }
    return { shape: shape.map((length, axis) => (axis < 2 ? length : 1)), data: means };
  },
  backward({ inputs, gradient, node }) {
    const { shape } = planesAt(inputs, node);
    const plane = sizeOf(shape.slice(2));
    const result = new Float32Array(sizeOf(shape));
    gradient.forEach((g, p) => {
      result.fill(g / plane, p * plane, (p + 1) * plane);
    });
    return [result];
  },
};

export const poolingOperators: Readonly<Record<string, Operator>> = {
  MaxPool: maxPool,
  AveragePool: averagePool,
  GlobalAveragePool: globalAveragePool,
};
