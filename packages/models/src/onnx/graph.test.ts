import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RetinoscopeError } from '../errors.js';
import { readGraph } from './graph.js';
import {
  attributeField,
  attributeType,
  encodeMessage,
  functionField,
  graphField,
  type MessageBody,
  modelField,
  nodeField,
  tensorField,
  valueField,
  writeBytes,
  writeInt,
  writeMessage,
  writeString,
} from './wire.js';
import { identityModel } from './write.js';

const dataDir = '../shared/data/onnx';

function model(graph: MessageBody, more: MessageBody = () => {}): Uint8Array {
  return encodeMessage((writer) => {
    writeInt(writer, modelField.irVersion, 8);
    more(writer);
    writeMessage(writer, modelField.graph, (body) => {
      graph(body);
      writeMessage(body, graphField.output, (value) => writeString(value, valueField.name, 'y'));
    });
  });
}

/** A TensorProto; `stored` writes its values. */
const tensor =
  (type: number, dims: readonly number[], stored: MessageBody): MessageBody =>
  (writer) => {
    for (const dim of dims) writeInt(writer, tensorField.dims, dim);
    writeInt(writer, tensorField.dataType, type);
    writeString(writer, tensorField.name, 'w');
    stored(writer);
  };

function constant(body: MessageBody) {
  const graph = readGraph(model((graph) => writeMessage(graph, graphField.initializer, body)));
  const read = graph.initializers.get('w');
  if (!read) throw new Error('no initialiser');
  return read();
}

const raw =
  (array: ArrayBufferView): MessageBody =>
  (writer) =>
    writeBytes(
      writer,
      tensorField.rawData,
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
    );

/** A repeated varint, one field each or packed. */
const varints =
  (field: number, values: readonly (number | bigint)[], packed: boolean): MessageBody =>
  (writer) => {
    if (packed) {
      writer.tag(field, 2).fork();
      for (const value of values) writer.int64(value);
      writer.join();
    } else {
      for (const value of values) writer.tag(field, 0).int64(value);
    }
  };

const floats =
  (field: number, values: readonly number[], packed: boolean): MessageBody =>
  (writer) => {
    if (packed) {
      writer.tag(field, 2).fork();
      for (const value of values) writer.float(value);
      writer.join();
    } else {
      for (const value of values) writer.tag(field, 5).float(value);
    }
  };

