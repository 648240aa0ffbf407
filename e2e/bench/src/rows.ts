/** What is timed, and what timing gives: plain data and small interfaces that every part of the bench shares. */
import type { Build } from '@retinoscope/core-wasm';

/** Work that is ready to be timed. */
export interface Job {
  /** One call of the work. */
  run(): unknown;
  /** Units done by a call. */
  readonly units: number;
  /** Seconds of the last call that count, where not all of it does. */
  seconds?(): number;
  dispose?(): void;
}

/** A row of the table, not yet prepared. */
export interface Row {
  /** What is done, with its batch: `W1 b256`. Rows of one workload are compared with each other. */
  readonly workload: string;
  /** Who does it: a build of the engine, or another library. */
  readonly by: string;
  readonly unit: Unit;
  /** Operations a unit, see arithmetic.ts; absent where a share of the peak has no meaning. */
  readonly operations?: number;
  /** The build whose probe the row stands beside. */
  readonly probe: Build;
  /** Another library: what it was given that the engine was not. */
  readonly granted?: string;
  /** Throws where the work cannot be done; the message is the row's. */
  prepare(): Promise<Job>;
}

export type Unit = 'samples' | 'frames' | 'numbers' | 'averages';

/** One slice of one row. */
export interface Round {
  /** Units a second. */
  readonly rate: number;
  /** Peak probed just before, GFLOP/s. */
  readonly probe: number;
  readonly calls: number;
  readonly seconds: number;
}

/** A row as it was timed. */
export interface TimedRow {
  readonly workload: string;
  readonly by: string;
  readonly unit: Unit;
  readonly operations?: number;
  readonly probe: Build;
  readonly granted?: string;
  /** Why there are no rounds. */
  readonly unavailable?: string;
  readonly rounds: readonly Round[];
}

/** All that was timed in one place. */
export interface TimedPlace {
  readonly place: Place;
  /** Of Node or of the browser. */
  readonly version: string;
  /** GFLOP/s of every probe, by build. */
  readonly probes: Readonly<Partial<Record<Build, readonly number[]>>>;
  readonly rows: readonly TimedRow[];
}

export type Place = 'Node' | 'Chromium';

/** Name of a row as `--only` matches it. */
export function rowName({ workload, by }: { workload: string; by: string }): string {
  return `${workload} ${by}`;
}
