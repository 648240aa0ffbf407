/** A fitted model applied to a dataset: rates by the project's kernels, and inputs for an exported model. */
import {
  Engine,
  filterInTime,
  frameValues,
  type HeldMovie,
  loadCore,
  type Movie,
  type NetworkParameters,
} from '@retinoscope/core-wasm';
import type { FittedModel } from '../architecture/index.js';
import { RetinoscopeError } from '../errors.js';
import type { Tensor } from '../files/index.js';
import type { OnnxVariant } from '../onnx/index.js';
import { type Dataset, type LongCall, requireCrop, type WorkProgress } from '../recording/index.js';
import { networkShape } from './network.js';

/** Batch that an engine used for prediction alone is made for. */
const predictionBatch = 8;

/** Predicts one movie with one network, under its own parameters or others of its shape; the movie is held once. */
export class Predictor {
  private constructor(
    private readonly engine: Engine,
    private readonly model: FittedModel,
    private readonly held: HeldMovie,
  ) {}

  /** Error `model` when the movie has not the squares that the network sees. */
  static async create(model: FittedModel, movie: Movie): Promise<Predictor> {
    const { architecture, temporalFilter } = model;
    const { height, width } = architecture;
    if (movie.height !== height || movie.width !== width) {
      throw new RetinoscopeError(
        'model',
        `The model sees ${width} × ${height} squares and was given ${movie.width} × ${movie.height}; they must be as many.`,
      );
    }
    const engine = await Engine.create(networkShape(architecture), { batch: predictionBatch });
    return new Predictor(engine, model, engine.addMovie(movie, { temporalFilter }));
  }

  /** Rates `[time]`, spikes per frame, of every frame of the movie; the first lags − 1 are 0. */
  rates(parameters: NetworkParameters = this.model.parameters): Float32Array {
    this.engine.setParameters(parameters);
    const { frames } = this.held;
    const rates = new Float32Array(frames);
    const first = this.model.architecture.lags - 1;
    if (frames > first) rates.set(this.engine.predict(this.held, first, frames - first), first);
    return rates;
  }
}

/** Rates `[time]`, spikes per frame, of every frame of a movie; the first lags − 1 are 0. */
export async function predictMovie(model: FittedModel, movie: Movie): Promise<Float32Array> {
  return (await Predictor.create(model, movie)).rates();
}

/** Rates `[block, time]`, spikes per frame, of a part of a dataset, cut to the model's crop. */
export async function predictDataset(
  model: FittedModel,
  dataset: Dataset,
  part: 'test' | 'training',
  call?: LongCall<WorkProgress>,
): Promise<Float32Array> {
  return predictMovie(model, await partMovie(model, dataset, part, call));
}

/**
 * The frames `first` … `first + count − 1` of the test part as inputs of the exported model: for `frames`
 * windows `[sample, time, y, x]`, oldest frame first; for `filtered` `[sample, 1, y, x]`.
 */
export async function onnxWindows(
  model: FittedModel,
  dataset: Dataset,
  variant: OnnxVariant,
  first: number,
  count: number,
): Promise<Tensor> {
  const movie = await partMovie(model, dataset, 'test');
  const { lags, height, width } = model.architecture;
  if (first < lags - 1 || count < 1 || first + count > movie.frames) {
    throw new RetinoscopeError(
      'settings',
      `Frames ${first} to ${first + count - 1} were asked for; with ${lags} frames of history ${lags - 1} to ${movie.frames - 1} can be had.`,
    );
  }
  const size = height * width;
  if (variant === 'filtered') {
    if (!model.temporalFilter) {
      throw new RetinoscopeError(
        'model',
        'A network that sees the last frames (Version II) has no filtered input; use its frames.',
      );
    }
    const filtered = filterInTime(await loadCore(), movie, model.temporalFilter);
    const data = filtered.slice(first * size, (first + count) * size);
    return { shape: [count, 1, height, width], data };
  }
  const data = new Float32Array(count * lags * size);
  const frames = frameValues(movie, first - lags + 1, count + lags - 1);
  for (let s = 0; s < count; s++) {
    data.set(frames.subarray(s * size, (s + lags) * size), s * lags * size);
  }
  return { shape: [count, lags, height, width], data };
}

async function partMovie(
  model: FittedModel,
  dataset: Dataset,
  part: 'test' | 'training',
  call?: LongCall<WorkProgress>,
): Promise<Movie> {
  const chosen = dataset[part];
  if (!chosen) {
    throw new RetinoscopeError(
      'data',
      `${dataset.name} has no test part; predict its training part.`,
    );
  }
  const { crop } = model.provenance;
  requireCrop(dataset, crop);
  const { stimulus } = chosen;
  return stimulus.read({ first: 0, last: stimulus.blocks - 1 }, crop, call);
}
