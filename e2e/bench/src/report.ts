/** What a run writes: where and when it was, every row with its figures, and the raw rounds. */
import { cpus, loadavg, totalmem } from 'node:os';
import type { TimedPlace, TimedRow } from './rows.js';
import { bestDecile, median } from './statistics.js';
import { aimOf, engineOver, rateOf, reachedOf, shareOf } from './targets.js';

interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGB: number;
  readonly system: string;
  /** Programs that wanted a core, mean of the minute before; 0 where the system does not say. */
  readonly load: number;
}

function thisMachine(): Machine {
  const processors = cpus();
  return {
    processor: processors[0]?.model.trim() ?? 'unknown processor',
    cores: processors.length,
    memoryGB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
    load: Number(loadavg()[0].toFixed(2)),
  };
}

export interface ReportHeader {
  /** ISO 8601. */
  readonly date: string;
  readonly machine: Machine;
  readonly options: Readonly<Record<string, unknown>>;
  /** Of Node and of the packages that were timed. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Of a run that starts now; `peers` are the other libraries' versions. */
export function thisRun(options: object, peers: Readonly<Record<string, string>>): ReportHeader {
  return {
    date: new Date().toISOString(),
    machine: thisMachine(),
    options: { ...options },
    versions: { node: process.versions.node, v8: process.versions.v8, ...peers },
  };
}

export function sayHeader({ date, machine, versions }: ReportHeader): string {
  const { processor, cores, memoryGB, system, load } = machine;
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const where = `${processor}, ${cores} cores, ${memoryGB} GB, ${system}, load ${load}`;
  const busy = load > cores / 2 ? '\nOther programs run: go by the best tenth of the rounds.' : '';
  return `${date} · ${where}\n${names.join(', ')}${busy}`;
}

function rowReport(row: TimedRow, place: TimedPlace): object {
  const timed = row.rounds.length > 0;
  return {
    ...row,
    rate: timed ? rateOf(row) : undefined,
    share: shareOf(row, place),
    engineOver: engineOver(row, place),
    target: aimOf(row),
    ofTarget: reachedOf(row, place),
  };
}

/** The run as JSON: figures are units a second, GFLOP/s or plain ratios; `rounds` are the raw slices. */
export function jsonReport(header: ReportHeader, places: readonly TimedPlace[]): string {
  const report = {
    format: 'retinoscope-bench',
    formatVersion: 1,
    ...header,
    places: places.map((place) => ({
      ...place,
      peak: Object.fromEntries(
        Object.entries(place.probes).map(([build, probes]) => [
          build,
          { median: median(probes), best: bestDecile(probes) },
        ]),
      ),
      rows: place.rows.map((row) => rowReport(row, place)),
    })),
  };
  return `${JSON.stringify(report, undefined, 1)}\n`;
}
