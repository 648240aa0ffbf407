/**
 * Fits by the workers of a pool, which choose the fastest build themselves: one model of the recorded cell that the
 * workers train together, and models of the model cell side by side, one on each.
 */
import { bestBuild, type SimulationSpec } from '@retinoscope/core-wasm';
import { simulationSpec, trainingPresets } from '@retinoscope/models';
import { createPool, type FitRequest, type ServicePool } from '@retinoscope/worker';
import type { Job, Row } from '../rows.js';
import { modelCell, recordedCell } from './shapes.js';

interface WorkerWork {
  readonly workload: string;
  readonly workers: number;
  readonly units: number;
  start(pool: ServicePool): Pick<Job, 'run' | 'seconds'>;
}

function workerRow({ workload, workers, units, start }: WorkerWork): Row {
  const by = bestBuild();
  return {
    workload,
    by,
    probe: by,
    unit: 'samples',
    async prepare(): Promise<Job> {
      const pool = createPool(workers);
      return { units, ...start(pool), dispose: () => pool.terminate() };
    },
  };
}

const onWorkers = (count: number) => `on ${count} ${count === 1 ? 'worker' : 'workers'}`;

/** Steps of a fit of W3, and its batch. */
const sharedSteps = 60;
const sharedBatch = 256;

/** W3, one model: the seconds of training alone, validation included. */
export function sharedModelRows(): Row[] {
  return [1, 2].map((workers) =>
    workerRow({
      workload: `W3 b${sharedBatch} ${onWorkers(workers)}`,
      workers,
      units: sharedSteps * sharedBatch,
      start(pool) {
        let seconds = 0;
        return {
          async run() {
            const result = await pool.fit({ ...recordedFit(), replicas: workers });
            seconds = result.seconds;
          },
          seconds: () => seconds,
        };
      },
    }),
  );
}

/** The model cell's subunits in the middle of the recorded cell's squares. */
function wideCell(): SimulationSpec {
  const { cells, ...rest } = simulationSpec('paper');
  const { height, width } = recordedCell;
  const subunits = cells[0].subunits.map((subunit) => {
    const spatial = new Float32Array(height * width);
    for (let y = 0; y < rest.height; y++) {
      const row = subunit.spatial.subarray(y * rest.width, (y + 1) * rest.width);
      spatial.set(row, (y + 11) * width + 11);
    }
    return { ...subunit, spatial };
  });
  return { ...rest, height, width, cells: [{ ...cells[0], subunits }] };
}

const recordedFit = (): FitRequest => ({
  source: { kind: 'simulated', cell: wideCell(), frames: 4000, testFrames: 0, seed: 1 },
  cell: 0,
  lags: 1,
  version: 2,
  layers: recordedCell.layers,
  head: recordedCell.head,
  settings: {
    ...trainingPresets.recording,
    batch: sharedBatch,
    steps: sharedSteps,
    sampling: 'shuffled',
    validationEvery: sharedSteps,
    validationFraction: 0.01,
    restarts: 1,
  },
});

/** Fits of the model cell that are asked for at once, their steps and batch. */
const fits = 2;
const steps = 400;
const batch = 2000;

/** Models side by side: the seconds from the requests to the last result, the data's making included. */
export function sideBySideRows(): Row[] {
  return [1, 2].map((workers) =>
    workerRow({
      workload: `${fits} fits of the model cell ${onWorkers(workers)}`,
      workers,
      units: fits * steps * batch,
      start: (pool) => ({
        run: () =>
          Promise.all(Array.from({ length: fits }, (_, seed) => pool.fit(modelFit(seed + 1)))),
      }),
    }),
  );
}

const modelFit = (seed: number): FitRequest => ({
  source: { kind: 'simulated', cell: 'paper', frames: 100_000, testFrames: 1000, seed: 1 },
  cell: 0,
  version: 1,
  layers: modelCell.layers,
  head: 'parametric-softplus',
  replicas: 1,
  settings: {
    ...trainingPresets.recovery,
    seed,
    batch,
    steps,
    validationEvery: steps,
    restarts: 1,
  },
});
