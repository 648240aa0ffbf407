/**
 * Work on stimuli: W4, the spike-triggered average of a recorded cell; W5, the simulator of the model cell; the
 * averages of several spike trains, the temporal filter, random numbers and the laboratory generator.
 */
import {
  type Build,
  type Core,
  filterInTimeInto,
  LabGenerator,
  loadCore,
  Random,
  StaAccumulator,
  simulate,
  spikeTriggeredAverage,
} from '@retinoscope/core-wasm';
import { simulationSpec } from '@retinoscope/models';
import type { Job, Row, Unit } from '../rows.js';
import { modelCell, recordedCell } from './shapes.js';
import { binaryMovie, spikeCounts, temporalKernel } from './stimuli.js';

const lags = 20;
const averagedFrames = 320_000;
const averagedSpikes = 15_000;
const simulatedFrames = 600_000;
const shortFrames = 60_000;
/** A train and its circular shifts, as for a null. */
const trains = 21;
const numbers = 1_000_000;
/** Squares of a screen of the laboratory generator, and frames of it at a time. */
const screen = { height: 150, width: 200 };
const screens = 30;

interface StimulusWork {
  readonly workload: string;
  readonly unit: Unit;
  readonly operations?: number;
  prepare(core: Core): Promise<Job>;
}

const works: readonly StimulusWork[] = [
  {
    workload: 'W4 STA',
    unit: 'averages',
    async prepare(core) {
      const movie = await binaryMovie(averagedFrames, recordedCell);
      const counts = new Uint8Array(averagedFrames);
      for (let spike = 0; spike < averagedSpikes; spike++) {
        counts[Math.floor((spike * averagedFrames) / averagedSpikes)] = 1;
      }
      return { units: 1, run: () => spikeTriggeredAverage(core, movie, counts, { lags }) };
    },
  },
  {
    workload: 'W5 simulator',
    unit: 'frames',
    async prepare(core) {
      const spec = simulationSpec('paper');
      const options = { frames: simulatedFrames, seed: 1 };
      const into = await simulate(spec, options, core);
      return { units: simulatedFrames, run: () => simulate(spec, { ...options, into }, core) };
    },
  },
  {
    workload: 'W5 simulator, memory from the system each time',
    unit: 'frames',
    async prepare(core) {
      const spec = simulationSpec('paper');
      const options = { frames: simulatedFrames, seed: 1 };
      return { units: simulatedFrames, run: () => simulate(spec, options, core) };
    },
  },
  {
    workload: `STA of ${trains} spike trains`,
    unit: 'averages',
    async prepare(core) {
      const movie = await binaryMovie(shortFrames, modelCell);
      const counts = await spikeCounts(shortFrames);
      const shift = Math.floor(shortFrames / trains);
      const shifted = Array.from({ length: trains }, (_, i) =>
        counts.map((_count, t) => counts[(t + i * shift) % shortFrames]),
      );
      const { height, width } = modelCell;
      return {
        units: 1,
        run() {
          const accumulator = new StaAccumulator(core, { height, width, lags }, trains);
          accumulator.add(movie, shifted);
          return accumulator.finish();
        },
      };
    },
  },
  {
    workload: 'Temporal filter, 20 lags',
    unit: 'numbers',
    operations: 2 * lags,
    async prepare(core) {
      const movie = await binaryMovie(shortFrames, modelCell);
      const values = shortFrames * modelCell.height * modelCell.width;
      const destination = core.arena.allocate(values * 4);
      const kernel = temporalKernel();
      return {
        units: values,
        run: () => filterInTimeInto(core, movie, kernel, destination),
      };
    },
  },
  {
    workload: 'Normal random numbers',
    unit: 'numbers',
    async prepare(core) {
      const random = await Random.create(1, 0, core);
      return { units: numbers, run: () => random.normals(numbers) };
    },
  },
  {
    workload: 'Laboratory generator',
    unit: 'numbers',
    async prepare(core) {
      const generator = await LabGenerator.create(20_000, core);
      return {
        units: screens * screen.height * screen.width,
        run: () => generator.frames(screens, screen),
      };
    },
  },
];

export function stimulusRows(build: Build): Row[] {
  return works.map(({ prepare, ...work }) => ({
    ...work,
    by: build,
    probe: build,
    prepare: async () => prepare(await loadCore(build)),
  }));
}
