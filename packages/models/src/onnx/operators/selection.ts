/** Operators that move numbers without changing them: each element of the result comes from one place, or is a filler. */
import { broadcastIndex, commonShape } from './broadcast.js';
import {
  allocate,
  axesOf,
  axisOf,
  type Inputs,
  inputAt,
  integers,
  nodeError,
  numberAttribute,
  numbersAttribute,
  type Operator,
  sizeOf,
  textAttribute,
  type VersionedNode,
} from './types.js';

interface Selection {
  readonly shape: readonly number[];
  /** For each element of the result, its place in the input; −1 for the filler. Undefined: each its own. */
  readonly index: Int32Array | undefined;
  readonly filler?: number;
}

function selection(of: (inputs: Inputs, node: VersionedNode) => Selection): Operator {
  return {
    forward(inputs, node) {
      const { data: from } = inputAt(inputs, 0, node);
      const { shape, index, filler = 0 } = of(inputs, node);
      if (!index) return { shape, data: from };
      const data = allocate(from, index.length);
      for (let i = 0; i < data.length; i++) data[i] = index[i] < 0 ? filler : from[index[i]];
      return { shape, data };
    },
    backward({ inputs, gradient, node, wanted }) {
      if (!wanted[0]) return [];
      const { index } = of(inputs, node);
      if (!index) return [gradient];
      const result = new Float32Array(inputAt(inputs, 0, node).data.length);
      for (let i = 0; i < gradient.length; i++) {
        if (index[i] >= 0) result[index[i]] += gradient[i];
      }
      return [result];
    },
  };
}

/**
 * Places in a value of shape `from`, for a result whose axis `i` takes the elements `axes[i]` of it in turn;
 * −1 among them stands for the filler.
 */
function placesAlong(from: readonly number[], axes: readonly (readonly number[])[]): Int32Array {
  let index = Int32Array.of(0);
  axes.forEach((places, axis) => {
    const next = new Int32Array(index.length * places.length);
    for (let i = 0; i < index.length; i++) {
      for (let j = 0; j < places.length; j++) {
        const known = index[i] >= 0 && places[j] >= 0;
        next[i * places.length + j] = known ? index[i] * from[axis] + places[j] : -1;
      }
    }
    index = next;
  });
  return index;
}

function range(length: number, start = 0, step = 1): number[] {
  return Array.from({ length: Math.max(0, length) }, (_, i) => start + i * step);
}

function transpose(inputs: Inputs, node: VersionedNode): Selection {
  const { shape: from } = inputAt(inputs, 0, node);
  const order = numbersAttribute(node, 'perm') ?? range(from.length).reverse();
  const axes = [...order].sort((a, b) => a - b);
  if (axes.join() !== range(from.length).join()) {
    throw nodeError(node, `orders ${from.length} axes as [${order.join(', ')}]`, { order });
  }
  const steps = from.map((_, axis) => sizeOf(from.slice(axis + 1)));
  const shape = order.map((axis) => from[axis]);
  const index = new Int32Array(sizeOf(shape));
  let filled = 1;
  for (let i = order.length - 1; i >= 0; i--) {
    for (let k = 1; k < shape[i]; k++) {
      for (let j = 0; j < filled; j++) index[k * filled + j] = index[j] + k * steps[order[i]];
    }
    filled *= shape[i];
  }
  return { shape, index };
}

/** Bounds are attributes before opset 10, inputs from then on; they reach at most to the ends. */
function slice(inputs: Inputs, node: VersionedNode): Selection {
  const { shape: from } = inputAt(inputs, 0, node);
  const bounds = (i: number, name: string) =>
    inputs[i] ? integers(inputs[i]) : numbersAttribute(node, name);
  const starts = bounds(1, 'starts');
  const ends = bounds(2, 'ends');
  if (!starts || !ends || starts.length !== ends.length) {
    throw nodeError(node, 'does not say where each of its parts starts and ends', { starts, ends });
  }
  const axes = axesOf(inputs, 3, from.length, node) ?? range(starts.length);
  const steps = bounds(4, 'steps') ?? starts.map(() => 1);
  const along = from.map((length) => range(length));
  axes.forEach((axis, i) => {
    const length = from[axis];
    const step = steps[i];
    if (!Number.isInteger(step) || step === 0 || length === undefined) {
      throw nodeError(node, `takes steps of ${step} along axis ${axis}`, { step, axis });
    }
    const [lowest, highest] = step > 0 ? [0, length] : [-1, length - 1];
    const within = (n: number) => Math.min(highest, Math.max(lowest, n < 0 ? n + length : n));
    const start = within(starts[i]);
    along[axis] = range(Math.ceil((within(ends[i]) - start) / step), start, step);
  });
  return { shape: along.map((places) => places.length), index: placesAlong(from, along) };
}

