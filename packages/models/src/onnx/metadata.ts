/**
 * The metadata of an exported ONNX file: everything of a fitted model that is not a weight, as named texts.
 * `metadataOf` and `readMetadata` are each other's inverse; the keys are described in docs/onnx.md.
 */
import { type Head, headLosses } from '@retinoscope/core-wasm';
import * as v from 'valibot';
import type { FittedModel } from '../architecture/types.js';
import { RetinoscopeError } from '../errors.js';
import { maximumPicture } from './metadata-reader.js';

/**
 * What an exported model takes: `frames`, the last frames; `filtered`, one frame filtered in time (Version I).
 */
export type OnnxVariant = 'frames' | 'filtered';

/** What is known of a fitted model beside the model itself; written for readers of the file. */
export interface ModelNotes {
  /** Pearson correlation with the test response, −1 to 1. */
  readonly testCC?: number;
  readonly testCCAgainst?: 'true rate' | 'mean of repeats';
  readonly licence?: string;
  readonly citation?: string;
  /** A picture `[y, x]` of the receptive field; stored with 8 bits a square, its largest magnitude as 1. */
  readonly receptiveField?: {
    readonly height: number;
    readonly width: number;
    readonly data: Float32Array;
  };
}

export const producerName = 'retinoscope';

const inputMeaning: Readonly<Record<OnnxVariant, string>> = {
  frames: '[batch, lags, y, x]: the last frames of the stimulus, cut to crop, in its own values',
  filtered:
    '[batch, 1, y, x]: the stimulus, cut to crop, in its own values, after convolution in time ' +
    'with temporal_filter: the sum over lag k of temporal_filter[k] times the frame k before the current one',
};

const temporalAxis: Readonly<Record<OnnxVariant, string>> = {
  frames: 'axis 1, oldest frame first, current frame last',
  filtered: 'none: filtered in time beforehand',
};

/** Everything of a fitted model but its parameters. */
export type ModelDescription = Omit<FittedModel, 'parameters'>;

/** Numbers are written so that reading gives the same number; arrays and records as JSON, their keys in a fixed order. */
export function metadataOf(model: ModelDescription, variant: OnnxVariant): Record<string, string> {
  const { provenance, temporalFilter } = model;
  const { version, lags, height, width, layers, head } = model.architecture;
  const architecture = {
    version,
    lags,
    height,
    width,
    layers: layers.map((layer) => ({
      filters: layer.filters,
      height: layer.height,
      width: layer.width,
    })),
    head,
  };
  const { crop } = provenance;
  const optional: Record<string, string> = {};
  if (temporalFilter) optional.temporal_filter = JSON.stringify([...temporalFilter]);
  if (provenance.stimulusValues) {
    optional.stimulus_values = JSON.stringify(provenance.stimulusValues);
  }
  if (provenance.squareSize !== undefined) optional.square_size_um = String(provenance.squareSize);
  return {
    format: model.format,
    format_version: String(model.formatVersion),
    software_version: model.softwareVersion,
    variant,
    architecture: JSON.stringify(architecture),
    input: inputMeaning[variant],
    temporal_axis: temporalAxis[variant],
    units: 'spikes per frame',
    frame_rate_hz: String(provenance.frameRate),
    recording: provenance.recording,
    cell: String(provenance.cell),
    crop: JSON.stringify({ x: crop.x, y: crop.y, width: crop.width, height: crop.height }),
    seed: String(provenance.seed),
    settings: JSON.stringify(provenance.settings),
    validation_loss: String(provenance.validationLoss),
    ...optional,
  };
}

/** The metadata of `notes`. Error `model`: a correlation outside −1 to 1, or a picture that is not finite or not of its size. */
export function notesMetadata(notes: ModelNotes): Record<string, string> {
  const { testCC, testCCAgainst, licence, citation, receptiveField } = notes;
  const found: Record<string, string> = {};
  if (testCC !== undefined) {
    if (!(Math.abs(testCC) <= 1)) {
      throw new RetinoscopeError(
        'model',
        `The correlation ${testCC} cannot be written; numbers from −1 to 1 are accepted.`,
        { found: testCC },
      );
    }
    found.test_cc = String(testCC);
  }
  if (testCCAgainst !== undefined) found.test_cc_against = testCCAgainst;
  if (licence) found.licence = licence;
  if (citation) found.citation = citation;
  const picture = receptiveField && pictureText(receptiveField);
  if (picture) found.receptive_field = picture;
  return found;
}

