/**
 * Experiments as data: what is varied, what is fitted, what is measured of a fit, what a paper claims of it, and
 * what is drawn of it.
 */
import type { Crop } from '@retinoscope/core-wasm';
import type { BlockRange, DatasetSource, RecordedSource } from '../recording/index.js';
import type { FitSpec } from '../training/index.js';
import type { FigurePanel, MapData, TitledMap } from './panels.js';

/**
 * `full` as the paper has it; `quick` the same claims with less data, minutes; `glance` to see what an experiment
 * is, seconds: its claims may fail for want of data.
 */
export type ExperimentSize = 'glance' | 'quick' | 'full';

/** A cell, and the squares round it. */
export interface CellPlace {
  readonly cell: number;
  readonly crop: Crop;
}

/** Cells of a recording, where each is on the stimulus, and the blocks used. */
export interface RecordedCells {
  readonly name: string;
  readonly source: RecordedSource;
  readonly blocks: BlockRange;
  readonly frameRate: number;
  readonly squareSize?: number;
  readonly cells: readonly CellPlace[];
  /** The one of the figures of a single cell. */
  readonly single: CellPlace;
}

/** Grey images of the size of the simulated population's stimulus. */
export interface Pictures {
  readonly count: number;
  /** `[image, y, x]`, −½ … ½. */
  readonly values: Float32Array;
}

export interface ExperimentSetting {
  readonly size: ExperimentSize;
  /** The simulated cells when absent. */
  readonly recorded?: RecordedCells;
  /** A visitor's own in place of generated images. */
  readonly pictures?: Pictures;
}

/** What is measured of a fit beyond the fit itself. */
export interface AlsoMeasured {
  /** Draws of random filters that are kept alone, as many as are effective. */
  readonly pruning?: number;
  /** Whether the network's own receptive field is found. */
  readonly networkField?: true;
  /** Other cells of the same source, that the model is applied to unchanged. */
  readonly transfer?: readonly CellPlace[];
  /** Another test of the same cell. */
  readonly beside?: DatasetSource;
  /** Images of the other test that are kept to be drawn. */
  readonly drawnImages?: number;
  /** Frames of the responses that are kept to be drawn, of each test. */
  readonly drawnFrames?: number;
}

/** One fit, with its restarts, and what is measured of it. Plain data: equal runs give equal results. */
export interface ExperimentRun {
  /** Unique among the runs of all experiments of one setting, fit for a file's name. */
  readonly key: string;
  /** What is varied, and its value here. */
  readonly factors: Readonly<Record<string, number | string>>;
  readonly request: FitSpec & { readonly source: DatasetSource };
  readonly also?: AlsoMeasured;
}

/** Numbers by name; null where one cannot be had. */
export type Measures = Readonly<Record<string, number | null>>;

/** What pictures need of a run beyond its measures, rounded. */
export interface Drawn {
  /** Spatial receptive field of the STA. */
  readonly field?: MapData;
  /** That of the network: the average of the stimulus weighted by its rate. */
  readonly networkField?: MapData;
  readonly temporal?: readonly number[];
  readonly networkTemporal?: readonly number[];
  /** The temporal filter of a Version I model, index = lag. */
  readonly modelTemporal?: readonly number[];
  /** In the input, at the place of its strongest readout. */
  readonly filters?: readonly TitledMap[];
  readonly features?: readonly TitledMap[];
  /** Of each true subunit, the absolute cosine of its filter. */
  readonly matchedCosines?: readonly number[];
  /** Of the test part. */
  readonly responses?: DrawnResponses;
  /** By the other cell's number. */
  readonly transfer?: Readonly<Record<string, DrawnResponses>>;
  readonly beside?: DrawnResponses;
  /** Of the other test. */
  readonly images?: readonly MapData[];
}

/** Rates, spikes per frame `[time]`. */
export interface DrawnResponses {
  /** Frame of the first value. */
  readonly start: number;
  readonly observed: readonly number[];
  readonly network: readonly number[];
  /** Spike counts `[trial][frame]`, where the test was repeated. */
  readonly trials?: readonly (readonly number[])[];
}

/** What is found of a fit. */
export interface Found {
  readonly measures: Measures;
  readonly drawn: Drawn;
}

export interface ExperimentRow extends Found {
  readonly key: string;
  readonly factors: ExperimentRun['factors'];
  /** Of the restart that was kept. */
  readonly seed: number;
}

/** A statement about the rows, and whether it holds of them. */
export interface Claim {
  readonly says: string;
  /** What was found, in words and numbers. */
  readonly found: string;
  readonly holds: boolean;
  /** False for what the paper says of its recordings, of which these cells need not be an instance. */
  readonly required: boolean;
  /** Why it need not hold here. */
  readonly because?: string;
}

export interface Experiment {
  /** As the figure is called: `fig2`. */
  readonly id: string;
  readonly title: string;
  /** What the paper says of it, in a sentence. */
  readonly paper: string;
  /** What is done otherwise than in the paper. */
  readonly differs: string;
  /** Whether recorded cells can stand in for the simulated ones. */
  readonly recordable: boolean;
  runs(setting: ExperimentSetting): readonly ExperimentRun[];
  /** Claims about a whole table; rows are found by their factors. */
  claims(rows: readonly ExperimentRow[], setting: ExperimentSetting): readonly Claim[];
  /** The figure, from as many rows as there are. */
  panels(rows: readonly ExperimentRow[], setting: ExperimentSetting): readonly FigurePanel[];
}

/** What an experiment gives: the same for the same setting and version, however often it was interrupted. */
export interface ExperimentTable {
  readonly format: 'retinoscope-experiment';
  readonly formatVersion: 1;
  readonly experiment: string;
  readonly title: string;
  readonly paper: string;
  readonly differs: string;
  readonly size: ExperimentSize;
  /** Whose cells. */
  readonly cells: string;
  readonly softwareVersion: string;
  readonly runs: readonly ExperimentRun[];
  readonly rows: readonly Omit<ExperimentRow, 'drawn'>[];
  readonly claims: readonly Claim[];
  readonly panels: readonly FigurePanel[];
}
