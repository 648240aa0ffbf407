/**
 * The memory of a fit, computed before it starts. Promises a bound by parts, from sizes alone, and a refusal that
 * names the number. A part counts until its fit ends: memory is given back no sooner for certain.
 * Does not know what else runs, nor what the reading of a file takes.
 */
import {
  blockSamples,
  frameBytes,
  lagsTakeTurns,
  layerOutputs,
  type NetworkShape,
  paddedFilters,
} from '@retinoscope/core-wasm';
import { requireMemory } from '../files/limits.js';
import type { Dataset, DatasetSource } from '../recording/index.js';
import type { StimulusSize } from './defaults.js';
import { trainingShape } from './network.js';
import { defaultLags } from './receptive-field.js';
import type { FitSpec } from './types.js';

/** What the memory of a fit depends on in its dataset; a summary has it. */
export interface FitMemoryData extends StimulusSize {
  readonly blocks: number;
  readonly blockFrames: number;
  readonly binary: boolean;
  readonly cells: { readonly length: number };
  readonly test?: { readonly frames: number; readonly repeats: number };
}

export interface FitMemoryOptions {
  /** The stimulus is drawn anew whenever it is read, and not held. */
  readonly drawn?: boolean;
}

/** Bytes by part. */
export interface FitMemory {
  /** Stimulus and responses of the open dataset. */
  readonly dataset: number;
  /** The frames trained on, where they are not the dataset's own. */
  readonly frames: number;
  /** Shifted spike trains behind the null, sums over them, a part of the stimulus. */
  readonly receptiveField: number;
  /** The frames as the engine holds them, with their counts. */
  readonly movie: number;
  /** Parameters, moments, and the activity of the samples that are done together. */
  readonly network: number;
  /** Orders of samples, the LN model, features, and the test. */
  readonly evaluation: number;
  /** Sum of the parts. */
  readonly total: number;
}

const floatBytes = 4;
/** Of a spike train's shifts: the train itself and, at the most, twenty more. */
const trains = 21;
/** Bytes of the stimulus that the receptive field is summed over at once, where a block is not more. */
const chunkBytes = 32e6;
/** A part of the movie, and tables, in the memory of the kernels that sum. */
const sumBytes = 5e6;
/** Of each frame: its place in the split and in two orders; generator signal, and what its bins are sorted in. */
const frameScratch = 12 + 12 + 20;
/** Sums of a table of the engine's, at the most. */
const tableEntries = 256;
/** Frames of noise that a network's features are averaged over at once, for each frame of history. */
const noiseFrames = 250;

/** Most bytes that fitting one cell takes, with its dataset open. */
export function fitMemory(
  data: FitMemoryData,
  { blocks, crop, lags = defaultLags, version, layers, rank, head, settings }: FitSpec,
  { drawn = false }: FitMemoryOptions = {},
): FitMemory {
  const { height, width, binary, test } = data;
  const size = crop ?? { height, width };
  const squares = size.height * size.width;
  const count = blocks ? blocks.last - blocks.first + 1 : data.blocks;
  const all = data.blocks * data.blockFrames;
  const frames = count * data.blockFrames;
  const testFrames = test?.frames ?? 0;
  const stimulus = (of: StimulusSize, length: number) =>
    length * (binary ? frameBytes(of.height, of.width) : floatBytes * of.height * of.width);
  const responses = all + testFrames * (test?.repeats ?? 0);
  const own =
    !drawn && frames === all && (!crop || (crop.width === width && crop.height === height));
  const bits = binary && !(version === 1 && settings.sampling === 'shuffled');
  const shape = trainingShape({ version, lags, ...size, layers, rank, head });
  const chunk = Math.max(chunkBytes, stimulus(size, data.blockFrames));
  const parts = {
    dataset:
      (drawn ? 0 : stimulus(data, all + testFrames)) + floatBytes * data.cells.length * responses,
    frames: own ? 0 : stimulus(size, frames),
    receptiveField:
      trains * (floatBytes * frames + 3 * floatBytes * lags * squares) +
      sumBytes +
      (own ? 0 : Math.min(stimulus(size, frames), chunk)),
    movie: movieBytes(shape, frames, bits),
    network: networkBytes(shape, settings.batch),
    evaluation:
      frameScratch * frames +
      movieBytes(shape, noiseFrames * shape.lags) +
      stimulus(size, testFrames) +
      movieBytes(shape, testFrames, bits) +
      frameScratch * testFrames,
  };
  return { ...parts, total: Object.values(parts).reduce((sum, bytes) => sum + bytes, 0) };
}

