import { describe, expect, test } from 'vitest';
import type { Tensor } from '../files/types.js';
import { configureOnnxRuntime, openOnnx } from './index.js';
import {
  attributeField,
  attributeType,
  dimensionField,
  encodeMessage,
  externalLocation,
  graphField,
  modelField,
  nodeField,
  opsetField,
  shapeField,
  tensorField,
  tensorTypeField,
  typeField,
  valueField,
  writeInt,
  writeMessage,
  writeString,
} from './wire.js';

/** TensorProto.DataType. */
const onnxType = { float32: 1, uint8: 2, int16: 5, int32: 6, int64: 7, bool: 9, float64: 11 };

interface Sketch {
  readonly operator?: string;
  readonly domain?: string;
  readonly opset?: number;
  readonly type?: keyof typeof onnxType;
  readonly outputType?: keyof typeof onnxType;
  readonly inputs?: readonly string[];
  readonly shape?: readonly (number | string)[];
  readonly outputShape?: readonly (number | string)[];
  readonly ints?: Readonly<Record<string, number | readonly number[]>>;
}

/** A model of one node from `inputs` to `y`. */
function sketch(given: Sketch = {}): Uint8Array {
  const { operator = 'Relu', domain = '', opset = 17, type = 'float32', inputs = ['x'] } = given;
  const { shape = ['N', 3], outputType = type, ints = {} } = given;
  const outputShape = given.outputShape ?? shape;
  return encodeMessage((model) => {
    writeInt(model, modelField.irVersion, 8);
    writeMessage(model, modelField.opsetImport, (id) => writeInt(id, opsetField.version, opset));
    if (domain) {
      writeMessage(model, modelField.opsetImport, (id) => {
        writeString(id, opsetField.domain, domain);
        writeInt(id, opsetField.version, 1);
      });
    }
    writeMessage(model, modelField.graph, (graph) => {
      writeString(graph, graphField.name, 'sketch');
      writeMessage(graph, graphField.node, (node) => {
        for (const name of inputs) writeString(node, nodeField.input, name);
        writeString(node, nodeField.output, 'y');
        writeString(node, nodeField.opType, operator);
        writeString(node, nodeField.domain, domain);
        for (const [name, value] of Object.entries(ints)) {
          writeMessage(node, nodeField.attribute, (attribute) => {
            writeString(attribute, attributeField.name, name);
            if (typeof value === 'number') {
              writeInt(attribute, attributeField.int, value);
              writeInt(attribute, attributeField.type, attributeType.int);
            } else {
              for (const each of value) writeInt(attribute, attributeField.ints, each);
              writeInt(attribute, attributeField.type, attributeType.ints);
            }
          });
        }
      });
      const values = [
        ...inputs.map((name) => ({ field: graphField.input, name, of: type, axes: shape })),
        { field: graphField.output, name: 'y', of: outputType, axes: outputShape },
      ];
      for (const { field, name, of, axes } of values) {
        writeMessage(graph, field, (value) => {
          writeString(value, valueField.name, name);
          writeMessage(value, valueField.type, (kind) =>
            writeMessage(kind, typeField.tensor, (tensor) => {
              writeInt(tensor, tensorTypeField.elementType, onnxType[of]);
              writeMessage(tensor, tensorTypeField.shape, (dims) => {
                for (const axis of axes) {
                  writeMessage(dims, shapeField.dim, (dim) =>
                    typeof axis === 'number'
                      ? writeInt(dim, dimensionField.value, axis)
                      : writeString(dim, dimensionField.parameter, axis),
                  );
                }
              });
            }),
          );
        });
      }
    });
  });
}

async function runOnce(model: Uint8Array, input: Tensor): Promise<Tensor> {
  const session = await openOnnx(model);
  try {
    return (await session.run(input)).output;
  } finally {
    await session.dispose();
  }
}

const refusal = (kind: string, message: RegExp) =>
  expect.objectContaining({
    name: 'RetinoscopeError',
    kind,
    message: expect.stringMatching(message),
  });

/** A model that lengthens the second axis of its input `[1, 3]` by `length`. */
const padded = (length: number) =>
  sketch({
    operator: 'Pad',
    opset: 10,
    shape: [1, 3],
    outputShape: ['A', 'B'],
    ints: { pads: [0, 0, 0, length] },
  });

const ramp = (length: number) => Float32Array.from({ length }, (_, i) => i - length / 2);

