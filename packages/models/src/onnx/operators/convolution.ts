/** Conv and ConvTranspose along one to three axes. The gradient is that of the data; weights are taken as constants. */
import { type Correlation, correlate } from './correlate.js';
import {
  floats,
  type Inputs,
  inputAt,
  nodeError,
  numberAttribute,
  numbersAttribute,
  type Operator,
  textAttribute,
  type Value,
  type VersionedNode,
} from './types.js';
import { givenPads, triple, volume, type Window, windowLayout, windowOver } from './window.js';

/** A convolution from `channels` to `filters`, both of one group; what ConvTranspose turns around. */
interface Geometry {
  readonly samples: number;
  readonly groups: number;
  readonly channels: number;
  readonly filters: number;
  readonly window: Pick<Window, 'input' | 'kernel' | 'strides' | 'dilations' | 'before' | 'output'>;
}

function alongData({ samples, groups, channels, filters, window }: Geometry): Correlation {
  const { input, kernel, strides, dilations, before, output } = window;
  return {
    samples,
    groups,
    channels,
    filters,
    lengths: input,
    offset: before,
    step: [1, 1, 1],
    kernel,
    strides,
    dilations,
    output,
  };
}

/** The gradient of the data: the output's, spread out by the strides, under the kernel turned around. */
function backToData(
  gradient: Float32Array,
  weights: Float32Array,
  bias: Float32Array | undefined,
  { samples, groups, channels, filters, window }: Geometry,
): Float32Array {
  const { input, kernel, strides, dilations, before, output } = window;
  const offset = (axis: 0 | 1 | 2) => (kernel[axis] - 1) * dilations[axis] - before[axis];
  return correlate(gradient, turned(weights, groups, filters, channels, volume(kernel)), bias, {
    samples,
    groups,
    channels: filters,
    filters: channels,
    lengths: output,
    offset: [offset(0), offset(1), offset(2)],
    step: strides,
    kernel,
    strides: [1, 1, 1],
    dilations,
    output: input,
  });
}

/** Weights `[group · filter, channel, tap]` as `[group · channel, filter, tap]`, taps last to first. */
function turned(
  weights: Float32Array,
  groups: number,
  filters: number,
  channels: number,
  taps: number,
): Float32Array {
  const result = new Float32Array(weights.length);
  for (let g = 0; g < groups; g++) {
    for (let f = 0; f < filters; f++) {
      for (let c = 0; c < channels; c++) {
        const from = ((g * filters + f) * channels + c) * taps;
        const to = ((g * channels + c) * filters + f + 1) * taps - 1;
        for (let k = 0; k < taps; k++) result[to - k] = weights[from + k];
      }
    }
  }
  return result;
}

interface Parts {
  readonly data: Value;
  readonly weights: Value;
  readonly bias: Float32Array | undefined;
  readonly groups: number;
}

/** Inputs of either operator; `outputs` says how many output channels their weights give. */
function partsOf(inputs: Inputs, node: VersionedNode, transposed: boolean): Parts {
  const data = inputAt(inputs, 0, node);
  const weights = inputAt(inputs, 1, node);
  const groups = numberAttribute(node, 'group', 1);
  const [first, second] = weights.shape;
  const channels = transposed ? first : second * groups;
  const outputs = transposed ? second * groups : first;
  const fits =
    data.shape.length >= 3 &&
    weights.shape.length === data.shape.length &&
    data.shape[1] === channels &&
    groups >= 1 &&
    first % groups === 0 &&
    (inputs[2]?.data.length ?? outputs) === outputs;
  if (!fits) {
    throw nodeError(
      node,
      `has weights [${weights.shape.join(', ')}] in ${groups} group(s), which do not fit its input [${data.shape.join(', ')}]`,
      { weights: weights.shape, input: data.shape, groups },
    );
  }
  return { data, weights, bias: inputs[2] && floats(inputs[2]), groups };
}

function convGeometry(
  { data, weights, groups }: Parts,
  node: VersionedNode,
): Geometry & { readonly window: Window } {
  return {
    samples: data.shape[0],
    groups,
    channels: weights.shape[1],
    filters: weights.shape[0] / groups,
    window: windowOver(data.shape.slice(2), weights.shape.slice(2), node),
  };
}

/** The convolution whose gradient the operator is: its output is our input. */
function transposeGeometry(
  { data, weights, groups }: Parts,
  node: VersionedNode,
): Geometry & { readonly lengths: readonly number[] } {
  const lengths = data.shape.slice(2);
  const { kernel, strides, dilations } = windowLayout(node, weights.shape.slice(2));
  const pads = givenPads(node, lengths.length);
  if (!pads || numbersAttribute(node, 'output_shape')) {
    throw nodeError(node, 'finds its padding from its output size; give it as "pads" instead', {
      auto_pad: textAttribute(node, 'auto_pad', 'NOTSET'),
    });
  }
  const extra = numbersAttribute(node, 'output_padding') ?? lengths.map(() => 0);
  const longer = lengths.map(
    (length, i) =>
      (length - 1) * strides[i] +
      (kernel[i] - 1) * dilations[i] +
      1 +
      extra[i] -
      pads[i] -
      pads[lengths.length + i],
  );
  if (longer.some((length) => !(length > 0))) {
    throw nodeError(node, `has an output of shape [${longer.join(', ')}]`, { lengths: longer });
  }
  return {
    samples: data.shape[0],
    groups,
    channels: weights.shape[1],
    filters: weights.shape[0] / groups,
    lengths: longer,
    window: {
      input: triple(longer, 1),
      kernel: triple(kernel, 1),
      strides: triple(strides, 1),
      dilations: triple(dilations, 1),
      before: triple(pads.slice(0, lengths.length), 0),
      output: triple(lengths, 1),
    },
  };
}

function requireConstantWeights(wanted: readonly boolean[], node: VersionedNode): void {
  if (wanted[1] || wanted[2]) {
    throw nodeError(
      node,
      'has weights that depend on the input; gradients need weights that are constants',
    );
  }
}

const conv: Operator = {
  forward(inputs, node) {
    const parts = partsOf(inputs, node, false);
    const geometry = convGeometry(parts, node);
    const { data, weights, bias } = parts;
    return {
      shape: [data.shape[0], weights.shape[0], ...geometry.window.outputLengths],
      data: correlate(floats(data), floats(weights), bias, alongData(geometry)),
    };
  },
  backward({ inputs, gradient, node, wanted }) {
    requireConstantWeights(wanted, node);
    const parts = partsOf(inputs, node, false);
    return [backToData(gradient, floats(parts.weights), undefined, convGeometry(parts, node))];
  },
};

const convTranspose: Operator = {
  forward(inputs, node) {
    const parts = partsOf(inputs, node, true);
    const geometry = transposeGeometry(parts, node);
    const { data, weights, bias, groups } = parts;
    return {
      shape: [data.shape[0], weights.shape[1] * groups, ...geometry.lengths],
      data: backToData(floats(data), floats(weights), bias, geometry),
    };
  },
  backward({ inputs, gradient, node, wanted }) {
    requireConstantWeights(wanted, node);
    const parts = partsOf(inputs, node, true);
    const geometry = transposeGeometry(parts, node);
    return [correlate(gradient, floats(parts.weights), undefined, alongData(geometry))];
  },
};

export const convolutionOperators: Readonly<Record<string, Operator>> = {
  Conv: conv,
  ConvTranspose: convTranspose,
};
