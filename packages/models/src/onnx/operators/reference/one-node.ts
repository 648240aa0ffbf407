/** The ONNX file of a single node, for tests that compare it with ONNX Runtime. */
import type { BinaryWriter } from '@bufbuild/protobuf/wire';
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
} from '../../wire.js';
import { type Case, type Input, nodeOf } from './cases.js';

/** TensorProto.DataType. */
const types = { float32: 1, int64: 7, bool: 9 } as const;

const floatAttributes = ['alpha', 'beta', 'epsilon', 'min', 'max', 'value'];

/** A model of the one node; its input is the first of the wanted ones, the others are constants. */
export function oneNodeModel(
  operator: string,
  drawn: Case,
  outputType: Input['type'] = 'float32',
): Uint8Array {
  const { inputs, wanted: [free = 0] = [], opset = 17 } = drawn;
  return encodeMessage((writer) => {
    writeInt(writer, modelField.irVersion, 8);
    writeMessage(writer, modelField.opsetImport, (w) => writeInt(w, opsetField.version, opset));
    writeMessage(writer, modelField.graph, (graph) => {
      writeString(graph, graphField.name, 'one');
      writeMessage(graph, graphField.node, (node) => writeNode(node, operator, drawn));
      inputs.forEach((input, i) => {
        if (!input) return;
        const name = `in${i}`;
        if (i !== free) {
          writeMessage(graph, graphField.initializer, (w) => writeInitializer(w, name, input));
          return;
        }
        writeMessage(graph, graphField.input, (w) => writeValue(w, name, input.type, input.shape));
      });
      writeMessage(graph, graphField.output, (w) => writeValue(w, 'out', outputType));
    });
  });
}

function writeNode(writer: BinaryWriter, operator: string, drawn: Case): void {
  const { inputs, outputs, attributes } = nodeOf(operator, drawn);
  for (const name of inputs) writeString(writer, nodeField.input, name);
  writeString(writer, nodeField.output, outputs[0]);
  writeString(writer, nodeField.opType, operator);
  for (const [name, value] of attributes) {
    writeMessage(writer, nodeField.attribute, (attribute) => {
      writeString(attribute, attributeField.name, name);
      let type: number = attributeType.int;
      if (typeof value === 'string') {
        type = attributeType.string;
        writeString(attribute, attributeField.string, value);
      } else if (Array.isArray(value)) {
        type = attributeType.ints;
        for (const each of value) writeInt(attribute, attributeField.ints, each);
      } else if (floatAttributes.includes(name)) {
        type = attributeType.float;
        attribute.tag(attributeField.float, 5).float(Number(value));
      } else {
        writeInt(attribute, attributeField.int, Number(value));
      }
      writeInt(attribute, attributeField.type, type);
    });
  }
}

function writeInitializer(writer: BinaryWriter, name: string, input: Input): void {
  for (const dim of input.shape) writeInt(writer, tensorField.dims, dim);
  writeInt(writer, tensorField.dataType, types[input.type]);
  writeString(writer, tensorField.name, name);
  const raw = {
    float32: () => Float32Array.from(input.data),
    int64: () => BigInt64Array.from(Array.from(input.data, BigInt)),
    bool: () => Uint8Array.from(input.data),
  }[input.type]();
  writeBytes(writer, tensorField.rawData, new Uint8Array(raw.buffer));
}

/** Without a shape where none is given. */
function writeValue(
  writer: BinaryWriter,
  name: string,
  elementType: Input['type'],
  shape?: readonly number[],
): void {
  writeString(writer, valueField.name, name);
  writeMessage(writer, valueField.type, (type) => {
    writeMessage(type, typeField.tensor, (tensor) => {
      writeInt(tensor, tensorTypeField.elementType, types[elementType]);
      if (!shape) return;
      writeMessage(tensor, tensorTypeField.shape, (dims) => {
        for (const length of shape) {
          writeMessage(dims, shapeField.dim, (dim) => writeInt(dim, dimensionField.value, length));
        }
      });
    });
  });
}