describe('parts', () => {
  test('a fixed batch is filled up and cut', async () => {
    const model = sketch({ operator: 'Neg', shape: [4, 3] });
    for (const samples of [1, 4, 5, 8]) {
      const data = ramp(samples * 3);
      const found = await runOnce(model, { shape: [samples, 3], data });
      expect(found).toEqual({ shape: [samples, 3], data: data.map((value) => -value) });
    }
  });

  test('a free batch of 1,000 samples is run in parts whose progress ends at 1', async () => {
    const session = await openOnnx(sketch({ operator: 'Neg' }));
    const data = ramp(3000);
    const done: number[] = [];
    const { output, outputName } = await session.run(
      { shape: [1000, 3], data },
      { onProgress: (progress) => done.push(progress.done) },
    );
    expect(outputName).toBe('y');
    expect(output).toEqual({ shape: [1000, 3], data: data.map((value) => -value) });
    expect(done.length).toBeGreaterThan(1);
    expect(done.at(-1)).toBe(1);
    await session.dispose();
  });

  test('an output without a batch axis cannot be joined, and the refusal says how many samples fit', async () => {
    const model = sketch({
      operator: 'ReduceSum',
      shape: [2, 3],
      outputShape: [1, 1],
      ints: { keepdims: 1 },
    });
    expect((await runOnce(model, { shape: [2, 3], data: ramp(6) })).data).toEqual(
      Float32Array.of(-3),
    );
    await expect(runOnce(model, { shape: [4, 3], data: ramp(12) })).rejects.toEqual(
      refusal('model', /shape \[1, 1\] for 2 samples/),
    );
  });

  test('an abort stops a run between parts', async () => {
    const session = await openOnnx(sketch());
    const controller = new AbortController();
    const parts: number[] = [];
    const run = session.run(
      { shape: [2000, 3], data: ramp(6000) },
      {
        signal: controller.signal,
        onProgress: (progress) => {
          parts.push(progress.done);
          controller.abort();
        },
      },
    );
    await expect(run).rejects.toEqual(refusal('cancelled', /Cancelled/));
    expect(parts).toHaveLength(1);
    await session.dispose();
  });
});

describe('input', () => {
  test('a shape that does not fit is refused with the shape given and the shape accepted', async () => {
    const model = sketch({ shape: ['batch', 2, 5] });
    for (const shape of [
      [3, 2, 4],
      [3, 10],
      [2, 5],
      [1, 1, 2, 5],
    ]) {
      const data = ramp(shape.reduce((a, b) => a * b));
      await expect(runOnce(model, { shape, data })).rejects.toEqual(
        refusal('model', new RegExp(`\\[${shape.join(', ')}\\].*\\[batch, 2, 5\\]`)),
      );
    }
    await expect(runOnce(model, { shape: [2, 2, 5], data: ramp(3) })).rejects.toEqual(
      refusal('data', /3 values.*needs 20/),
    );
    await expect(runOnce(model, { shape: [0, 2, 5], data: ramp(0) })).rejects.toEqual(
      refusal('data', /at least one sample/),
    );
  });

  test('values that are not finite are refused with their first position', async () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const data = ramp(12);
      data[7] = value;
      data[9] = Number.NaN;
      await expect(runOnce(sketch(), { shape: [4, 3], data })).rejects.toEqual(
        refusal('data', new RegExp(`${value} at \\[2, 1\\]`)),
      );
    }
  });

  test('every array type is converted to the type of the model', async () => {
    const values = [1, 2, 3];
    const inputs = [
      Float32Array.from(values),
      Float64Array.from(values),
      Int8Array.from(values),
      Uint8Array.from(values),
      Int16Array.from(values),
      Uint16Array.from(values),
      Int32Array.from(values),
      Uint32Array.from(values),
      BigInt64Array.from(values.map(BigInt)),
      BigUint64Array.from(values.map(BigInt)),
    ];
    const expected = {
      float32: Float32Array.from(values),
      float64: Float64Array.from(values),
      int32: Int32Array.from(values),
      int64: BigInt64Array.from(values.map(BigInt)),
      uint8: Uint8Array.from(values),
    };
    for (const [type, data] of Object.entries(expected)) {
      const model = sketch({ operator: 'Identity', type: type as keyof typeof expected });
      const session = await openOnnx(model);
      for (const input of inputs) {
        const { output } = await session.run({ shape: [1, 3], data: input });
        expect(output).toEqual({ shape: [1, 3], data });
      }
      await session.dispose();
    }
  });

  test('values outside the type of the model are refused with their position', async () => {
    const cases = [
      { type: 'uint8', data: Float32Array.of(0, 256, 1) },
      { type: 'uint8', data: Int8Array.of(0, -1, 1) },
      { type: 'int32', data: Float32Array.of(0, 0.5, 1) },
      { type: 'int64', data: Float64Array.of(0, 2 ** 63, 1) },
      { type: 'int64', data: BigUint64Array.of(0n, 2n ** 63n, 1n) },
      { type: 'float32', data: Float64Array.of(0, -(2 ** 128), 1) },
      { type: 'bool', data: Uint8Array.of(0, 2, 1) },
    ] as const;
    for (const { type, data } of cases) {
      const model = sketch({ operator: 'Identity', type });
      await expect(runOnce(model, { shape: [1, 3], data })).rejects.toEqual(
        refusal(
          'data',
          new RegExp(`${String(data[1]).replace('+', '\\+')}.* at \\[0, 1\\].*type ${type}`),
        ),
      );
    }
  });
});

