/**
 * The recording manifest: a JSON text that says which file is the stimulus, which the responses, and what their axes mean.
 * Promises that a parsed manifest holds together by itself, with errors that name the field and what it accepts.
 * Opens no file. Its JSON Schema is `recording.schema.json`, made from the schema below.
 */
import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { RetinoscopeError } from '../errors.js';

const text = (description: string) => v.pipe(v.string(), v.nonEmpty(), v.description(description));

const whole = (least: number, most: number, description: string) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most), v.description(description));

const fileName = text('The name of a file given together with the manifest');
const variableName = text(
  'The variable of a MATLAB, HDF5 or npz file; may be left out when the file holds only one',
);

const blockRange = v.strictObject({
  first: whole(0, 2 ** 31, 'First block, 0-based'),
  last: whole(0, 2 ** 31, 'Last block, 0-based, included'),
});

const stimulusAxes = v.pipe(
  v.array(v.picklist(['x', 'y', 'time', 'block'])),
  v.minLength(3),
  v.maxLength(4),
  v.description(
    'The axes of the stimulus in the order of its shape: x, y, time and, if any, block',
  ),
);

const packed = v.pipe(
  v.strictObject({
    axes: v.pipe(
      v.array(v.picklist(['x', 'y', 'time', 'block'])),
      v.minLength(1),
      v.description('Neighbouring axes that were flattened into the packed one, in order'),
    ),
    sizes: v.pipe(
      v.array(whole(1, 2 ** 31, 'Size of an axis')),
      v.minLength(1),
      v.description('Their sizes before packing'),
    ),
    bitOrder: v.pipe(
      v.picklist(['big', 'little']),
      v.description(
        '"big" when the first value is the highest bit (the default of numpy.packbits)',
      ),
    ),
  }),
  v.description('Values packed eight to a byte, as by numpy.packbits'),
);

const stimulusValue = (description: string) =>
  v.pipe(v.number(), v.minValue(-1e6), v.maxValue(1e6), v.description(description));

const values = v.pipe(
  v.strictObject({
    low: stimulusValue('Value of the darker squares'),
    high: stimulusValue('Value of the brighter squares'),
  }),
  v.description('The two values of a binary stimulus; −0.5 and 0.5 when left out'),
);

const region = v.pipe(
  v.strictObject({
    x: whole(0, 2 ** 20, 'First column of squares'),
    y: whole(0, 2 ** 20, 'First row of squares'),
    width: whole(1, 2 ** 20, 'Columns'),
    height: whole(1, 2 ** 20, 'Rows'),
  }),
  v.description('The squares of the screen that the file covers'),
);

const fileStimulus = v.strictObject({
  kind: v.literal('file'),
  file: fileName,
  variable: v.optional(variableName),
  axes: stimulusAxes,
  packed: v.optional(packed),
  values: v.optional(values),
  region: v.optional(region),
});

const generatedStimulus = v.strictObject({
  kind: v.literal('generator'),
  generator: v.pipe(
    v.literal('shuffled-park-miller'),
    v.description(
      'Park and Miller with a shuffle table of 32; a square is high when the draw is at least 2^30; frame slowest, then x, then y',
    ),
  ),
  seed: whole(-(2 ** 31) + 1, 2 ** 31 - 1, 'Seed of the generator'),
  width: whole(1, 4096, 'Columns of squares'),
  height: whole(1, 4096, 'Rows of squares'),
  blockFrames: whole(1, 10_000_000, 'Frames in a block'),
  blocks: whole(1, 1_000_000, 'Blocks; the stream continues from one to the next'),
  values: v.optional(values),
  states: v.optional(
    v.pipe(
      v.strictObject({ file: fileName, variable: v.optional(variableName) }),
      v.description(
        'int32 [blocks, 34]: the state [s, out, table of 32] of the generator at the first square of each block',
      ),
    ),
  ),
});

const stimulus = v.pipe(
  v.variant('kind', [fileStimulus, generatedStimulus]),
  v.description('A stimulus of kind "file" or "generator"'),
);

