/**
 * A stored result read back: from the command, or from another page. Promises that what comes out is of the form
 * that is drawn, within bounds, whatever came in; the runs behind it are not read, since nothing is run from them.
 */
import * as v from 'valibot';
import { RetinoscopeError } from '../errors.js';
import type { FigurePanel, MapData } from './panels.js';
import type { ExperimentTable } from './types.js';

const mostValues = 1_000_000;
const mostThings = 5000;

const text = v.pipe(v.string(), v.maxLength(2000));
const number = v.pipe(v.number(), v.finite());
const frame = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e9));
const rate = v.pipe(v.number(), v.gtValue(0), v.maxValue(100_000));
const positive = v.pipe(v.number(), v.gtValue(0), v.maxValue(1e6));
const side = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4096));
const numbers = v.pipe(v.array(number), v.maxLength(mostValues));
const list = <Item extends v.GenericSchema>(item: Item) =>
  v.pipe(v.array(item), v.maxLength(mostThings));

const mapOf = <Entries extends v.ObjectEntries>(entries: Entries) =>
  v.pipe(
    v.object({ ...entries, height: side, width: side, values: numbers }),
    v.check((map) => {
      const { height, width, values } = map as MapData;
      return values.length === height * width;
    }),
  );

const role = v.picklist(['observed', 'network', 'ln', 'sta', 'truth', 'other']);
const axis = {
  label: text,
  scale: v.optional(v.picklist(['linear', 'log'])),
  domain: v.optional(v.tuple([number, number])),
};
const series = v.object({ name: text, role, values: numbers });
const names = v.object({ label: text, names: list(text) });

const panel = v.variant('kind', [
  v.object({
    kind: v.literal('maps'),
    title: text,
    unit: text,
    noun: text,
    squareSize: v.optional(positive),
    maps: list(
      mapOf({
        title: v.optional(text),
        effective: v.optional(v.boolean()),
        match: v.optional(v.object({ subunit: frame, cosine: number })),
      }),
    ),
  }),
  v.object({
    kind: v.literal('profiles'),
    title: text,
    frameRate: rate,
    unit: text,
    errorBars: v.optional(text),
    series: list(v.object({ name: text, role, values: numbers, errors: v.optional(numbers) })),
  }),
  v.object({
    kind: v.literal('sweep'),
    title: text,
    x: v.object({ ...axis, categories: v.optional(list(text)) }),
    y: v.object(axis),
    errorBars: v.optional(text),
    series: list(
      v.object({
        name: text,
        points: list(v.object({ x: number, mean: number, sd: v.optional(number) })),
      }),
    ),
  }),
  v.object({
    kind: v.literal('traces'),
    title: text,
    frameRate: rate,
    start: frame,
    unit: text,
    series: list(series),
  }),
  v.object({
    kind: v.literal('trace-grid'),
    title: text,
    frameRate: rate,
    start: frame,
    unit: text,
    rows: names,
    columns: names,
    cells: list(list(v.object({ note: text, observed: numbers, network: numbers }))),
  }),
  v.object({
    kind: v.literal('raster'),
    title: text,
    frameRate: rate,
    start: frame,
    frames: v.pipe(frame, v.maxValue(mostValues)),
    rows: list(v.object({ name: text, role, trials: list(numbers) })),
  }),
  v.object({
    kind: v.literal('matrix'),
    title: text,
    unit: text,
    rows: names,
    columns: names,
    values: list(list(v.nullable(number))),
  }),
  v.object({
    kind: v.literal('scatter'),
    title: text,
    x: v.object(axis),
    y: v.object(axis),
    identity: v.boolean(),
    series: list(
      v.object({ name: text, points: list(v.object({ x: number, y: number, label: text })) }),
    ),
  }),
  v.object({
    kind: v.literal('images'),
    title: text,
    squareSize: v.optional(positive),
    images: list(mapOf({ title: text })),
    fields: list(mapOf({ name: text })),
  }),
]);

const tableSchema = v.object({
  format: v.literal('retinoscope-experiment'),
  formatVersion: v.literal(1),
  experiment: v.pipe(text, v.regex(/^fig\d{1,2}$/)),
  title: text,
  paper: text,
  differs: text,
  size: v.picklist(['glance', 'quick', 'full']),
  cells: text,
  softwareVersion: text,
  rows: list(
    v.object({
      key: text,
      factors: v.record(text, v.union([number, text])),
      seed: frame,
      measures: v.record(text, v.nullable(number)),
    }),
  ),
  claims: list(
    v.object({
      says: text,
      found: text,
      holds: v.boolean(),
      required: v.boolean(),
      because: v.optional(text),
    }),
  ),
  panels: list(panel),
});

/** Error `file` that names the first field that does not fit. `name`: of the file, for a person. */
export function parseExperimentTable(value: unknown, name: string): ExperimentTable {
  const result = v.safeParse(tableSchema, value, { abortEarly: true });
  if (result.success) {
    const panels: readonly FigurePanel[] = result.output.panels;
    return { ...result.output, runs: [], panels };
  }
  const [issue] = result.issues;
  throw new RetinoscopeError(
    'file',
    `${name} is not a result of an experiment: ${v.getDotPath(issue) ?? 'it'} is ${issue.received.slice(0, 80)}; a JSON file saved here or by retinoscope reproduce is accepted.`,
    { field: v.getDotPath(issue) },
  );
}
