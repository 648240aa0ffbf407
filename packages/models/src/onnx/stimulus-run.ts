/**
 * A model's rates for a movie of any length, part by part, and which part of the movie drove them.
 * Needs an open session for rates; the explanation is computed here, as ONNX Runtime's web build has no gradients.
 */
import { RetinoscopeError } from '../errors.js';
import type { ModelCard, Tensor } from '../files/types.js';
import type { LongCall, WorkProgress } from '../recording/types.js';
import { evaluateGraph, type FeatureMap } from './evaluate.js';
import { type ModelFacts, modelFacts } from './facts.js';
import { gradientTimesInput } from './gradient.js';
import { type Graph, readGraph } from './graph.js';
import { nearestValues } from './input.js';
import { type Provider, wasmAtOnce } from './provider.js';
import { readModelCard } from './read.js';
import { amount, requireRunnable } from './refuse.js';
import type { OnnxSession } from './runtime.js';
import {
  greyWindow,
  inWindowOrder,
  partWindows,
  type StimulusInput,
  stimulusWindows,
} from './stimulus-input.js';

/** One output of the model, in its own unit. */
export interface StimulusRates {
  readonly name: string;
  /** Cells, or whatever the model gives for a sample. */
  readonly columns: number;
  /** `[time, column]`. */
  readonly values: Float32Array;
}

export interface StimulusRun {
  /** Those that are one row for each frame; at least one. */
  readonly outputs: readonly StimulusRates[];
  /** Names of the others. */
  readonly leftOut: readonly string[];
  /** What ran the model, and why. */
  readonly provider: Provider;
}

/**
 * Rates of every output for every frame of the movie. A model of integers is given the nearest ones.
 * Errors: those of `session.run`, `model` for a movie of another grid.
 */
export async function runStimulus(
  session: OnnxSession,
  stimulus: StimulusInput,
  call: LongCall<WorkProgress> = {},
): Promise<StimulusRun> {
  const facts = modelFacts(session.card, stimulus.choices);
  const [frames] = stimulus.movie.shape;
  const names = session.card.outputs.map(({ name }) => name);
  const step = partWindows(facts);
  const parts = new Map(names.map((name): [string, Float32Array[]] => [name, []]));
  let provider = wasmAtOnce;
  for (let first = 0; first < frames; first += step) {
    const count = Math.min(step, frames - first);
    const windows = inputOf(session.card, stimulusWindows(stimulus, facts, { first, count }));
    const made = await session.run(windows, {
      outputs: [...parts.keys()],
      rowsOnly: facts.axes.includes('sample'),
      ...(call.signal ? { signal: call.signal } : {}),
    });
    provider = made.provider;
    const rows = new Map(made.outputs.map(({ name, output }) => [name, output]));
    for (const [name, of] of parts) {
      const output = rows.get(name);
      if (output) of.push(Float32Array.from(output.data, Number));
      else parts.delete(name);
    }
    call.onProgress?.({ kind: 'work', done: (first + count) / frames, what: 'Running the model' });
  }
  const outputs = [...parts].map(([name, of]) => {
    const size = of.reduce((sum, part) => sum + part.length, 0);
    const values = new Float32Array(size);
    let at = 0;
    for (const part of of) {
      values.set(part, at);
      at += part.length;
    }
    return { name, columns: size / frames, values };
  });
  return { outputs, leftOut: names.filter((name) => !parts.has(name)), provider };
}

export interface ExplanationRequest extends StimulusInput {
  readonly frame: number;
  /** Name of an output; the first when absent. */
  readonly output?: string;
  readonly column: number;
}

/** What drove one output at one frame. */
export interface Explanation {
  readonly rate: number;
  /** Of mean grey. */
  readonly greyRate: number;
  readonly lags: number;
  /** `[lag, y, x]`, in the lag order of the model: gradient × (input − mean grey). */
  readonly product: Float32Array;
  /** Of the product: what the stimulus adds to the rate, were the model linear between grey and it. */
  readonly sum: number;
  readonly maps: readonly FeatureMap[];
}

/** Multiply-adds of one evaluation here, which is scalar code that cannot be interrupted. */
const mostWork = 4e9;
/** Numbers that one evaluation keeps: 256 MiB. */
const mostKept = 2 ** 26;

/** Error `model` for an operator without a gradient here, naming it, and for more work or numbers than a page can bear. */
export function explainStimulus(bytes: Uint8Array, request: ExplanationRequest): Explanation {
  const graph = readGraph(bytes);
  const card = readModelCard(bytes);
  const facts: ModelFacts = modelFacts(card, request.choices);
  const input = floats(
    inputOf(card, stimulusWindows(request, facts, { first: request.frame, count: 1 })),
  );
  requireExplainable(graph, facts, input.shape);
  const grey = floats(inputOf(card, greyWindow(request.values, facts)));
  const { output, column } = request;
  const asked = { ...(output === undefined ? {} : { output }), column };
  const evaluation = evaluateGraph(graph, input);
  const { rate, product, sum } = gradientTimesInput(graph, input, {
    ...asked,
    baseline: grey.data,
  });
  const name = output ?? graph.outputs[0].name;
  const greyRate = evaluateGraph(graph, grey).value(name).data[column];
  return {
    rate,
    greyRate,
    lags: facts.grid.lags,
    product: inWindowOrder(product, facts),
    sum,
    maps: evaluation.maps(),
  };
}

function requireExplainable(graph: Graph, { axes, samples }: ModelFacts, shape: readonly number[]) {
  // A model that is made for several samples is run on as many, whatever is asked.
  const run = axes[0] === 'sample' && samples !== 'free' ? [samples, ...shape.slice(1)] : shape;
  const { multiplyAdds, kept } = requireRunnable(graph, run)(run);
  if (multiplyAdds <= mostWork && kept <= mostKept) return;
  throw new RetinoscopeError(
    'model',
    `What drove this model cannot be told here: it would take about ${amount(multiplyAdds)} multiply-adds and keep ${amount(kept)} numbers; up to ${amount(mostWork)} and ${amount(mostKept)} are accepted. Its rates are not affected.`,
    { expected: [mostWork, mostKept], found: [multiplyAdds, kept] },
  );
}

/** Windows as the model takes them. */
function inputOf({ inputs }: ModelCard, { shape, data }: Tensor): Tensor {
  return { shape, data: nearestValues(data as Float32Array, inputs[0].type) };
}

function floats({ shape, data }: Tensor) {
  return { shape, data: Float32Array.from(data as ArrayLike<number>) };
}
