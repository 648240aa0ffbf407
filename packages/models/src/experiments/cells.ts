/**
 * The cells of the population figures, simulated or recorded, and their fits. Every figure of the population asks
 * for the same fits, so that each is made once.
 */
import type { Crop } from '@retinoscope/core-wasm';
import type { Version } from '../architecture/index.js';
import type { DatasetSource, SimulatedSource } from '../recording/index.js';
import { populationSpec } from '../simulation/index.js';
import {
  defaultFilterSide,
  type FitSpec,
  layersOf,
  type TrainingSettings,
  trainingPresets,
} from '../training/index.js';
import type {
  CellPlace,
  ExperimentRow,
  ExperimentRun,
  ExperimentSetting,
  ExperimentSize,
} from './types.js';

/** Hz, of the simulated cells. */
const simulatedFrameRate = 30;
const simulatedCells = 10;
const glancedCells = 4;
const frames: Readonly<Record<ExperimentSize, number>> = {
  glance: 60_000,
  quick: 300_000,
  full: 600_000,
};
const testFrames = 10_000;

/** Images shown for 200 ms, then grey for 800 ms, at 30 Hz. */
export const flashes = { onFrames: 6, offFrames: 24 } as const;
const flashedTrials = 20;
const imageSeed = 7;
const imageCount: Readonly<Record<ExperimentSize, number>> = {
  glance: 60,
  quick: 300,
  full: 300,
};
/** Images whose responses are drawn. */
export const drawnImages = 50;

/** Images that are drawn themselves. */
const outlinedImages = 5;

/** Frames of the responses to noise that are drawn: 10 s at 30 Hz. */
export const drawnFrames = 300;

export interface CellsOfSetting {
  readonly source: DatasetSource;
  readonly frameRate: number;
  /** µm, when known. */
  readonly squareSize?: number;
  readonly cells: readonly CellPlace[];
  /** The one of the figures of a single cell. */
  readonly single: CellPlace;
}

/** The recorded cells of a setting, or the simulated population. */
export function cellsOf({ size, recorded }: ExperimentSetting): CellsOfSetting {
  if (recorded) return recorded;
  const count = size === 'glance' ? glancedCells : simulatedCells;
  const crops = populationSpec(simulatedCells).crops.slice(0, count);
  const cells = crops.map((crop, cell) => ({ cell, crop }));
  return {
    source: {
      kind: 'simulated',
      cell: 'population',
      frames: frames[size],
      testFrames,
      seed: 1,
    },
    frameRate: simulatedFrameRate,
    cells,
    single: cells[0],
  };
}

/** The flashed images as a test part of the simulated population; nobody looks at its training part. */
function flashedSource({ size, pictures }: ExperimentSetting): SimulatedSource {
  const shown = pictures
    ? { kind: 'given' as const, ...pictures }
    : { kind: 'dead-leaves' as const, count: imageCount[size] };
  return {
    kind: 'simulated',
    cell: 'population',
    frames: 1000,
    testFrames: 0,
    seed: 1,
    images: { ...shown, ...flashes, seed: imageSeed, repeats: flashedTrials },
  };
}

/** Squares of a picture that the simulated population is shown. */
export function pictureSize(): { readonly width: number; readonly height: number } {
  const { width, height } = populationSpec(simulatedCells).spec;
  return { width, height };
}

const populationFilters = 16;
const populationSteps: Readonly<Record<ExperimentSize, number>> = {
  glance: 150,
  quick: 1000,
  full: 3000,
};

/** The fits of the first `count` cells, all when absent. */
export function populationRuns(
  setting: ExperimentSetting,
  version: Version,
  count = Number.POSITIVE_INFINITY,
): ExperimentRun[] {
  const { source, cells } = cellsOf(setting);
  const { recorded, size } = setting;
  const settings: TrainingSettings = recorded
    ? { ...recordedSettings(size), restarts: recordedRestarts[version] }
    : { ...trainingPresets.recovery, steps: populationSteps[size] };
  return cells.slice(0, count).map((place, i) => ({
    key: `population-version${version}-cell${place.cell}`,
    factors: { cell: place.cell, version },
    request: {
      source,
      ...place,
      blocks: recorded?.blocks,
      ...network(place.crop, version),
      settings,
    },
    also: {
      pruning: 10,
      transfer: cells,
      beside: recorded ? undefined : flashedSource(setting),
      drawnImages: i === 0 ? outlinedImages : undefined,
      drawnFrames: recorded ? drawnFrames : drawnImages * (flashes.onFrames + flashes.offFrames),
    },
  }));
}

/** A Version II network of a recorded cell has more to find, and misses it from some seeds. */
const recordedRestarts: Readonly<Record<Version, number>> = { 1: 1, 2: 3 };

/** One layer; Version II separable, each filter a sum of two products of space and time. */
function network(
  input: Crop,
  version: Version,
): Pick<FitSpec, 'version' | 'layers' | 'rank' | 'head'> {
  return {
    version,
    layers: layersOf(input, {
      filters: populationFilters,
      side: defaultFilterSide(input),
      layers: 1,
    }),
    rank: version === 2 ? 2 : undefined,
    head: 'parametric-softplus',
  };
}

const recordedSteps: Readonly<Record<ExperimentSize, number>> = {
  glance: 200,
  quick: 1000,
  full: 2000,
};

export function recordedSettings(size: ExperimentSize): TrainingSettings {
  return { ...trainingPresets.recording, steps: recordedSteps[size] };
}

/** Name of a cell, for axes and legends. */
export function cellName({ factors }: ExperimentRow): string {
  return `cell ${factors.cell}`;
}
