/**
 * The ONNX protobuf on the wire: field numbers (onnx.proto3, IR version 8) and bounded reading and writing of messages.
 * Promises that reading stays inside the given bytes and throws on any damage; gives the bytes no meaning.
 */
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

export const modelField = {
  irVersion: 1,
  producerName: 2,
  producerVersion: 3,
  modelVersion: 5,
  docString: 6,
  graph: 7,
  opsetImport: 8,
  metadataProps: 14,
  functions: 25,
} as const;

export const graphField = {
  node: 1,
  name: 2,
  initializer: 5,
  docString: 10,
  input: 11,
  output: 12,
  sparseInitializer: 15,
} as const;

export const nodeField = {
  input: 1,
  output: 2,
  name: 3,
  opType: 4,
  attribute: 5,
  docString: 6,
  domain: 7,
} as const;

export const attributeField = {
  name: 1,
  float: 2,
  int: 3,
  string: 4,
  tensor: 5,
  graph: 6,
  floats: 7,
  ints: 8,
  tensors: 10,
  graphs: 11,
  type: 20,
  sparseTensor: 22,
  sparseTensors: 23,
} as const;

/** AttributeProto.AttributeType. */
export const attributeType = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  floats: 6,
  ints: 7,
} as const;

export const tensorField = {
  dims: 1,
  dataType: 2,
  floatData: 4,
  int32Data: 5,
  int64Data: 7,
  name: 8,
  rawData: 9,
  doubleData: 10,
  uint64Data: 11,
  docString: 12,
  dataLocation: 14,
} as const;

/** TensorProto.DataLocation.EXTERNAL. */
export const externalLocation = 1;

/** TensorProto.DataType.FLOAT. */
export const float32Type = 1;

export const sparseTensorField = { values: 1, indices: 2 } as const;

export const valueField = { name: 1, type: 2, docString: 3 } as const;

/** The members of TypeProto's `value`; each but `map` holds its element type, or a Tensor, in field 1. */
export const typeField = { tensor: 1, sequence: 4, map: 5, sparseTensor: 8, optional: 9 } as const;

/** TypeProto.Tensor. */
export const tensorTypeField = { elementType: 1, shape: 2 } as const;

/** TensorShapeProto. */
export const shapeField = { dim: 1 } as const;

/** TensorShapeProto.Dimension. */
export const dimensionField = { value: 1, parameter: 2 } as const;

/** OperatorSetIdProto. */
export const opsetField = { domain: 1, version: 2 } as const;

/** StringStringEntryProto. */
export const entryField = { key: 1, value: 2 } as const;

/** FunctionProto. */
export const functionField = { name: 1, node: 7, domain: 10, attributeProto: 11 } as const;

/** NumPy's names of TensorProto.DataType, by number. */
const elementTypeNames = [
  'undefined',
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64',
  'complex64',
  'complex128',
  'bfloat16',
] as const;

export function elementTypeName(type: number): string {
  return elementTypeNames[type] ?? `ONNX type ${type}`;
}

/** One field as met on the wire. */
export interface WireField {
  readonly reader: BinaryReader;
  readonly wire: WireType;
}

export type FieldHandlers = Readonly<Record<number, (field: WireField) => void>>;

/**
 * Calls the handler of each field of one message in order; fields without a handler are skipped. `met` is called at
 * each field, to count them. Throws on damage.
 */
export function readMessage(bytes: Uint8Array, handlers: FieldHandlers, met?: () => void): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    met?.();
    const [number, wire] = reader.tag();
    const handle = handlers[number];
    if (handle) handle({ reader, wire });
    else reader.skip(wire, number);
    if (reader.pos > reader.len) throw new RangeError('a field runs past the end of its message');
  }
}

function expectWire(found: WireType, expected: WireType): void {
  if (found !== expected) throw new TypeError(`wire type ${found} where ${expected} belongs`);
}

/** A nested message or raw bytes, as a view of the file. */
export function readBytes({ reader, wire }: WireField): Uint8Array {
  expectWire(wire, WireType.LengthDelimited);
  return reader.bytes();
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** A string of at most `limit` bytes. */
export function readString({ reader, wire }: WireField, limit: number): string {
  expectWire(wire, WireType.LengthDelimited);
  const bytes = reader.bytes();
  if (bytes.length > limit) throw new RangeError(`a text of ${bytes.length} bytes`);
  return utf8.decode(bytes);
}

/** A signed varint that fits a JavaScript integer. */
export function readInt({ reader, wire }: WireField): number {
  expectWire(wire, WireType.Varint);
  return safeInt(reader.int64());
}

/** Appends a repeated integer, packed or not, to `into`, which may hold `limit` at most. */
export function readInts({ reader, wire }: WireField, into: number[], limit: number): void {
  const push = (value: bigint | string) => {
    if (into.length >= limit) throw new RangeError(`more than ${limit} integers`);
    into.push(safeInt(value));
  };
  if (wire === WireType.Varint) {
    push(reader.int64());
    return;
  }
  const packed = new BinaryReader(readBytes({ reader, wire }));
  while (packed.pos < packed.len) push(packed.int64());
}

/** Calls `give` with each of a repeated varint's values, packed or not; those that no JavaScript integer holds are clamped. */
export function readClampedInts({ reader, wire }: WireField, give: (value: number) => void): void {
  const clamped = (value: bigint | string) =>
    Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Number(value)));
  if (wire === WireType.Varint) {
    give(clamped(reader.int64()));
    return;
  }
  const packed = new BinaryReader(readBytes({ reader, wire }));
  while (packed.pos < packed.len) give(clamped(packed.int64()));
}

/** Calls `give` with each of a repeated float's values, of 4 bytes, or double's, of 8, packed or not. */
export function readReals(field: WireField, size: 4 | 8, give: (value: number) => void): void {
  const next = (reader: BinaryReader) => (size === 4 ? reader.float() : reader.double());
  if (field.wire === (size === 4 ? WireType.Bit32 : WireType.Bit64)) {
    give(next(field.reader));
    return;
  }
  const packed = new BinaryReader(readBytes(field));
  while (packed.pos < packed.len) give(next(packed));
}

function safeInt(value: bigint | string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`the integer ${value}`);
  return number;
}

/** Writes one message's fields. */
export type MessageBody = (writer: BinaryWriter) => void;

/** The bytes of a top-level message. */
export function encodeMessage(body: MessageBody): Uint8Array {
  const writer = new BinaryWriter();
  body(writer);
  return writer.finish();
}

export function writeMessage(writer: BinaryWriter, field: number, body: MessageBody): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  body(writer);
  writer.join();
}

export function writeString(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value);
}

export function writeBytes(writer: BinaryWriter, field: number, value: Uint8Array): void {
  writer.tag(field, WireType.LengthDelimited).bytes(value);
}

export function writeInt(writer: BinaryWriter, field: number, value: number): void {
  writer.tag(field, WireType.Varint).int64(value);
}
