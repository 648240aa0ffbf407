/**
 * The whole fit of one cell: receptive field, training, the best parameters, filters, evaluation.
 * One run from one seed; restarts are other runs from other seeds.
 */
import { type Crop, Engine } from '@retinoscope/core-wasm';
import type { Architecture, FittedModel } from '../architecture/index.js';
import { RetinoscopeError, throwIfCancelled } from '../errors.js';
import { requireMemory } from '../files/index.js';
import { fitLN, predictLN } from '../interpretation/index.js';
import { type Dataset, type LongCall, requireCrop } from '../recording/index.js';
import { softwareVersion } from '../version.js';
import { breathe } from './breathe.js';
import { evaluate } from './evaluate.js';
import { filterMaps, reportFilters } from './filters.js';
import type { TrainingGate } from './gate.js';
import { generatorSignal } from './generator-signal.js';
import { networkShape } from './network.js';
import { predictMovie } from './predict.js';
import { computeReceptiveField, defaultLags, skippedFrames } from './receptive-field.js';
import { TrainingRun } from './run.js';
import { splitFrames } from './sampling.js';
import { requireSettings } from './settings.js';
import type { FitProgress, FitResult, FitSpec, ReceptiveField } from './types.js';

export interface FitCall extends LongCall<FitProgress> {
  readonly control?: TrainingGate;
}

/** Milliseconds of training between two looks at messages and the clock. */
const sliceMilliseconds = 25;
/** Milliseconds between two progress reports. */
const reportEvery = 100;

/** Fits a network to one cell; throws `RetinoscopeError` for what cannot be fitted. */
export async function fitCell(
  dataset: Dataset,
  spec: FitSpec,
  call: FitCall = {},
): Promise<FitResult> {
  const { settings, cell, lags = defaultLags } = spec;
  requireSettings(settings);
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
    head: spec.head,
  };
  const shape = networkShape(architecture);
  const blockCount = blocks.last - blocks.first + 1;
  const frames = blockCount * stimulus.blockFrames;
  requireMemory(Engine.movieBytes(shape, frames), `a movie of ${frames} frames`);
  const engine = await Engine.create(shape, { batch: settings.batch, seed: settings.seed });

  const field = await computeReceptiveField(dataset, { cell, blocks, crop, lags }, call);
  const temporalFilter = spec.version === 1 ? field.temporal : undefined;
  const movie = await stimulus.read(blocks, crop, call);
  throwIfCancelled(call.signal);
  const counts = dataset.training.counts[cell].slice(
    blocks.first * stimulus.blockFrames,
    (blocks.last + 1) * stimulus.blockFrames,
  );
  const held = engine.addMovie(movie, { counts, temporalFilter });
  const skip = skippedFrames(dataset, lags);
  const split = splitFrames(blockCount, stimulus.blockFrames, skip, settings.validationFraction);
  if (split.training.length === 0 || split.validation.length === 0) {
    throw new RetinoscopeError(
      'data',
      `${frames} frames in blocks of ${stimulus.blockFrames} leave ${split.training.length} to train on and ${split.validation.length} to validate on after the first ${skip} of each block; longer blocks, fewer lags or more data are needed.`,
    );
  }
  const run = await TrainingRun.create(engine, shape, held, counts, split, settings);
  const seconds = await train(run, engine, field, spec, call);
  const parameters = run.restoreBest();
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
  const truth = dataset.truth?.[cell];
  const filters = await reportFilters(
    engine,
    held,
    model,
    field.temporal,
    truth?.subunits.map((subunit) => cropMap(subunit, stimulus.width, crop)),
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
      spec.testSkip ?? skip,
      from.truth?.[cell].testRate,
    );
  }
}

/** Runs to the end, reporting and listening on the way; seconds spent in training itself. */
async function train(
  run: TrainingRun,
  engine: Engine,
  field: ReceptiveField,
  spec: FitSpec,
  { signal, onProgress, control }: FitCall,
): Promise<number> {
  const { settings, snapshotEvery } = spec;
  let milliseconds = 0;
  let reported = Number.NEGATIVE_INFINITY;
  let shown = Number.NEGATIVE_INFINITY;
  const report = (validated = false) => {
    const now = performance.now();
    const paused = control?.paused ?? false;
    if (!validated && !paused && now - reported < reportEvery && !run.finished) return;
    reported = now;
    const snapshot = snapshotEvery !== undefined && (now - shown >= snapshotEvery || paused);
    if (snapshot) shown = now;
    const seconds = milliseconds / 1000;
    const last = run.history[run.history.length - 1];
    onProgress?.({
      kind: 'training',
      restart: 0,
      step: run.step,
      steps: settings.steps,
      seconds,
      secondsLeft: run.finished
        ? 0
        : (seconds / Math.max(run.step, 1)) * (settings.steps - run.step),
      samplesPerSecond: seconds > 0 ? (run.step * settings.batch) / seconds : 0,
      loss: run.recentLoss(),
      validation: validated ? { loss: last.validationLoss, cc: last.validationCC } : undefined,
      filters: snapshot ? filterMaps(engine, field.temporal) : undefined,
      paused,
    });
  };
  while (!run.finished) {
    throwIfCancelled(signal);
    if (control && !control.take()) {
      report();
      await control.opened(signal);
      continue;
    }
    const started = performance.now();
    let validated = false;
    do {
      validated = run.advance() !== undefined;
    } while (
      !run.finished &&
      !validated &&
      !control?.paused &&
      performance.now() - started < sliceMilliseconds
    );
    milliseconds += performance.now() - started;
    report(validated);
    await breathe();
  }
  return milliseconds / 1000;
}

function pick(values: Float32Array, frames: Uint32Array): Float32Array {
  return Float32Array.from(frames, (frame) => values[frame]);
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