/** Nothing for a picture without a value other than 0. */
function pictureText({
  height,
  width,
  data,
}: NonNullable<ModelNotes['receptiveField']>): string | undefined {
  if (
    data.length !== height * width ||
    data.length > maximumPicture ||
    !data.every(Number.isFinite)
  ) {
    throw new RetinoscopeError(
      'model',
      `The receptive field of ${data.length} values cannot be written; ${height} × ${width} finite values, at most ${maximumPicture}, are accepted.`,
      { height, width, found: data.length },
    );
  }
  const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0) return undefined;
  const bytes = Array.from(data, (value) =>
    String.fromCharCode(Math.round((value / largest) * 127) & 255),
  );
  return JSON.stringify({ height, width, data: btoa(bytes.join('')) });
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(2 ** 20));
const index = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const finite = v.pipe(v.number(), v.finite());

/** A schema for a text that holds JSON. */
function json<const S extends v.GenericSchema>(schema: S) {
  return v.pipe(
    v.string(),
    v.rawTransform(({ dataset, addIssue, NEVER }): unknown => {
      try {
        return JSON.parse(dataset.value);
      } catch {
        addIssue({ message: 'not JSON' });
        return NEVER;
      }
    }),
    schema,
  );
}

/** A schema for a text that holds a number, `NaN` and `Infinity` included. */
const numberText = v.pipe(
  v.string(),
  v.check((text) => text.trim() !== '' && (text === 'NaN' || !Number.isNaN(Number(text)))),
  v.transform(Number),
);

const schema = v.object({
  format: v.literal('retinoscope-model'),
  format_version: v.literal('1'),
  software_version: v.string(),
  variant: v.picklist(['frames', 'filtered']),
  architecture: json(
    v.object({
      version: v.picklist([1, 2]),
      lags: count,
      height: count,
      width: count,
      layers: v.pipe(
        v.array(v.object({ filters: count, height: count, width: count })),
        v.minLength(1),
        v.maxLength(32),
      ),
      rank: v.optional(count),
      head: v.picklist(Object.keys(headLosses) as Head[]),
    }),
  ),
  temporal_filter: v.optional(json(v.array(finite))),
  frame_rate_hz: numberText,
  recording: v.string(),
  cell: v.pipe(numberText, index),
  crop: json(v.object({ x: index, y: index, width: count, height: count })),
  seed: numberText,
  settings: json(v.record(v.string(), v.unknown())),
  validation_loss: numberText,
  stimulus_values: v.optional(json(v.tuple([finite, finite]))),
  square_size_um: v.optional(numberText),
});

/** The description that {@link metadataOf} wrote; `model` error naming the first key that is missing or not understood. */
export function readMetadata(metadata: Readonly<Record<string, string>>): {
  readonly description: ModelDescription;
  readonly variant: OnnxVariant;
} {
  const parsed = v.safeParse(schema, metadata);
  if (!parsed.success) {
    const key = String(parsed.issues[0].path?.[0]?.key ?? 'format');
    throw new RetinoscopeError(
      'model',
      `The ONNX file does not hold a fitted Retinoscope model: its metadata "${key}" is missing or not understood. ` +
        'Files that Retinoscope exported are accepted; others can be run, but not opened as a fitted model.',
      { key },
    );
  }
  const found = parsed.output;
  const provenance = {
    recording: found.recording,
    cell: found.cell,
    crop: found.crop,
    ...(found.stimulus_values ? { stimulusValues: found.stimulus_values } : {}),
    frameRate: found.frame_rate_hz,
    ...(found.square_size_um === undefined ? {} : { squareSize: found.square_size_um }),
    seed: found.seed,
    settings: found.settings,
    validationLoss: found.validation_loss,
  };
  return {
    variant: found.variant,
    description: {
      format: found.format,
      formatVersion: 1,
      softwareVersion: found.software_version,
      architecture: found.architecture,
      ...(found.temporal_filter
        ? { temporalFilter: Float32Array.from(found.temporal_filter) }
        : {}),
      provenance,
    },
  };
}