const responsesOf = <const Axes extends readonly [string, ...string[]]>(axes: Axes) =>
  v.pipe(
    v.strictObject({
      file: fileName,
      variable: v.optional(variableName),
      axes: v.pipe(
        v.array(v.picklist(axes)),
        v.minLength(1),
        v.maxLength(axes.length),
        v.description(
          `The axes of the spike counts in the order of their shape, of ${axes.join(', ')}`,
        ),
      ),
      blocks: v.optional(
        v.pipe(
          blockRange,
          v.description('The blocks of the responses that the stimulus covers; all when left out'),
        ),
      ),
    }),
    v.description('A file of spike counts per frame and its axes'),
  );

export const manifestSchema = v.strictObject({
  $schema: v.optional(v.pipe(v.string(), v.description('For editors; not read'))),
  format: v.pipe(v.literal('retinoscope-recording'), v.description('"retinoscope-recording"')),
  formatVersion: v.pipe(v.literal(1), v.description('1')),
  name: text('What the recording is called'),
  frameRate: v.pipe(
    v.number(),
    v.gtValue(0),
    v.maxValue(100_000),
    v.description('Frames a second, Hz, above 0'),
  ),
  squareSize: v.optional(
    v.pipe(
      v.number(),
      v.gtValue(0),
      v.maxValue(1e6),
      v.description('Side of a stimulus square on the tissue, µm, above 0'),
    ),
  ),
  cellNames: v.optional(
    v.pipe(v.array(v.string()), v.minLength(1), v.description('A name for each cell')),
  ),
  skipFrames: v.optional(
    whole(0, 1_000_000, 'Frames at the start of each block whose history is another stimulus'),
  ),
  training: v.pipe(
    v.strictObject({ stimulus, responses: responsesOf(['cell', 'time', 'block']) }),
    v.description('The stimulus and the responses that models are fitted to'),
  ),
  test: v.optional(
    v.pipe(
      v.strictObject({ stimulus, responses: responsesOf(['cell', 'time', 'block', 'repeat']) }),
      v.description('The stimulus and the responses that models are tested on'),
    ),
  ),
});

export type RecordingManifest = v.InferOutput<typeof manifestSchema>;
export type StimulusManifest = RecordingManifest['training']['stimulus'];
export type FileStimulusManifest = Extract<StimulusManifest, { kind: 'file' }>;
export type GeneratedStimulusManifest = Extract<StimulusManifest, { kind: 'generator' }>;
export type ResponsesManifest = NonNullable<RecordingManifest['test']>['responses'];

/** The manifest as a JSON Schema (draft 2020-12). */
export function manifestJsonSchema(): Record<string, unknown> {
  return {
    ...toJsonSchema(manifestSchema, { target: 'draft-2020-12' }),
    title: 'Retinoscope recording manifest',
  };
}

/** Checks a manifest from a JSON text or already parsed. */
export function parseManifest(manifest: unknown): RecordingManifest {
  const result = v.safeParse(
    manifestSchema,
    typeof manifest === 'string' ? json(manifest) : manifest,
    {
      abortPipeEarly: true,
    },
  );
  if (!result.success) throw issueError(result.issues[0]);
  const { training, test } = result.output;
  checkPart(training, 'training');
  if (test) checkPart(test, 'test');
  return result.output;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RetinoscopeError(
      'manifest',
      'The manifest is not JSON. A text as made by the importer or described by recording.schema.json is accepted.',
      {},
      { cause },
    );
  }
}

function manifestError(field: string, found: string, accepted: string): RetinoscopeError {
  return new RetinoscopeError(
    'manifest',
    `The manifest field "${field}" ${found}; accepted: ${accepted}.`,
    { field, accepted },
  );
}

function issueError(issue: v.BaseIssue<unknown>): RetinoscopeError {
  const field = v.getDotPath(issue) ?? '(whole)';
  const key = issue.path?.at(-1);
  if (issue.expected === 'never') return manifestError(field, 'is unknown', 'its absence');
  const accepted =
    describeField(manifestSchema, issue.path ?? []) ?? issue.expected ?? 'another value';
  const missing = key !== undefined && issue.input === undefined;
  return manifestError(
    field,
    missing ? 'is missing' : `is ${issue.received.slice(0, 80)}`,
    accepted,
  );
}

