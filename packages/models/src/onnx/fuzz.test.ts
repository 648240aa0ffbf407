import { describe, expect, test } from 'vitest';
import type { FittedModel } from '../architecture/types.js';
import { RetinoscopeError } from '../errors.js';
import { readNpy, writeNpy } from '../files/npy.js';
import { listNpz, readNpz, writeNpz } from '../files/npz.js';
import { modelFacts } from './facts.js';
import { readGraph } from './graph.js';
import { smallestShape } from './input.js';
import { readModelCard } from './read.js';
import { requireRunnable } from './refuse.js';
import {
  attributeField,
  attributeType,
  dimensionField,
  encodeMessage,
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

/** Time that one call may take on any bytes: a limit for safety, far above what it takes. */
const safetyLimit = 2000;
/** `RETINOSCOPE_FUZZ=50` changes every file fifty times as often. */
const factor = Number(process.env.RETINOSCOPE_FUZZ ?? 1);
const mutationsEach = Math.ceil(1600 * factor);

/** Whole numbers below `end`, the same at every run. */
function drawing(seed: number): (end: number) => number {
  let state = seed >>> 0;
  return (end) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * end);
  };
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

type Mutation = (bytes: Uint8Array, draw: (end: number) => number) => Uint8Array;

const flip: Mutation = (bytes, draw) => {
  const changed = bytes.slice();
  for (let i = 0; i <= draw(4); i++) changed[draw(bytes.length)] ^= 1 << draw(8);
  return changed;
};

const cut: Mutation = (bytes, draw) => {
  const [first, length] = [draw(bytes.length), 1 + draw(64)];
  return draw(2) === 0
    ? bytes.slice(0, first)
    : joined(bytes.subarray(0, first), bytes.subarray(first + length));
};

/** A piece of the file again in another place. */
const splice: Mutation = (bytes, draw) => {
  const [from, to, length] = [draw(bytes.length), draw(bytes.length), 1 + draw(200)];
  return joined(bytes.subarray(0, to), bytes.subarray(from, from + length), bytes.subarray(to));
};

/** A number that could be a length, a size or a count: one byte or four, small or as large as can be. */
const lengthen: Mutation = (bytes, draw) => {
  const changed = bytes.slice();
  const at = draw(bytes.length);
  if (draw(2) === 0) {
    changed[at] = [0, 1, 127, 128, 255, changed[at] + 1, changed[at] - 1][draw(7)];
  } else {
    const values = [0, 1, 0x7fffffff, 0xffffffff, 0x0fffffff, 2 ** 24];
    const four = new Uint8Array(new Uint32Array([values[draw(6)]]).buffer);
    changed.set(four.subarray(0, Math.min(4, bytes.length - at)), at);
  }
  return changed;
};

const mutations: Readonly<Record<string, Mutation>> = { flip, cut, splice, lengthen };

function fitted(version: 1 | 2): FittedModel {
  return {
    format: 'retinoscope-model',
    formatVersion: 1,
    softwareVersion: '0.1.0',
    architecture: {
      version,
      lags: 2,
      height: 3,
      width: 3,
      layers: [{ filters: 1, height: 2, width: 2 }],
      head: version === 1 ? 'exponential' : 'softplus',
    },
    parameters: {
      layers: [
        { weights: new Float32Array(version === 1 ? 4 : 8).fill(0.25), bias: new Float32Array(1) },
      ],
      readout: new Float32Array(4).fill(0.5),
      readoutBias: 0,
      alpha: 1,
      beta: 1,
    },
    ...(version === 1 ? { temporalFilter: Float32Array.of(0.6, -0.8) } : {}),
    provenance: {
      recording: 'cells',
      cell: 3,
      crop: { x: 1, y: 2, width: 3, height: 3 },
      frameRate: 30,
      stimulusValues: [-0.5, 0.5],
      seed: 7,
      settings: { steps: 10 },
      validationLoss: 0.5,
    },
  };
}