function refusal(task: () => unknown): RetinoscopeError {
  try {
    task();
  } catch (error) {
    if (error instanceof RetinoscopeError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('constants', () => {
  test('float32 gives the same numbers raw, typed and packed', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true }), { minLength: 1 }), (values) => {
        const expected = Float32Array.from(values);
        const dims = [values.length];
        for (const stored of [
          raw(expected),
          floats(tensorField.floatData, values, true),
          floats(tensorField.floatData, values, false),
        ]) {
          expect(constant(tensor(1, dims, stored)).data).toEqual(expected);
        }
      }),
    );
  });

  test('every integer type gives int32, raw and typed', () => {
    const arrays = [
      [2, 'uint8', Uint8Array.of(0, 7, 255), tensorField.int32Data],
      [3, 'int8', Int8Array.of(-128, 7, 127), tensorField.int32Data],
      [4, 'uint16', Uint16Array.of(0, 7, 65535), tensorField.int32Data],
      [5, 'int16', Int16Array.of(-32768, 7, 32767), tensorField.int32Data],
      [6, 'int32', Int32Array.of(-(2 ** 31), 7, 2 ** 31 - 1), tensorField.int32Data],
      [7, 'int64', BigInt64Array.of(-5n, 7n, 2n ** 31n - 1n), tensorField.int64Data],
      [9, 'bool', Uint8Array.of(0, 1, 1), tensorField.int32Data],
      [12, 'uint32', Uint32Array.of(0, 7, 2 ** 31 - 1), tensorField.uint64Data],
      [13, 'uint64', BigUint64Array.of(0n, 7n, 2n ** 31n - 1n), tensorField.uint64Data],
    ] as const;
    for (const [type, name, array, field] of arrays) {
      const expected = Int32Array.from(array, Number);
      for (const stored of [
        raw(array),
        varints(field, [...array], true),
        varints(field, [...array], false),
      ]) {
        const found = constant(tensor(type, [3], stored));
        expect(found.type).toBe(name);
        expect(found.data).toEqual(expected);
      }
    }
  });

  test('integers outside 32 bits are clamped, as sizes that mean "to the end" are', () => {
    const ends = BigInt64Array.of(2n ** 63n - 1n, -(2n ** 63n), 2n ** 31n, -3n);
    const expected = Int32Array.of(2 ** 31 - 1, -(2 ** 31), 2 ** 31 - 1, -3);
    expect(constant(tensor(7, [4], raw(ends))).data).toEqual(expected);
    const typed = varints(tensorField.int64Data, [...ends], true);
    expect(constant(tensor(7, [4], typed)).data).toEqual(expected);
  });

  test('half, brain and double precision give float32', () => {
    const half = Uint16Array.of(0x3c00, 0xc100, 0x7bff, 0x0001);
    expect([...constant(tensor(10, [4], raw(half))).data]).toEqual([1, -2.5, 65504, 2 ** -24]);
    const typed = varints(tensorField.int32Data, [...half], true);
    expect([...constant(tensor(10, [4], typed)).data]).toEqual([1, -2.5, 65504, 2 ** -24]);
    const brain = Uint16Array.of(0x3f80, 0xc020);
    expect([...constant(tensor(16, [2], raw(brain))).data]).toEqual([1, -2.5]);
    const double = Float64Array.of(0.1, -3);
    expect(constant(tensor(11, [2], raw(double))).data).toEqual(Float32Array.of(0.1, -3));
  });

  test('a scalar has the shape []', () => {
    expect(constant(tensor(1, [], raw(Float32Array.of(5))))).toMatchObject({ shape: [] });
  });

  test('shapes that disagree with the values stored are refused before any allocation', () => {
    const four = raw(new Float32Array(4));
    for (const [dims, message] of [
      [[5], /asks for 5 values, but 4 are stored/],
      [[2, 3], /asks for 6 values/],
      [[], /asks for 1 values/],
      [[-4], /lengths from 0/],
      [[2 ** 40], /up to 268435456 are accepted/],
      [[2 ** 50, 2 ** 50, 2 ** 50], /up to 268435456 are accepted/],
    ] as const) {
      expect(refusal(() => constant(tensor(1, dims, four)))).toMatchObject({
        kind: 'model',
        message: expect.stringMatching(message),
      });
    }
    expect(refusal(() => constant(tensor(1, [3], () => {}))).message).toMatch(/0 are stored/);
  });

  test('texts have a shape, and their values are refused by type', () => {
    const found = constant(tensor(8, [2], () => {}));
    expect(found.shape).toEqual([2]);
    expect(refusal(() => found.data).message).toMatch(/of type string; float32/);
  });
});

