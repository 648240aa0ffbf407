/**
 * The whole fit of one cell: receptive field, training, the best parameters, filters, evaluation.
 * One run from one seed; restarts are other runs from other seeds.
 */
import { type Crop, Engine, type HeldMovie, type Movie } from '@retinoscope/core-wasm';
import type { Architecture, FittedModel } from '../architecture/index.js';
import { RetinoscopeError, throwIfCancelled } from '../errors.js';
import { fitLN, predictLN } from '../interpretation/index.js';
import { type Dataset, type LongCall, requireCrop } from '../recording/index.js';
import { softwareVersion } from '../version.js';
import { corrupted } from './corruption.js';
import { evaluate } from './evaluate.js';
import type { Replica } from './exchange.js';
import { reportFilters } from './filters.js';
import type { TrainingGate } from './gate.js';
import { generatorSignal } from './generator-signal.js';
import { requireFitOf } from './memory.js';
import { trainedParameters, trainingShape } from './network.js';
import { predictMovie } from './predict.js';
import { computeReceptiveField, defaultLags, skippedFrames } from './receptive-field.js';
import { startingData } from './receptive-field-start.js';
import { TrainingRun } from './run.js';
import { type FrameSplit, splitFrames } from './sampling.js';
import { requireSettings, type TrainingSettings } from './settings.js';
import { train } from './train.js';
import type { FitProgress, FitResult, FitSpec, ReceptiveField, Replicas } from './types.js';

export interface FitCall extends LongCall<FitProgress> {
  readonly control?: TrainingGate;
  /** This one's place, when several train the model together; each is given the same data and spec. */
  readonly replica?: Replica;
}

export interface ReplicaCall extends FitCall {
  readonly replica: Replica;
}

/** Fits a network to one cell; throws `RetinoscopeError` for what cannot be fitted. */
export async function fitCell(
  dataset: Dataset,
  spec: FitSpec,
  call: FitCall = {},
): Promise<FitResult> {
  return conclude(dataset, spec, await trainModel(dataset, spec, call), call);
}

/** Takes part in a fit whose result another replica gives; the same model, to the bit. */
export async function trainReplica(
  dataset: Dataset,
  spec: FitSpec,
  call: ReplicaCall,
): Promise<FittedModel> {
  return (await trainModel(dataset, spec, call)).model;
}

interface Trained {
  readonly engine: Engine;
  readonly run: TrainingRun;
  readonly model: FittedModel;
  readonly field: ReceptiveField;
  readonly movie: Movie;
  readonly held: HeldMovie;
  readonly counts: Float32Array;
  readonly split: FrameSplit;
  /** First frames of a block without a history of their own. */
  readonly skip: number;
  /** Spent in training itself. */
  readonly seconds: number;
  readonly replicas?: Replicas;
}

