/** NumPy's broadcasting: the common shape, where its elements lie in a smaller value, and sums back to that value. */
import { nodeError, sizeOf, type VersionedNode } from './types.js';

/** The shape that all of `shapes` broadcast to. Throws `model` where they do not. */
export function commonShape(
  shapes: readonly (readonly number[])[],
  node: VersionedNode,
): readonly number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const lengths = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const length = lengths.find((l) => l !== 1) ?? 1;
    if (!lengths.every((l) => l === 1 || l === length)) {
      const found = shapes.map((shape) => `[${shape.join(', ')}]`).join(' and ');
      throw nodeError(node, `has inputs of shapes ${found}, which do not broadcast`, { shapes });
    }
    return length;
  });
}

/** For each element of `to`, in order, where it lies in a value of shape `from`; undefined when they are the same. */
export function broadcastIndex(
  from: readonly number[],
  to: readonly number[],
): Int32Array | undefined {
  const size = sizeOf(to);
  if (sizeOf(from) === size) return undefined;
  const index = new Int32Array(size);
  const steps = broadcastSteps(from, to);
  // Grown from the last axis inwards: each axis repeats what is there, shifted by its step.
  let filled = 1;
  for (let axis = to.length - 1; axis >= 0; axis--) {
    for (let i = 1; i < to[axis]; i++) {
      for (let j = 0; j < filled; j++) index[i * filled + j] = index[j] + i * steps[axis];
    }
    filled *= to[axis];
  }
  return index;
}

/** How far an element moves in `from` for one step along each axis of `to`: 0 where it repeats. */
function broadcastSteps(from: readonly number[], to: readonly number[]): number[] {
  const steps = to.map(() => 0);
  let step = 1;
  for (let axis = from.length - 1; axis >= 0; axis--) {
    if (from[axis] !== 1) steps[axis + to.length - from.length] = step;
    step *= from[axis];
  }
  return steps;
}

/** Sums of values of the shape `to` over the elements that broadcast from the same one of `from`. */
export function sumTo(
  values: Float32Array,
  from: readonly number[],
  to: readonly number[],
): Float32Array {
  const index = broadcastIndex(from, to);
  if (!index) return values;
  const sums = new Float64Array(sizeOf(from));
  for (let i = 0; i < values.length; i++) sums[index[i]] += values[i];
  return Float32Array.from(sums);
}
