/**
 * Sizes that operators give which cut, join, repeat and reorder. Where an argument has to be computed from the model's
 * input, those that keep at most what they are given have a bound; those that could make any size are refused.
 */
import { RetinoscopeError } from '../../errors.js';
import {
  axisOf,
  broadcast,
  type Call,
  foldedNumbers,
  type Known,
  knownShape,
  knownSize,
  type Outcome,
  productOf,
} from './known.js';

/** Refuses an operator that makes as much as a value says, when that value is not known beforehand. */
function needConstant(
  call: Call,
  what: string,
  values: readonly number[] | undefined,
): readonly number[] {
  if (values) return values;
  const { operator, name } = call.node;
  throw new RetinoscopeError(
    'model',
    `The model's operator ${operator} takes its ${what} from values that are computed as it runs, so it could need any amount of memory; ` +
      `${operator} with a constant ${what} is accepted.`,
    { operator, node: name },
  );
}

export function gives(output: Known): Outcome {
  return { outputs: [output], work: output.size };
}

/** The same numbers in another shape. */
function view(output: Known): Outcome {
  return { outputs: [output], work: 0 };
}

export function reshape(call: Call): Outcome {
  const x = call.input(0);
  const asked = call.argument('shape', 1);
  if (!asked) return view(knownSize(x.size));
  const copied = asked.map((length, axis) =>
    length === 0 && call.int('allowzero', 0) === 0 ? (x.shape?.[axis] ?? Number.NaN) : length,
  );
  const rest = productOf(copied.filter((length) => length !== -1));
  const shape = copied.map((length) => (length === -1 ? x.size / rest : length));
  const fits = shape.every((length) => Number.isInteger(length) && length >= 0);
  return view(
    x.shape && fits && productOf(shape) === x.size ? knownShape(shape) : knownSize(x.size),
  );
}

export function flatten(call: Call): Outcome {
  const { shape, size } = call.input(0);
  if (!shape) return view(knownSize(size));
  const axis = call.int('axis', 1);
  const at = axis < 0 ? axis + shape.length : axis;
  return view(knownShape([productOf(shape.slice(0, at)), productOf(shape.slice(at))]));
}

export function squeeze(call: Call): Outcome {
  const { shape, size } = call.input(0);
  const axes = call.argument('axes', 1);
  if (!shape || (!axes && call.computed(1))) return view(knownSize(size));
  const gone = axes?.map((axis) => axisOf(axis, shape.length));
  return view(
    knownShape(shape.filter((length, axis) => (gone ? !gone.includes(axis) : length !== 1))),
  );
}

export function unsqueeze(call: Call): Outcome {
  const { shape, size } = call.input(0);
  const axes = call.argument('axes', 1);
  if (!shape || !axes || axes.length > 64) return view(knownSize(size));
  const rank = shape.length + axes.length;
  const added = new Set(axes.map((axis) => axisOf(axis, rank)));
  const rest = shape[Symbol.iterator]();
  return view(
    knownShape(
      Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : (rest.next().value ?? 1))),
    ),
  );
}

export function transpose(call: Call): Outcome {
  const { shape, size } = call.input(0);
  const order = call.ints('perm');
  if (!shape || (order && order.length !== shape.length)) return gives(knownSize(size));
  return gives(knownShape(order ? order.map((axis) => shape[axis] ?? 1) : [...shape].reverse()));
}

export function concat(call: Call): Outcome {
  const parts = call.given;
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const shape = parts[0]?.shape;
  const axis = shape && axisOf(call.int('axis', 1), shape.length);
  if (axis === undefined) return gives(knownSize(size));
  if (parts.some((part) => part.shape?.length !== shape?.length)) return gives(knownSize(size));
  const length = parts.reduce((sum, part) => sum + (part.shape?.[axis] ?? 0), 0);
  return gives(knownShape(shape?.map((kept, i) => (i === axis ? length : kept)) ?? []));
}

export function split(call: Call): Outcome {
  const { shape, size } = call.input(0);
  const count = call.node.outputs.length;
  const axis = shape && axisOf(call.int('axis', 0), shape.length);
  if (axis === undefined || !shape || call.computed(1)) {
    return { outputs: [knownSize(size)], work: size };
  }
  const sizes = call.argument('split', 1);
  const each = Math.ceil(shape[axis] / count);
  const lengths = Array.from({ length: count }, (_, i) =>
    sizes ? (sizes[i] ?? 0) : Math.min(each, Math.max(0, shape[axis] - i * each)),
  );
  const outputs = lengths.map((length) =>
    knownShape(shape.map((kept, i) => (i === axis ? length : kept))),
  );
  return { outputs, work: size };
}

export function slice(call: Call): Outcome {
  const { shape, size } = call.input(0);
  const [starts, ends] = [call.argument('starts', 1), call.argument('ends', 2)];
  if (!shape || !starts || !ends || call.computed(1)) return gives(knownSize(size));
  const axes = call.argument('axes', 3) ?? starts.map((_, i) => i);
  const steps = call.argument('steps', 4) ?? [];
  const cut = [...shape];
  axes.slice(0, 64).forEach((of, i) => {
    const axis = axisOf(of, shape.length);
    if (axis !== undefined) cut[axis] = cutLength(shape[axis], starts[i], ends[i], steps[i] ?? 1);
  });
  return gives(knownShape(cut));
}

