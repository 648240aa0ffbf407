import { describe, expect, test } from 'vitest';
import { RetinoscopeError } from '../errors.js';
import type { StimulusMovie } from '../stimuli/types.js';
import { openOnnx } from './runtime.js';
import { explainStimulus, runStimulus } from './stimulus-run.js';
import {
  attributeField,
  attributeType,
  dimensionField,
  encodeMessage,
  graphField,
  modelField,
  nodeField,
  opsetField,
  shapeField,
  tensorField,
  tensorTypeField,
  typeField,
  valueField,
  writeBytes,
  writeInt,
  writeMessage,
  writeString,
} from './wire.js';

const float32 = 1;
const uint8 = 2;

interface Sketch {
  readonly type?: number;
  readonly shape: readonly (number | string)[];
  readonly nodes: readonly {
    readonly operator: string;
    readonly from: readonly string[];
    readonly to: string;
    readonly ints?: Readonly<Record<string, readonly number[]>>;
    readonly int?: Readonly<Record<string, number>>;
  }[];
  readonly outputs: readonly string[];
  readonly constants?: Readonly<Record<string, readonly number[]>>;
}

/** A model of input `x`, its outputs of unknown shape. */
function onnx({ type = float32, shape, nodes, outputs, constants = {} }: Sketch): Uint8Array {
  return encodeMessage((model) => {
    writeInt(model, modelField.irVersion, 8);
    writeMessage(model, modelField.opsetImport, (id) => writeInt(id, opsetField.version, 17));
    writeMessage(model, modelField.graph, (graph) => {
      writeString(graph, graphField.name, 'sketch');
      for (const { operator, from, to, ints = {}, int = {} } of nodes) {
        writeMessage(graph, graphField.node, (node) => {
          for (const name of from) writeString(node, nodeField.input, name);
          writeString(node, nodeField.output, to);
          writeString(node, nodeField.opType, operator);
          for (const [name, values] of Object.entries(ints)) {
            writeMessage(node, nodeField.attribute, (attribute) => {
              writeString(attribute, attributeField.name, name);
              for (const value of values) writeInt(attribute, attributeField.ints, value);
              writeInt(attribute, attributeField.type, attributeType.ints);
            });
          }
          for (const [name, value] of Object.entries(int)) {
            writeMessage(node, nodeField.attribute, (attribute) => {
              writeString(attribute, attributeField.name, name);
              writeInt(attribute, attributeField.int, value);
              writeInt(attribute, attributeField.type, attributeType.int);
            });
          }
        });
      }
      for (const [name, values] of Object.entries(constants)) {
        writeMessage(graph, graphField.initializer, (tensor) => {
          writeInt(tensor, tensorField.dims, values.length);
          writeInt(tensor, tensorField.dataType, float32);
          writeString(tensor, tensorField.name, name);
          writeBytes(tensor, tensorField.rawData, new Uint8Array(Float32Array.from(values).buffer));
        });
      }
      writeMessage(graph, graphField.input, (value) => {
        writeString(value, valueField.name, 'x');
        writeMessage(value, valueField.type, (of) =>
          writeMessage(of, typeField.tensor, (tensor) => {
            writeInt(tensor, tensorTypeField.elementType, type);
            writeMessage(tensor, tensorTypeField.shape, (dims) => {
              for (const axis of shape) {
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
      for (const name of outputs) {
        writeMessage(graph, graphField.output, (value) => {
          writeString(value, valueField.name, name);
          writeMessage(value, valueField.type, (of) =>
            writeMessage(of, typeField.tensor, (tensor) =>
              writeInt(tensor, tensorTypeField.elementType, float32),
            ),
          );
        });
      }
    });
  });
}

const mean = (from: string, to: string) => ({
  operator: 'ReduceMean',
  from: [from],
  to,
  ints: { axes: [1, 2, 3] },
  int: { keepdims: 0 },
});

/** Frames whose every square has the contrast −1 + 2·t/frames. */
function rising(frames: number, height = 4, width = 4): StimulusMovie {
  const size = height * width;
  const data = Float32Array.from(
    { length: frames * size },
    (_, i) => -1 + (2 * Math.floor(i / size)) / frames,
  );
  return { shape: [frames, height, width], data };
}

async function run(
  bytes: Uint8Array,
  movie: StimulusMovie,
  values: readonly [number, number] = [-1, 1],
) {
  const session = await openOnnx(bytes);
  try {
    return await runStimulus(session, { movie, values });
  } finally {
    await session.dispose();
  }
}

describe('outputs', () => {
  const scale = { operator: 'Identity', from: ['c'], to: 'scale' };
  const constants = { c: [7, 8, 9] };

  // More than 256 frames are run in parts.
  for (const frames of [60, 300]) {
    test(`one that has no row for each of ${frames} frames is left out and named; the others are whole (1e-6)`, async () => {
      const model = onnx({
        shape: ['batch', 1, 4, 4],
        nodes: [scale, mean('x', 'rate')],
        outputs: ['scale', 'rate'],
        constants,
      });
      const movie = rising(frames);
      const { outputs, leftOut } = await run(model, movie);
      expect(leftOut).toEqual(['scale']);
      expect(outputs).toHaveLength(1);
      const [{ name, columns, values }] = outputs;
      expect({ name, columns, length: values.length }).toEqual({
        name: 'rate',
        columns: 1,
        length: frames,
      });
      values.forEach((rate, t) => {
        expect(Math.abs(rate - movie.data[t * 16])).toBeLessThan(1e-6);
      });
    });
  }

  test('a model without any is refused, its outputs named', async () => {
    const model = onnx({
      shape: ['batch', 1, 4, 4],
      nodes: [scale],
      outputs: ['scale'],
      constants,
    });
    await expect(run(model, rising(60))).rejects.toThrow(
      /^No output of the model has a row for each sample of its input: "scale"\./,
    );
  });

  test('of a model that takes one sample at a time and drops their axis, each run is a row (1e-6)', async () => {
    const model = onnx({
      shape: [1, 1, 4, 4],
      nodes: [
        {
          operator: 'ReduceMean',
          from: ['x'],
          to: 'mean',
          ints: { axes: [0, 1, 2, 3] },
          int: { keepdims: 0 },
        },
        { operator: 'Mul', from: ['mean', 'c'], to: 'rates' },
      ],
      outputs: ['rates'],
      constants,
    });
    const movie = rising(5);
    const { outputs } = await run(model, movie);
    expect(outputs[0].columns).toBe(3);
    const expected = Array.from({ length: 5 }, (_, t) =>
      constants.c.map((c) => c * movie.data[t * 16]),
    ).flat();
    outputs[0].values.forEach((rate, i) => {
      expect(Math.abs(rate - expected[i])).toBeLessThan(1e-6 * 9);
    });
  });
});

test('a model of bytes is given the nearest ones: mean grey of 0 … 255 is 128 (exact)', async () => {
  const model = onnx({
    type: uint8,
    shape: ['batch', 1, 4, 4],
    nodes: [
      { operator: 'Cast', from: ['x'], to: 'real', int: { to: float32 } },
      mean('real', 'rate'),
    ],
    outputs: ['rate'],
  });
  const contrasts = [-1, 0, 0.5, 1];
  const data = Float32Array.from({ length: 64 }, (_, i) => contrasts[Math.floor(i / 16)]);
  const { outputs } = await run(model, { shape: [4, 4, 4], data }, [0, 255]);
  expect([...outputs[0].values]).toEqual([0, 128, 191, 255]);
});

test('a file that ONNX Runtime would take for its own format is run as the ONNX model that was checked', async () => {
  const model = onnx({ shape: ['batch', 1, 4, 4], nodes: [mean('x', 'rate')], outputs: ['rate'] });
  // IR version 8 and the producer "ORTM": the mark of the other format at bytes 4 to 7.
  const disguised = Uint8Array.from([8, 8, 18, 4, ...new TextEncoder().encode('ORTM'), ...model]);
  const { outputs } = await run(disguised, rising(3));
  expect(outputs[0].values).toHaveLength(3);
});

describe('what drove a model is not computed where it would stop the page', () => {
  const refusal = (sketch: Sketch) => {
    const movie = rising(1, Number(sketch.shape[2]), Number(sketch.shape[3]));
    try {
      explainStimulus(onnx(sketch), { movie, values: [-1, 1], frame: 0, column: 0 });
    } catch (error) {
      if (error instanceof RetinoscopeError) return error.message;
      throw error;
    }
    return 'nothing was refused';
  };

  test('a fixed batch that makes one sample dear', () => {
    const relus = Array.from({ length: 50 }, (_, i) => ({
      operator: 'Relu',
      from: [i === 0 ? 'x' : `v${i - 1}`],
      to: `v${i}`,
    }));
    const sketch = (samples: number) => ({
      shape: [samples, 1, 64, 64],
      nodes: [...relus, mean('v49', 'rate')],
      outputs: ['rate'],
    });
    expect(refusal(sketch(1))).toBe('nothing was refused');
    expect(refusal(sketch(2000))).toMatch(/^What drove this model cannot be told here/);
  });

  test('many maps that are all kept', () => {
    const count = 300;
    const nodes = Array.from({ length: count }, (_, i) => ({
      operator: 'Relu',
      from: [i === 0 ? 'x' : `v${i - 1}`],
      to: `v${i}`,
    }));
    expect(
      refusal({
        shape: ['batch', 1, 512, 512],
        nodes: [...nodes, mean(`v${count - 1}`, 'rate')],
        outputs: ['rate'],
      }),
    ).toMatch(/^What drove this model cannot be told here/);
  });

  test('a pooling whose windows are many and large', () => {
    expect(
      refusal({
        shape: ['batch', 1, 300, 300],
        nodes: [
          {
            operator: 'MaxPool',
            from: ['x'],
            to: 'pooled',
            ints: { kernel_shape: [30, 30], strides: [1, 1] },
          },
          mean('pooled', 'rate'),
        ],
        outputs: ['rate'],
      }),
    ).toMatch(/MaxPool.* has windows of 900 values/);
  });
});
