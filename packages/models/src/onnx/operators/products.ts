/** Gemm and MatMul: products of matrices, with the gradients of both factors. Sums are in 64 bits. */
import { broadcastIndex, commonShape, sumTo } from './broadcast.js';
import {
  floats,
  type Inputs,
  inputAt,
  nodeError,
  numberAttribute,
  type Operator,
  sizeOf,
  type VersionedNode,
} from './types.js';

/** A matrix inside an array: where it starts and how far apart its rows and columns are. */
interface Matrix {
  readonly data: Float32Array;
  readonly from: number;
  readonly row: number;
  readonly column: number;
}

function matrix(data: Float32Array, columns: number, transposed: boolean, from = 0): Matrix {
  return transposed
    ? { data, from, row: 1, column: columns }
    : { data, from, row: columns, column: 1 };
}

function transpose({ data, from, row, column }: Matrix): Matrix {
  return { data, from, row: column, column: row };
}

/** Adds scale · a `[rows, inner]` · b `[inner, columns]` to `into`. */
function addProduct(
  into: Matrix,
  a: Matrix,
  b: Matrix,
  [rows, inner, columns]: readonly [number, number, number],
  scale = 1,
): void {
  for (let m = 0; m < rows; m++) {
    for (let n = 0; n < columns; n++) {
      let sum = 0;
      let i = a.from + m * a.row;
      let j = b.from + n * b.column;
      for (let k = 0; k < inner; k++) {
        sum += a.data[i] * b.data[j];
        i += a.column;
        j += b.row;
      }
      into.data[into.from + m * into.row + n * into.column] += scale * sum;
    }
  }
}

interface Gemm {
  readonly a: Matrix;
  readonly b: Matrix;
  readonly size: readonly [number, number, number];
  readonly transA: boolean;
  readonly transB: boolean;
  readonly alpha: number;
  readonly beta: number;
}

function gemmOf(inputs: Inputs, node: VersionedNode): Gemm {
  const a = inputAt(inputs, 0, node);
  const b = inputAt(inputs, 1, node);
  const transA = numberAttribute(node, 'transA', 0) !== 0;
  const transB = numberAttribute(node, 'transB', 0) !== 0;
  const [rows, inner] = transA ? [a.shape[1], a.shape[0]] : a.shape;
  const [other, columns] = transB ? [b.shape[1], b.shape[0]] : b.shape;
  if (a.shape.length !== 2 || b.shape.length !== 2 || inner !== other) {
    throw unfit(a.shape, b.shape, node);
  }
  return {
    a: matrix(floats(a), a.shape[1], transA),
    b: matrix(floats(b), b.shape[1], transB),
    size: [rows, inner, columns],
    transA,
    transB,
    alpha: numberAttribute(node, 'alpha', 1),
    beta: numberAttribute(node, 'beta', 1),
  };
}

function unfit(a: readonly number[], b: readonly number[], node: VersionedNode) {
  return nodeError(
    node,
    `multiplies [${a.join(', ')}] by [${b.join(', ')}], which do not fit each other`,
    { shapes: [a, b] },
  );
}

const gemm: Operator = {
  forward(inputs, node) {
    const { a, b, size, alpha, beta } = gemmOf(inputs, node);
    const [rows, , columns] = size;
    const shape = [rows, columns];
    const data = new Float32Array(rows * columns);
    addProduct(matrix(data, columns, false), a, b, size, alpha);
    const added = inputs[2];
    if (added) {
      if (commonShape([added.shape, shape], node).join() !== shape.join()) {
        throw unfit(added.shape, shape, node);
      }
      const index = broadcastIndex(added.shape, shape);
      for (let i = 0; i < data.length; i++) data[i] += beta * added.data[index ? index[i] : i];
    }
    return { shape, data };
  },
  backward({ inputs, output, gradient, node, wanted }) {
    const { a, b, size, transA, transB, alpha, beta } = gemmOf(inputs, node);
    const [rows, inner, columns] = size;
    const g = matrix(gradient, columns, false);
    const result: (Float32Array | undefined)[] = [];
    if (wanted[0]) {
      result[0] = new Float32Array(a.data.length);
      const into = matrix(result[0], transA ? rows : inner, transA);
      addProduct(into, g, transpose(b), [rows, columns, inner], alpha);
    }
    if (wanted[1]) {
      result[1] = new Float32Array(b.data.length);
      const into = matrix(result[1], transB ? inner : columns, transB);
      addProduct(into, transpose(a), g, [inner, rows, columns], alpha);
    }
    if (wanted[2] && inputs[2]) {
      const scaled = gradient.map((value) => beta * value);
      result[2] = sumTo(scaled, inputs[2].shape, output.shape);
    }
    return result;
  },
};

