/**
 * Small constants followed through a graph: what exporters compute from shapes at run time (`Shape` → `Gather` →
 * `Concat` → `Reshape`) is known beforehand. Constants of at most 64 numbers; everything else gives `undefined`.
 * Promises ONNX Runtime's own arithmetic, float32 and integers that do not overflow, for a file could otherwise
 * make a size that is small here and large there. Sums of floats, whose rounding depends on their order, are not known.
 */
import { axisOf, type Call, foldedNumbers, type Known, productOf } from './known.js';

interface Constant {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly integer: boolean;
}

type Fold = (call: Call, output: Known) => readonly number[] | undefined;

/** TensorProto.DataType. */
const castTypes = { float32: 1, int32: 6, int64: 7, bool: 9 };

function constantOf(value: Known): Constant | undefined {
  const { shape, values, integer = false } = value;
  return shape && values ? { shape, values, integer } : undefined;
}

/** Position on each axis of the number at `flat`. */
function positionOf(flat: number, shape: readonly number[]): number[] {
  const position: number[] = [];
  let rest = flat;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    position.unshift(rest % shape[axis]);
    rest = Math.floor(rest / shape[axis]);
  }
  return position;
}

function flatOf(position: readonly number[], shape: readonly number[]): number {
  return position.reduce((flat, index, axis) => flat * shape[axis] + index, 0);
}

/** The numbers of `output`, each from the position of `from` that `where` gives. */
function picked(
  from: Constant,
  output: Known,
  where: (position: readonly number[]) => readonly number[],
): number[] | undefined {
  const { shape } = output;
  if (!shape || output.size > foldedNumbers) return undefined;
  return Array.from(
    { length: output.size },
    (_, flat) => from.values[flatOf(where(positionOf(flat, shape)), from.shape)],
  );
}

/** The position in an array of `shape` that is broadcast to `position`. */
function broadcastPosition(position: readonly number[], shape: readonly number[]): number[] {
  const ahead = position.length - shape.length;
  return shape.map((length, axis) => (length === 1 ? 0 : (position[axis + ahead] ?? 0)));
}

type Compute = (values: readonly number[], integer: boolean, call: Call) => number;

function elementwise(compute: Compute): Fold {
  return (call, output) => {
    const constants = call.given.map(constantOf);
    const spread = constants.map(
      (constant) =>
        constant &&
        picked(constant, output, (position) => broadcastPosition(position, constant.shape)),
    );
    const integer = constants.at(-1)?.integer ?? false;
    if (!spread.every((values) => values?.every(Number.isFinite))) return undefined;
    return Array.from({ length: output.size }, (_, i) =>
      compute(
        spread.map((values) => values?.[i] ?? 0),
        integer,
        call,
      ),
    );
  };
}

const same: Fold = (call) => call.input(0).values;

const reduced =
  (combine: (a: number, b: number) => number): Fold =>
  (call, output) => {
    const values = call.input(0).values;
    return output.size === 1 && values?.length && values.every(Number.isFinite)
      ? [values.reduce((a, b) => combine(a, b))]
      : undefined;
  };

/** Where all inputs are integers. */
const ofIntegers =
  (fold: Fold): Fold =>
  (call, output) =>
    call.given.every((value) => value.integer) ? fold(call, output) : undefined;

const gather: Fold = (call, output) => {
  const [data, indices] = [constantOf(call.input(0)), constantOf(call.input(1))];
  const axis = data && axisOf(call.int('axis', 0), data.shape.length);
  if (!data || !indices || axis === undefined) return undefined;
  return picked(data, output, (position) => {
    const index =
      indices.values[flatOf(position.slice(axis, axis + indices.shape.length), indices.shape)];
    return [
      ...position.slice(0, axis),
      index < 0 ? index + data.shape[axis] : index,
      ...position.slice(axis + indices.shape.length),
    ];
  });
};

const transpose: Fold = (call, output) => {
  const data = constantOf(call.input(0));
  if (!data) return undefined;
  const order = call.ints('perm') ?? data.shape.map((_, axis) => data.shape.length - 1 - axis);
  return picked(data, output, (position) =>
    data.shape.map((_, axis) => position[order.indexOf(axis)]),
  );
};

const slice: Fold = (call, output) => {
  const data = constantOf(call.input(0));
  const starts = call.argument('starts', 1);
  if (!data || !starts || call.computed(1)) return undefined;
  const axes = call.argument('axes', 3) ?? starts.map((_, i) => i);
  const steps = call.argument('steps', 4) ?? starts.map(() => 1);
  return picked(data, output, (position) =>
    position.map((index, axis) => {
      const i = axes.findIndex((of) => axisOf(of, data.shape.length) === axis);
      if (i < 0) return index;
      const length = data.shape[axis];
      const start = starts[i] < 0 ? starts[i] + length : starts[i];
      const first = Math.max(0, Math.min(steps[i] < 0 ? length - 1 : length, start));
      return first + index * steps[i];
    }),
  );
};

const concat: Fold = (call, output) => {
  const parts = call.given.map(constantOf);
  const rank = output.shape?.length ?? 0;
  const axis = axisOf(call.int('axis', 0), rank);
  if (axis === undefined || output.size > foldedNumbers) return undefined;
  if (!parts.every((part) => part !== undefined)) return undefined;
  const rows = productOf(output.shape?.slice(0, axis) ?? []);
  return Array.from({ length: rows }, (_, row) =>
    parts.flatMap(({ values }) => {
      const length = values.length / rows;
      return values.slice(row * length, (row + 1) * length);
    }),
  ).flat();
};

