/** The table of an experiment: its rows and claims together, and as text for spreadsheets. Pure. */
import { softwareVersion } from '../version.js';
import type { Experiment, ExperimentRow, ExperimentSetting, ExperimentTable } from './types.js';

/** The table of `experiment` from the rows of all its runs, in any order. */
export function experimentTable(
  experiment: Experiment,
  setting: ExperimentSetting,
  found: readonly ExperimentRow[],
): ExperimentTable {
  const { id, title, paper, differs } = experiment;
  const runs = experiment.runs(setting);
  const rows = runs.flatMap(({ key }) => found.find((row) => row.key === key) ?? []);
  return {
    format: 'retinoscope-experiment',
    formatVersion: 1,
    experiment: id,
    title,
    paper,
    differs,
    size: setting.size,
    cells: setting.recorded?.name ?? 'simulated cells',
    softwareVersion,
    runs,
    rows: rows.map(({ drawn: _, ...row }) => row),
    claims: experiment.claims(rows, setting),
    panels: experiment.panels(rows, setting),
  };
}

/** CSV, one line a run: its factors, the seed that was kept and its measures; an empty field where there is none. */
export function tableCsv({ rows }: Pick<ExperimentTable, 'rows'>): string {
  const names = (of: (row: TableRow) => object) => [
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
    .map((line) => `${line.map((value) => csvField(String(value))).join(',')}\n`)
    .join('');
}

/** A text as RFC 4180 has it: in quotes where it could be taken for more than one field. */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

type TableRow = ExperimentTable['rows'][number];
