/**
 * The rates aimed at, and how far a row is from its own. Rates hold for a machine whose probe gives `referencePeak`
 * and scale with the probe. Pure.
 */
import type { Build } from '@retinoscope/core-wasm';
import type { TimedPlace, TimedRow } from './rows.js';
import { bestDecile, median } from './statistics.js';

/** GFLOP/s of the machine that the rates were set on, by build. */
export const referencePeak: Readonly<Record<Build, number>> = { simd: 24.5, relaxed: 49 };

export type Aim =
  /** Units a second at the reference peak. */
  | { readonly rate: number }
  /** Share of the peak that useful arithmetic reaches. */
  | { readonly share: number }
  /** Times the rate of the same build on another workload. */
  | { readonly times: number; readonly of: string }
  /** Times that the engine's simd build is faster than this row. */
  | { readonly engineTimes: number };

/** By name of the row. */
export const aims: Readonly<Record<string, Aim>> = {
  'W1 b2000 simd': { rate: 8.3e6 },
  'W2 b2000 simd': { rate: 0.95e6 },
  'W3 b2000 simd': { rate: 3.4e3 },
  'W3 b256 relaxed': { rate: 4.4e3 },
  'Version I model cell b2000 simd': { times: 0.6, of: 'W1 b2000' },
  'Version I recorded cell b2000 simd': { times: 0.75, of: 'W3 b2000' },
  'Real-valued 8 filters b256 simd': { share: 0.85 },
  'Real-valued 32 filters b256 simd': { share: 0.85 },
  'W4 STA simd': { rate: 1 / 0.01 },
  'W5 simulator simd': { rate: 35e6 },
  'W3 b256 on 2 workers simd': { times: 1.6, of: 'W3 b256 on 1 worker' },
  'W3 b256 on 2 workers relaxed': { times: 1.6, of: 'W3 b256 on 1 worker' },
};

/** Workloads on which every other library is to be this many times slower. */
const peerAims: Readonly<Record<string, number>> = { 'W1 b2000': 50, 'W2 b2000': 50 };

export function aimOf({ workload, by }: Pick<TimedRow, 'workload' | 'by'>): Aim | undefined {
  const isEngine = by === 'simd' || by === 'relaxed';
  if (!isEngine && workload in peerAims) return { engineTimes: peerAims[workload] };
  return aims[`${workload} ${by}`];
}

/** A figure over all rounds, and over the best tenth of them. */
export interface Figure {
  readonly median: number;
  readonly best: number;
}

const over = (a: Figure, b: Figure): Figure => ({
  median: a.median / b.median,
  best: a.best / b.best,
});
const scaled = (figure: Figure, factor: number): Figure => ({
  median: figure.median * factor,
  best: figure.best * factor,
});

/** Units a second. */
export function rateOf({ rounds }: TimedRow): Figure {
  const rates = rounds.map(({ rate }) => rate);
  return { median: median(rates), best: bestDecile(rates) };
}

/** What figures are taken from: the rows of one place, and every probe there. */
export type Timed = Pick<TimedPlace, 'rows' | 'probes'>;

/** Units for each GFLOP of the peak: the median of each round's own, and the best tenths of both. */
function ratePerPeak(row: TimedRow, { probes }: Timed): Figure {
  return {
    median: median(row.rounds.map(({ rate, probe }) => rate / probe)),
    best: rateOf(row).best / bestDecile(probes[row.probe] ?? []),
  };
}

/** Useful arithmetic over the probed peak, 1 = all of it; undefined for rows that are not counted. */
export function shareOf(row: TimedRow, timed: Timed): Figure | undefined {
  if (row.operations === undefined || row.rounds.length === 0) return undefined;
  return scaled(ratePerPeak(row, timed), row.operations / 1e9);
}

/** How many times the engine's simd build is as fast as `row`; undefined for the engine itself. */
export function engineOver(row: TimedRow, { rows }: Pick<Timed, 'rows'>): Figure | undefined {
  if (row.by === 'simd' || row.by === 'relaxed' || row.rounds.length === 0) return undefined;
  const engine = find(rows, row.workload, 'simd');
  return engine && over(rateOf(engine), rateOf(row));
}

/** What a row reaches of its aim, 1 = all of it; undefined without an aim, or without what it is measured by. */
export function reachedOf(row: TimedRow, timed: Timed): Figure | undefined {
  const aim = aimOf(row);
  if (!aim || row.rounds.length === 0) return undefined;
  if ('rate' in aim) return scaled(ratePerPeak(row, timed), referencePeak[row.probe] / aim.rate);
  if ('share' in aim) {
    const share = shareOf(row, timed);
    return share && scaled(share, 1 / aim.share);
  }
  if ('engineTimes' in aim) {
    const times = engineOver(row, timed);
    return times && scaled(times, 1 / aim.engineTimes);
  }
  const other = find(timed.rows, aim.of, row.by);
  return other && scaled(over(rateOf(row), rateOf(other)), 1 / aim.times);
}

function find(rows: readonly TimedRow[], workload: string, by: string): TimedRow | undefined {
  return rows.find((row) => row.workload === workload && row.by === by && row.rounds.length > 0);
}