/** The nearest description on the way to the field, or what a list of choices names. */
function describeField(
  root: v.GenericSchema,
  path: readonly v.IssuePathItem[],
): string | undefined {
  let schema: unknown = root;
  let description: string | undefined;
  for (const { key, input } of path) {
    schema = child(schema, String(key), input);
    description = descriptionOf(schema) ?? description;
  }
  return description;
}

function descriptionOf(schema: unknown): string | undefined {
  if (!isSchema(schema)) return undefined;
  return v.getDescription(schema as v.GenericSchema) ?? descriptionOf(schema.wrapped);
}

interface AnySchema {
  readonly entries?: Record<string, unknown>;
  readonly options?: readonly unknown[];
  readonly item?: unknown;
  readonly wrapped?: unknown;
}

function isSchema(schema: unknown): schema is AnySchema {
  return typeof schema === 'object' && schema !== null;
}

/** The schema of `key` in a value of `schema`; in a variant, of the option that `input` is of. */
function child(schema: unknown, key: string, input: unknown): unknown {
  if (!isSchema(schema)) return undefined;
  if (schema.wrapped) return child(schema.wrapped, key, input);
  if (schema.options) {
    const option = schema.options.find(
      (candidate) => isSchema(candidate) && v.is(pickKind(candidate), input),
    );
    return child(option, key, input);
  }
  return schema.entries?.[key] ?? schema.item;
}

function pickKind(option: AnySchema): v.GenericSchema {
  const kind = option.entries?.kind;
  return kind ? v.object({ kind: kind as v.GenericSchema }) : v.never();
}

interface PartManifest {
  readonly stimulus: StimulusManifest;
  readonly responses: ResponsesManifest;
}

/** What a JSON Schema cannot say. */
function checkPart({ stimulus, responses }: PartManifest, part: string): void {
  if (stimulus.kind === 'file') checkFileStimulus(stimulus, `${part}.stimulus`);
  const field = `${part}.responses.axes`;
  requireDistinct(responses.axes, field);
  requireAxes(responses.axes, ['time'], field);
  const { blocks } = responses;
  if (blocks && blocks.first > blocks.last) {
    throw manifestError(`${part}.responses.blocks`, 'ends before it starts', 'first ≤ last');
  }
  if (blocks && !responses.axes.includes('block')) {
    throw manifestError(
      `${part}.responses.blocks`,
      'selects blocks of responses without a block axis',
      'an axes list with "block", or no blocks',
    );
  }
}

function checkFileStimulus(stimulus: FileStimulusManifest, field: string): void {
  const { axes, packed, values } = stimulus;
  requireDistinct(axes, `${field}.axes`);
  requireAxes(axes, ['x', 'y', 'time'], `${field}.axes`);
  if (values && values.low >= values.high) {
    throw manifestError(`${field}.values`, 'has low ≥ high', 'low < high');
  }
  if (!packed) return;
  const start = axes.indexOf(packed.axes[0]);
  if (packed.axes.some((axis, i) => axes[start + i] !== axis)) {
    throw manifestError(
      `${field}.packed.axes`,
      `is [${packed.axes.join(', ')}]`,
      `neighbours of [${axes.join(', ')}] in the same order`,
    );
  }
  if (packed.sizes.length !== packed.axes.length) {
    throw manifestError(`${field}.packed.sizes`, 'is of another length', 'one size for each axis');
  }
}

function requireDistinct(axes: readonly string[], field: string): void {
  if (new Set(axes).size < axes.length) {
    throw manifestError(field, `is [${axes.join(', ')}]`, 'each axis once');
  }
}

function requireAxes(axes: readonly string[], needed: readonly string[], field: string): void {
  const missing = needed.filter((axis) => !axes.includes(axis));
  if (missing.length) {
    throw manifestError(field, `misses ${missing.join(', ')}`, `a list with ${needed.join(', ')}`);
  }
}
