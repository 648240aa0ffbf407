/**
 * Writes a fitted model as an ONNX file that any ONNX runtime can evaluate: standard operators, float32, free batch axis.
 * Input `stimulus`, output `rate` `[batch, 1]` in spikes per frame. Layout and metadata: docs/onnx.md.
 */
import type { BinaryWriter } from '@bufbuild/protobuf/wire';
import { exponentialLimit } from '@retinoscope/core-wasm';
import type { FittedModel } from '../architecture/types.js';
import { RetinoscopeError } from '../errors.js';
import { checkArchitecture, checkFittedModel } from './consistency.js';
import { flipChannels } from './lags.js';
import {
  type ModelNotes,
  metadataOf,
  notesMetadata,
  type OnnxVariant,
  producerName,
} from './metadata.js';
import {
  attributeField,
  attributeType,
  dimensionField,
  encodeMessage,
  entryField,
  float32Type,
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

const irVersion = 8;
const opsetVersion = 17;

interface Node {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly ints?: Readonly<Record<string, readonly number[]>>;
  readonly int?: Readonly<Record<string, number>>;
  readonly doc?: string;
}

interface Initializer {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: Float32Array;
  readonly doc: string;
}

interface Graph {
  readonly nodes: Node[];
  readonly initializers: Initializer[];
}

/**
 * The ONNX file of `model`. `frames` takes `[batch, lags, y, x]`, oldest frame first;
 * `filtered`, Version I only, takes `[batch, 1, y, x]`, already filtered in time.
 * `notes` go into its metadata.
 * Error `model`: `filtered` asked of Version II, or arrays that do not fit the architecture, or notes that are not sound.
 */
export function exportOnnx(
  model: FittedModel,
  variant: OnnxVariant,
  notes: ModelNotes = {},
): Uint8Array {
  const { architecture } = model;
  if (variant === 'filtered' && architecture.version === 2) {
    throw new RetinoscopeError(
      'model',
      'A Version II model sees the frames themselves and has no variant filtered in time; export the variant "frames".',
      { variant, accepted: ['frames'] },
    );
  }
  checkFittedModel(model);
  const graph = networkGraph(model, variant);
  const channels = variant === 'filtered' ? 1 : architecture.lags;
  const metadata = { ...metadataOf(model, variant), ...notesMetadata(notes) };
  return encodeMessage((writer) => {
    writeHeader(writer);
    writeString(writer, modelField.producerName, producerName);
    writeString(writer, modelField.producerVersion, model.softwareVersion);
    writeInt(writer, modelField.modelVersion, 1);
    writeString(writer, modelField.docString, describe(model));
    writeMessage(writer, modelField.graph, (body) => {
      for (const node of graph.nodes)
        writeMessage(body, graphField.node, (w) => writeNode(w, node));
      writeString(body, graphField.name, producerName);
      for (const tensor of graph.initializers) {
        writeMessage(body, graphField.initializer, (w) => writeInitializer(w, tensor));
      }
      writeString(body, graphField.docString, describe(model));
      const input = ['batch', channels, architecture.height, architecture.width];
      const meaning = `${metadata.input}. Temporal axis: ${metadata.temporal_axis}.`;
      writeMessage(body, graphField.input, (w) => writeValue(w, 'stimulus', input, meaning));
      const rate = '[batch, 1]: expected spikes per frame, of the current frame.';
      writeMessage(body, graphField.output, (w) => writeValue(w, 'rate', ['batch', 1], rate));
    });
    for (const [key, value] of Object.entries(metadata)) {
      writeMessage(writer, modelField.metadataProps, (entry) => {
        writeString(entry, entryField.key, key);
        writeString(entry, entryField.value, value);
      });
    }
  });
}

/** The smallest model: one float32 number in, the same out. */
export function identityModel(): Uint8Array {
  return encodeMessage((writer) => {
    writeHeader(writer);
    writeMessage(writer, modelField.graph, (body) => {
      const node = { operator: 'Identity', inputs: ['x'], output: 'y' };
      writeMessage(body, graphField.node, (w) => writeNode(w, node));
      writeString(body, graphField.name, 'identity');
      writeMessage(body, graphField.input, (w) => writeValue(w, 'x', [1], ''));
      writeMessage(body, graphField.output, (w) => writeValue(w, 'y', [1], ''));
    });
  });
}

function writeHeader(writer: BinaryWriter): void {
  writeInt(writer, modelField.irVersion, irVersion);
  writeMessage(writer, modelField.opsetImport, (opset) => {
    writeString(opset, opsetField.domain, '');
    writeInt(opset, opsetField.version, opsetVersion);
  });
}

function describe({ architecture, provenance }: FittedModel): string {
  const version = architecture.version === 1 ? 'I (spatial)' : 'II (spatio-temporal)';
  return (
    `Rate of cell ${provenance.cell} of "${provenance.recording}", spikes per frame at ${provenance.frameRate} Hz, ` +
    `by a convolutional network, Version ${version} of Yan et al. 2020.`
  );
}

/** Yan et al. 2020, Fig. 1: [temporal filter →] convolutions with ReLU → flatten → dense 1 → head. */
function networkGraph(model: FittedModel, variant: OnnxVariant): Graph {
  const { architecture, parameters, temporalFilter } = model;
  const { channels, readout } = checkArchitecture(architecture);
  const graph: Graph = { nodes: [], initializers: [] };
  let current = 'stimulus';

  if (architecture.version === 1 && variant === 'frames' && temporalFilter) {
    graph.initializers.push({
      name: 'temporal_filter',
      dims: [1, architecture.lags, 1, 1],
      values: flipChannels(temporalFilter, 1, architecture.lags, 1),
      doc: 'Temporal filter, oldest frame first.',
    });
    graph.nodes.push({
      operator: 'Conv',
      inputs: [current, 'temporal_filter'],
      output: 'filtered',
      ints: { kernel_shape: [1, 1] },
      doc: 'The stimulus filtered in time.',
    });
    current = 'filtered';
  }

  architecture.layers.forEach((layer, i) => {
    const name = `layer${i + 1}`;
    const { weights, bias } = parameters.layers[i];
    const size = layer.height * layer.width;
    const inLags = i === 0 && architecture.version === 2;
    graph.initializers.push(
      {
        name: `${name}.weight`,
        dims: [layer.filters, channels[i], layer.height, layer.width],
        values: inLags ? flipChannels(weights, layer.filters, channels[i], size) : weights,
        doc: inLags ? '[filter, lag, y, x], oldest frame first.' : '[filter, channel, y, x].',
      },
      { name: `${name}.bias`, dims: [layer.filters], values: bias, doc: '[filter].' },
    );
    graph.nodes.push(
      {
        operator: 'Conv',
        inputs: [current, `${name}.weight`, `${name}.bias`],
        output: `${name}.preactivation`,
        ints: { kernel_shape: [layer.height, layer.width] },
      },
      { operator: 'Relu', inputs: [`${name}.preactivation`], output: name },
    );
    current = name;
  });

  graph.initializers.push(
    {
      name: 'readout.weight',
      dims: [readout.channels * readout.height * readout.width, 1],
      values: parameters.readout,
      doc: `[filter, y, x] flattened, ${readout.channels} × ${readout.height} × ${readout.width}.`,
    },
    scalar('readout.bias', parameters.readoutBias, 'Bias of the readout.'),
  );
  graph.nodes.push(
    { operator: 'Flatten', inputs: [current], output: 'flat', int: { axis: 1 } },
    { operator: 'Gemm', inputs: ['flat', 'readout.weight', 'readout.bias'], output: 'readout' },
  );

  addHead(graph, model);
  return graph;
}

/** From the tensor `readout` to `rate`. */
function addHead({ nodes, initializers }: Graph, { architecture, parameters }: FittedModel): void {
  switch (architecture.head) {
    case 'softplus':
      nodes.push({ operator: 'Softplus', inputs: ['readout'], output: 'rate' });
      return;
    case 'logistic':
      nodes.push({ operator: 'Sigmoid', inputs: ['readout'], output: 'rate' });
      return;
    case 'exponential': {
      const meaning = 'rate = exp(readout) up to a readout of head.limit, its tangent above.';
      initializers.push(
        scalar('head.limit', exponentialLimit, meaning),
        scalar('head.one', 1, 'Added to the excess over the limit.'),
      );
      nodes.push(
        { operator: 'Min', inputs: ['readout', 'head.limit'], output: 'head.limited' },
        { operator: 'Exp', inputs: ['head.limited'], output: 'head.exponential' },
        { operator: 'Sub', inputs: ['readout', 'head.limited'], output: 'head.excess' },
        { operator: 'Add', inputs: ['head.excess', 'head.one'], output: 'head.factor' },
        { operator: 'Mul', inputs: ['head.exponential', 'head.factor'], output: 'rate' },
      );
      return;
    }
    case 'parametric-softplus':
      initializers.push(
        scalar('head.alpha', parameters.alpha, 'α of rate = α·log(1 + exp(β·readout)).'),
        scalar('head.beta', parameters.beta, 'β of rate = α·log(1 + exp(β·readout)).'),
      );
      nodes.push(
        { operator: 'Mul', inputs: ['readout', 'head.beta'], output: 'head.scaled' },
        { operator: 'Softplus', inputs: ['head.scaled'], output: 'head.softplus' },
        { operator: 'Mul', inputs: ['head.softplus', 'head.alpha'], output: 'rate' },
      );
  }
}

function scalar(name: string, value: number, doc: string): Initializer {
  return { name, dims: [1], values: Float32Array.of(value), doc };
}

function writeNode(writer: BinaryWriter, node: Node): void {
  for (const input of node.inputs) writeString(writer, nodeField.input, input);
  writeString(writer, nodeField.output, node.output);
  writeString(writer, nodeField.name, `${node.operator}:${node.output}`);
  writeString(writer, nodeField.opType, node.operator);
  for (const [name, value] of Object.entries(node.int ?? {})) {
    writeMessage(writer, nodeField.attribute, (attribute) => {
      writeString(attribute, attributeField.name, name);
      writeInt(attribute, attributeField.int, value);
      writeInt(attribute, attributeField.type, attributeType.int);
    });
  }
  for (const [name, values] of Object.entries(node.ints ?? {})) {
    writeMessage(writer, nodeField.attribute, (attribute) => {
      writeString(attribute, attributeField.name, name);
      for (const value of values) writeInt(attribute, attributeField.ints, value);
      writeInt(attribute, attributeField.type, attributeType.ints);
    });
  }
  if (node.doc) writeString(writer, nodeField.docString, node.doc);
}

function writeInitializer(writer: BinaryWriter, tensor: Initializer): void {
  for (const dim of tensor.dims) writeInt(writer, tensorField.dims, dim);
  writeInt(writer, tensorField.dataType, float32Type);
  writeString(writer, tensorField.name, tensor.name);
  const bytes = new DataView(new ArrayBuffer(tensor.values.length * 4));
  tensor.values.forEach((value, i) => {
    bytes.setFloat32(i * 4, value, true);
  });
  writeBytes(writer, tensorField.rawData, new Uint8Array(bytes.buffer));
  writeString(writer, tensorField.docString, tensor.doc);
}

function writeValue(
  writer: BinaryWriter,
  name: string,
  shape: readonly (number | string)[],
  doc: string,
): void {
  writeString(writer, valueField.name, name);
  writeMessage(writer, valueField.type, (type) => {
    writeMessage(type, typeField.tensor, (tensor) => {
      writeInt(tensor, tensorTypeField.elementType, float32Type);
      writeMessage(tensor, tensorTypeField.shape, (dims) => {
        for (const axis of shape) {
          writeMessage(dims, shapeField.dim, (dim) => {
            if (typeof axis === 'number') writeInt(dim, dimensionField.value, axis);
            else writeString(dim, dimensionField.parameter, axis);
          });
        }
      });
    });
  });
  writeString(writer, valueField.docString, doc);
}