function cutLength(length: number, start: number, end: number, step: number): number {
  const back = step < 0;
  const clamp = (at: number, low: number, high: number) =>
    Math.max(low, Math.min(high, at < 0 ? at + length : at));
  const first = clamp(start, 0, back ? length - 1 : length);
  const last = clamp(end, back ? -1 : 0, back ? length - 1 : length);
  return Math.max(0, Math.ceil((last - first) / (step || 1)));
}

export function gather(call: Call): Outcome {
  const [data, indices] = [call.input(0), call.input(1)];
  const axis = data.shape && axisOf(call.int('axis', 0), data.shape.length);
  if (!data.shape || !indices.shape || axis === undefined) {
    return gives(knownSize(data.size * indices.size || 0));
  }
  const [ahead, after] = [data.shape.slice(0, axis), data.shape.slice(axis + 1)];
  return gives(knownShape([...ahead, ...indices.shape, ...after]));
}

export function gatherNd(call: Call): Outcome {
  const [data, indices] = [call.input(0), call.input(1)];
  if (!data.shape || !indices.shape) return gives(knownSize(data.size * indices.size || 0));
  const taken = Math.max(0, call.int('batch_dims', 0)) + (indices.shape.at(-1) ?? 0);
  return gives(knownShape([...indices.shape.slice(0, -1), ...data.shape.slice(taken)]));
}

export function reduce(call: Call): Outcome {
  const x = call.input(0);
  const axes = call.argument('axes', 1);
  const none = !axes || axes.length === 0;
  const output = (() => {
    if (!x.shape || call.computed(1)) return knownSize(x.size);
    if (none && call.int('noop_with_empty_axes', 0) === 1) return x;
    const { length } = x.shape;
    const gone = new Set(none ? x.shape.keys() : axes.map((axis) => axisOf(axis, length)));
    return reduced(x.shape, gone, call);
  })();
  return { outputs: [withoutValues(output)], work: x.size };
}

export function argument(call: Call): Outcome {
  const x = call.input(0);
  const gone = x.shape && new Set([axisOf(call.int('axis', 0), x.shape.length)]);
  const output = x.shape && gone ? reduced(x.shape, gone, call) : knownSize(x.size);
  return { outputs: [output], work: x.size };
}

function reduced(
  shape: readonly number[],
  gone: ReadonlySet<number | undefined>,
  call: Call,
): Known {
  const keep = call.int('keepdims', 1) === 1;
  return knownShape(
    shape.flatMap((length, axis) => (gone.has(axis) ? (keep ? [1] : []) : [length])),
  );
}

export function withoutValues({ shape, size }: Known): Known {
  return { shape, size };
}

export function pad(call: Call): Outcome {
  const x = call.input(0);
  const pads = needConstant(
    call,
    'padding',
    call.ints('pads') ?? call.ints('paddings') ?? call.input(1).values,
  );
  const axes = call.has(3) ? needConstant(call, 'axes', call.input(3).values) : undefined;
  const { shape } = x;
  if (!shape) {
    const most = pads.reduce((product, length) => product * (1 + Math.max(0, length)), 1);
    return gives(knownSize(x.size * most || 0));
  }
  const added = shape.map(() => 0);
  const count = pads.length / 2;
  pads.forEach((length, i) => {
    const of = i % count;
    const axis = axisOf(axes ? (axes[of] ?? -1) : of, shape.length);
    if (axis !== undefined) added[axis] += length;
  });
  return gives(knownShape(shape.map((length, axis) => length + added[axis])));
}

export function expand(call: Call): Outcome {
  const x = call.input(0);
  const asked = knownShape(needConstant(call, 'shape', call.input(1).values));
  return gives(broadcast([withoutValues(x), asked]));
}

export function tile(call: Call): Outcome {
  const x = call.input(0);
  const repeats = needConstant(call, 'repeats', call.input(1).values);
  if (!x.shape) return gives(knownSize(x.size * productOf(repeats) || 0));
  return gives(knownShape(x.shape.map((length, axis) => length * (repeats[axis] ?? 1))));
}

export function constantOfShape(call: Call): Outcome {
  return gives(knownShape(needConstant(call, 'shape', call.input(0).values)));
}

export function range(call: Call): Outcome {
  const [start, limit, delta] = [0, 1, 2].map(
    (at) => needConstant(call, 'limits', call.input(at).values)[0],
  );
  const steps = (limit - start) / delta;
  // Floats of up to 24 bits are counted through without rounding.
  const whole = [start, limit, delta].every(
    (value, at) => Number.isInteger(value) && (call.input(at).integer || Math.abs(value) < 2 ** 24),
  );
  const length = Number.isNaN(steps) ? Number.POSITIVE_INFINITY : Math.max(0, Math.ceil(steps));
  return gives(whole ? knownShape([length]) : knownSize(length + 1));
}

