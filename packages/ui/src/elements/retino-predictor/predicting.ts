/** One prediction by ONNX Runtime: its stimulus, its run, and the comparison with the trainer. Draws nothing. */

import type { RetinoscopeService, ServiceCall } from '@retinoscope/worker';
import {
  nearestValues,
  type Provider,
  RetinoscopeError,
  type StimulusMovie,
  type StimulusRates,
  type Tensor,
  type VariableSummary,
  type WorkProgress,
} from '@retinoscope/worker';
import type { SessionState } from '../../controllers/session.js';
import { shortened } from '../../controllers/text.js';
import {
  defaultWindows,
  fitToModel,
  fittingVariable,
  inputShape,
  mostValues,
  whiteNoise,
} from './model-input.js';
import { unitFactor } from './model-units.js';
import type { OpenedModel } from './opened-model.js';
import { aligned, largestDifference, type Rates, ratesOf } from './rates.js';

/** The session's test part, a new stimulus of the panel, seeded white noise, or an npy or npz file. */
export type PredictorStimulus = 'test' | 'new' | 'noise' | 'file';

export interface Prediction {
  readonly stimulus: PredictorStimulus;
  /** Test frame of the first window; 0 for another stimulus. */
  readonly first: number;
  /** Of all outputs for a new stimulus, of the first one otherwise. */
  readonly rates: Rates;
  readonly outputName: string;
  /** Name of every column of the rates. */
  readonly columns?: readonly OutputColumn[];
  /** Outputs that are no row a frame. */
  readonly leftOut?: readonly string[];
  /** Of the run in ONNX Runtime. */
  readonly seconds: number;
  /** What ran it, and why. */
  readonly provider: Provider;
  /** The trainer's own rates of the same frames, where there are some. */
  readonly trainer?: Float32Array;
  /** Largest |ONNX Runtime − trainer|, spikes per frame. */
  readonly difference?: number;
  /** A new stimulus: what was shown, and the rates of the model that it is compared with. */
  readonly movie?: StimulusMovie;
  readonly compared?: {
    readonly name: string;
    readonly rates: Rates;
    readonly frameRate: number;
    /** Frame by frame of the stimulus, in the unit of the first model where there is a way to it. */
    readonly aligned: Rates;
    /** Its own unit where there is none. */
    readonly otherUnit?: string;
  };
}

export interface OutputColumn {
  /** Of the output in the file. */
  readonly output: string;
  /** Within that output. */
  readonly column: number;
  readonly label: string;
}

export interface PredictionRequest {
  readonly model: OpenedModel;
  readonly stimulus: Exclude<PredictorStimulus, 'new'>;
  /** Of the white noise. */
  readonly seed: number;
  /** The npy or npz file. */
  readonly file?: File;
  readonly state: SessionState | undefined;
}

/** `service` runs the model, `data` has the recording open. Throws a RetinoscopeError when the stimulus is missing or does not fit, and what the service throws. */
export async function predict(
  service: RetinoscopeService,
  data: RetinoscopeService,
  request: PredictionRequest,
  call: ServiceCall<WorkProgress>,
): Promise<Prediction> {
  const { input, first, trainer } = await stimulusOf(data, request);
  const run = { model: request.model.bytes, input };
  const { output, outputName, seconds, provider } = await service.runOnnx(run, call);
  const rates = ratesOf(output);
  const compared = trainer && rates.outputs === 1 && trainer.length === rates.windows;
  return {
    stimulus: request.stimulus,
    first,
    rates,
    outputName,
    seconds,
    provider,
    ...(compared && { trainer, difference: largestDifference(rates.values, trainer) }),
  };
}

interface StimulusInput {
  readonly input: Tensor;
  readonly first: number;
  readonly trainer?: Float32Array;
}

async function stimulusOf(
  service: RetinoscopeService,
  { model, stimulus, seed, file, state }: PredictionRequest,
): Promise<StimulusInput> {
  if (stimulus === 'test') return testInput(service, state);
  const shape = inputShape(model.card, defaultWindows);
  if (stimulus === 'noise') {
    const noise = whiteNoise(shape.shape, seed);
    const data = nearestValues(noise.data, shape.input.type);
    return { input: { shape: noise.shape, data }, first: 0 };
  }
  if (!file) {
    throw new RetinoscopeError(
      'settings',
      'No stimulus is chosen. An npy or npz file is accepted.',
    );
  }
  const found = await arrayOf(service, file, (variables) => fittingVariable(variables, shape));
  return { input: fitToModel(found, shape), first: 0 };
}

