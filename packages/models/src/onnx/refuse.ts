/**
 * Which graphs are run at all: those that hold together, end, and cost no more than a page can bear.
 * Promises to look at names, shapes and small constants alone, in time proportional to the file, before anything runs.
 * Costs are bounds from shapes: a model that passes can still be slow, one that is refused could not have been quick.
 */
import { RetinoscopeError } from '../errors.js';
import {
  type CostModel,
  costModel,
  maximumLive,
  type RunCost,
  shortName,
} from './cost/estimate.js';
import type { Graph, GraphNode } from './graph.js';

/** Multiply-adds of one sample. */
const maximumSampleWork = 2e10;
/** Multiply-adds of all that one call runs. */
export const maximumRunWork = 2e12;

const controlFlow: readonly string[] = ['If', 'Loop', 'Scan', 'SequenceMap'];

/**
 * Throws unless `graph` can be run on one batch of `shape` (`[sample, …]`, free axes as 1; undefined when the file
 * gives no shape). Gives what other shapes would cost.
 * Errors: `model` for values that are defined twice, never, too late or from themselves, control flow, operators
 * of other domains or of unknown cost, constants whose shape does not fit, and too many multiply-adds; `memory` for
 * values that are too large.
 */
export function requireRunnable(graph: Graph, shape: readonly number[] | undefined): CostModel {
  requireKnownOperators(graph.nodes);
  requireOrder(graph);
  const cost = costModel(graph);
  requireAffordable(cost, shape);
  return cost;
}

/** Throws unless a run on one batch of `shape` is within the limits. Errors: `model`, `memory`. */
export function requireAffordable(cost: CostModel, shape: readonly number[] | undefined): RunCost {
  const found = cost(shape);
  const samples = Math.max(1, shape?.[0] ?? 1);
  const each = found.multiplyAdds / samples;
  if (!(each <= maximumSampleWork)) {
    throw new RetinoscopeError(
      'model',
      `The model needs about ${amount(each)} multiply-adds for one sample; models of up to ${amount(maximumSampleWork)} are accepted. Give a smaller model or a smaller input.`,
      { expected: maximumSampleWork, found: each },
    );
  }
  if (!(found.multiplyAdds <= maximumRunWork)) {
    throw new RetinoscopeError(
      'model',
      `The model needs about ${amount(found.multiplyAdds)} multiply-adds for its fixed batch of ${samples} samples; up to ${amount(maximumRunWork)} are accepted. Export it with a smaller or free batch.`,
      { expected: maximumRunWork, found: found.multiplyAdds },
    );
  }
  if (!(found.live <= maximumLive)) {
    throw new RetinoscopeError(
      'memory',
      `The model would hold ${found.live} numbers at once; up to ${maximumLive} are accepted. Give a smaller model or a smaller input.`,
      { expected: maximumLive, found: found.live },
    );
  }
  return found;
}

/** As a person reads it: `2e+10` is written 20 billion. */
export function amount(value: number): string {
  if (value >= 1e15 || !Number.isFinite(value)) return 'more than a million billion';
  if (value >= 1e9)
    return `${(value / 1e9).toLocaleString('en', { maximumFractionDigits: 1 })} billion`;
  return Math.ceil(value).toLocaleString('en');
}

function requireKnownOperators(nodes: readonly GraphNode[]): void {
  for (const { operator, domain, name } of nodes) {
    if (domain !== '') {
      throw new RetinoscopeError(
        'model',
        `The model uses the operator ${shortName(`${domain}:${operator}`)}, which is not one of ONNX's own; operators of the domain ai.onnx are accepted.`,
        { operator, domain, node: name },
      );
    }
    if (controlFlow.includes(operator)) {
      throw new RetinoscopeError(
        'model',
        `The model uses the operator ${operator}, which runs a graph of its own any number of times; models without control flow (${controlFlow.join(', ')}) are accepted.`,
        { operator, node: name },
      );
    }
  }
}

/** Every value is defined once, before it is used. */
function requireOrder({ nodes, inputs, outputs, initializers }: Graph): void {
  const defined = new Set<string>(initializers.keys());
  const define = (value: string) => {
    if (defined.has(value)) {
      throw unsound(`defines the value "${shortName(value)}" twice`, value, 'are defined once');
    }
    defined.add(value);
  };
  for (const { name } of inputs) define(name);
  for (const node of nodes) {
    for (const value of node.inputs) {
      if (value !== '' && !defined.has(value)) throw undefinedValue(value, node, nodes);
    }
    for (const value of node.outputs) if (value !== '') define(value);
  }
  for (const { name } of outputs)
    if (!defined.has(name)) throw undefinedValue(name, undefined, nodes);
}

function undefinedValue(
  value: string,
  user: GraphNode | undefined,
  nodes: readonly GraphNode[],
): RetinoscopeError {
  const shown = `"${shortName(value)}"`;
  const maker = nodes.find((node) => node.outputs.includes(value));
  if (!maker) {
    return unsound(
      `uses the value ${shown}, which nothing in it defines`,
      value,
      'are all defined',
    );
  }
  if (user && needs(maker, user, nodes)) {
    return unsound(
      `needs the value ${shown} to compute it: its graph is a circle`,
      value,
      'do not depend on themselves',
    );
  }
  return unsound(`uses the value ${shown} before it is defined`, value, 'are defined before use');
}

function unsound(what: string, value: string, accepted: string): RetinoscopeError {
  return new RetinoscopeError(
    'model',
    `The model ${what}; models whose values ${accepted} are accepted.`,
    {
      value,
    },
  );
}

/** Whether `node` takes, directly or by other nodes, what `source` gives. */
function needs(node: GraphNode, source: GraphNode, nodes: readonly GraphNode[]): boolean {
  const makers = new Map(nodes.flatMap((maker) => maker.outputs.map((value) => [value, maker])));
  const seen = new Set([node]);
  for (const current of seen) {
    if (current === source) return true;
    for (const value of current.inputs) {
      const maker = makers.get(value);
      if (maker) seen.add(maker);
    }
  }
  return false;
}
