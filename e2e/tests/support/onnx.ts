/**
 * ONNX files made node by node without the project's own writer, as odd as wanted: sizes up to 2^53, values without
 * data, data in other files, graphs within graphs. Checks nothing of what is asked for.
 */
import { npy } from './files.js';

type Attribute = number | string | readonly number[] | { readonly graph: GivenGraph };

interface GivenNode {
  readonly operator: string;
  readonly from: readonly string[];
  readonly to: string;
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

interface GivenConstant {
  readonly name: string;
  readonly dims: readonly number[];
  /** int64 when `whole`, else float32; none where the data are to be missing. */
  readonly values?: Iterable<number>;
  readonly whole?: boolean;
  /** Path or address of the data. */
  readonly external?: string;
}

interface GivenValue {
  readonly name: string;
  readonly dims: readonly (number | string)[];
}

interface GivenGraph {
  readonly nodes: readonly GivenNode[];
  readonly constants?: readonly GivenConstant[];
  readonly input?: GivenValue;
  readonly output: GivenValue | readonly GivenValue[];
}

interface GivenModel extends GivenGraph {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly producer?: string;
}

/** Bytes of an ONNX file of opset 17. */
export function onnx({ metadata = {}, producer = 'fixture', ...graph }: GivenModel): Buffer {
  return Buffer.concat([
    field(1, 8),
    field(2, producer),
    field(7, graphOf(graph)),
    field(8, Buffer.concat([field(1, ''), field(2, 17)])),
    ...Object.entries(metadata).map(([key, value]) =>
      field(14, Buffer.concat([field(1, key), field(2, value)])),
    ),
  ]);
}

/** An ONNX model of one operator without attributes, from float32 `x` to `y`, both `[batch, width]`. */
export function onnxModel(operator: string, width: number): Buffer {
  return onnx({
    input: { name: 'x', dims: ['batch', width] },
    output: { name: 'y', dims: ['batch', width] },
    nodes: [{ operator, from: ['x'], to: 'y' }],
  });
}

/**
 * A small network of the kind that the project exports: the last 3 frames of 4 × 4 squares, two filters, and one
 * rate, with every metadata of a cell and the picture of its receptive field.
 */
export function cellModel(metadata: Readonly<Record<string, string>> = {}): Buffer {
  const squares = Array.from({ length: 16 }, (_, i) => (i === 5 ? 127 : 0));
  return onnx({
    input: { name: 'stimulus', dims: ['batch', 3, 4, 4] },
    output: { name: 'rate', dims: ['batch', 1] },
    constants: [
      { name: 'filters', dims: [2, 3, 3, 3], values: Array.from({ length: 54 }, (_, i) => i / 54) },
      { name: 'offsets', dims: [2], values: [0.1, -0.1] },
      { name: 'readout', dims: [8, 1], values: Array.from({ length: 8 }, (_, i) => i / 8) },
      { name: 'shape', dims: [2], values: [-1, 8], whole: true },
    ],
    nodes: [
      {
        operator: 'Conv',
        from: ['stimulus', 'filters', 'offsets'],
        to: 'maps',
        attributes: { kernel_shape: [3, 3] },
      },
      { operator: 'Relu', from: ['maps'], to: 'rectified' },
      { operator: 'Reshape', from: ['rectified', 'shape'], to: 'flat' },
      { operator: 'MatMul', from: ['flat', 'readout'], to: 'drive' },
      { operator: 'Softplus', from: ['drive'], to: 'rate' },
    ],
    metadata: {
      format: 'retinoscope-model',
      variant: 'frames',
      temporal_axis: 'axis 1, oldest frame first, current frame last',
      units: 'spikes per frame',
      frame_rate_hz: '30',
      square_size_um: '100',
      stimulus_values: '[-0.5,0.5]',
      cell: '0',
      test_cc: '0.9',
      receptive_field: JSON.stringify({
        height: 4,
        width: 4,
        data: Buffer.from(squares).toString('base64'),
      }),
      ...metadata,
    },
  });
}

/** What `cellModel` takes: the ramp from −0.5 to 0.5 in every of `windows` windows. */
export function cellInput(windows: number): Buffer {
  const data = Float32Array.from({ length: windows * 48 }, (_, i) => (i % 48) / 47 - 0.5);
  return npy({ shape: [windows, 3, 4, 4], data });
}

function graphOf({ nodes, constants = [], input, output }: GivenGraph): Buffer {
  return Buffer.concat([
    ...nodes.map((node) => field(1, nodeOf(node))),
    field(2, 'graph'),
    ...constants.map((constant) => field(5, tensorOf(constant))),
    ...(input ? [field(11, typedValue(input))] : []),
    ...[output].flat().map((each) => field(12, typedValue(each))),
  ]);
}

function nodeOf({ operator, from, to, attributes = {} }: GivenNode): Buffer {
  return Buffer.concat([
    ...from.map((name) => field(1, name)),
    field(2, to),
    field(4, operator),
    ...Object.entries(attributes).map(([name, value]) =>
      field(5, Buffer.concat([field(1, name), attributeOf(value)])),
    ),
  ]);
}

/** The value, and its type. */
function attributeOf(value: Attribute): Buffer {
  if (typeof value === 'number') return Buffer.concat([field(3, value), field(20, 2)]);
  if (typeof value === 'string') return Buffer.concat([field(4, value), field(20, 3)]);
  if ('graph' in value) return Buffer.concat([field(6, graphOf(value.graph)), field(20, 5)]);
  return Buffer.concat([...value.map((each) => field(8, each)), field(20, 7)]);
}

function tensorOf({ name, dims, values, whole = false, external }: GivenConstant): Buffer {
  const given = [...(values ?? [])];
  const numbers = whole ? BigInt64Array.from(given, BigInt) : Float32Array.from(given);
  return Buffer.concat([
    ...dims.map((size) => field(1, size)),
    field(2, whole ? 7 : 1),
    field(8, name),
    ...(values ? [field(9, Buffer.from(numbers.buffer))] : []),
    ...(external === undefined
      ? []
      : [field(13, Buffer.concat([field(1, 'location'), field(2, external)])), field(14, 1)]),
  ]);
}

function typedValue({ name, dims }: GivenValue): Buffer {
  const shape = dims.map((size) => field(1, field(typeof size === 'number' ? 1 : 2, size)));
  const tensor = Buffer.concat([field(1, 1), field(2, Buffer.concat(shape))]);
  return Buffer.concat([field(1, name), field(2, field(1, tensor))]);
}

/** A field of a protocol buffer: a whole number, or bytes. */
function field(number: number, value: number | string | Buffer): Buffer {
  if (typeof value === 'number') return Buffer.concat([varint(number * 8), varint(value)]);
  const content = Buffer.from(value);
  return Buffer.concat([varint(number * 8 + 2), varint(content.length), content]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}