/** A model whose sizes are constants and computed: shape → gather → concat → reshape → tile → reduce. */
function computedSizes(): Uint8Array {
  const ints =
    (name: string, ...values: number[]): MessageBody =>
    (tensor) => {
      writeInt(tensor, tensorField.dims, values.length);
      writeInt(tensor, tensorField.dataType, 7);
      writeString(tensor, tensorField.name, name);
      for (const value of values) writeInt(tensor, tensorField.int64Data, value);
    };
  const node =
    (operator: string, inputs: readonly string[], output: string, axis?: number): MessageBody =>
    (body) => {
      for (const input of inputs) writeString(body, nodeField.input, input);
      writeString(body, nodeField.output, output);
      writeString(body, nodeField.opType, operator);
      if (axis === undefined) return;
      writeMessage(body, nodeField.attribute, (attribute) => {
        writeString(attribute, attributeField.name, 'axis');
        writeInt(attribute, attributeField.int, axis);
        writeInt(attribute, attributeField.type, attributeType.int);
      });
    };
  const value =
    (name: string, ...shape: number[]): MessageBody =>
    (body) => {
      writeString(body, valueField.name, name);
      writeMessage(body, valueField.type, (type) =>
        writeMessage(type, typeField.tensor, (tensor) => {
          writeInt(tensor, tensorTypeField.elementType, 1);
          writeMessage(tensor, tensorTypeField.shape, (dims) => {
            for (const axis of shape) {
              writeMessage(dims, shapeField.dim, (dim) =>
                writeInt(dim, dimensionField.value, axis),
              );
            }
          });
        }),
      );
    };
  return encodeMessage((model) => {
    writeInt(model, modelField.irVersion, 8);
    writeMessage(model, modelField.opsetImport, (id) => writeInt(id, opsetField.version, 17));
    writeMessage(model, modelField.graph, (graph) => {
      for (const body of [
        node('Shape', ['x'], 'shape'),
        node('Gather', ['shape', 'first'], 'batch', 0),
        node('Concat', ['batch', 'rest'], 'to', 0),
        node('Reshape', ['x', 'to'], 'flat'),
        node('Tile', ['flat', 'repeats'], 'tiled'),
        node('ReduceSum', ['tiled', 'axes'], 'y'),
      ]) {
        writeMessage(graph, graphField.node, body);
      }
      for (const body of [
        ints('first', 0),
        ints('rest', -1),
        ints('repeats', 1, 3),
        ints('axes', 1),
      ]) {
        writeMessage(graph, graphField.initializer, body);
      }
      writeMessage(graph, graphField.input, value('x', 2, 5, 4, 4));
      writeMessage(graph, graphField.output, value('y', 2, 1));
    });
  });
}

const array = {
  shape: [3, 4],
  data: Float32Array.from({ length: 12 }, (_, i) => i / 3),
};

const calls = {
  model: {
    'the card and its facts': (bytes: Uint8Array) => modelFacts(readModelCard(bytes)),
    'the graph and its constants': (bytes: Uint8Array) => {
      const graph = readGraph(bytes);
      return [...graph.initializers.values()].map((read) => read().data.length);
    },
    'what it would cost': (bytes: Uint8Array) => {
      const graph = readGraph(bytes);
      return requireRunnable(graph, graph.inputs[0] && smallestShape(graph.inputs[0]));
    },
  },
  npy: { 'the array': (bytes: Uint8Array) => readNpy(bytes, 'a.npy') },
  npz: {
    'its list': (bytes: Uint8Array) => listNpz(bytes, 'a.npz'),
    'an array': (bytes: Uint8Array) => readNpz(bytes, 'a.npz', 'rate'),
  },
};

const files: readonly {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly reads: Readonly<Record<string, (bytes: Uint8Array) => unknown>>;
}[] = [
  { name: 'frames.onnx', bytes: exportOnnx(fitted(2), 'frames'), reads: calls.model },
  { name: 'filtered.onnx', bytes: exportOnnx(fitted(1), 'filtered'), reads: calls.model },
  { name: 'computed.onnx', bytes: computedSizes(), reads: calls.model },
  { name: 'a.npy', bytes: writeNpy(array), reads: calls.npy },
  {
    name: 'a.npz',
    bytes: writeNpz({ rate: array, frame: { shape: [2], data: Uint8Array.of(1, 2) } }),
    reads: calls.npz,
  },
];

describe('damaged files end in a result or a refusal that says why, within 2 s', () => {
  for (const [seed, { name, bytes, reads }] of files.entries()) {
    test(
      `${name}, changed ${mutationsEach} times`,
      () => {
        const draw = drawing(seed + 1);
        const kinds = Object.values(mutations);
        let longest = 0;
        let refused = 0;
        for (let i = 0; i < mutationsEach; i++) {
          let changed = bytes;
          for (let times = 0; times <= draw(3); times++) {
            changed = kinds[draw(kinds.length)](changed.length > 0 ? changed : bytes, draw);
          }
          for (const read of Object.values(reads)) {
            const start = performance.now();
            try {
              read(changed);
            } catch (error) {
              if (!(error instanceof RetinoscopeError)) throw error;
              expect(error.message.length).toBeGreaterThanOrEqual(10);
              refused++;
            }
            longest = Math.max(longest, performance.now() - start);
          }
        }
        expect(longest).toBeLessThan(safetyLimit);
        expect(refused).toBeGreaterThan(0);
      }, // A bound on the whole, for longer runs.
      Math.max(30_000, 10 * mutationsEach),
    );

    test(`${name} as it is`, () => {
      for (const read of Object.values(reads)) expect(read(bytes)).toBeDefined();
    });
  }
});
