/** Constant, and Shape: results that do not vary with the numbers of the input. */
import { inputAt, nodeError, numberAttribute, type Operator, type Value } from './types.js';

const constant: Operator = {
  forward(_, node): Value {
    for (const [name, value] of node.attributes) {
      if (typeof value === 'string') continue;
      if (typeof value === 'number' || Array.isArray(value)) {
        const values = typeof value === 'number' ? [value] : (value as readonly number[]);
        const shape = typeof value === 'number' ? [] : [values.length];
        return {
          shape,
          data: name.startsWith('value_int') ? Int32Array.from(values) : Float32Array.from(values),
        };
      }
      if ('data' in value) return value;
    }
    throw nodeError(node, 'holds no numbers; constants of texts or other kinds are not accepted');
  },
};

const shape: Operator = {
  forward(inputs, node) {
    const lengths = inputAt(inputs, 0, node).shape;
    const start = numberAttribute(node, 'start', 0);
    const end = numberAttribute(node, 'end', lengths.length);
    const data = Int32Array.from(lengths.slice(start, end));
    return { shape: [data.length], data };
  },
};

export const constantOperators: Readonly<Record<string, Operator>> = {
  Constant: constant,
  Shape: shape,
};
