/**
 * Reads what an ONNX file says of itself, from its protobuf alone.
 * Promises to end, in memory proportional to the file, with a card or a `RetinoscopeError`, whatever the bytes.
 * Does not check that the graph is sound or can be run: ONNX Runtime does (`runtime.ts`).
 */
import { RetinoscopeError } from '../errors.js';
import type { ModelCard, ModelValue } from '../files/types.js';
import { maximumNameBytes, maximumRank, readTensor, type StoredTensor } from './read-tensor.js';
import {
  attributeField,
  dimensionField,
  elementTypeName,
  entryField,
  type FieldHandlers,
  functionField,
  graphField,
  modelField,
  nodeField,
  opsetField,
  readBytes,
  readInt,
  readMessage,
  readString,
  shapeField,
  sparseTensorField,
  tensorTypeField,
  typeField,
  valueField,
  type WireField,
} from './wire.js';

/** Bytes of a file that will be looked at. */
export const mostModelBytes = 256_000_000;
const maximumMessages = 1_000_000;
/** Numbers that are stored one by one, not packed, are fields as well. */
const maximumFields = 10_000_000;
const maximumDepth = 24;
const maximumValues = 1000;
const maximumMetadataBytes = 2 ** 24;

export interface ParsedModel {
  readonly card: ModelCard;
  readonly initializers: ReadonlyMap<string, StoredTensor>;
  /** The first name that two initialisers have. */
  readonly repeated?: string;
  /** Inputs of the main graph, those that initialisers preset included. */
  readonly graphInputs: readonly ModelValue[];
  /** The NodeProtos of the main graph, views of the file. */
  readonly nodes: readonly Uint8Array[];
  /** Operators that the file defines itself, with their domain unless it is ONNX's own. */
  readonly functions: ReadonlySet<string>;
  /** The first tensor whose values lie in another file. */
  readonly external?: string;
}

/** A value's shape when the file gives none: any number of axes. */
export const anyShape = '…';
/** The name of an axis that is free and has no name in the file. */
const unnamedAxis = '?';

/**
 * What the model says of itself: producer, opset, inputs (initialisers left out), outputs, operators, metadata.
 * A free axis without a name is `?`; a value without a shape has the shape `['…']`.
 * Operators are sorted and bear their domain unless it is ONNX's own.
 * Errors: `file` when the bytes are not an ONNX model or are damaged, `model` when its parts exceed the limits above.
 */
export function readModelCard(bytes: Uint8Array): ModelCard {
  return parseOnnx(bytes).card;
}

/** {@link readModelCard} with the initialisers of the main graph. */
export function parseOnnx(bytes: Uint8Array): ParsedModel {
  if (bytes.length === 0) throw new RetinoscopeError('file', 'The file is empty.');
  if (bytes.length > mostModelBytes) {
    throw new RetinoscopeError(
      'model',
      `The file has ${bytes.length} bytes; ONNX models up to ${mostModelBytes} bytes are read.`,
      { expected: mostModelBytes, found: bytes.length },
    );
  }
  return asModelFile(() => new ModelParser().parse(bytes));
}

function tooManyParts(most: number): RetinoscopeError {
  return new RetinoscopeError(
    'model',
    `The model has more than ${most} parts; smaller models are read.`,
    { expected: most },
  );
}

/** Turns whatever reading damaged bytes throws into a `file` error. */
export function asModelFile<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RetinoscopeError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new RetinoscopeError(
      'file',
      'The file is damaged, cut short, or not an ONNX model (.onnx).',
      { reason: why },
      { cause: error },
    );
  }
}

class ModelParser {
  private messages = 0;
  private fields = 0;
  private irVersion = 0;
  private hasGraph = false;
  private readonly producer = { name: '', version: '' };
  private readonly opsets = new Map<string, number>();
  private readonly metadata = new Map<string, string>();
  private metadataBytes = 0;
  private readonly operators = new Set<string>();
  private readonly functions = new Set<string>();
  private readonly inputs: ModelValue[] = [];
  private readonly outputs: ModelValue[] = [];
  private readonly initializers = new Map<string, StoredTensor>();
  private readonly nodes: Uint8Array[] = [];
  private external: string | undefined;
  private repeated: string | undefined;

