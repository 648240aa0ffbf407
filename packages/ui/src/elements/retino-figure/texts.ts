/** What is said of an experiment: its progress, and its table as texts. Pure. */
import type { ExperimentProgress, ExperimentTable, RunProgress } from '@retinoscope/worker';
import type { ExperimentState } from '../../controllers/experiment-runner.js';
import { formatDuration, formatNumber } from '../../plots/index.js';

/** Share of all runs done, parts of those that run included. */
export function shareDone({ runs, done, running }: ExperimentProgress): number {
  const parts = running.reduce((sum, run) => sum + run.done, 0);
  return runs === 0 ? 1 : Math.min(1, (done + parts) / runs);
}

const count = (n: number) => `${n} ${n === 1 ? 'run' : 'runs'}`;

export function progressLine(state: ExperimentState): string {
  const { activity, progress, table, complete, located } = state;
  const all = table.runs.length;
  const there = table.rows.length;
  if (located !== undefined) {
    return `Finding where the cells of the recording see: ${Math.round(100 * located)} %.`;
  }
  if (activity === 'looking') return 'Looking for finished runs.';
  if (activity === 'idle') {
    if (complete) return `All ${count(all)} are finished and kept in this browser.`;
    return there > 0
      ? `${there} of ${count(all)} are finished and kept; the others are not repeated with them.`
      : `${count(all)} of training, in this page. Finished ones are kept over a reload.`;
  }
  const done = progress?.done ?? there;
  const left = progress?.secondsLeft;
  const paused = activity === 'paused' ? 'Paused. ' : '';
  const time = left === undefined ? '' : `, about ${formatDuration(Math.ceil(left))} left`;
  return `${paused}${done} of ${count(all)} finished${time}.`;
}

export function runLine({ key, done, secondsLeft }: RunProgress): string {
  const left = secondsLeft === undefined ? '' : `, ${formatDuration(Math.ceil(secondsLeft))} left`;
  return `${key}: ${Math.round(100 * done)} %${left}`;
}

/** As assistive technology hears it: without seconds, which change all the time. */
export function spoken({ activity, progress, table, complete, error }: ExperimentState): string {
  if (error) return 'The experiment failed.';
  const { runs, rows, claims } = table;
  if (activity === 'running')
    return `${progress?.done ?? rows.length} of ${runs.length} runs finished.`;
  if (activity === 'paused') return 'Paused.';
  if (!complete) return '';
  const holding = claims.filter(({ holds }) => holds).length;
  return `Finished. ${holding} of ${claims.length} claims hold.`;
}

/** The table with its names: run, factors, seed and measures, a dash for what is missing. */
export function tableRows({ rows }: Pick<ExperimentTable, 'rows'>): {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
} {
  type Row = ExperimentTable['rows'][number];
  const names = (of: (row: Row) => object) => [
    ...new Set(rows.flatMap((row) => Object.keys(of(row)))),
  ];
  const factors = names((row) => row.factors);
  const measures = names((row) => row.measures).filter((name) =>
    rows.some((row) => typeof row.measures[name] === 'number'),
  );
  const say = (value: number | null | undefined) =>
    typeof value === 'number' ? formatNumber(value, 4) : '–';
  return {
    names: ['run', ...factors, 'seed', ...measures.map(words)],
    rows: rows.map((row) => [
      row.key,
      ...factors.map((name) => String(row.factors[name] ?? '–')),
      String(row.seed),
      ...measures.map((name) => say(row.measures[name])),
    ]),
  };
}

/** `ccOfLN` as words. */
function words(name: string): string {
  return name
    .replace(/([a-z])([A-Z0-9])/g, '$1 $2')
    .replace(/^cc\b/, 'CC')
    .replace(/ (?!LN\b)([A-Z])(?=[a-z]|\b)/g, (_, letter: string) => ` ${letter.toLowerCase()}`);
}
