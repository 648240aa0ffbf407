/**
 * Training steps through the engine: index draw, gather, forward, loss, backward, Adam. One core.
 * W1 model cell, W2 the same over 20 lags, W3 recorded cell; Version I of the two cells; separable filters;
 * real-valued input.
 */
import { type Build, Engine, type NetworkShape, type StepRule } from '@retinoscope/core-wasm';
import { trainingOperations } from '../arithmetic.js';
import type { Job, Row } from '../rows.js';
import { modelCell, modelCellLags, oneLayer, recordedCell } from './shapes.js';
import {
  binaryMovie,
  FrameDraw,
  floatMovie,
  smallParameters,
  spikeCounts,
  temporalKernel,
} from './stimuli.js';

export interface TrainingWorkload {
  readonly name: string;
  readonly shape: NetworkShape;
  readonly batches: readonly number[];
  readonly frames: number;
  readonly stimulus: 'binary' | 'float';
  /** Batches are runs of contiguous frames, in place of single ones. */
  readonly runs?: boolean;
  /** Version I: the engine filters the movie in time. */
  readonly filtered?: boolean;
}

const modelFrames = 600_000;
const recordedFrames = 20_000;
const batches = [256, 2000];
const binary = 'binary';

export const trainingWorkloads: readonly TrainingWorkload[] = [
  { name: 'W1', shape: modelCell, batches, frames: modelFrames, stimulus: binary },
  { name: 'W2', shape: modelCellLags, batches, frames: modelFrames, stimulus: binary },
  { name: 'W3', shape: recordedCell, batches, frames: recordedFrames, stimulus: binary },
  {
    name: 'Version I model cell',
    shape: modelCell,
    batches,
    frames: modelFrames,
    stimulus: binary,
    runs: true,
    filtered: true,
  },
  {
    name: 'Version I recorded cell',
    shape: recordedCell,
    batches,
    frames: recordedFrames,
    stimulus: binary,
    runs: true,
    filtered: true,
  },
  ...[1, 2].map(
    (rank): TrainingWorkload => ({
      name: `Separable model cell rank ${rank}`,
      shape: { ...modelCellLags, rank },
      batches: [2000],
      frames: modelFrames,
      stimulus: binary,
      runs: true,
    }),
  ),
  ...[8, 32].map(
    (filters): TrainingWorkload => ({
      name: `Real-valued ${filters} filters`,
      shape: oneLayer(filters),
      batches: [256],
      frames: 2000,
      stimulus: 'float',
    }),
  ),
];

export const workloadName = (name: string, batch: number) => `${name} b${batch}`;

export function trainingRows(build: Build): Row[] {
  return trainingWorkloads.flatMap((workload) =>
    workload.batches.map(
      (batch): Row => ({
        workload: workloadName(workload.name, batch),
        by: build,
        probe: build,
        unit: 'samples',
        operations: trainingOperations(workload.shape),
        prepare: () => prepare(workload, batch, build),
      }),
    ),
  );
}

export const stepRule: StepRule = {
  learningRate: 1e-4,
  l1Filters: 1e-5,
  l2Filters: 0,
  l2Readout: 0,
  activityL1: 0,
  noise: 0,
  nonNegativeReadout: true,
};

async function prepare(workload: TrainingWorkload, batch: number, build: Build): Promise<Job> {
  const { shape, frames, filtered, runs } = workload;
  const engine = await Engine.create(shape, { batch, build });
  const movie = await (workload.stimulus === 'binary' ? binaryMovie : floatMovie)(frames, shape);
  const temporalFilter = filtered ? temporalKernel() : undefined;
  const counts = await spikeCounts(frames);
  const held = engine.addMovie(movie, { counts, temporalFilter });
  engine.setParameters(await smallParameters(shape));
  const history = Math.max(shape.lags, temporalFilter?.length ?? 1);
  const draw = new FrameDraw(batch, history - 1, frames);
  const next = runs ? () => draw.runs() : () => draw.single();
  return { units: batch, run: () => engine.step(held, next(), stepRule) };
}
