/**
 * A simulated recording: training and test parts from independent sequences of one seed, and the truth.
 * Promises the same dataset for the same source everywhere.
 */
import {
  type Core,
  checkSpec,
  cropMovie,
  loadCore,
  type Movie,
  type Simulation,
  type SimulationSpec,
  simulate,
} from '@retinoscope/core-wasm';
import { RetinoscopeError, throwIfCancelled } from '../errors.js';
import type { SimulatedSource } from '../recording/source.js';
import type { Dataset, LongCall, StimulusSource, WorkProgress } from '../recording/types.js';
import { oneBlock, type SimulatedTest, within } from './one-block.js';
import { specificationOf } from './specification.js';

/** Sequences of the seed. */
const trainingStream = 0;
const testStream = 1;

/**
 * Simulates `source`. One block of all frames. The test is flashed images in as many trials as are asked for, or
 * noise shown once, and absent when that has no frames.
 */
export async function simulateDataset(
  source: SimulatedSource,
  call: LongCall<WorkProgress> = {},
): Promise<Dataset> {
  const { cell, frames, testFrames, testRepeats = 1, seed, images } = source;
  const spec = specificationOf(cell);
  requireRepeats(testRepeats);
  checkSpec(spec);
  if (images) (await flashed()).checkFlashed(images, spec);
  const core = await loadCore();
  const shown = images ? images.count * (images.onFrames + images.offFrames) : testFrames;
  const share = frames / (frames + shown);
  const rest = within(call, [share, 1]);
  const noise = { frames, seed, stream: trainingStream };
  const training = await part(core, spec, noise, within(call, [0, share]));
  const test = images
    ? await (await flashed()).flashedTest(core, spec, { images, seed }, rest)
    : await noiseTest(
        core,
        spec,
        { frames: testFrames, seed, stream: testStream, repeats: testRepeats },
        rest,
      );
  call.onProgress?.({ kind: 'work', done: 1, what });
  const noRate = new Float32Array(0);
  return {
    name: nameOf(cell),
    frameRate: spec.frameRate,
    cellNames: spec.cells.map((_, i) => `Cell ${i}`),
    training: { stimulus: movieInOneBlock(training.stimulus), counts: asFloats(training.counts) },
    test: test?.part,
    truth: spec.cells.map(({ subunits, temporalKernel }, i) => ({
      subunits: subunits.map(({ spatial }) => spatial),
      temporalKernel,
      testRate: test?.rates[i] ?? noRate,
    })),
  };
}

const what = 'Simulating';

/** Loaded on demand: most simulated recordings are tested with noise, once. */
const flashed = () => import('./flashed-images.js');

interface Noise {
  readonly frames: number;
  readonly seed: number;
  readonly stream: number;
}

async function noiseTest(
  core: Core,
  spec: SimulationSpec,
  { repeats, ...noise }: Noise & { readonly repeats: number },
  call: LongCall<WorkProgress>,
): Promise<SimulatedTest | undefined> {
  if (noise.frames === 0) return undefined;
  const { stimulus, counts, rates } = await part(core, spec, noise, call);
  const trials =
    repeats === 1
      ? asFloats(counts)
      : await (await flashed()).drawTrials(core, rates, { repeats, seed: noise.seed }, call.signal);
  return { part: { stimulus: movieInOneBlock(stimulus), repeats, counts: trials }, rates };
}

function nameOf(cell: SimulatedSource['cell']): string {
  return cell === 'paper' || cell === 'code' ? `Simulated cell (${cell})` : 'Simulated population';
}

const mostRepeats = 200;

function requireRepeats(repeats: number): void {
  if (Number.isInteger(repeats) && repeats >= 1 && repeats <= mostRepeats) return;
  throw new RetinoscopeError(
    'settings',
    `${repeats} trials of the test part were asked for; a whole number from 1 to ${mostRepeats} is accepted.`,
    { field: 'testRepeats', found: repeats },
  );
}

async function part(
  core: Core,
  spec: SimulationSpec,
  noise: Noise,
  { signal, onProgress }: LongCall<WorkProgress>,
): Promise<Simulation> {
  throwIfCancelled(signal);
  const progress = (done: number) => onProgress?.({ kind: 'work', done, what });
  return simulate(spec, { ...noise, signal, onProgress: progress }, core);
}

function asFloats(counts: readonly Uint8Array[]): Float32Array[] {
  return counts.map((cell) => new Float32Array(cell));
}

function movieInOneBlock(movie: Movie): StimulusSource {
  return oneBlock(movie, (crop) => (crop ? cropMovie(movie, crop) : movie));
}
