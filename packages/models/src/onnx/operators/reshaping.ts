/** Operators that keep every number and its place and change only the shape or the element type. */
import {
  axesOf,
  axisOf,
  floats,
  type Inputs,
  inputAt,
  integers,
  nodeError,
  numberAttribute,
  numbersAttribute,
  type Operator,
  sizeOf,
  type Value,
  type VersionedNode,
} from './types.js';

function reshaping(
  shapeOf: (input: Value, inputs: Inputs, node: VersionedNode) => readonly number[],
): Operator {
  return {
    forward(inputs, node) {
      const input = inputAt(inputs, 0, node);
      const shape = shapeOf(input, inputs, node);
      if (sizeOf(shape) !== input.data.length) {
        throw nodeError(
          node,
          `reshapes [${input.shape.join(', ')}] to [${shape.join(', ')}], which has another number of elements`,
          { from: input.shape, to: shape },
        );
      }
      return { shape, data: input.data };
    },
    backward({ gradient }) {
      return [gradient];
    },
  };
}

const same = reshaping(({ shape }) => shape);

/** 0 copies a length unless `allowzero` is set; −1 is what is left. */
function givenShape(input: Value, inputs: Inputs, node: VersionedNode): readonly number[] {
  const given = inputs[1] ? integers(inputs[1]) : numbersAttribute(node, 'shape');
  if (!given) throw nodeError(node, 'does not say which shape it makes');
  const copies = numberAttribute(node, 'allowzero', 0) === 0;
  const shape = given.map((n, axis) => (n === 0 && copies ? (input.shape[axis] ?? 0) : n));
  const known = sizeOf(shape.filter((n) => n !== -1));
  return shape.map((n) => (n === -1 ? input.data.length / known : n));
}

function flatShape({ shape }: Value, _: Inputs, node: VersionedNode): readonly number[] {
  const given = numberAttribute(node, 'axis', 1);
  const axis = given === shape.length ? given : axisOf(given, shape.length, node);
  return [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis))];
}

function squeezed({ shape }: Value, inputs: Inputs, node: VersionedNode): readonly number[] {
  const axes = axesOf(inputs, 1, shape.length, node);
  return shape.filter((length, axis) => (axes ? !axes.includes(axis) : length !== 1));
}

function unsqueezed({ shape }: Value, inputs: Inputs, node: VersionedNode): readonly number[] {
  const count = (inputs[1] ? integers(inputs[1]) : (numbersAttribute(node, 'axes') ?? [])).length;
  const rank = shape.length + count;
  const axes = axesOf(inputs, 1, rank, node) ?? [];
  const rest = [...shape];
  return Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : (rest.shift() ?? 1)));
}

/** TensorProto.DataType of the float types. */
const floatTypes = [1, 10, 11, 16];
const booleanType = 9;

const cast: Operator = {
  forward(inputs, node) {
    const input = inputAt(inputs, 0, node);
    const to = numberAttribute(node, 'to', 1);
    if (floatTypes.includes(to)) return { shape: input.shape, data: floats(input) };
    const data = Int32Array.from(input.data as Float32Array, (value) =>
      to === booleanType ? Number(value !== 0) : value,
    );
    return { shape: input.shape, data };
  },
  backward({ gradient }) {
    return [gradient];
  },
};

export const reshapingOperators: Readonly<Record<string, Operator>> = {
  Identity: same,
  Dropout: same,
  Cast: cast,
  Reshape: reshaping(givenShape),
  Flatten: reshaping(flatShape),
  Squeeze: reshaping(squeezed),
  Unsqueeze: reshaping(unsqueezed),
};