/** The array of `file` that `choose` picks. */
export async function arrayOf(
  service: RetinoscopeService,
  file: File,
  choose: (variables: readonly VariableSummary[]) => VariableSummary,
): Promise<Tensor> {
  const given = { name: file.name, blob: file };
  const { variables, format } = await service.inspect(given);
  const { name } = choose(variables);
  return service.readArray(given, format === 'npy' ? undefined : name);
}

/** The first frames of the test part, as many as are worth showing, with the trainer's rates of them. */
async function testInput(
  service: RetinoscopeService,
  state: SessionState | undefined,
): Promise<StimulusInput> {
  const { fit, source } = state ?? {};
  if (!fit?.test || !source) {
    throw new RetinoscopeError(
      'data',
      'This recording has no test part. White noise or a file is accepted.',
    );
  }
  const { first, frames, network } = fit.test;
  const { lags, height, width } = fit.model.architecture;
  const most = Math.max(1, Math.floor(mostValues / 4 / (lags * height * width)));
  const count = Math.min(frames - first, defaultWindows, most);
  const request = { model: fit.model, source, variant: 'frames' as const, first, count };
  return {
    input: await service.onnxInput(request),
    first,
    trainer: network.slice(first, first + count),
  };
}

/** A new stimulus, in contrast, for one model. */
export interface NewStimulus {
  readonly model: OpenedModel;
  readonly movie: StimulusMovie;
  readonly values: readonly [dark: number, bright: number];
  /** Of the movie, Hz. */
  readonly frameRate: number;
}

/** Rates of every output of the model for a new stimulus, and of another model for the same stimulus on its squares. */
export async function predictNew(
  service: RetinoscopeService,
  asked: NewStimulus,
  compared: NewStimulus | undefined,
  call: ServiceCall<WorkProgress>,
): Promise<Prediction> {
  const run = ({ model, movie, values }: NewStimulus) =>
    service.runStimulus(
      { model: model.bytes, movie, values, ...(model.choices && { choices: model.choices }) },
      call,
    );
  const { outputs, leftOut, seconds, provider } = await run(asked);
  const other = compared && joined((await run(compared)).outputs);
  const rates = joined(outputs);
  return {
    stimulus: 'new',
    first: 0,
    rates,
    columns: columnsOf(outputs),
    leftOut,
    outputName: outputs[0].name,
    seconds,
    provider,
    movie: asked.movie,
    ...(compared && other && { compared: comparison(asked, compared, other, rates.windows) }),
  };
}

function comparison(
  asked: NewStimulus,
  compared: NewStimulus,
  rates: Rates,
  windows: number,
): NonNullable<Prediction['compared']> {
  const [from, to] = [compared.model.facts, asked.model.facts];
  const factor = from && to && unitFactor(from, to);
  return {
    name: compared.model.name,
    rates,
    frameRate: compared.frameRate,
    aligned: aligned(rates, {
      from: compared.frameRate,
      to: asked.frameRate,
      windows,
      factor: factor ?? 1,
    }),
    ...(factor === undefined && { otherUnit: shortened(from?.units ?? 'of unknown unit', 40) }),
  };
}

/** All outputs side by side, `[time, column]`. */
function joined(outputs: readonly StimulusRates[]): Rates {
  const columns = outputs.reduce((sum, output) => sum + output.columns, 0);
  const windows = outputs[0].values.length / outputs[0].columns;
  const values = new Float32Array(windows * columns);
  let at = 0;
  for (const output of outputs) {
    for (let t = 0; t < windows; t++) {
      values.set(
        output.values.subarray(t * output.columns, (t + 1) * output.columns),
        t * columns + at,
      );
    }
    at += output.columns;
  }
  return { windows, outputs: columns, values };
}

function columnsOf(outputs: readonly StimulusRates[]): OutputColumn[] {
  return outputs.flatMap(({ name, columns }) =>
    Array.from({ length: columns }, (_, column) => ({
      output: name,
      column,
      label: columns === 1 ? name : `${name} ${column}`,
    })),
  );
}

/** What computed a prediction, for a reader. */
export function providerText({ provider }: Prediction): string {
  return `${provider.name === 'webgpu' ? 'WebGPU' : 'WebAssembly'}. ${provider.reason}`;
}