describe('refused models', () => {
  test('an operator that ONNX Runtime lacks is named', async () => {
    await expect(openOnnx(sketch({ operator: 'GratingDetector' }))).rejects.toEqual(
      refusal('model', /operator GratingDetector, .*opset 17/),
    );
    await expect(openOnnx(sketch({ operator: 'Fused', domain: 'com.acme' }))).rejects.toEqual(
      refusal('model', /operator com\.acme:Fused/),
    );
    await expect(openOnnx(sketch({ type: 'int16' }))).rejects.toEqual(
      refusal('model', /operator Relu with element types/),
    );
    await expect(openOnnx(sketch({ opset: 99 }))).rejects.toEqual(
      refusal('model', /opset 99; .* up to \d+/),
    );
  });

  test('a graph that is not sound is refused in one line', async () => {
    await expect(openOnnx(sketch({ shape: ['N', 3], outputShape: ['N', 4] }))).rejects.toEqual(
      refusal('model', /^ONNX Runtime cannot run this model: [^\n]+$/),
    );
  });

  test('several inputs, none, and inputs of other types are refused by name', async () => {
    await expect(openOnnx(sketch({ operator: 'Add', inputs: ['left', 'right'] }))).rejects.toEqual(
      refusal('model', /2 inputs \("left", "right"\)/),
    );
    await expect(openOnnx(sketch({ operator: 'Constant', inputs: [] }))).rejects.toEqual(
      refusal('model', /no input/),
    );
  });

  test('a model cut short is refused as a file', async () => {
    const bytes = sketch();
    await expect(openOnnx(bytes.subarray(0, bytes.length - 5))).rejects.toEqual(
      refusal('file', /damaged, cut short/),
    );
  });

  test('a model with data in another file is refused', async () => {
    const model = encodeMessage((writer) => {
      writer.raw(sketch());
      writeMessage(writer, modelField.graph, (graph) =>
        writeMessage(graph, graphField.initializer, (tensor) => {
          writeString(tensor, tensorField.name, 'w');
          writeInt(tensor, tensorField.dataLocation, externalLocation);
        }),
      );
    });
    await expect(openOnnx(model)).rejects.toEqual(refusal('model', /"w" in another file/));
  });

  test('a model whose size or cost cannot be borne is refused before it runs', async () => {
    const sizes = { operator: 'ConstantOfShape', type: 'int64', outputType: 'float32' } as const;
    await expect(
      openOnnx(sketch({ ...sizes, shape: [2], outputShape: ['A', 'B'] })),
    ).rejects.toEqual(
      refusal('model', /ConstantOfShape takes its shape from values that are computed/),
    );
    await expect(openOnnx(padded(300_000_000))).rejects.toEqual(
      refusal('memory', /a value of 300000003 numbers.*up to 268435456/),
    );
    await expect(openOnnx(sketch({ operator: 'Loop' }))).rejects.toEqual(
      refusal('model', /without control flow/),
    );
    await expect(openOnnx(sketch({ operator: 'Relu', inputs: ['y'] }))).rejects.toEqual(
      refusal('model', /"y" twice/),
    );
  });

  test('a model that asks for more memory than there is fails, and the next one runs', async () => {
    for (let i = 0; i < 2; i++) {
      await expect(runOnce(padded(268_000_000), { shape: [1, 3], data: ramp(3) })).rejects.toEqual(
        refusal('memory', /more memory/),
      );
    }
    expect((await runOnce(sketch(), { shape: [1, 3], data: ramp(3) })).shape).toEqual([1, 3]);
  });
});

describe('sessions', () => {
  test('creations, runs and releases at once give the same as one after the other', async () => {
    const negate = await openOnnx(sketch({ operator: 'Neg' }));
    const data = ramp(1500);
    const input = { shape: [500, 3], data };
    const [first, second, rectify, absolute] = await Promise.all([
      negate.run(input),
      negate.run(input),
      openOnnx(sketch({ operator: 'Relu' })),
      openOnnx(sketch({ operator: 'Abs' })),
    ]);
    expect(first.output.data).toEqual(data.map((value) => -value));
    expect(second.output).toEqual(first.output);
    const [positive, , magnitude] = await Promise.all([
      rectify.run(input),
      negate.dispose(),
      absolute.run(input),
    ]);
    expect(positive.output.data).toEqual(data.map((value) => Math.max(value, 0)));
    expect(magnitude.output.data).toEqual(data.map(Math.abs));
    await Promise.all([rectify.dispose(), absolute.dispose()]);
  });

  test('disposing twice is harmless; a closed model refuses to run', async () => {
    const session = await openOnnx(sketch());
    await Promise.all([session.dispose(), session.dispose()]);
    await session.dispose();
    await expect(session.run({ shape: [1, 3], data: ramp(3) })).rejects.toEqual(
      refusal('model', /closed/),
    );
  });

  test('a run under way ends when its model is closed', async () => {
    const session = await openOnnx(sketch());
    const run = session.run({ shape: [5000, 3], data: ramp(15000) });
    const [result] = await Promise.allSettled([run, session.dispose()]);
    expect(result).toMatchObject({ status: 'rejected', reason: { kind: 'model' } });
  });

  test('options cannot change once ONNX Runtime is loaded', async () => {
    await (await openOnnx(sketch())).dispose();
    expect(() => configureOnnxRuntime({})).not.toThrow();
    expect(() => configureOnnxRuntime({ threads: 2 })).toThrow(
      refusal('settings', /already loaded/),
    );
  });
});
