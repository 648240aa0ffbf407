/** What an operator is, and the reading of its inputs and attributes. Values are dense and row-major. */
import { RetinoscopeError } from '../../errors.js';
import type { GraphNode } from '../graph.js';

/** A value of the graph: `Float32Array` for every float type, `Int32Array` for integers and booleans. */
export interface Value {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** A node with the version of ONNX's operators that its model asks for. */
export interface VersionedNode extends GraphNode {
  readonly opset: number;
}

/** In the node's order; undefined where an optional input is left out. */
export type Inputs = readonly (Value | undefined)[];

export interface BackwardCall {
  readonly inputs: Inputs;
  readonly output: Value;
  /** Of the scalar with respect to the output. */
  readonly gradient: Float32Array;
  readonly node: VersionedNode;
  /** Which inputs depend on the model's input; no other gradient is needed. */
  readonly wanted: readonly boolean[];
}

/** Both throw `model` for inputs or attributes that do not fit. */
export interface Operator {
  /** The first output. Others (masks, indices) are not given. */
  forward(inputs: Inputs, node: VersionedNode): Value;
  /** Gradients of the wanted inputs, in their order. Absent where no gradient passes: results that are constant or whole numbers. */
  backward?(call: BackwardCall): readonly (Float32Array | undefined)[];
}

export function nodeError(
  node: VersionedNode,
  what: string,
  detail: Record<string, unknown> = {},
): RetinoscopeError {
  const name = node.name === '' ? '' : ` "${node.name}"`;
  return new RetinoscopeError('model', `The model's ${node.operator}${name} ${what}.`, {
    operator: node.operator,
    node: node.name,
    ...detail,
  });
}

export function inputAt(inputs: Inputs, i: number, node: VersionedNode): Value {
  const value = inputs[i];
  if (!value) throw nodeError(node, `has no input ${i + 1}, which it needs`, { input: i + 1 });
  return value;
}

export function floats({ data }: Value): Float32Array {
  return data instanceof Float32Array ? data : Float32Array.from(data);
}

/** The integers of a one-dimensional input such as axes or a shape. */
export function integers({ data }: Value): number[] {
  return Array.from(data);
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** An array of the kind of `like`. */
export function allocate(like: Value['data'], length: number): Float32Array | Int32Array {
  return like instanceof Float32Array ? new Float32Array(length) : new Int32Array(length);
}

export function numberAttribute(node: VersionedNode, name: string, otherwise: number): number {
  const value = node.attributes.get(name);
  return typeof value === 'number' ? value : otherwise;
}

export function textAttribute(node: VersionedNode, name: string, otherwise: string): string {
  const value = node.attributes.get(name);
  return typeof value === 'string' ? value : otherwise;
}

export function numbersAttribute(node: VersionedNode, name: string): readonly number[] | undefined {
  const value = node.attributes.get(name);
  return Array.isArray(value) ? (value as readonly number[]) : undefined;
}

/** `axis` of `rank` axes, counted from the end where negative. */
export function axisOf(axis: number, rank: number, node: VersionedNode): number {
  const found = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(found) || found < 0 || found >= rank) {
    throw nodeError(node, `names axis ${axis} of a value with ${rank} axes`, { axis, rank });
  }
  return found;
}

/** Axes from the input at `i`, as of later opsets, or the attribute `axes`; undefined where neither is given. */
export function axesOf(
  inputs: Inputs,
  i: number,
  rank: number,
  node: VersionedNode,
): number[] | undefined {
  const given = inputs[i];
  const axes = given ? integers(given) : numbersAttribute(node, 'axes');
  return axes?.map((axis) => axisOf(axis, rank, node));
}
