/** One prediction by ONNX Runtime: its stimulus, its run, and the comparison with the trainer. Draws nothing. */

import type { RetinoscopeService } from '@retinoscope/worker';
import { type ModelCard, RetinoscopeError, type Tensor } from '@retinoscope/worker';
import type { SessionState } from '../../controllers/session.js';
import {
  defaultWindows,
  fitToModel,
  fittingVariable,
  inputShape,
  mostValues,
  whiteNoise,
} from './model-input.js';
import { largestDifference, type Rates, ratesOf } from './rates.js';

/** The session's test part, seeded white noise, or an npy or npz file. */
export type PredictorStimulus = 'test' | 'noise' | 'file';

export interface Prediction {
  readonly stimulus: PredictorStimulus;
  /** Test frame of the first window; 0 for another stimulus. */
  readonly first: number;
  readonly rates: Rates;
  readonly outputName: string;
  /** Of the run in ONNX Runtime. */
  readonly seconds: number;
  /** The trainer's own rates of the same frames, where there are some. */
  readonly trainer?: Float32Array;
  /** Largest |ONNX Runtime − trainer|, spikes per frame. */
  readonly difference?: number;
}

export interface LoadedModel {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly card: ModelCard;
  /** It is the network that the session exported. */
  readonly own: boolean;
}

export interface PredictionRequest {
  readonly model: LoadedModel;
  readonly stimulus: PredictorStimulus;
  /** Of the white noise. */
  readonly seed: number;
  /** The npy or npz file. */
  readonly file?: File;
  readonly state: SessionState | undefined;
}

/** Throws a RetinoscopeError when the stimulus is missing or does not fit, and what the service throws. */
export async function predict(
  service: RetinoscopeService,
  request: PredictionRequest,
  signal: AbortSignal,
): Promise<Prediction> {
  const { input, first, trainer } = await stimulusOf(service, request);
  const run = { model: request.model.bytes, input };
  const { output, outputName, seconds } = await service.runOnnx(run, { signal });
  const rates = ratesOf(output);
  const compared = trainer && rates.outputs === 1 && trainer.length === rates.windows;
  return {
    stimulus: request.stimulus,
    first,
    rates,
    outputName,
    seconds,
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
  if (stimulus === 'noise') return { input: whiteNoise(shape.shape, seed), first: 0 };
  if (!file) {
    throw new RetinoscopeError(
      'settings',
      'No stimulus is chosen. An npy or npz file is accepted.',
    );
  }
  const given = { name: file.name, blob: file };
  const { variables, format } = await service.inspect(given);
  const { name } = fittingVariable(variables, shape);
  const tensor = await service.readArray(given, format === 'npy' ? undefined : name);
  return { input: fitToModel(tensor, shape), first: 0 };
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
