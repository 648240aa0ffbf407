/**
 * The graph of an ONNX file: its nodes in the file's order, its constants and its ends.
 * Promises to end, in memory proportional to the file, with a graph or a `RetinoscopeError`, whatever the bytes.
 * Does not check that the nodes hold together: `refuse.ts` does.
 */
import { RetinoscopeError } from '../errors.js';
import type { ModelValue } from '../files/types.js';
import { asModelFile, type ParsedModel, parseOnnx, qualifiedName } from './read.js';
import { maximumNameBytes, readTensor } from './read-tensor.js';
import { type GraphTensor, graphTensor } from './stored-tensor.js';
import {
  attributeField,
  attributeType,
  nodeField,
  readBytes,
  readClampedInts,
  readInt,
  readMessage,
  readReals,
  readString,
} from './wire.js';

export type { GraphTensor } from './stored-tensor.js';

/** A float or int is a number, floats or ints are numbers; graphs, types, texts and sparse tensors are `other`. */
export type NodeAttribute = number | string | readonly number[] | GraphTensor | 'other';

export interface GraphNode {
  readonly operator: string;
  /** Empty for ONNX's own operators. */
  readonly domain: string;
  readonly name: string;
  /** Names of values; an input that is left out is empty. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, NodeAttribute>;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  /** Shape and type are known without decoding the values. Error `model` where shape and stored values disagree. */
  readonly initializers: ReadonlyMap<string, () => GraphTensor>;
  /** Inputs that no initialiser presets. */
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  /** Version of ONNX's own operators. */
  readonly opset: number;
}

const maximumNodes = 10_000;
/** Inputs and outputs of all nodes together, and numbers of all their attributes. */
const maximumEntries = 2 ** 20;

/**
 * Errors: `file` for bytes that are not ONNX or damaged; `model` for data in other files, a constant defined twice,
 * operators that the file defines itself, or parts above the limits.
 */
export function readGraph(bytes: Uint8Array): Graph {
  return graphOf(parseOnnx(bytes));
}

/** {@link readGraph} of a file already parsed. */
export function graphOf(parsed: ParsedModel): Graph {
  const { card, external, repeated, nodes } = parsed;
  if (external !== undefined) {
    throw refusal(
      `The model keeps its tensor "${external}" in another file; only models with all their data in one .onnx file are accepted.`,
      { tensor: external },
    );
  }
  if (repeated !== undefined) {
    throw refusal(
      `The model defines its constant "${repeated}" twice; models that define each value once are accepted.`,
      { value: repeated },
    );
  }
  if (nodes.length > maximumNodes) {
    throw refusal(
      `The model has ${nodes.length} nodes; models with up to ${maximumNodes} nodes are accepted.`,
      { expected: maximumNodes, found: nodes.length },
    );
  }
  const reader = new NodeReader();
  const read = asModelFile(() => nodes.map((bytes) => reader.node(bytes)));
  for (const { domain, operator } of read) {
    const name = qualifiedName(domain, operator);
    if (parsed.functions.has(name)) {
      throw refusal(
        `The model defines its operator ${name} itself; models of standard ONNX operators alone are accepted. Export it with its functions inlined.`,
        { operator: name },
      );
    }
  }
  return {
    nodes: read,
    initializers: new Map(
      [...parsed.initializers].map(([name, stored]) => [name, () => graphTensor(stored)]),
    ),
    inputs: card.inputs,
    outputs: card.outputs,
    opset: card.opset,
  };
}

function refusal(message: string, detail: Record<string, unknown>): RetinoscopeError {
  return new RetinoscopeError('model', message, detail);
}

const noAttributes: GraphNode['attributes'] = new Map();

class NodeReader {
  private entries = 0;

  node(bytes: Uint8Array): GraphNode {
    const texts = { operator: '', domain: '', name: '' };
    const inputs: string[] = [];
    const outputs: string[] = [];
    let attributes: Map<string, NodeAttribute> | undefined;
    readMessage(bytes, {
      [nodeField.input]: (field) => {
        this.count();
        inputs.push(readString(field, maximumNameBytes));
      },
      [nodeField.output]: (field) => {
        this.count();
        outputs.push(readString(field, maximumNameBytes));
      },
      [nodeField.name]: (field) => {
        texts.name = readString(field, maximumNameBytes);
      },
      [nodeField.opType]: (field) => {
        texts.operator = readString(field, maximumNameBytes);
      },
      [nodeField.domain]: (field) => {
        const domain = readString(field, maximumNameBytes);
        texts.domain = domain === 'ai.onnx' ? '' : domain;
      },
      [nodeField.attribute]: (field) => {
        const { name, value } = this.attribute(readBytes(field));
        attributes ??= new Map();
        if (attributes.has(name)) throw new TypeError(`the attribute "${name}" twice in a node`);
        attributes.set(name, value);
      },
    });
    return { ...texts, inputs, outputs, attributes: attributes ?? noAttributes };
  }

  private attribute(bytes: Uint8Array): { name: string; value: NodeAttribute } {
    let name = '';
    let type: number | undefined;
    const found = new Map<number, NodeAttribute>();
    const floats: number[] = [];
    const ints: number[] = [];
    const push = (into: number[]) => (value: number) => {
      this.count();
      into.push(value);
    };
    const once = (of: number, value: NodeAttribute) => {
      if (found.has(of)) throw new TypeError('an attribute with two values');
      found.set(of, value);
    };
    readMessage(bytes, {
      [attributeField.name]: (field) => {
        name = readString(field, maximumNameBytes);
      },
      [attributeField.type]: (field) => {
        type = readInt(field);
      },
      [attributeField.float]: (field) =>
        readReals(field, 4, (value) => once(attributeType.float, value)),
      [attributeField.int]: (field) =>
        readClampedInts(field, (value) => once(attributeType.int, value)),
      [attributeField.string]: (field) =>
        once(attributeType.string, readString(field, maximumNameBytes)),
      [attributeField.tensor]: (field) =>
        once(attributeType.tensor, graphTensor(readTensor(readBytes(field)).tensor)),
      [attributeField.floats]: (field) => readReals(field, 4, push(floats)),
      [attributeField.ints]: (field) => readClampedInts(field, push(ints)),
    });
    if (floats.length > 0) found.set(attributeType.floats, floats);
    if (ints.length > 0) found.set(attributeType.ints, ints);
    // Files of IR version 1 name no type; others leave out a value that is zero or empty.
    const value =
      type === undefined
        ? ([...found.values()][0] ?? 'other')
        : (found.get(type) ?? emptyValues.get(type) ?? 'other');
    return { name, value };
  }

  private count(): void {
    if (++this.entries > maximumEntries) {
      throw refusal(
        `The model's nodes have more than ${maximumEntries} inputs, outputs and attribute values; smaller models are accepted.`,
        { expected: maximumEntries },
      );
    }
  }
}

const emptyValues: ReadonlyMap<number, NodeAttribute> = new Map<number, NodeAttribute>([
  [attributeType.float, 0],
  [attributeType.int, 0],
  [attributeType.string, ''],
  [attributeType.floats, []],
  [attributeType.ints, []],
]);
