/** ReduceSum and ReduceMean: over given axes, or all. */
import { broadcastIndex, sumTo } from './broadcast.js';
import {
  axesOf,
  floats,
  type Inputs,
  inputAt,
  numberAttribute,
  type Operator,
  sizeOf,
  type VersionedNode,
} from './types.js';

/** The shape of the result with the reduced axes kept as 1, and as the node gives it. */
function reducedShapes(
  inputs: Inputs,
  node: VersionedNode,
): { kept: readonly number[]; shape: readonly number[] } {
  const { shape } = inputAt(inputs, 0, node);
  const given = axesOf(inputs, 1, shape.length, node) ?? [];
  const idle = given.length === 0 && numberAttribute(node, 'noop_with_empty_axes', 0) !== 0;
  const reduced = (axis: number) => (given.length === 0 ? !idle : given.includes(axis));
  const kept = shape.map((length, axis) => (reduced(axis) ? 1 : length));
  const keep = numberAttribute(node, 'keepdims', 1) !== 0;
  return { kept, shape: keep ? kept : shape.filter((_, axis) => !reduced(axis)) };
}

function reduction(mean: boolean): Operator {
  const scaleOf = (from: readonly number[], to: readonly number[]) =>
    mean ? sizeOf(to) / sizeOf(from) : 1;
  return {
    forward(inputs, node) {
      const input = inputAt(inputs, 0, node);
      const { kept, shape } = reducedShapes(inputs, node);
      const scale = scaleOf(input.shape, kept);
      const sums = sumTo(floats(input), kept, input.shape);
      return { shape, data: sums.map((sum) => sum * scale) };
    },
    backward({ inputs, gradient, node }) {
      const input = inputAt(inputs, 0, node);
      const { kept } = reducedShapes(inputs, node);
      const scale = scaleOf(input.shape, kept);
      const index = broadcastIndex(kept, input.shape);
      const size = sizeOf(input.shape);
      return [
        Float32Array.from({ length: size }, (_, i) => gradient[index ? index[i] : i] * scale),
      ];
    },
  };
}

export const reductionOperators: Readonly<Record<string, Operator>> = {
  ReduceSum: reduction(false),
  ReduceMean: reduction(true),
};