describe('nodes', () => {
  const attribute =
    (name: string, type: number | undefined, body: MessageBody): MessageBody =>
    (node) =>
      writeMessage(node, nodeField.attribute, (writer) => {
        writeString(writer, attributeField.name, name);
        if (type !== undefined) writeInt(writer, attributeField.type, type);
        body(writer);
      });

  test('attributes of every kind, with and without their type; zeros that are left out', () => {
    const bytes = model((graph) =>
      writeMessage(graph, graphField.node, (node) => {
        writeString(node, nodeField.input, 'x');
        writeString(node, nodeField.input, '');
        writeString(node, nodeField.output, 'y');
        writeString(node, nodeField.opType, 'Op');
        writeString(node, nodeField.domain, 'ai.onnx');
        attribute('f', attributeType.float, (w) => w.tag(attributeField.float, 5).float(0.5))(node);
        attribute('i', undefined, (w) => writeInt(w, attributeField.int, -3))(node);
        attribute('zero', attributeType.int, () => {})(node);
        attribute('none', attributeType.ints, () => {})(node);
        attribute('s', attributeType.string, (w) => writeString(w, attributeField.string, 'SAME'))(
          node,
        );
        attribute('fs', attributeType.floats, floats(attributeField.floats, [1, 2.5], true))(node);
        attribute(
          'is',
          attributeType.ints,
          varints(attributeField.ints, [2n ** 63n - 1n, 4], true),
        )(node);
        attribute('t', attributeType.tensor, (w) =>
          writeMessage(w, attributeField.tensor, tensor(6, [1], raw(Int32Array.of(9)))),
        )(node);
        attribute('g', 5, (w) => writeMessage(w, attributeField.graph, () => {}))(node);
      }),
    );
    const [node] = readGraph(bytes).nodes;
    expect(node).toMatchObject({ operator: 'Op', domain: '', inputs: ['x', ''], outputs: ['y'] });
    const { t, ...rest } = Object.fromEntries(node.attributes);
    expect(rest).toEqual({
      f: 0.5,
      i: -3,
      zero: 0,
      none: [],
      s: 'SAME',
      fs: [1, 2.5],
      is: [Number.MAX_SAFE_INTEGER, 4],
      g: 'other',
    });
    expect(t).toMatchObject({ shape: [1], type: 'int32', data: Int32Array.of(9) });
  });

  test('an attribute that is given twice is damage', () => {
    const twice = model((graph) =>
      writeMessage(graph, graphField.node, (node) => {
        for (const value of [1, 2]) {
          attribute('axis', attributeType.int, (w) => writeInt(w, attributeField.int, value))(node);
        }
      }),
    );
    expect(refusal(() => readGraph(twice)).kind).toBe('file');
  });

  test('10,000 nodes are read and 10,001 are refused', () => {
    const nodes = (count: number) =>
      model((graph) => {
        for (let i = 0; i < count; i++) writeMessage(graph, graphField.node, () => {});
      });
    expect(readGraph(nodes(10_000)).nodes).toHaveLength(10_000);
    expect(refusal(() => readGraph(nodes(10_001)))).toMatchObject({
      kind: 'model',
      message: expect.stringMatching(/10001 nodes.*up to 10000/),
    });
  });

  test('a constant defined twice and an operator of the file itself are refused by name', () => {
    const twice = model((graph) => {
      for (let i = 0; i < 2; i++) {
        writeMessage(graph, graphField.initializer, tensor(1, [], raw(new Float32Array(1))));
      }
    });
    expect(refusal(() => readGraph(twice)).message).toMatch(/constant "w" twice/);
    const own = model(
      (graph) =>
        writeMessage(graph, graphField.node, (node) => writeString(node, nodeField.opType, 'Relu')),
      (writer) =>
        writeMessage(writer, modelField.functions, (body) =>
          writeString(body, functionField.name, 'Relu'),
        ),
    );
    expect(refusal(() => readGraph(own)).message).toMatch(/operator Relu itself/);
  });

  test('the smallest model of the writer', () => {
    expect(readGraph(identityModel())).toMatchObject({
      nodes: [{ operator: 'Identity', inputs: ['x'], outputs: ['y'] }],
      inputs: [{ name: 'x', shape: [1] }],
      outputs: [{ name: 'y', shape: [1] }],
      opset: 17,
    });
  });

  test.skipIf(!existsSync(dataDir))('models of another tool (shared data)', () => {
    const graph = readGraph(readFileSync(`${dataDir}/bn_cnn_40x50x50.onnx`));
    expect(graph.nodes.map((node) => node.operator).slice(0, 5)).toEqual([
      'Conv',
      'Reshape',
      'BatchNormalization',
      'Reshape',
      'Relu',
    ]);
    expect(graph.nodes[2].attributes.get('epsilon')).toBeCloseTo(1e-5, 10);
    expect(graph.initializers.get('c1.weight')?.().shape).toEqual([8, 40, 15, 15]);
    expect([...(graph.initializers.get('val_9')?.().data ?? [])]).toEqual([2, 10368]);
  });
});
