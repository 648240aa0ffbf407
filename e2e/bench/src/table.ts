/** The table for people: text of one place's rows, aligned, with the reasons of rows without numbers below. Pure. */
import type { Build } from '@retinoscope/core-wasm';
import type { TimedPlace, TimedRow, Unit } from './rows.js';
import { bestDecile, median } from './statistics.js';
import {
  type Aim,
  aimOf,
  engineOver,
  type Figure,
  rateOf,
  reachedOf,
  referencePeak,
  shareOf,
} from './targets.js';

/** Columns padded to one width each; the first `left` of them flush left. */
export function align(lines: readonly (readonly string[])[], left: number): string {
  const widths = lines[0].map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  return lines
    .map((line) =>
      line
        .map((cell, i) => (i < left ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Three digits and a prefix: 8.33 M, 952 k, 3.47 k. */
export function engineering(value: number): string {
  const [scale, prefix] = value >= 1e6 ? [1e6, ' M'] : value >= 1e3 ? [1e3, ' k'] : [1, ''];
  const digits = value / scale;
  return `${digits >= 100 ? digits.toFixed(0) : digits.toPrecision(3)}${prefix}`;
}

/** A rate as it is usual to say: samples and frames a second, milliseconds of an average. */
export function sayRate(rate: number, unit: Unit): string {
  return unit === 'averages' ? `${(1000 / rate).toPrecision(3)} ms` : `${engineering(rate)}/s`;
}

const percent = (value: number) => `${(100 * value).toFixed(0)} %`;
const times = (value: number) => `${value.toPrecision(value >= 100 ? 3 : 2)} ×`;

function sayAim(aim: Aim, row: TimedRow): string {
  if ('share' in aim) return `share ${percent(aim.share)}`;
  if ('times' in aim) return `${aim.times} × ${aim.of}`;
  if ('engineTimes' in aim) return `engine ${aim.engineTimes} ×`;
  const probe = median(row.rounds.map((round) => round.probe));
  return sayRate((aim.rate * probe) / referencePeak[row.probe], row.unit);
}

/** `yes`: in the median of rounds; `at best`: in the best tenth alone. */
function verdict({ median: typical, best }: Figure): string {
  if (typical >= 1) return 'yes';
  return best >= 1 ? 'at best' : 'no';
}

const header = [
  ...['workload', 'by', 'median', 'best', 'share', 'at best', 'engine is'],
  ...['target', 'of target', 'at best', 'reached'],
];

function cells(row: TimedRow, place: TimedPlace): string[] {
  const rate = rateOf(row);
  const share = shareOf(row, place);
  const engine = engineOver(row, place);
  const aim = aimOf(row);
  const reached = reachedOf(row, place);
  return [
    row.workload,
    row.by,
    sayRate(rate.median, row.unit),
    sayRate(rate.best, row.unit),
    share ? percent(share.median) : '',
    share ? percent(share.best) : '',
    engine ? times(engine.median) : '',
    aim && reached ? sayAim(aim, row) : '',
    reached ? percent(reached.median) : '',
    reached ? percent(reached.best) : '',
    reached ? verdict(reached) : '',
  ];
}

function sayProbe([build, peaks]: [string, readonly number[]]): string {
  return `${build} ${median(peaks).toFixed(1)} GFLOP/s (best decile ${bestDecile(peaks).toFixed(1)})`;
}

/** Texts that rows share, each with the rows that it stands for. */
function notes(rows: readonly TimedRow[], text: (row: TimedRow) => string | undefined): string[] {
  const groups = new Map<string, string[]>();
  for (const row of rows) {
    const note = text(row);
    if (note === undefined) continue;
    const key = `${row.by}: ${note}`;
    groups.set(key, [...(groups.get(key) ?? []), row.workload]);
  }
  return [...groups].map(([note, workloads]) => `  ${note} [${workloads.join('; ')}]`);
}

export function placeTable(timedPlace: TimedPlace): string {
  const { place, version, probes, rows } = timedPlace;
  const timed = rows.filter(({ rounds }) => rounds.length > 0);
  const lines = [
    `${place} ${version}`,
    `Multiply–add peak: ${Object.entries(probes as Record<Build, number[]>)
      .map(sayProbe)
      .join(', ')}`,
    '',
  ];
  if (timed.length > 0)
    lines.push(align([header, ...timed.map((row) => cells(row, timedPlace))], 2), '');
  const granted = notes(timed, (row) => row.granted);
  if (granted.length > 0) lines.push('Granted:', ...granted, '');
  const missing = notes(rows, (row) => row.unavailable);
  if (missing.length > 0) lines.push('Not timed:', ...missing, '');
  return lines.join('\n');
}

/** What the columns mean. */
export const legend = [
  'median, best: of the alternating rounds, and of their best tenth. share: useful arithmetic (multiply–adds of the',
  'plain dense mathematics) over the peak probed in the same round. engine is: the engine’s simd build over the row.',
  `target: for this peak, set at ${referencePeak.simd} (simd) and ${referencePeak.relaxed} (relaxed) GFLOP/s; reached: in the median, or at best.`,
].join('\n');
