/**
 * What running a graph would cost, from shapes alone: multiply-adds, and numbers alive at the same time.
 * Promises a bound, or a refusal of values that are too large or whose size cannot be known; allocates nothing for them.
 * Weights, which lie in the file, are not counted among the numbers alive.
 */
import { RetinoscopeError } from '../../errors.js';
import type { Graph, GraphNode } from '../graph.js';
import { folded } from './fold.js';
import { Call, type Known, knownShape, knownSize, knownTensor } from './known.js';
import { ruleOf } from './rules.js';

export interface RunCost {
  readonly multiplyAdds: number;
  /** The most numbers that are alive at once. */
  readonly live: number;
  /** All numbers that are made. */
  readonly kept: number;
}

/** The cost of one run on an input of `shape`; undefined stands for an input of which nothing is known. */
export type CostModel = (shape: readonly number[] | undefined) => RunCost;

/** Numbers alive at once: 1 GiB of float32. */
export const maximumLive = 2 ** 28;

/** A node without tensors, so that the file's bytes need not be kept. */
interface PlannedNode {
  readonly node: GraphNode;
  readonly constant: Known | undefined;
  /** Values that no later node takes. */
  readonly last: readonly string[];
}

/** Error `model` for an operator whose cost cannot be told. */
export function costModel(graph: Graph): CostModel {
  const constants = new Map(
    [...graph.initializers].map(([name, tensor]) => [name, knownTensor(tensor())]),
  );
  const nodes = planned(graph);
  const { inputs, opset } = graph;
  return (shape) => {
    const known = new Map<string, Known>(constants);
    inputs.forEach((input, i) => {
      const given =
        i === 0 ? shape : input.shape.map((axis) => (typeof axis === 'number' ? axis : 1));
      known.set(input.name, given ? knownShape(given) : knownSize(1));
    });
    const alive = new Map(inputs.map(({ name }) => [name, known.get(name)?.size ?? 0]));
    let live = [...alive.values()].reduce((sum, size) => sum + size, 0);
    let most = live;
    let kept = live;
    let multiplyAdds = 0;
    for (const { node, constant, last } of nodes) {
      const outcome = run(node, constant, known, opset);
      multiplyAdds += outcome.work;
      for (const [name, value] of outcome.values) {
        known.set(name, value);
        alive.set(name, value.size);
        live += value.size;
        kept += value.size;
      }
      most = Math.max(most, live);
      for (const name of last) {
        live -= alive.get(name) ?? 0;
        alive.delete(name);
      }
    }
    return { multiplyAdds, live: most, kept };
  };
}

function run(
  node: GraphNode,
  constant: Known | undefined,
  known: ReadonlyMap<string, Known>,
  opset: number,
): { readonly values: readonly (readonly [string, Known])[]; readonly work: number } {
  const rule = ruleOf(node.operator);
  if (!rule) throw unknownOperator(node, opset);
  const inputs = node.inputs.map((name) => (name === '' ? undefined : known.get(name)));
  const call = new Call(node, inputs, constant);
  const { outputs, work } = rule(call);
  const values = node.outputs.map((name, i) => {
    const value = i === 0 ? folded(call, outputs[0]) : (outputs[i] ?? knownSize(outputs[0].size));
    if (!(value.size <= maximumLive)) throw tooLarge(node, value);
    return [name, value] as const;
  });
  return { values: values.filter(([name]) => name !== ''), work };
}

function planned({ nodes, outputs }: Graph): PlannedNode[] {
  const kept = new Set(outputs.map(({ name }) => name));
  const lasts: string[][] = new Array(nodes.length);
  for (let i = nodes.length - 1; i >= 0; i--) {
    const { inputs, outputs: made } = nodes[i];
    const last: string[] = [];
    for (const name of [...made, ...inputs]) {
      if (kept.has(name)) continue;
      kept.add(name);
      last.push(name);
    }
    lasts[i] = last;
  }
  return nodes.map((node, i) => {
    const value = node.attributes.get('value');
    const tensor = typeof value === 'object' && 'data' in value ? value : undefined;
    return {
      node: {
        ...node,
        attributes: new Map([...node.attributes].filter(([name]) => name !== 'value')),
      },
      constant: tensor && knownTensor(tensor),
      last: lasts[i],
    };
  });
}

/** The last few letters of a name that may be long. */
export function shortName(name: string): string {
  return name.length > 80 ? `${name.slice(0, 80)}…` : name;
}

function unknownOperator({ operator, name }: GraphNode, opset: number): RetinoscopeError {
  return new RetinoscopeError(
    'model',
    `The model uses the operator ${shortName(operator)}, of which it cannot be said in opset ${opset} what it would cost; ` +
      'standard ONNX operators without control flow or sequences are accepted.',
    { operator, node: name },
  );
}

function tooLarge({ operator, name }: GraphNode, { shape, size }: Known): RetinoscopeError {
  return new RetinoscopeError(
    'memory',
    `The model's operator ${operator} would make a value of ${size} numbers${shape ? `, shape [${shape.join(', ')}]` : ''}; ` +
      `values of up to ${maximumLive} numbers are accepted. Give a smaller model or a smaller input.`,
    { operator, node: name, shape, expected: maximumLive, found: size },
  );
}
