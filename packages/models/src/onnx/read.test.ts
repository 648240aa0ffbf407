import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FittedModel } from '../architecture/types.js';
import { RetinoscopeError } from '../errors.js';
import { importOnnx } from './import.js';
import { parseOnnx, readModelCard } from './read.js';
import {
  attributeField,
  dimensionField,
  encodeMessage,
  externalLocation,
  float32Type,
  functionField,
  graphField,
  type MessageBody,
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
import { exportOnnx } from './write.js';

const dataDir = '../shared/data/onnx';

const fitted: FittedModel = {
  format: 'retinoscope-model',
  formatVersion: 1,
  softwareVersion: '0.1.0',
  architecture: {
    version: 2,
    lags: 2,
    height: 3,
    width: 3,
    layers: [{ filters: 1, height: 2, width: 2 }],
    head: 'softplus',
  },
  parameters: {
    layers: [{ weights: new Float32Array(8).fill(0.25), bias: new Float32Array(1) }],
    readout: new Float32Array(4).fill(0.5),
    readoutBias: 0,
    alpha: 1,
    beta: 1,
  },
  provenance: {
    recording: 'cells',
    cell: 3,
    crop: { x: 1, y: 2, width: 3, height: 3 },
    frameRate: 30,
    seed: 7,
    settings: { steps: 10 },
    validationLoss: 0.5,
  },
};

function foreign(graph: MessageBody, model: MessageBody = () => {}, irVersion = 8): Uint8Array {
  return encodeMessage((writer) => {
    writeInt(writer, modelField.irVersion, irVersion);
    writeMessage(writer, modelField.opsetImport, (opset) =>
      writeInt(opset, opsetField.version, 17),
    );
    model(writer);
    writeMessage(writer, modelField.graph, (body) => {
      graph(body);
      writeMessage(body, graphField.output, (value) => writeString(value, valueField.name, 'y'));
    });
  });
}

const tensor =
  (name: string, location = 0): MessageBody =>
  (writer) => {
    writeInt(writer, tensorField.dataType, float32Type);
    writeString(writer, tensorField.name, name);
    writeInt(writer, tensorField.dataLocation, location);
  };

function failure(task: () => unknown): RetinoscopeError {
  try {
    task();
  } catch (error) {
    if (error instanceof RetinoscopeError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('readModelCard', () => {
  test.skipIf(!existsSync(dataDir))(
    'reads a fixed-batch model of another tool (shared data)',
    () => {
      const card = readModelCard(readFileSync(`${dataDir}/bn_cnn_40x50x50.onnx`));
      expect(card.producer).toBe('pytorch 2.13.0+cpu');
      expect(card.opset).toBe(20);
      expect(card.inputs).toEqual([{ name: 'x', type: 'float32', shape: [2, 40, 50, 50] }]);
      expect(card.outputs.map((output) => output.shape)).toEqual([[2, 4]]);
      expect(card.operators).toContain('BatchNormalization');
      expect(card.operators).toContain('Conv');
    },
  );

  test.skipIf(!existsSync(dataDir))(
    'reads a dynamic-batch model of another tool (shared data)',
    () => {
      const card = readModelCard(readFileSync(`${dataDir}/two_layer_30x30_dynamic_batch.onnx`));
      expect(card).toEqual({
        producer: 'pytorch 2.13.0',
        opset: 13,
        inputs: [{ name: 'stimulus', type: 'float32', shape: ['batch', 1, 30, 30] }],
        outputs: [{ name: 'rate', type: 'float32', shape: ['batch', 1] }],
        operators: expect.arrayContaining(['Conv', 'Flatten', 'Gemm', 'Relu', 'Softplus']),
        metadata: {},
      });
    },
  );

  test('initialisers are no inputs; free axes, missing shapes and other types are named', () => {
    const bytes = foreign((graph) => {
      writeMessage(graph, graphField.initializer, tensor('w'));
      for (const name of ['w', 'x']) {
        writeMessage(graph, graphField.input, (value) => {
          writeString(value, valueField.name, name);
          writeMessage(value, valueField.type, (type) =>
            writeMessage(type, typeField.tensor, (of) => {
              writeInt(of, tensorTypeField.elementType, 7);
              writeMessage(of, tensorTypeField.shape, (shape) => {
                writeMessage(shape, shapeField.dim, () => {});
                writeMessage(shape, shapeField.dim, (dim) =>
                  writeInt(dim, dimensionField.value, -1),
                );
                writeMessage(shape, shapeField.dim, (dim) =>
                  writeInt(dim, dimensionField.value, 5),
                );
                writeMessage(shape, shapeField.dim, (dim) =>
                  writeString(dim, dimensionField.parameter, 'N'),
                );
              });
            }),
          );
        });
      }
      writeMessage(graph, graphField.input, (value) => {
        writeString(value, valueField.name, 's');
        writeMessage(value, valueField.type, (type) =>
          writeMessage(type, typeField.sequence, () => {}),
        );
      });
    });
    expect(readModelCard(bytes).inputs).toEqual([
      { name: 'x', type: 'int64', shape: ['?', '?', 5, 'N'] },
      { name: 's', type: 'sequence', shape: ['…'] },
    ]);
  });

  test('operators of subgraphs and functions are listed, functions themselves are not', () => {
    const node =
      (operator: string, domain = '', more: MessageBody = () => {}): MessageBody =>
      (writer) => {
        writeString(writer, nodeField.opType, operator);
        writeString(writer, nodeField.domain, domain);
        more(writer);
      };
    const bytes = foreign(
      (graph) => {
        writeMessage(graph, graphField.node, node('Mine', 'local'));
        writeMessage(graph, graphField.node, node('Fused', 'com.acme'));
        writeMessage(
          graph,
          graphField.node,
          node('If', '', (writer) =>
            writeMessage(writer, nodeField.attribute, (attribute) =>
              writeMessage(attribute, attributeField.graph, (inner) =>
                writeMessage(inner, graphField.node, node('Tanh')),
              ),
            ),
          ),
        );
      },
      (model) =>
        writeMessage(model, modelField.functions, (body) => {
          writeString(body, functionField.name, 'Mine');
          writeString(body, functionField.domain, 'local');
          writeMessage(body, functionField.node, node('Abs'));
        }),
    );
    expect(readModelCard(bytes).operators).toEqual(['Abs', 'If', 'Tanh', 'com.acme:Fused']);
  });

  test('a tensor kept in another file is found wherever it hides', () => {
    const outside = tensor('weights', externalLocation);
    const attribute = (field: number, body: MessageBody): MessageBody => {
      return (writer) =>
        writeMessage(writer, nodeField.attribute, (inner) => writeMessage(inner, field, body));
    };
    const inNode = (body: MessageBody): MessageBody => {
      return (graph) => writeMessage(graph, graphField.node, body);
    };
    const initializer: MessageBody = (graph) =>
      writeMessage(graph, graphField.initializer, outside);
    const places: MessageBody[] = [
      initializer,
      (graph) =>
        writeMessage(graph, graphField.sparseInitializer, (sparse) =>
          writeMessage(sparse, 1, outside),
        ),
      inNode(attribute(attributeField.tensor, outside)),
      inNode(attribute(attributeField.tensors, outside)),
      inNode(attribute(attributeField.graph, initializer)),
      inNode(attribute(attributeField.graphs, initializer)),
      inNode(attribute(attributeField.sparseTensor, (sparse) => writeMessage(sparse, 2, outside))),
    ];
    for (const place of places) expect(parseOnnx(foreign(place)).external).toBe('weights');
    expect(parseOnnx(foreign(() => {})).external).toBeUndefined();
  });

  test('a file cut short anywhere is refused or gives a card, and never anything else', () => {
    const bytes = exportOnnx(fitted, 'frames');
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.subarray(0, length);
      try {
        expect(readModelCard(cut).opset).toBeLessThanOrEqual(17);
      } catch (error) {
        expect(error).toBeInstanceOf(RetinoscopeError);
        expect(error).toMatchObject({ kind: 'file' });
      }
      expect(['file', 'model']).toContain(failure(() => importOnnx(cut)).kind);
    }
  });

  test('arbitrary bytes are refused as a file', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(failure(() => readModelCard(bytes)).kind).toBe('file');
      }),
      { numRuns: 500 },
    );
  });

  test('a file with changed bytes gives a card or a refusal', () => {
    const bytes = exportOnnx(fitted, 'frames');
    const changes = fc.array(fc.record({ at: fc.nat(bytes.length - 1), to: fc.nat(255) }), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(changes, (edits) => {
        const changed = bytes.slice();
        for (const { at, to } of edits) changed[at] = to;
        for (const read of [readModelCard, importOnnx]) {
          try {
            read(changed);
          } catch (error) {
            expect(error).toBeInstanceOf(RetinoscopeError);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('endless parts, deep nesting, huge metadata and huge files are refused', () => {
    const many = foreign((graph) => {
      for (let i = 0; i < 1_000_001; i++) writeMessage(graph, graphField.node, () => {});
    });
    expect(failure(() => readModelCard(many))).toMatchObject({
      kind: 'model',
      message: expect.stringContaining('parts'),
    });

    let deep: MessageBody = () => {};
    for (let i = 0; i < 40; i++) {
      const inner = deep;
      deep = (graph) =>
        writeMessage(graph, graphField.node, (node) =>
          writeMessage(node, nodeField.attribute, (attribute) =>
            writeMessage(attribute, attributeField.graph, inner),
          ),
        );
    }
    expect(failure(() => readModelCard(foreign(deep))).kind).toBe('file');

    const talkative = foreign(
      () => {},
      (model) =>
        writeMessage(model, modelField.metadataProps, (entry) =>
          writeString(entry, 2, 'x'.repeat(2 ** 24)),
        ),
    );
    expect(failure(() => readModelCard(talkative)).kind).toBe('model');

    const versions = new Uint8Array(2 * 10_000_001).fill(8 * modelField.irVersion);
    expect(failure(() => readModelCard(versions))).toMatchObject({
      kind: 'model',
      message: expect.stringContaining('parts'),
    });

    const huge = new Uint8Array(2 ** 28 + 1);
    expect(failure(() => readModelCard(huge)).kind).toBe('model');
  });
});

describe('importOnnx', () => {
  test('a model of another tool is refused by its name', () => {
    const bytes = foreign(
      () => {},
      (model) => writeString(model, modelField.producerName, 'pytorch'),
    );
    const refusal = failure(() => importOnnx(bytes));
    expect(refusal.kind).toBe('model');
    expect(refusal.message).toContain('pytorch');
  });

  test('metadata that do not fit are refused by their key', () => {
    const bytes = exportOnnx(fitted, 'frames');
    const text = new TextDecoder('latin1').decode(bytes);
    const edit = (from: string, to: string) => {
      expect(to.length).toBe(from.length);
      expect(text).toContain(from);
      return Uint8Array.from(text.replace(from, to), (letter) => letter.charCodeAt(0));
    };
    expect(failure(() => importOnnx(edit('"lags":2', '"lags":0'))).detail.key).toBe('architecture');
    expect(failure(() => importOnnx(edit('{"steps":10}', '{"steps":10 '))).detail.key).toBe(
      'settings',
    );
    expect(failure(() => importOnnx(edit('"lags":2', '"lags":3'))).message).toContain(
      'layer1.weight',
    );
  });
});