export function oneHot(call: Call): Outcome {
  const indices = call.input(0);
  const [depth] = needConstant(call, 'depth', call.input(1).values);
  return gives(knownSize(Math.max(0, indices.size * depth) || 0));
}

export function resize(call: Call): Outcome {
  const x = call.input(0);
  const { operator, inputs } = call.node;
  // Upsample, and Resize of opset 10, have no region of interest before the scales.
  const scalesAt = operator === 'Upsample' || inputs.length === 2 ? 1 : 2;
  const sizes = call.has(3) ? needConstant(call, 'sizes', call.input(3).values) : undefined;
  const scales = sizes?.length
    ? undefined
    : needConstant(call, 'scales', call.ints('scales') ?? call.input(scalesAt).values);
  if (call.text('coordinate_transformation_mode') === 'tf_crop_and_resize') {
    needConstant(call, 'mode tf_crop_and_resize', undefined);
  }
  const { shape } = x;
  if (!shape)
    return gives(knownSize(sizes ? productOf(sizes) : x.size * productOf(scales ?? []) || 0));
  const axes = call.ints('axes') ?? shape.map((_, axis) => axis);
  const factors = shape.map(() => 1);
  axes.slice(0, 64).forEach((of, i) => {
    const axis = axisOf(of, shape.length);
    if (axis === undefined) return;
    factors[axis] = scales ? (scales[i] ?? 1) : (sizes?.[i] ?? 1) / Math.max(1, shape[axis]);
  });
  const policy = call.text('keep_aspect_ratio_policy');
  if (sizes && policy !== '' && policy !== 'stretch') {
    const most = Math.max(...factors) + 1;
    return gives(knownSize(x.size * most ** axes.length || 0));
  }
  const exact = shape.map((length, axis) => length * factors[axis]);
  // Rounding differs between versions: a length next to a whole number could be either.
  const near = exact.some(
    (length) =>
      length !== Math.round(length) && Math.abs(length - Math.round(length)) < 1e-3 + 1e-6 * length,
  );
  const output = knownShape(exact.map(scales ? Math.floor : Math.round));
  return gives(scales && near ? knownSize(productOf(exact.map(Math.ceil))) : output);
}

export function shapeOf(call: Call): Outcome {
  const { shape } = call.input(0);
  const length = shape
    ? shape.slice(call.int('start', 0), call.int('end', shape.length)).length
    : 0;
  return { outputs: [shape ? knownShape([length]) : knownSize(64)], work: 0 };
}

export function constant(call: Call): Outcome {
  const { attributes, name } = call.node;
  const view = (known: Known) => ({ outputs: [known], work: 0 });
  if (call.constant) return view(call.constant);
  const real = attributes.get('value_float') ?? attributes.get('value_floats');
  const value = real ?? attributes.get('value_int') ?? attributes.get('value_ints');
  const values = typeof value === 'object' && 'length' in value ? value : [value];
  if (!values.every((number) => typeof number === 'number')) {
    throw new RetinoscopeError(
      'model',
      'The model has a Constant of texts or in sparse form; constants of plain numbers are accepted.',
      { operator: 'Constant', node: name },
    );
  }
  const known = knownShape(typeof value === 'number' ? [] : [values.length]);
  const folds = values.length <= foldedNumbers && values.every((v) => Math.abs(v) < 2 ** 31);
  return view(folds ? { ...known, values, integer: real === undefined } : known);
}

export function topK(call: Call): Outcome {
  const { shape, size } = call.input(0);
  const k = call.node.attributes.has('k') ? call.int('k', 1) : call.input(1).values?.[0];
  const axis = shape && axisOf(call.int('axis', -1), shape.length);
  const output =
    shape && axis !== undefined && k !== undefined
      ? knownShape(shape.map((length, i) => (i === axis ? k : length)))
      : knownSize(size);
  return { outputs: [output, output], work: size };
}

export function nonZero(call: Call): Outcome {
  const { shape, size } = call.input(0);
  return gives(knownSize(size * (shape?.length ?? 64)));
}

/** `DepthToSpace` and `SpaceToDepth`. */
export function blocks(call: Call): Outcome {
  const { shape, size } = call.input(0);
  const block = Math.max(1, call.int('blocksize', 1));
  if (shape?.length !== 4) return gives(knownSize(size));
  const [n, c, y, x] = shape;
  const deeper = call.node.operator === 'SpaceToDepth';
  const lengths = deeper
    ? [n, c * block * block, y / block, x / block]
    : [n, c / (block * block), y * block, x * block];
  return gives(lengths.every(Number.isInteger) ? knownShape(lengths) : knownSize(size));
}

export function gridSample(call: Call): Outcome {
  const [x, grid] = [call.input(0).shape, call.input(1).shape];
  if (!x || !grid) return gives(knownSize(call.input(0).size * call.input(1).size || 0));
  return gives(knownShape([...x.slice(0, 2), ...grid.slice(1, -1)]));
}

/** `RandomNormal` and `RandomUniform`. */
export function random(call: Call): Outcome {
  return gives(knownShape(call.ints('shape') ?? []));
}
