/**
 * A model's rates for a movie of any length, part by part, and which part of the movie drove them.
 * Needs an open session for rates; the explanation is computed here, as ONNX Runtime's web build has no gradients.
 */
import type { LongCall, WorkProgress } from '../recording/types.js';
import { evaluateGraph, type FeatureMap } from './evaluate.js';
import { type ModelFacts, modelFacts } from './facts.js';
import { gradientTimesInput } from './gradient.js';
import { readGraph } from './graph.js';
import { type Provider, wasmAtOnce } from './provider.js';
import { readModelCard } from './read.js';
import { requireRunnable } from './refuse.js';
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
  readonly outputs: readonly StimulusRates[];
  /** What ran the model, and why. */
  readonly provider: Provider;
}

/** Rates of every output for every frame of the movie. Errors: those of `session.run`, `model` for a movie of another grid. */
export async function runStimulus(
  session: OnnxSession,
  stimulus: StimulusInput,
  call: LongCall<WorkProgress> = {},
): Promise<StimulusRun> {
  const facts = modelFacts(session.card, stimulus.choices);
  const [frames] = stimulus.movie.shape;
  const names = session.card.outputs.map(({ name }) => name);
  const step = partWindows(facts);
  const parts = names.map((): Float32Array[] => []);
  let provider = wasmAtOnce;
  for (let first = 0; first < frames; first += step) {
    const count = Math.min(step, frames - first);
    const made = await session.run(stimulusWindows(stimulus, facts, { first, count }), {
      outputs: names,
      ...(call.signal ? { signal: call.signal } : {}),
    });
    provider = made.provider;
    made.outputs.forEach(({ output }, i) => {
      parts[i].push(Float32Array.from(output.data, Number));
    });
    call.onProgress?.({ kind: 'work', done: (first + count) / frames, what: 'Running the model' });
  }
  const outputs = names.map((name, i) => {
    const size = parts[i].reduce((sum, part) => sum + part.length, 0);
    const values = new Float32Array(size);
    let at = 0;
    for (const part of parts[i]) {
      values.set(part, at);
      at += part.length;
    }
    return { name, columns: size / frames, values };
  });
  return { outputs, provider };
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

/** Error `model` for an operator without a gradient here, naming it. */
export function explainStimulus(bytes: Uint8Array, request: ExplanationRequest): Explanation {
  const graph = readGraph(bytes);
  const facts: ModelFacts = modelFacts(readModelCard(bytes), request.choices);
  const input = floats(stimulusWindows(request, facts, { first: request.frame, count: 1 }));
  requireRunnable(graph, input.shape);
  const grey = floats(greyWindow(request.values, facts));
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

function floats({
  shape,
  data,
}: {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number | bigint>;
}) {
  return { shape, data: Float32Array.from(data as ArrayLike<number>) };
}
