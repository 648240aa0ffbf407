/**
 * How a model's rate depends on each number of one input: the gradient, backwards through the graph, and what the
 * input adds to the rate: gradient × input, and integrated gradients (Sundararajan et al. 2017; of retinal models
 * Tanaka et al. 2019). Says nothing of how well the model describes the cell.
 */
import { RetinoscopeError } from '../errors.js';
import { type Evaluation, evaluateGraph, type GraphInput } from './evaluate.js';
import type { Graph } from './graph.js';
import type { Value } from './operators/index.js';

export interface AttributionOptions {
  /** Name of the value to explain; the model's first output unless given. */
  readonly output?: string;
  /** Which number of the first sample's output, flattened: the cell. */
  readonly column: number;
  /** What the input is compared with, of its size; zeros unless given. */
  readonly baseline?: Float32Array;
}

export interface Attribution {
  /** The output at the input. */
  readonly rate: number;
  /** Of the rate, shaped as the input. */
  readonly gradient: Float32Array;
  /** gradient × (input − baseline). */
  readonly product: Float32Array;
  /** Of the product. */
  readonly sum: number;
}

/**
 * The gradient at `input` (one sample, shaped as the model's input) and its product with the input.
 * Errors: those of {@link evaluateGraph}, `settings` for a column or baseline that does not fit,
 * `model` for an output that does not depend on the input.
 */
export function gradientTimesInput(
  graph: Graph,
  input: GraphInput,
  options: AttributionOptions,
): Attribution {
  const baseline = baselineOf(input, options);
  const { rate, gradient } = gradientAt(graph, input, options);
  return { rate, ...multiplied(gradient, input.data, baseline) };
}

export interface IntegratedAttribution extends Attribution {
  readonly baselineRate: number;
  /** |sum − (rate − baseline's rate)|: 0 when the steps were fine enough. */
  readonly residual: number;
}

/**
 * {@link gradientTimesInput} with the mean gradient along the straight line from the baseline to the input, at the
 * middles of `steps` equal parts. The sum is then the difference of the two rates, but for the residual.
 * Error `settings` unless `steps` is a whole number above 0.
 */
export function integratedGradients(
  graph: Graph,
  input: GraphInput,
  options: AttributionOptions & { readonly steps: number },
): IntegratedAttribution {
  const { steps } = options;
  if (!Number.isSafeInteger(steps) || steps < 1) {
    throw new RetinoscopeError(
      'settings',
      `Integrated gradients take a whole number of steps above 0, not ${steps}.`,
      { steps },
    );
  }
  const baseline = baselineOf(input, options);
  const rateAt = (data: Float32Array) =>
    outputAt(evaluateGraph(graph, { shape: input.shape, data }), graph, options).rate;
  const rate = rateAt(input.data);
  const baselineRate = rateAt(baseline);
  const total = new Float64Array(input.data.length);
  for (let step = 0; step < steps; step++) {
    const share = (step + 0.5) / steps;
    const data = input.data.map((value, i) => baseline[i] + share * (value - baseline[i]));
    const { gradient } = gradientAt(graph, { shape: input.shape, data }, options);
    for (let i = 0; i < total.length; i++) total[i] += gradient[i] / steps;
  }
  const result = multiplied(Float32Array.from(total), input.data, baseline);
  const residual = Math.abs(result.sum - (rate - baselineRate));
  return { rate, baselineRate, ...result, residual };
}

function baselineOf({ data }: GraphInput, { baseline }: AttributionOptions): Float32Array {
  if (baseline && baseline.length !== data.length) {
    throw new RetinoscopeError(
      'settings',
      `The baseline has ${baseline.length} values; one for each of the input's ${data.length} is needed.`,
      { expected: data.length, found: baseline.length },
    );
  }
  return baseline ?? new Float32Array(data.length);
}

function multiplied(gradient: Float32Array, data: Float32Array, baseline: Float32Array) {
  const product = gradient.map((g, i) => g * (data[i] - baseline[i]));
  return { gradient, product, sum: product.reduce((sum, value) => sum + value, 0) };
}

function gradientAt(
  graph: Graph,
  input: GraphInput,
  options: AttributionOptions,
): { rate: number; gradient: Float32Array } {
  const evaluation = evaluateGraph(graph, input);
  const { name, value, rate } = outputAt(evaluation, graph, options);
  if (!evaluation.depends(name)) {
    throw new RetinoscopeError(
      'model',
      `The model's value "${name}" has no gradient: it holds whole numbers or does not depend on the input.`,
      { name },
    );
  }
  const seed = new Float32Array(value.data.length);
  seed[options.column] = 1;
  const whole = backward(evaluation, name, seed);
  return { rate, gradient: whole.slice(0, input.data.length) };
}

/** The number to explain. The output's first axis is the samples, where it is as long as the input's. */
function outputAt(
  evaluation: Evaluation,
  graph: Graph,
  { output, column }: AttributionOptions,
): { name: string; value: Value; rate: number } {
  const name = output ?? graph.outputs[0].name;
  const value = evaluation.value(name);
  const samples = evaluation.value(evaluation.inputName).shape[0];
  const columns = value.shape[0] === samples ? value.data.length / samples : value.data.length;
  if (!Number.isInteger(column) || column < 0 || column >= columns) {
    throw new RetinoscopeError(
      'settings',
      `The model's value "${name}" has ${columns} column(s); ${column} is none of 0 to ${columns - 1}.`,
      { name, column, columns },
    );
  }
  return { name, value, rate: value.data[column] };
}

/** The gradient of the model's whole input, from that of the value `name`. */
function backward(evaluation: Evaluation, name: string, seed: Float32Array): Float32Array {
  const gradients = new Map([[name, seed]]);
  for (const { node, operator, inputs, output } of evaluation.steps.toReversed()) {
    const gradient = gradients.get(node.outputs[0]);
    if (!gradient || !operator.backward) continue;
    const wanted = node.inputs.map((input) => evaluation.depends(input));
    const parts = operator.backward({ inputs, output, gradient, node, wanted });
    node.inputs.forEach((input, i) => {
      const part = parts[i];
      if (!wanted[i] || !part) return;
      // Parts may be the same array under several names: sums are made anew.
      const known = gradients.get(input);
      gradients.set(input, known ? known.map((value, j) => value + part[j]) : part);
    });
  }
  const size = evaluation.value(evaluation.inputName).data.length;
  return gradients.get(evaluation.inputName) ?? new Float32Array(size);
}
