/**
 * Runs an ONNX graph node by node in plain typed arrays and keeps every value, for pictures and gradients.
 * Promises ONNX's results within float32 rounding, for the operators in `operators/`; random parts are off, as in inference.
 * Does not bound what a graph costs: `refuse.ts` does. For rates alone ONNX Runtime (`runtime.ts`) is faster.
 */
import { RetinoscopeError } from '../errors.js';
import type { ModelValue } from '../files/types.js';
import type { Graph, GraphNode } from './graph.js';
import { checkShape, checkValues, isInputType } from './input.js';
import { type Operator, operators, type Value, type VersionedNode } from './operators/index.js';

export interface GraphInput {
  /** As the model's input; the first axis is the samples. */
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** What the filters of a layer say of one sample. */
export interface FeatureMap {
  /** Of the value in the file. */
  readonly name: string;
  /** The convolution, or the nonlinearity that follows it. */
  readonly operator: string;
  /** Convolutions count from 1. */
  readonly layer: number;
  /** `[filter, y, x]`; `[filter, z, y, x]` after a convolution along three axes. */
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** One node as it was run. */
export interface Step {
  readonly node: VersionedNode;
  readonly operator: Operator;
  readonly inputs: readonly (Value | undefined)[];
  readonly output: Value;
}

export interface Evaluation {
  readonly inputName: string;
  /** In the order they were run. */
  readonly steps: readonly Step[];
  /** Error `model` for a name that no node gives. */
  value(name: string): Value;
  /** Whether a value varies smoothly with the input: real numbers that were computed from it. */
  depends(name: string): boolean;
  /** Of the first sample, in the order of the graph: each convolution and the nonlinearity that follows it. */
  maps(): readonly FeatureMap[];
}

/**
 * Runs the graph on `input`. A model made for more samples at once than are given gets zeros for the others.
 * Errors: `model` for an operator that is not supported or does not fit its inputs, more than one input, or an input
 * of another shape; `data` for values that are not finite.
 */
export function evaluateGraph(graph: Graph, input: GraphInput): Evaluation {
  requireSupported(graph);
  const accepted = onlyInput(graph);
  checkShape(input, accepted);
  checkValues(input, 'float32');
  const values = new Map(constantsOf(graph));
  const smooth = new Set([accepted.name]);
  values.set(accepted.name, filled(input, accepted));
  const steps = graph.nodes.map((graphNode): Step => {
    const node = { ...graphNode, opset: graph.opset };
    const inputs = node.inputs.map((name) => (name === '' ? undefined : required(values, name)));
    const operator = operatorOf(node);
    const output = operator.forward(inputs, node);
    values.set(node.outputs[0], output);
    if (
      operator.backward &&
      output.data instanceof Float32Array &&
      node.inputs.some((name) => smooth.has(name))
    ) {
      smooth.add(node.outputs[0]);
    }
    return { node, operator, inputs, output };
  });
  return {
    inputName: accepted.name,
    steps,
    value: (name) => required(values, name),
    depends: (name) => smooth.has(name),
    maps: () => featureMaps(steps),
  };
}

const standardOperator = ({ domain }: GraphNode) => domain === '' || domain === 'ai.onnx';

function operatorOf(node: GraphNode): Operator {
  const operator = standardOperator(node) ? operators.get(node.operator) : undefined;
  if (operator) return operator;
  const name = standardOperator(node) ? node.operator : `${node.domain}:${node.operator}`;
  const supported = [...operators.keys()].sort();
  throw new RetinoscopeError(
    'model',
    `The model uses the operator ${name}, whose maps and gradients cannot be computed; supported are ${supported.join(', ')}.`,
    { operator: name, accepted: supported },
  );
}

function requireSupported({ nodes }: Graph): void {
  for (const node of nodes) operatorOf(node);
}

function onlyInput({ inputs }: Graph): ModelValue {
  const [input] = inputs;
  if (inputs.length === 1 && isInputType(input.type)) return input;
  const found = inputs.map(({ name, type }) => `"${name}" (${type})`).join(', ') || 'none';
  throw new RetinoscopeError(
    'model',
    `The model's inputs are ${found}; models with one input of numbers are accepted.`,
    { inputs: inputs.map(({ name }) => name) },
  );
}

/** Decoded once for each graph, as integrated gradients run it many times. */
const decoded = new WeakMap<Graph, ReadonlyMap<string, Value>>();

function constantsOf(graph: Graph): ReadonlyMap<string, Value> {
  const known = decoded.get(graph);
  if (known) return known;
  const constants = new Map(
    [...graph.initializers].map(([name, read]): [string, Value] => [name, read()]),
  );
  decoded.set(graph, constants);
  return constants;
}

/** The input, with samples of zeros up to the number that the model is made for. */
function filled({ shape, data }: GraphInput, { name, shape: accepted }: ModelValue): Value {
  const [samples] = shape;
  const [asked] = accepted;
  if (typeof asked !== 'number' || asked === samples) return { shape, data };
  if (asked < samples) {
    throw new RetinoscopeError(
      'model',
      `The input has ${samples} samples; the model's input "${name}" takes up to ${asked} at once.`,
      { name, expected: asked, found: samples },
    );
  }
  const whole = new Float32Array((data.length / samples) * asked);
  whole.set(data);
  return { shape: [asked, ...shape.slice(1)], data: whole };
}

function required(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name);
  if (value) return value;
  throw new RetinoscopeError(
    'model',
    `The model has no value "${name}" at this point; names of its input, its constants and the first outputs of earlier nodes are accepted.`,
    { name },
  );
}

const convolutions = new Set(['Conv', 'ConvTranspose']);

const nonlinearities = new Set(
  'Abs Clip Elu Exp LeakyRelu Log Max Min PRelu Pow Relu Sigmoid Softplus Sqrt Tanh'.split(' '),
);

/** Operators that may stand between a convolution and its nonlinearity. */
const between = new Set(
  (
    'Add AveragePool BatchNormalization Cast Div Dropout Flatten Identity MaxPool Mul Neg ' +
    'Reshape Squeeze Sub Unsqueeze'
  ).split(' '),
);

function featureMaps(steps: readonly Step[]): FeatureMap[] {
  return steps
    .filter(({ node }) => convolutions.has(node.operator))
    .flatMap((convolution, i) => {
      const next = nonlinearityAfter(convolution, steps);
      const map = mapOf(convolution, i + 1, convolution);
      return next ? [map, mapOf(next, i + 1, convolution)] : [map];
    });
}

function nonlinearityAfter(convolution: Step, steps: readonly Step[]): Step | undefined {
  let current = convolution;
  for (const step of steps.slice(steps.indexOf(convolution) + 1)) {
    const { operator, inputs } = step.node;
    if (!inputs.includes(current.node.outputs[0])) continue;
    if (nonlinearities.has(operator)) return isMap(step, convolution) ? step : undefined;
    if (between.has(operator)) current = step;
  }
  return undefined;
}

/** Whether a value still has filters in space, be it flattened. */
function isMap({ output }: Step, { output: { shape, data } }: Step): boolean {
  return output.shape.length === shape.length || output.data.length === data.length;
}

function mapOf({ node, output }: Step, layer: number, convolution: Step): FeatureMap {
  const whole =
    output.shape.length === convolution.output.shape.length
      ? output.shape
      : convolution.output.shape;
  const shape = whole.slice(1);
  const size = shape.reduce((product, length) => product * length, 1);
  return {
    name: node.outputs[0],
    operator: node.operator,
    layer,
    shape,
    data: Float32Array.from(output.data.subarray(0, size)),
  };
}
