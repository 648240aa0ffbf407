/**
 * A simulated recording: training and test parts from independent sequences of one seed, and the truth.
 * Promises the same dataset for the same source everywhere.
 */
import {
  type Core,
  type Crop,
  cropMovie,
  loadCore,
  type Movie,
  type Simulation,
  type SimulationSpec,
  simulate,
} from '@retinoscope/core-wasm';
import { RetinoscopeError, throwIfCancelled } from '../errors.js';
import type { SimulatedSource } from '../recording/source.js';
import type {
  BlockRange,
  Dataset,
  LongCall,
  StimulusSource,
  WorkProgress,
} from '../recording/types.js';
import { simulationSpec } from './specification.js';

/** Sequences of the seed. */
const trainingStream = 0;
const testStream = 1;

/** Simulates `source`. One block of all frames; the test, shown once, is absent when it has no frames. */
export async function simulateDataset(
  source: SimulatedSource,
  call: LongCall<WorkProgress> = {},
): Promise<Dataset> {
  const { cell, frames, testFrames, seed } = source;
  const preset = typeof cell === 'string' ? cell : undefined;
  if (preset !== undefined && preset !== 'paper' && preset !== 'code') {
    throw new RetinoscopeError(
      'settings',
      `There is no built-in cell "${preset}"; "paper" and "code" are accepted.`,
      { field: 'cell', found: preset },
    );
  }
  const spec = typeof cell === 'string' ? simulationSpec(cell) : cell;
  const core = await loadCore();
  const share = frames / (frames + testFrames);
  const training = await part(core, spec, frames, seed, trainingStream, [0, share], call);
  const test =
    testFrames === 0
      ? undefined
      : await part(core, spec, testFrames, seed, testStream, [share, 1], call);
  call.onProgress?.({ kind: 'work', done: 1, what });
  const noRate = new Float32Array(0);
  return {
    name: preset === undefined ? 'Simulated population' : `Simulated cell (${preset})`,
    frameRate: spec.frameRate,
    cellNames: spec.cells.map((_, i) => `Cell ${i}`),
    training: { stimulus: wholeMovie(training.stimulus), counts: asFloats(training.counts) },
    test: test && {
      stimulus: wholeMovie(test.stimulus),
      repeats: 1,
      counts: asFloats(test.counts),
    },
    truth: spec.cells.map(({ subunits, temporalKernel }, i) => ({
      subunits: subunits.map(({ spatial }) => spatial),
      temporalKernel,
      testRate: test?.rates[i] ?? noRate,
    })),
  };
}

const what = 'Simulating';

async function part(
  core: Core,
  spec: SimulationSpec,
  frames: number,
  seed: number,
  stream: number,
  [from, to]: readonly [number, number],
  { signal, onProgress }: LongCall<WorkProgress>,
): Promise<Simulation> {
  throwIfCancelled(signal);
  const progress = (done: number) =>
    onProgress?.({ kind: 'work', done: from + done * (to - from), what });
  return simulate(spec, { frames, seed, stream, signal, onProgress: progress }, core);
}

function asFloats(counts: readonly Uint8Array[]): Float32Array[] {
  return counts.map((cell) => new Float32Array(cell));
}

/** A movie as a source of one block. */
function wholeMovie(movie: Movie): StimulusSource {
  const { height, width, frames } = movie;
  return {
    height,
    width,
    blocks: 1,
    blockFrames: frames,
    async read({ first, last }: BlockRange, crop: Crop | undefined): Promise<Movie> {
      if (first !== 0 || last !== 0) {
        throw new RetinoscopeError(
          'data',
          `Blocks ${first} to ${last} of a simulated recording were asked for; it has one, block 0.`,
          { first, last },
        );
      }
      return crop ? cropMovie(movie, crop) : movie;
    },
  };
}