function gather(inputs: Inputs, node: VersionedNode): Selection {
  const { shape: from } = inputAt(inputs, 0, node);
  const chosen = inputAt(inputs, 1, node);
  const axis = axisOf(numberAttribute(node, 'axis', 0), from.length, node);
  const places = integers(chosen).map((i) => axisOf(i, from[axis], node));
  const along = from.map((length, i) => (i === axis ? places : range(length)));
  return {
    shape: [...from.slice(0, axis), ...chosen.shape, ...from.slice(axis + 1)],
    index: placesAlong(from, along),
  };
}

/** Padding and filler are attributes before opset 11, inputs from then on; negative padding crops. */
function pad(inputs: Inputs, node: VersionedNode): Selection {
  const { shape: from } = inputAt(inputs, 0, node);
  const mode = textAttribute(node, 'mode', 'constant');
  if (mode !== 'constant') {
    throw nodeError(node, `pads in the mode "${mode}"; only "constant" is accepted`, { mode });
  }
  const pads = inputs[1]
    ? integers(inputs[1])
    : (numbersAttribute(node, 'pads') ?? numbersAttribute(node, 'paddings') ?? []);
  const axes = (inputs[3] && axesOf(inputs, 3, from.length, node)) ?? range(from.length);
  if (pads.length !== 2 * axes.length) {
    throw nodeError(node, `does not give two paddings for each of ${axes.length} axes`, { pads });
  }
  const along = from.map((length) => range(length));
  axes.forEach((axis, i) => {
    const length = from[axis];
    along[axis] = range(length + pads[i] + pads[axes.length + i], -pads[i]).map((place) =>
      place >= 0 && place < length ? place : -1,
    );
  });
  return {
    shape: along.map((places) => places.length),
    index: placesAlong(from, along),
    filler: inputs[2]?.data[0] ?? numberAttribute(node, 'value', 0),
  };
}

function expand(inputs: Inputs, node: VersionedNode): Selection {
  const { shape: from } = inputAt(inputs, 0, node);
  const shape = commonShape([from, integers(inputAt(inputs, 1, node))], node);
  return { shape, index: broadcastIndex(from, shape) };
}

const concat: Operator = {
  forward(inputs, node) {
    const parts = inputs.map((_, i) => inputAt(inputs, i, node));
    const [first] = parts;
    if (!first) throw nodeError(node, 'has no input, and needs at least one');
    const axis = axisOf(numberAttribute(node, 'axis', 1), first.shape.length, node);
    const rest = (shape: readonly number[]) => shape.toSpliced(axis, 1).join();
    if (parts.some((part) => rest(part.shape) !== rest(first.shape))) {
      const shapes = parts.map(({ shape }) => shape);
      const found = shapes.map((shape) => `[${shape.join(', ')}]`).join(' and ');
      throw nodeError(node, `joins ${found} along axis ${axis}`, { shapes });
    }
    const total = parts.reduce((sum, part) => sum + part.shape[axis], 0);
    const shape = first.shape.with(axis, total);
    const data = allocate(first.data, sizeOf(shape));
    const inner = sizeOf(shape.slice(axis + 1));
    let offset = 0;
    for (const part of parts) {
      const run = part.shape[axis] * inner;
      for (let i = 0; i * run < part.data.length; i++) {
        data.set(part.data.subarray(i * run, (i + 1) * run), i * total * inner + offset);
      }
      offset += run;
    }
    return { shape, data };
  },
  backward({ inputs, output, gradient, node, wanted }) {
    const axis = axisOf(numberAttribute(node, 'axis', 1), output.shape.length, node);
    const inner = sizeOf(output.shape.slice(axis + 1));
    const row = output.shape[axis] * inner;
    let offset = 0;
    return inputs.map((_, k) => {
      const part = inputAt(inputs, k, node);
      const run = part.shape[axis] * inner;
      const from = offset;
      offset += run;
      if (!wanted[k]) return undefined;
      const result = new Float32Array(part.data.length);
      for (let i = 0; i * run < result.length; i++) {
        result.set(gradient.subarray(i * row + from, i * row + from + run), i * run);
      }
      return result;
    });
  },
};

export const selectionOperators: Readonly<Record<string, Operator>> = {
  Transpose: selection(transpose),
  Slice: selection(slice),
  Gather: selection(gather),
  Pad: selection(pad),
  Expand: selection(expand),
  Concat: concat,
};
