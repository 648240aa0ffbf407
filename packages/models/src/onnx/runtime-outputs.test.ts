import { describe, expect, test } from 'vitest';
import { openOnnx } from './runtime.js';
import {
  dimensionField,
  encodeMessage,
  float32Type,
  graphField,
  modelField,
  nodeField,
  opsetField,
  shapeField,
  tensorTypeField,
  typeField,
  valueField,
  writeInt,
  writeMessage,
  writeString,
} from './wire.js';

/** From `x` of `[N, 4]`: `left`, its negative, and `right`, its magnitude. */
function twoOutputs(): Uint8Array {
  return encodeMessage((model) => {
    writeInt(model, modelField.irVersion, 8);
    writeMessage(model, modelField.opsetImport, (id) => writeInt(id, opsetField.version, 17));
    writeMessage(model, modelField.graph, (graph) => {
      writeString(graph, graphField.name, 'two outputs');
      for (const [operator, output] of [
        ['Neg', 'left'],
        ['Abs', 'right'],
      ]) {
        writeMessage(graph, graphField.node, (node) => {
          writeString(node, nodeField.input, 'x');
          writeString(node, nodeField.output, output);
          writeString(node, nodeField.opType, operator);
        });
      }
      for (const [field, name] of [
        [graphField.input, 'x'],
        [graphField.output, 'left'],
        [graphField.output, 'right'],
      ] as const) {
        writeMessage(graph, field, (value) => {
          writeString(value, valueField.name, name);
          writeMessage(value, valueField.type, (type) =>
            writeMessage(type, typeField.tensor, (tensor) => {
              writeInt(tensor, tensorTypeField.elementType, float32Type);
              writeMessage(tensor, tensorTypeField.shape, (dims) => {
                writeMessage(dims, shapeField.dim, (dim) =>
                  writeString(dim, dimensionField.parameter, 'N'),
                );
                writeMessage(dims, shapeField.dim, (dim) => writeInt(dim, dimensionField.value, 4));
              });
            }),
          );
        });
      }
    });
  });
}

describe('outputs', () => {
  const input = { shape: [2, 4], data: Float32Array.of(1, -2, 3, -4, 5, 6, -7, 8) };
  const left = { shape: [2, 4], data: input.data.map((value) => -value) };
  const right = { shape: [2, 4], data: input.data.map(Math.abs) };

  test('the first is given when none is asked for', async () => {
    const session = await openOnnx(twoOutputs());
    expect(await session.run(input)).toMatchObject({
      outputs: [{ name: 'left', output: left }],
      output: left,
      outputName: 'left',
    });
    await session.dispose();
  });

  test('those asked for are given in that order, joined over parts', async () => {
    const session = await openOnnx(twoOutputs());
    const result = await session.run(input, { outputs: ['right', 'left', 'right'] });
    expect(result).toMatchObject({
      outputs: [
        { name: 'right', output: right },
        { name: 'left', output: left },
        { name: 'right', output: right },
      ],
      output: right,
      outputName: 'right',
    });
    const long = { shape: [600, 4], data: Float32Array.from({ length: 2400 }, (_, i) => i - 900) };
    const { outputs } = await session.run(long, { outputs: ['right', 'left'] });
    expect(outputs.map(({ output }) => output)).toEqual([
      { shape: [600, 4], data: long.data.map(Math.abs) },
      { shape: [600, 4], data: long.data.map((value) => -value) },
    ]);
    await session.dispose();
  });

  test('one that the model lacks is refused with those that it has', async () => {
    const session = await openOnnx(twoOutputs());
    await expect(session.run(input, { outputs: ['middle'] })).rejects.toMatchObject({
      kind: 'model',
      message: expect.stringMatching(/no output "middle"; it has "left", "right"/),
    });
    await session.dispose();
  });
});