interface Batches {
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly size: readonly [number, number, number];
  readonly shape: readonly number[];
  readonly count: number;
  /** Which matrix of a and of b each product takes. */
  readonly ofA: (i: number) => number;
  readonly ofB: (i: number) => number;
}

function batchesOf(inputs: Inputs, node: VersionedNode): Batches {
  const a = inputAt(inputs, 0, node);
  const b = inputAt(inputs, 1, node);
  const aShape = a.shape.length === 1 ? [1, ...a.shape] : a.shape;
  const bShape = b.shape.length === 1 ? [...b.shape, 1] : b.shape;
  const [rows, inner] = aShape.slice(-2);
  const [other, columns] = bShape.slice(-2);
  if (aShape.length < 2 || bShape.length < 2 || inner !== other)
    throw unfit(a.shape, b.shape, node);
  const aBatch = aShape.slice(0, -2);
  const bBatch = bShape.slice(0, -2);
  const batch = commonShape([aBatch, bBatch], node);
  const aIndex = broadcastIndex(aBatch, batch);
  const bIndex = broadcastIndex(bBatch, batch);
  return {
    a: floats(a),
    b: floats(b),
    size: [rows, inner, columns],
    shape: [
      ...batch,
      ...(a.shape.length === 1 ? [] : [rows]),
      ...(b.shape.length === 1 ? [] : [columns]),
    ],
    count: sizeOf(batch),
    ofA: (i) => aIndex?.[i] ?? i,
    ofB: (i) => bIndex?.[i] ?? i,
  };
}

const matMul: Operator = {
  forward(inputs, node) {
    const { a, b, size, shape, count, ofA, ofB } = batchesOf(inputs, node);
    const [rows, inner, columns] = size;
    const data = new Float32Array(count * rows * columns);
    for (let i = 0; i < count; i++) {
      addProduct(
        matrix(data, columns, false, i * rows * columns),
        matrix(a, inner, false, ofA(i) * rows * inner),
        matrix(b, columns, false, ofB(i) * inner * columns),
        size,
      );
    }
    return { shape, data };
  },
  backward({ inputs, gradient, node, wanted }) {
    const { a, b, size, count, ofA, ofB } = batchesOf(inputs, node);
    const [rows, inner, columns] = size;
    const ga = wanted[0] ? new Float32Array(a.length) : undefined;
    const gb = wanted[1] ? new Float32Array(b.length) : undefined;
    for (let i = 0; i < count; i++) {
      const g = matrix(gradient, columns, false, i * rows * columns);
      const atA = ofA(i) * rows * inner;
      const atB = ofB(i) * inner * columns;
      if (ga) {
        const right = transpose(matrix(b, columns, false, atB));
        addProduct(matrix(ga, inner, false, atA), g, right, [rows, columns, inner]);
      }
      if (gb) {
        const left = transpose(matrix(a, inner, false, atA));
        addProduct(matrix(gb, columns, false, atB), left, g, [inner, rows, columns]);
      }
    }
    return [ga, gb];
  },
};

export const productOperators: Readonly<Record<string, Operator>> = {
  Gemm: gemm,
  MatMul: matMul,
};