  parse(bytes: Uint8Array): ParsedModel {
    this.message(bytes, {
      [modelField.irVersion]: (field) => {
        this.irVersion = readInt(field);
      },
      [modelField.producerName]: (field) => {
        this.producer.name = readString(field, maximumNameBytes);
      },
      [modelField.producerVersion]: (field) => {
        this.producer.version = readString(field, maximumNameBytes);
      },
      [modelField.graph]: (field) => {
        this.hasGraph = true;
        this.mainGraph(readBytes(field));
      },
      [modelField.opsetImport]: (field) => this.opset(readBytes(field)),
      [modelField.metadataProps]: (field) => this.metadataEntry(readBytes(field)),
      [modelField.functions]: (field) => this.function(readBytes(field)),
    });
    if (this.irVersion < 1 || !this.hasGraph || this.outputs.length === 0) {
      throw new TypeError('no IR version, graph or output');
    }
    return {
      card: {
        producer: `${this.producer.name} ${this.producer.version}`.trim(),
        opset: this.opsets.get('') ?? (this.irVersion < 3 ? 1 : 0),
        inputs: this.inputs.filter((input) => !this.initializers.has(input.name)),
        outputs: this.outputs,
        operators: [...this.operators].filter((name) => !this.functions.has(name)).sort(),
        metadata: Object.fromEntries(this.metadata),
      },
      initializers: this.initializers,
      graphInputs: this.inputs,
      nodes: this.nodes,
      functions: this.functions,
      ...(this.repeated === undefined ? {} : { repeated: this.repeated }),
      ...(this.external === undefined ? {} : { external: this.external }),
    };
  }

  /** {@link readMessage}, counted: a file of endless small messages or fields is refused. */
  private message(bytes: Uint8Array, handlers: FieldHandlers): void {
    this.count();
    readMessage(bytes, handlers, this.met);
  }

  private count(): void {
    if (++this.messages > maximumMessages) throw tooManyParts(maximumMessages);
  }

  private readonly met = (): void => {
    if (++this.fields > maximumFields) throw tooManyParts(maximumFields);
  };

  private mainGraph(bytes: Uint8Array): void {
    this.message(bytes, {
      [graphField.node]: (field) => {
        const node = readBytes(field);
        this.nodes.push(node);
        this.node(node, 0);
      },
      [graphField.initializer]: (field) => {
        const tensor = this.tensor(readBytes(field));
        if (this.initializers.has(tensor.name)) this.repeated ??= tensor.name;
        this.initializers.set(tensor.name, tensor);
      },
      [graphField.sparseInitializer]: (field) => this.sparseTensor(readBytes(field)),
      [graphField.input]: (field) => this.value(readBytes(field), this.inputs),
      [graphField.output]: (field) => this.value(readBytes(field), this.outputs),
    });
  }

  /** A graph inside an attribute: only its operators and tensors matter. */
  private subgraph(bytes: Uint8Array, depth: number): void {
    if (depth > maximumDepth) throw new RangeError(`graphs nested more than ${maximumDepth} deep`);
    this.message(bytes, {
      [graphField.node]: (field) => this.node(readBytes(field), depth),
      [graphField.initializer]: (field) => void this.tensor(readBytes(field)),
      [graphField.sparseInitializer]: (field) => this.sparseTensor(readBytes(field)),
    });
  }

  private node(bytes: Uint8Array, depth: number): void {
    let operator = '';
    let domain = '';
    this.message(bytes, {
      [nodeField.opType]: (field) => {
        operator = readString(field, maximumNameBytes);
      },
      [nodeField.domain]: (field) => {
        domain = readString(field, maximumNameBytes);
      },
      [nodeField.attribute]: (field) => this.attribute(readBytes(field), depth),
    });
    this.operators.add(qualifiedName(domain, operator));
  }

  private attribute(bytes: Uint8Array, depth: number): void {
    const tensor = (field: WireField) => void this.tensor(readBytes(field));
    const graph = (field: WireField) => this.subgraph(readBytes(field), depth + 1);
    const sparse = (field: WireField) => this.sparseTensor(readBytes(field));
    this.message(bytes, {
      [attributeField.tensor]: tensor,
      [attributeField.tensors]: tensor,
      [attributeField.graph]: graph,
      [attributeField.graphs]: graph,
      [attributeField.sparseTensor]: sparse,
      [attributeField.sparseTensors]: sparse,
    });
  }

