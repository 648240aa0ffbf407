/** BatchNormalization with its stored mean and variance, and Softmax. Normalising by the batch at hand is refused. */
import {
  axisOf,
  floats,
  type Inputs,
  inputAt,
  nodeError,
  numberAttribute,
  type Operator,
  sizeOf,
  type Value,
  type VersionedNode,
} from './types.js';

/** What each channel is multiplied by, and what is added to it then. */
function channelMaps(inputs: Inputs, node: VersionedNode): { scale: number[]; shift: number[] } {
  if (numberAttribute(node, 'training_mode', 0) !== 0) {
    throw nodeError(node, 'is in training mode; inference with a stored mean and variance is run');
  }
  const channels = inputAt(inputs, 0, node).shape[1] ?? 1;
  const [gain, offset, mean, variance] = [1, 2, 3, 4].map((i) => inputAt(inputs, i, node).data);
  if ([gain, offset, mean, variance].some((values) => values.length !== channels)) {
    throw nodeError(
      node,
      `does not have one scale, offset, mean and variance for each of ${channels} channels`,
      {
        channels,
      },
    );
  }
  const epsilon = numberAttribute(node, 'epsilon', 1e-5);
  const scale = Array.from(gain, (g, c) => g / Math.sqrt(variance[c] + epsilon));
  return { scale, shift: scale.map((s, c) => offset[c] - s * mean[c]) };
}

function scaleChannels(
  values: Float32Array,
  shape: readonly number[],
  scale: readonly number[],
  shift?: readonly number[],
): Float32Array {
  const channels = scale.length;
  const plane = sizeOf(shape.slice(2));
  const result = new Float32Array(values.length);
  for (let p = 0; p * plane < values.length; p++) {
    const c = p % channels;
    const added = shift ? shift[c] : 0;
    for (let i = p * plane; i < (p + 1) * plane; i++) result[i] = values[i] * scale[c] + added;
  }
  return result;
}

const batchNormalization: Operator = {
  forward(inputs, node) {
    const input = inputAt(inputs, 0, node);
    const { scale, shift } = channelMaps(inputs, node);
    return { shape: input.shape, data: scaleChannels(floats(input), input.shape, scale, shift) };
  },
  backward({ inputs, output, gradient, node, wanted }) {
    if (wanted.slice(1).some((other) => other)) {
      throw nodeError(node, 'has a scale, offset, mean or variance that depends on the input');
    }
    return [scaleChannels(gradient, output.shape, channelMaps(inputs, node).scale)];
  },
};

/** Groups of numbers that are normalised together: `length` of them, `step` apart. */
function groupsOf(
  { shape }: Value,
  node: VersionedNode,
): { starts: number[]; length: number; step: number } {
  // Before opset 13 all axes from `axis` on are one.
  const flat = node.opset < 13;
  const axis = axisOf(numberAttribute(node, 'axis', flat ? 1 : -1), shape.length, node);
  const length = flat ? sizeOf(shape.slice(axis)) : shape[axis];
  const step = flat ? 1 : sizeOf(shape.slice(axis + 1));
  const count = sizeOf(shape) / length;
  const starts = Array.from(
    { length: count },
    (_, i) => Math.floor(i / step) * length * step + (i % step),
  );
  return { starts, length, step };
}

const softmax: Operator = {
  forward(inputs, node) {
    const input = inputAt(inputs, 0, node);
    const { starts, length, step } = groupsOf(input, node);
    const x = floats(input);
    const data = new Float32Array(x.length);
    for (const start of starts) {
      const end = start + length * step;
      let largest = Number.NEGATIVE_INFINITY;
      for (let i = start; i < end; i += step) largest = Math.max(largest, x[i]);
      let sum = 0;
      for (let i = start; i < end; i += step) sum += Math.exp(x[i] - largest);
      for (let i = start; i < end; i += step) data[i] = Math.exp(x[i] - largest) / sum;
    }
    return { shape: input.shape, data };
  },
  backward({ output, gradient, node }) {
    const { starts, length, step } = groupsOf(output, node);
    const y = output.data;
    const result = new Float32Array(y.length);
    for (const start of starts) {
      const end = start + length * step;
      let sum = 0;
      for (let i = start; i < end; i += step) sum += gradient[i] * y[i];
      for (let i = start; i < end; i += step) result[i] = y[i] * (gradient[i] - sum);
    }
    return [result];
  },
};

export const normalisationOperators: Readonly<Record<string, Operator>> = {
  BatchNormalization: batchNormalization,
  Softmax: softmax,
};