/** Refuses a fit that would take more than `memoryBudget` beside its open dataset, with what it would take. */
export async function requireFitOf(dataset: Dataset, spec: FitSpec): Promise<void> {
  const { test, training } = dataset;
  const { stimulus } = training;
  const first = spec.blocks?.first ?? 0;
  const square = { x: 0, y: 0, width: 1, height: 1 };
  const corner = await stimulus.read({ first, last: first }, square);
  const { dataset: open, total } = fitMemory(
    {
      height: stimulus.height,
      width: stimulus.width,
      blocks: stimulus.blocks,
      blockFrames: stimulus.blockFrames,
      binary: corner.kind === 'binary',
      cells: training.counts,
      test: test && {
        frames: test.stimulus.blocks * test.stimulus.blockFrames,
        repeats: test.repeats,
      },
    },
    spec,
  );
  requireMemory(total - open, 'This fit');
}

/** Refuses a fit that would take more than `memoryBudget`, with what it would take. */
export function requireFitMemory(
  data: FitMemoryData,
  spec: FitSpec,
  options?: FitMemoryOptions,
): void {
  requireMemory(fitMemory(data, spec, options).total, 'This fit');
}

/** Whether the stimulus of `source` is drawn by a generator. A manifest that cannot be read draws nothing. */
export function isDrawn(source: DatasetSource): boolean {
  if (source.kind === 'simulated') return false;
  const { manifest } = source;
  let parsed: unknown;
  try {
    parsed = typeof manifest === 'string' ? JSON.parse(manifest) : manifest;
  } catch {
    return false;
  }
  const kind = (parsed as GeneratorManifest | undefined)?.training?.stimulus?.kind;
  return kind === 'generator';
}

interface GeneratorManifest {
  readonly training?: { readonly stimulus?: { readonly kind?: unknown } };
}

/** Bytes of a movie in an engine, with the counts of its frames; as `bits` where it is binary and stays so. */
function movieBytes({ height, width }: StimulusSize, frames: number, bits = false): number {
  return frames * (floatBytes + (bits ? frameBytes(height, width) : floatBytes * height * width));
}

/**
 * Bytes of an engine without its movies, an estimate: five vectors of the parameters' length, the first layer's
 * tables of partial sums with their gradients, and of the samples that are done together the activity and the
 * gradient of every layer, those of later layers once more, bordered by their filters less one.
 */
function networkBytes(shape: NetworkShape, batch: number): number {
  const outputs = layerOutputs(shape);
  const [first] = shape.layers;
  const rank = shape.rank ?? 1;
  const seen = shape.rank ?? shape.lags;
  let channels = seen;
  let parameters = 0;
  let later = 0;
  for (const [i, { filters, height, width }] of shape.layers.entries()) {
    const padded = paddedFilters(filters);
    const { height: high, width: wide } = outputs[i];
    parameters += padded * (channels * height * (width + 3) + 1);
    if (i > 0) {
      later += padded * (2 * high * wide + (high + 2 * (height - 1)) * (wide + 2 * (width - 1)));
    }
    channels = padded;
    if (i === outputs.length - 1) parameters += padded * high * wide;
  }
  const padded = paddedFilters(first.filters);
  const outputBytes = floatBytes * outputs[0].height * outputs[0].width * padded;
  const block = blockSamples(outputBytes) * outputBytes;
  const lags = !shape.rank && lagsTakeTurns(outputBytes, batch) ? 1 : seen;
  const tables = 2 * tableEntries * Math.ceil((first.width + 1) / 8) * lags * first.height;
  return (
    2 ** 16 +
    floatBytes * (5 * parameters + batch + 2 * padded * tables) +
    (3 + rank) * block +
    floatBytes * 64 * later
  );
}