async function trainModel(given: Dataset, spec: FitSpec, call: FitCall): Promise<Trained> {
  const { settings, cell, lags = defaultLags } = spec;
  requireSettings(settings);
  const dataset = spec.corruption ? corrupted(given, spec.corruption) : given;
  if (call.replica) requireShareable(settings);
  const { stimulus } = dataset.training;
  const blocks = spec.blocks ?? { first: 0, last: stimulus.blocks - 1 };
  const crop = spec.crop ?? { x: 0, y: 0, width: stimulus.width, height: stimulus.height };
  requireCrop(dataset, crop);
  const architecture: Architecture = {
    version: spec.version,
    lags,
    height: crop.height,
    width: crop.width,
    layers: spec.layers,
    rank: spec.rank,
    head: spec.head,
  };
  const shape = trainingShape(architecture);
  const blockCount = blocks.last - blocks.first + 1;
  await requireFitOf(dataset, spec);
  const engine = await Engine.create(shape, { batch: settings.batch, seed: settings.seed });

  const field = await computeReceptiveField(dataset, { cell, blocks, crop, lags }, call);
  const givenFilter = spec.version === 1 && !shape.rank ? field.temporal : undefined;
  const movie = await stimulus.read(blocks, crop, call);
  throwIfCancelled(call.signal);
  const counts = dataset.training.counts[cell].slice(
    blocks.first * stimulus.blockFrames,
    (blocks.last + 1) * stimulus.blockFrames,
  );
  const held = engine.addMovie(movie, {
    counts,
    temporalFilter: givenFilter,
    shuffled: settings.sampling === 'shuffled',
  });
  const skip = skippedFrames(dataset, lags);
  const split = splitFrames(blockCount, stimulus.blockFrames, skip, settings.validationFraction);
  if (split.training.length === 0 || split.validation.length === 0) {
    throw new RetinoscopeError(
      'data',
      `${blockCount * stimulus.blockFrames} frames in blocks of ${stimulus.blockFrames} leave ${split.training.length} to train on and ${split.validation.length} to validate on after the first ${skip} of each block; longer blocks, fewer lags or more data are needed.`,
    );
  }
  const exchange = await call.replica?.open(TrainingRun.exchanged(engine, split));
  const start = startingData(field, movie, pick(counts, split.training));
  const run = await TrainingRun.create(
    engine,
    shape,
    held,
    counts,
    split,
    settings,
    start,
    exchange,
  );
  const replicas = exchange && { count: exchange.count, exchange: exchange.kind };
  const seconds = await train({ run, engine, field, spec, replicas }, call);
  const { parameters, temporalFilter = givenFilter } = trainedParameters(
    architecture,
    run.restoreBest(),
  );
  const model: FittedModel = {
    format: 'retinoscope-model',
    formatVersion: 1,
    softwareVersion,
    architecture,
    parameters,
    temporalFilter,
    provenance: {
      recording: dataset.name,
      cell,
      crop,
      stimulusValues: movie.kind === 'binary' ? [movie.low, movie.high] : undefined,
      frameRate: dataset.frameRate,
      squareSize: dataset.squareSize,
      seed: settings.seed,
      settings: { ...settings },
      validationLoss: run.validationLoss,
    },
  };
  return { engine, run, model, field, movie, held, counts, split, skip, seconds, replicas };
}

/** What is said of a trained model: its filters, and its rates beside those of the LN model. */
async function conclude(
  dataset: Dataset,
  spec: FitSpec,
  trained: Trained,
  call: FitCall,
): Promise<FitResult> {
  const { settings, cell } = spec;
  const { run, model, field, movie, split, counts, seconds } = trained;
  const { crop } = model.provenance;
  const truth = dataset.truth?.[cell];
  const filters = await reportFilters(
    trained.engine,
    trained.held,
    model,
    model.temporalFilter ?? field.temporal,
    truth?.subunits.map((subunit) => cropMap(subunit, dataset.training.stimulus.width, crop)),
  );
  const ln = fitLN(
    pick(generatorSignal(movie, field.spatial, field.temporal), split.training),
    pick(counts, split.training),
  );
  const tested = dataset.test && (await test(dataset, dataset.test));
  return {
    model,
    history: run.history,
    evaluation: tested?.evaluation ?? {},
    test: tested?.responses,
    ...filters,
    receptiveField: field,
    spikes: field.spikes,
    steps: run.step,
    samplesPerSecond: (run.step * Math.min(settings.batch, split.training.length)) / seconds,
    seconds,
    validationLoss: run.validationLoss,
    replicas: trained.replicas,
  };

  async function test(from: Dataset, part: NonNullable<Dataset['test']>) {
    const testMovie = await part.stimulus.read(
      { first: 0, last: part.stimulus.blocks - 1 },
      crop,
      call,
    );
    const network = await predictMovie(model, testMovie);
    const linear = predictLN(ln, generatorSignal(testMovie, field.spatial, field.temporal));
    return evaluate(
      part,
      cell,
      network,
      linear,
      spec.testSkip ?? trained.skip,
      from.truth?.[cell].testRate,
    );
  }
}

function requireShareable({ noise }: TrainingSettings): void {
  if (noise === 0) return;
  throw new RetinoscopeError(
    'settings',
    `Training noise (SD ${noise}) is drawn in the order of whole batches, so such a model is trained by one worker; several may share one with noise 0.`,
    { setting: 'noise', value: noise },
  );
}

function pick(values: Float32Array, frames: Uint32Array): Float32Array {
  const picked = new Float32Array(frames.length);
  for (let i = 0; i < frames.length; i++) picked[i] = values[frames[i]];
  return picked;
}

/** The rectangle `crop` of a map `[y, x]` over the whole stimulus. */
function cropMap(map: Float32Array, width: number, crop: Crop): Float32Array {
  const out = new Float32Array(crop.width * crop.height);
  for (let y = 0; y < crop.height; y++) {
    const start = (crop.y + y) * width + crop.x;
    out.set(map.subarray(start, start + crop.width), y * crop.width);
  }
  return out;
}