  private function(bytes: Uint8Array): void {
    let name = '';
    let domain = '';
    this.message(bytes, {
      [functionField.name]: (field) => {
        name = readString(field, maximumNameBytes);
      },
      [functionField.domain]: (field) => {
        domain = readString(field, maximumNameBytes);
      },
      [functionField.node]: (field) => this.node(readBytes(field), 0),
      [functionField.attributeProto]: (field) => this.attribute(readBytes(field), 0),
    });
    this.functions.add(qualifiedName(domain, name));
  }

  private tensor(bytes: Uint8Array): StoredTensor {
    this.count();
    const { tensor, external } = readTensor(bytes, this.met);
    if (external) this.external ??= tensor.name;
    return tensor;
  }

  private sparseTensor(bytes: Uint8Array): void {
    const tensor = (field: WireField) => void this.tensor(readBytes(field));
    this.message(bytes, {
      [sparseTensorField.values]: tensor,
      [sparseTensorField.indices]: tensor,
    });
  }

  private value(bytes: Uint8Array, into: ModelValue[]): void {
    let name = '';
    let type = 'undefined';
    let shape: (number | string)[] = [anyShape];
    this.message(bytes, {
      [valueField.name]: (field) => {
        name = readString(field, maximumNameBytes);
      },
      [valueField.type]: (field) => {
        ({ type, shape } = this.valueType(readBytes(field)));
      },
    });
    if (into.length >= maximumValues) {
      throw new RangeError(`more than ${maximumValues} inputs or outputs`);
    }
    into.push({ name, type, shape });
  }

  private valueType(bytes: Uint8Array): { type: string; shape: (number | string)[] } {
    let type = 'undefined';
    let shape: (number | string)[] = [anyShape];
    const named = (what: string) => (field: WireField) => {
      readBytes(field);
      type = what;
    };
    this.message(bytes, {
      [typeField.tensor]: (field) => {
        this.message(readBytes(field), {
          [tensorTypeField.elementType]: (element) => {
            type = elementTypeName(readInt(element));
          },
          [tensorTypeField.shape]: (dims) => {
            shape = this.shape(readBytes(dims));
          },
        });
      },
      [typeField.sequence]: named('sequence'),
      [typeField.map]: named('map'),
      [typeField.sparseTensor]: named('sparse tensor'),
      [typeField.optional]: named('optional'),
    });
    return { type, shape };
  }

  private shape(bytes: Uint8Array): (number | string)[] {
    const shape: (number | string)[] = [];
    this.message(bytes, {
      [shapeField.dim]: (field) => {
        if (shape.length >= maximumRank) throw new RangeError(`more than ${maximumRank} axes`);
        let axis: number | string = unnamedAxis;
        this.message(readBytes(field), {
          [dimensionField.value]: (dimension) => {
            const value = readInt(dimension);
            // Some exporters write 0 or -1 for an axis of unknown length.
            axis = value > 0 ? value : unnamedAxis;
          },
          [dimensionField.parameter]: (dimension) => {
            axis = readString(dimension, maximumNameBytes) || unnamedAxis;
          },
        });
        shape.push(axis);
      },
    });
    return shape;
  }

  private opset(bytes: Uint8Array): void {
    let domain = '';
    let version = 0;
    this.message(bytes, {
      [opsetField.domain]: (field) => {
        domain = readString(field, maximumNameBytes);
      },
      [opsetField.version]: (field) => {
        version = readInt(field);
      },
    });
    this.opsets.set(domain === 'ai.onnx' ? '' : domain, version);
  }

  private metadataEntry(bytes: Uint8Array): void {
    this.metadataBytes += bytes.length;
    if (this.metadataBytes > maximumMetadataBytes) {
      throw new RetinoscopeError(
        'model',
        `The model's metadata exceed ${maximumMetadataBytes} bytes; smaller metadata are read.`,
        { expected: maximumMetadataBytes },
      );
    }
    let key = '';
    let value = '';
    this.message(bytes, {
      [entryField.key]: (field) => {
        key = readString(field, maximumMetadataBytes);
      },
      [entryField.value]: (field) => {
        value = readString(field, maximumMetadataBytes);
      },
    });
    this.metadata.set(key, value);
  }
}

/** An operator's name with its domain, unless that is ONNX's own. */
export function qualifiedName(domain: string, operator: string): string {
  return domain === '' || domain === 'ai.onnx' ? operator : `${domain}:${operator}`;
}
