/** Experiments as data: what is varied, what is fitted, what is measured of a fit, and what a paper claims of it. */
import type { DatasetSource } from '../recording/index.js';
import type { FitResult, FitSpec } from '../training/index.js';

/** `full` as the paper has it; `quick` the same claims with less data. */
export type ExperimentSize = 'quick' | 'full';

/** One fit of an experiment, with its restarts. */
export interface ExperimentRun {
  /** Its name among the runs of the experiment, fit for a file's name. */
  readonly key: string;
  /** What is varied, and its value here. */
  readonly factors: Readonly<Record<string, number>>;
  readonly request: FitSpec & { readonly source: DatasetSource };
}

/** Numbers by name; null where one cannot be had. */
export type Measures = Readonly<Record<string, number | null>>;

export interface ExperimentRow {
  readonly key: string;
  readonly factors: ExperimentRun['factors'];
  /** Of the restart that was kept. */
  readonly seed: number;
  readonly measures: Measures;
}

/** A statement about the rows, and whether it holds of them. */
export interface Claim {
  readonly says: string;
  /** What was found, in words and numbers. */
  readonly found: string;
  readonly holds: boolean;
}

export interface Experiment {
  /** As the figure is called: `fig2`. */
  readonly id: string;
  readonly title: string;
  runs(size: ExperimentSize): readonly ExperimentRun[];
  measure(result: FitResult): Measures;
  /** Claims about a whole table; rows are found by their factors. */
  claims(rows: readonly ExperimentRow[]): readonly Claim[];
}

/** What an experiment gives: the same for the same size and version, however often it was interrupted. */
export interface ExperimentTable {
  readonly experiment: string;
  readonly title: string;
  readonly size: ExperimentSize;
  readonly softwareVersion: string;
  readonly runs: readonly ExperimentRun[];
  readonly rows: readonly ExperimentRow[];
  readonly claims: readonly Claim[];
}