const cast: Fold = (call) => {
  const values = call.input(0).values;
  if (!values?.every(Number.isFinite)) return undefined;
  switch (call.int('to', 0)) {
    case castTypes.float32:
      return values;
    case castTypes.int32:
    case castTypes.int64:
      return values.map(Math.trunc);
    case castTypes.bool:
      return values.map((value) => Number(value !== 0));
    default:
      return undefined;
  }
};

const constantOfShape: Fold = (call, output) =>
  Array.from({ length: output.size }, () =>
    call.constant ? (call.constant.values?.[0] ?? Number.NaN) : 0,
  );

const range: Fold = (call, output) => {
  const [start, delta] = [call.input(0).values?.[0], call.input(2).values?.[0]];
  if (start === undefined || delta === undefined || output.size > foldedNumbers) return undefined;
  return Array.from({ length: output.size }, (_, i) => start + i * delta);
};

const spread: Fold = (call, output) => {
  const data = constantOf(call.input(0));
  return data && picked(data, output, (at) => broadcastPosition(at, data.shape));
};

const tile: Fold = (call, output) => {
  const data = constantOf(call.input(0));
  return data && picked(data, output, (at) => at.map((index, axis) => index % data.shape[axis]));
};

const divide = ([a, b]: readonly number[], integer: boolean) =>
  integer ? Math.trunc(a / b) : a / b;
const modulo: Compute = ([a, b], _, call) =>
  call.int('fmod', 0) === 1 ? a % b : a - b * Math.floor(a / b);

const folds: Readonly<Record<string, Fold>> = {
  Shape: (call) => {
    const shape = call.input(0).shape;
    return shape?.slice(call.int('start', 0), call.int('end', shape.length));
  },
  Size: (call) => (call.input(0).shape ? [call.input(0).size] : undefined),
  Identity: same,
  Reshape: same,
  Squeeze: same,
  Unsqueeze: same,
  Flatten: same,
  Cast: cast,
  ConstantOfShape: constantOfShape,
  Gather: gather,
  Transpose: transpose,
  Slice: slice,
  Concat: concat,
  Range: ofIntegers(range),
  Expand: spread,
  Tile: tile,
  ReduceProd: ofIntegers(reduced((a, b) => a * b)),
  ReduceSum: ofIntegers(reduced((a, b) => a + b)),
  ReduceMax: reduced(Math.max),
  ReduceMin: reduced(Math.min),
  Add: elementwise(([a, b]) => a + b),
  Sub: elementwise(([a, b]) => a - b),
  Mul: elementwise(([a, b]) => a * b),
  Div: elementwise(divide),
  Mod: elementwise(modulo),
  Min: elementwise((values) => Math.min(...values)),
  Max: elementwise((values) => Math.max(...values)),
  Neg: elementwise(([a]) => -a),
  Abs: elementwise(([a]) => Math.abs(a)),
  Floor: elementwise(([a]) => Math.floor(a)),
  Ceil: elementwise(([a]) => Math.ceil(a)),
  Sqrt: elementwise(([a]) => Math.sqrt(a)),
  Not: elementwise(([a]) => Number(a === 0)),
  And: elementwise(([a, b]) => Number(a !== 0 && b !== 0)),
  Or: elementwise(([a, b]) => Number(a !== 0 || b !== 0)),
  Equal: elementwise(([a, b]) => Number(a === b)),
  Greater: elementwise(([a, b]) => Number(a > b)),
  GreaterOrEqual: elementwise(([a, b]) => Number(a >= b)),
  Less: elementwise(([a, b]) => Number(a < b)),
  LessOrEqual: elementwise(([a, b]) => Number(a <= b)),
  Where: elementwise(([condition, a, b]) => (condition !== 0 ? a : b)),
};

const integerResults = new Set([
  'Shape',
  'Size',
  'Not',
  'And',
  'Or',
  'Equal',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
]);

function isInteger(call: Call): boolean {
  const { operator } = call.node;
  if (operator === 'Cast') return call.int('to', 0) !== castTypes.float32;
  if (operator === 'ConstantOfShape') return call.constant?.integer ?? false;
  if (operator === 'Where') return call.input(1).integer ?? false;
  return integerResults.has(operator) || (call.input(0).integer ?? false);
}

const selections = new Set([
  'Identity',
  'Reshape',
  'Squeeze',
  'Unsqueeze',
  'Flatten',
  'Gather',
  'Transpose',
  'Slice',
  'Concat',
  'Expand',
  'Tile',
]);

/** Whether `value` is one that the file has as more than 32 bits, moved but not computed with. */
function isKept(operator: string, value: number): boolean {
  return selections.has(operator) && Math.abs(value) === Number.POSITIVE_INFINITY;
}

/** `output` with the numbers that the node gives, where they are few and its inputs are constants. */
export function folded(call: Call, output: Known): Known {
  const { operator } = call.node;
  if (output.size > foldedNumbers || !output.shape || !Object.hasOwn(folds, operator))
    return output;
  const integer = isInteger(call);
  const values = folds[operator](call, output)?.map(integer ? (value) => value : Math.fround);
  const sound = (value: number) =>
    integer ? Math.abs(value) < 2 ** 31 || isKept(operator, value) : Number.isFinite(value);
  return values?.length === output.size && values.every(sound)
    ? { ...output, values, integer }
    : output;
}
