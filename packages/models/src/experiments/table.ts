/** The table of an experiment: its rows and claims together, and as text for spreadsheets. Pure. */
import { softwareVersion } from '../version.js';
import type { Experiment, ExperimentRow, ExperimentSize, ExperimentTable } from './types.js';

/** The table of `experiment` at `size` from the rows of all its runs, in any order. */
export function experimentTable(
  experiment: Experiment,
  size: ExperimentSize,
  found: readonly ExperimentRow[],
): ExperimentTable {
  const runs = experiment.runs(size);
  const rows = runs.flatMap(({ key }) => found.find((row) => row.key === key) ?? []);
  return {
    experiment: experiment.id,
    title: experiment.title,
    size,
    softwareVersion,
    runs,
    rows,
    claims: experiment.claims(rows),
  };
}

/** One line a run: its factors, the seed that was kept and its measures; an empty field where there is none. */
export function tableCsv({ rows }: Pick<ExperimentTable, 'rows'>): string {
  const names = (of: (row: ExperimentRow) => object) => [
    ...new Set(rows.flatMap((row) => Object.keys(of(row)))),
  ];
  const factors = names((row) => row.factors);
  const measures = names((row) => row.measures);
  const lines = rows.map((row) => [
    row.key,
    ...factors.map((name) => row.factors[name] ?? ''),
    row.seed,
    ...measures.map((name) => row.measures[name] ?? ''),
  ]);
  return [['run', ...factors, 'seed', ...measures], ...lines]
    .map((line) => `${line.join(',')}\n`)
    .join('');
}
