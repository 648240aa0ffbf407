/** All rows of the table, in its order, and the timing of those that are asked for. Runs in Node and in a page. */
import type { Build } from '@retinoscope/core-wasm';
import { measure } from './measure.js';
import type { Peer, PeerPlace } from './peer.js';
import { type Row, rowName, type TimedPlace } from './rows.js';
import { inferenceRow, onnxInferenceRow } from './workloads/inference.js';
import { peerRows } from './workloads/peers.js';
import { stimulusRows } from './workloads/stimulus.js';
import { trainingRows } from './workloads/training.js';
import { sharedModelRows, sideBySideRows } from './workloads/workers.js';

/** What is asked for, as plain data. */
export interface SuiteOptions {
  readonly builds: readonly Build[];
  /** Parts of row names; all rows when empty. */
  readonly only: readonly string[];
  /** Seconds of timing a row. */
  readonly seconds: number;
}

export interface SuitePlace extends PeerPlace {
  readonly peers: readonly Peer[];
  readonly onProgress?: (message: string) => void;
}

export function suiteRows({ builds }: Pick<SuiteOptions, 'builds'>, place: SuitePlace): Row[] {
  return inWorkloadOrder([
    ...builds.flatMap(trainingRows),
    ...builds.map(inferenceRow),
    ...builds.flatMap(stimulusRows),
    ...[...sharedModelRows(), ...sideBySideRows()].map((row) => onlyWith(builds, row)),
    ...place.peers.flatMap((peer) => peerRows(peer, place, builds[0])),
    ...(place.peers.length > 0 ? [onnxInferenceRow(builds[0])] : []),
  ]);
}

/** A row that says why it is not timed where its build was not asked for. */
function onlyWith(builds: readonly Build[], row: Row): Row {
  if (builds.includes(row.probe)) return row;
  return {
    ...row,
    prepare: () => Promise.reject(new Error('workers take the fastest build, not asked for')),
  };
}

/** Rows of one workload next to each other, workloads in the order of their first rows. */
function inWorkloadOrder(rows: readonly Row[]): Row[] {
  const order = [...new Set(rows.map(({ workload }) => workload))];
  return order.flatMap((workload) => rows.filter((row) => row.workload === workload));
}

/** True where `name` holds one of `only`, or `only` is empty; small and large letters alike. */
export function isAskedFor(name: string, only: readonly string[]): boolean {
  const lower = name.toLowerCase();
  return only.length === 0 || only.some((part) => lower.includes(part.toLowerCase()));
}

export async function runSuite(
  options: SuiteOptions,
  place: SuitePlace,
): Promise<Pick<TimedPlace, 'probes' | 'rows'>> {
  const rows = suiteRows(options, place).filter((row) => isAskedFor(rowName(row), options.only));
  return measure(rows, { ...options, onProgress: place.onProgress });
}
