/**
 * Times rows in alternating rounds: in each round every workload is probed, then each of its rows has one slice.
 * Promises that no row takes much longer than it was given, unless a single call does. Knows no workload.
 */
import type { Build } from '@retinoscope/core-wasm';
import { firstLine } from './first-line.js';
import { createProbe, type Probe } from './probe.js';
import { type Job, type Round, type Row, rowName, type TimedRow } from './rows.js';

export interface MeasureOptions {
  /** Builds that are probed. */
  readonly builds: readonly Build[];
  /** Seconds of timing a row. */
  readonly seconds: number;
  readonly onProgress?: (message: string) => void;
}

/** Milliseconds of a slice: short enough that some fall between what else runs on the machine. */
const slice = 15;
/** The probe before a workload takes this share of the last slices, within these milliseconds. */
const probeShare = 0.2;
const probeSlice = [8, 100] as const;
/** Rounds at the least of a row whose slices stay under this many seconds. */
const fewestRounds = 3;
const longSlice = 2;
/** Milliseconds of untimed calls, for the engine's compilers and caches. */
const warmUp = 150;
/** Untimed calls at the least, unless one takes longer than `longCall` milliseconds. */
const warmUpCalls = 2;
const longCall = 2000;

interface Running {
  readonly row: Row;
  readonly job?: Job;
  readonly unavailable?: string;
  readonly rounds: Round[];
  /** Seconds left. */
  left: number;
}

const lastSlice = ({ rounds }: Running) => rounds.at(-1)?.seconds ?? 0;

function isWaiting(row: Running): boolean {
  const few = row.rounds.length < fewestRounds && lastSlice(row) < longSlice;
  return row.job !== undefined && (row.left > 0 || few);
}

export async function measure(
  rows: readonly Row[],
  { builds, seconds, onProgress }: MeasureOptions,
): Promise<{ rows: TimedRow[]; probes: Partial<Record<Build, number[]>> }> {
  const probes = new Map<Build, Probe>();
  for (const build of builds) probes.set(build, await createProbe(build));
  const probed: Partial<Record<Build, number[]>> = Object.fromEntries(
    builds.map((build) => [build, []]),
  );
  const running: Running[] = [];
  for (const row of rows) {
    onProgress?.(`preparing ${rowName(row)}`);
    running.push({ row, rounds: [], left: seconds, ...(await start(row)) });
  }
  const workloads = groupByWorkload(running);
  const rounds = Math.max(fewestRounds, Math.round((seconds * 1000) / slice));
  for (let round = 0; round < rounds; round++) {
    onProgress?.(`round ${round + 1} of ${rounds}`);
    for (const group of workloads) {
      const waiting = group.filter(isWaiting);
      if (waiting.length === 0) continue;
      const peak: Partial<Record<Build, number>> = {};
      const longest = Math.max(...waiting.map(lastSlice)) * 1000 * probeShare;
      const milliseconds = Math.min(Math.max(longest, probeSlice[0]), probeSlice[1]);
      for (const [build, probe] of probes) {
        peak[build] = probe(milliseconds);
        probed[build]?.push(peak[build]);
      }
      for (const each of waiting) {
        const timed = await timeSlice(each.job!, slice);
        each.left -= timed.seconds;
        each.rounds.push({ ...timed, probe: peak[each.row.probe] ?? Number.NaN });
      }
    }
  }
  for (const { job } of running) job?.dispose?.();
  return { rows: running.map(timedRow), probes: probed };
}

function groupByWorkload(running: readonly Running[]): Running[][] {
  const groups = new Map<string, Running[]>();
  for (const each of running) {
    const { workload } = each.row;
    groups.set(workload, [...(groups.get(workload) ?? []), each]);
  }
  return [...groups.values()];
}

async function start(row: Row): Promise<{ job: Job } | { unavailable: string }> {
  try {
    const job = await row.prepare();
    const started = performance.now();
    for (let calls = 0; calls < warmUpCalls || performance.now() - started < warmUp; calls++) {
      await job.run();
      if (performance.now() - started > longCall) break;
    }
    return { job };
  } catch (error) {
    return { unavailable: firstLine(error) };
  }
}

async function timeSlice(job: Job, milliseconds: number): Promise<Omit<Round, 'probe'>> {
  const started = performance.now();
  let calls = 0;
  let counted = 0;
  let elapsed = 0;
  do {
    const result = job.run();
    if (result instanceof Promise) await result;
    calls++;
    if (job.seconds) counted += job.seconds();
    elapsed = performance.now() - started;
  } while (elapsed < milliseconds);
  const seconds = elapsed / 1000;
  return { rate: (calls * job.units) / (counted || seconds), calls, seconds };
}

function timedRow({ row, unavailable, rounds }: Running): TimedRow {
  const { workload, by, unit, operations, probe, granted } = row;
  return { workload, by, unit, operations, probe, granted, unavailable, rounds };
}
