import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { graphOf } from '../graph.js';
import { parseOnnx } from '../read.js';
import { openOnnx } from '../runtime.js';
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
} from '../wire.js';
import { costModel } from './estimate.js';

/** TensorProto.DataType. */
const types = { float32: 1, int64: 7, bool: 9 };

interface Sketch {
  readonly operator: string;
  readonly shape: readonly number[];
  /** Inputs after `x`: int64 for a list, float32 zeros for a shape, nothing where it is left out. */
  readonly more?: readonly (
    | readonly number[]
    | { readonly zeros: readonly number[] }
    | undefined
  )[];
  readonly attributes?: Readonly<Record<string, number | string | readonly number[]>>;
  readonly opset?: number;
  readonly outputType?: keyof typeof types;
  /** Outputs, all as large as the first. */
  readonly outputs?: number;
}

/** A model of one node from `x` of fixed shape to `y`. */
function encode(sketch: Sketch): Uint8Array {
  const { operator, shape, more = [], attributes = {}, opset = 17, outputs = 1 } = sketch;
  const names = more.map((value, i) => (value === undefined ? '' : `c${i}`));
  return encodeMessage((model) => {
    writeInt(model, modelField.irVersion, 8);
    writeMessage(model, modelField.opsetImport, (id) => writeInt(id, opsetField.version, opset));
    writeMessage(model, modelField.graph, (graph) => {
      writeString(graph, graphField.name, 'sketch');
      writeMessage(graph, graphField.node, (node) => {
        for (const name of ['x', ...names]) writeString(node, nodeField.input, name);
        writeString(node, nodeField.output, 'y');
        for (let i = 1; i < outputs; i++) writeString(node, nodeField.output, `y${i}`);
        writeString(node, nodeField.opType, operator);
        for (const [name, value] of Object.entries(attributes)) {
          writeMessage(node, nodeField.attribute, (attribute) => {
            writeString(attribute, attributeField.name, name);
            if (typeof value === 'number') {
              writeInt(attribute, attributeField.int, value);
              writeInt(attribute, attributeField.type, attributeType.int);
            } else if (typeof value === 'string') {
              writeString(attribute, attributeField.string, value);
              writeInt(attribute, attributeField.type, attributeType.string);
            } else {
              for (const each of value) writeInt(attribute, attributeField.ints, each);
              writeInt(attribute, attributeField.type, attributeType.ints);
            }
          });
        }
      });
      more.forEach((value, i) => {
        if (value === undefined) return;
        const list = 'zeros' in value ? undefined : BigInt64Array.from(value, BigInt);
        const dims = 'zeros' in value ? value.zeros : [value.length];
        const size = dims.reduce((product, dim) => product * dim, 1);
        const bytes = new Uint8Array(list?.buffer ?? new ArrayBuffer(4 * size));
        writeMessage(graph, graphField.initializer, (tensor) => {
          for (const dim of dims) writeInt(tensor, tensorField.dims, dim);
          writeInt(tensor, tensorField.dataType, list ? types.int64 : types.float32);
          writeString(tensor, tensorField.name, names[i]);
          writeBytes(tensor, tensorField.rawData, bytes);
        });
      });
      for (const [field, name, type] of [
        [graphField.input, 'x', 'float32'],
        [graphField.output, 'y', sketch.outputType ?? 'float32'],
      ] as const) {
        writeMessage(graph, field, (value) => {
          writeString(value, valueField.name, name);
          writeMessage(value, valueField.type, (kind) =>
            writeMessage(kind, typeField.tensor, (tensor) => {
              writeInt(tensor, tensorTypeField.elementType, types[type]);
              if (name === 'y') return;
              writeMessage(tensor, tensorTypeField.shape, (dims) => {
                for (const axis of shape) {
                  writeMessage(dims, shapeField.dim, (dim) =>
                    writeInt(dim, dimensionField.value, axis),
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

const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

/** Numbers of the output: as estimated, and as ONNX Runtime gives them. */
async function outputSizes(sketch: Sketch): Promise<{ estimated: number; found: number }> {
  const bytes = encode(sketch);
  const { shape, outputs = 1 } = sketch;
  const made = costModel(graphOf(parseOnnx(bytes)))(shape).live - sizeOf(shape);
  const estimated = made / outputs;
  const session = await openOnnx(bytes);
  try {
    const data = Float32Array.from({ length: sizeOf(shape) }, (_, i) => i % 3);
    return { estimated, found: (await session.run({ shape, data })).output.data.length };
  } finally {
    await session.dispose();
  }
}

const sketches: readonly Sketch[] = [
  { operator: 'Add', shape: [2, 1, 4], more: [{ zeros: [3, 1] }] },
  { operator: 'PRelu', shape: [2, 3, 4], more: [{ zeros: [3, 1] }] },
  { operator: 'Flatten', shape: [2, 3, 4], attributes: { axis: 2 } },
  { operator: 'Reshape', shape: [2, 3, 4], more: [[0, -1, 2]] },
  { operator: 'Squeeze', shape: [2, 1, 4, 1], more: [[1]] },
  { operator: 'Squeeze', shape: [2, 1, 4], attributes: { axes: [1] }, opset: 11 },
  { operator: 'Unsqueeze', shape: [2, 4], more: [[0, -1]] },
  { operator: 'Transpose', shape: [2, 3, 4], attributes: { perm: [2, 0, 1] } },
  { operator: 'Concat', shape: [2, 3], more: [{ zeros: [2, 5] }], attributes: { axis: -1 } },
  { operator: 'Split', shape: [6, 4], more: [[3, 3]], attributes: { axis: 0 }, outputs: 2 },
  {
    operator: 'Slice',
    shape: [9, 8],
    more: [
      [1, -2],
      [2 ** 50, -9],
      [0, 1],
      [3, -2],
    ],
  },
  { operator: 'Slice', shape: [9, 8], attributes: { starts: [-4], ends: [100] }, opset: 9 },
  { operator: 'Gather', shape: [5, 6, 7], more: [[4, -1, 0]], attributes: { axis: 1 } },
  { operator: 'ReduceSum', shape: [2, 3, 4], more: [[-1, 0]], attributes: { keepdims: 0 } },
  { operator: 'ReduceMean', shape: [2, 3, 4], attributes: { axes: [1], keepdims: 1 } },
  { operator: 'ReduceMax', shape: [2, 3, 4] },
  {
    operator: 'ArgMax',
    shape: [2, 3, 4],
    attributes: { axis: 2, keepdims: 0 },
    outputType: 'int64',
  },
  { operator: 'Pad', shape: [2, 5], more: [[1, 2, 3, -1]] },
  { operator: 'Pad', shape: [2, 5], attributes: { pads: [1, 2, 3, 4] }, opset: 10 },
  { operator: 'Expand', shape: [3, 1], more: [[2, 1, 6]] },
  { operator: 'Tile', shape: [2, 3], more: [[2, 4]] },
  { operator: 'Resize', shape: [1, 2, 4, 5], more: [undefined, undefined, [1, 2, 9, 3]] },
  { operator: 'TopK', shape: [3, 8], more: [[5]], outputs: 2 },
  { operator: 'DepthToSpace', shape: [1, 8, 3, 2], attributes: { blocksize: 2 } },
  { operator: 'SpaceToDepth', shape: [1, 2, 4, 6], attributes: { blocksize: 2 } },
  { operator: 'GlobalAveragePool', shape: [2, 3, 4, 5] },
  { operator: 'Gemm', shape: [4, 5], more: [{ zeros: [4, 6] }], attributes: { transA: 1 } },
  { operator: 'Gemm', shape: [4, 5], more: [{ zeros: [7, 5] }], attributes: { transB: 1 } },
  { operator: 'MatMul', shape: [2, 1, 4, 5], more: [{ zeros: [3, 5, 6] }] },
  { operator: 'MatMul', shape: [4, 5], more: [{ zeros: [5] }] },
  { operator: 'MatMul', shape: [5], more: [{ zeros: [2, 5, 3] }] },
  {
    operator: 'Einsum',
    shape: [2, 3, 4],
    more: [{ zeros: [4, 5] }],
    attributes: { equation: 'bij, jk -> bk' },
  },
  {
    operator: 'Einsum',
    shape: [2, 3],
    more: [{ zeros: [3, 4] }],
    attributes: { equation: 'ij,jk' },
  },
  { operator: 'GridSample', shape: [2, 3, 4, 5], more: [{ zeros: [2, 6, 7, 2] }] },
  {
    operator: 'LSTM',
    shape: [5, 2, 3],
    more: [{ zeros: [1, 16, 3] }, { zeros: [1, 16, 4] }],
    attributes: { hidden_size: 4 },
  },
];

describe('sizes of outputs are those of ONNX Runtime', () => {
  for (const sketch of sketches) {
    const { operator, shape, more = [], attributes = {} } = sketch;
    const inputs = more.map((value) => (value && 'zeros' in value ? value.zeros : value));
    test(`${operator} of ${JSON.stringify([shape, ...inputs, attributes])}`, async () => {
      const { estimated, found } = await outputSizes(sketch);
      expect(estimated).toBe(found);
    });
  }

  const pair = (least: number, most: number) =>
    fc.array(fc.integer({ min: least, max: most }), { minLength: 2, maxLength: 2 });
  const windows = fc.record({
    size: pair(6, 11),
    kernel: pair(1, 3),
    strides: pair(1, 3),
    dilations: pair(1, 2),
    pads: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 4, maxLength: 4 }),
    auto_pad: fc.constantFrom('NOTSET', 'VALID', 'SAME_UPPER', 'SAME_LOWER'),
  });

  const attributesOf = ({
    kernel,
    strides,
    dilations,
    pads,
    auto_pad,
  }: {
    readonly kernel: readonly number[];
    readonly strides: readonly number[];
    readonly dilations: readonly number[];
    readonly pads: readonly number[];
    readonly auto_pad: string;
  }) => ({
    strides,
    auto_pad,
    kernel_shape: kernel,
    ...(auto_pad === 'NOTSET' ? { pads, dilations } : {}),
  });

  test('Conv and ConvTranspose of any strides, padding, dilation and groups', async () => {
    await fc.assert(
      fc.asyncProperty(
        windows,
        fc.constantFrom(1, 2),
        fc.boolean(),
        async (drawn, group, turned) => {
          const filters = turned ? [4, 3] : [6, 4 / group];
          const attributes = { ...attributesOf(drawn), group };
          const { estimated, found } = await outputSizes({
            operator: turned ? 'ConvTranspose' : 'Conv',
            shape: [2, 4, ...drawn.size],
            more: [{ zeros: [...filters, ...drawn.kernel] }],
            attributes,
          });
          // Versions differ in what SAME means for a transposed convolution: the estimate is a bound.
          if (turned && drawn.auto_pad.startsWith('SAME')) {
            expect(estimated).toBeGreaterThanOrEqual(found);
          } else {
            expect(estimated).toBe(found);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('MaxPool and AveragePool of any strides and padding, rounded down or up', async () => {
    await fc.assert(
      fc.asyncProperty(windows, fc.boolean(), fc.boolean(), async (drawn, max, up) => {
        const { dilations: _, ...attributes } = attributesOf({ ...drawn, kernel: [3, 3] });
        const { estimated, found } = await outputSizes({
          operator: max ? 'MaxPool' : 'AveragePool',
          shape: [2, 2, ...drawn.size],
          attributes: { ...attributes, ceil_mode: Number(up) },
        });
        if (up) expect(estimated).toBeGreaterThanOrEqual(found);
        else expect(estimated).toBe(found);
      }),
      { numRuns: 60 },
    );
  });
});
