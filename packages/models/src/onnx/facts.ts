/**
 * What a model says of itself, for a reader, and how a stimulus maps onto its input.
 * Metadata are untrusted: what is missing, odd or too long counts as unknown, and `unknown` says what is assumed instead.
 * Small on purpose: a page shows these facts before it loads anything else. Keys: docs/onnx.md.
 */
import { RetinoscopeError } from '../errors.js';
import type { ModelCard, ModelValue } from '../files/types.js';
import { mostStimulusValues } from '../stimuli/limit.js';
import { type AxisRole, axesOf } from './input-axes.js';
import { MetadataReader } from './metadata-reader.js';
import { anyShape } from './read.js';

export type LagOrder = 'oldest-first' | 'newest-first';

export interface ModelFacts {
  /** Sizes of the input; 1 where the model has no such axis. */
  readonly grid: {
    readonly lags: number;
    readonly colours: number;
    readonly height: number;
    readonly width: number;
  };
  /** Role of every input axis, in order. */
  readonly axes: readonly AxisRole[];
  /** Samples of one run. */
  readonly samples: number | 'free';
  readonly lagOrder: LagOrder;
  /** Set when the input is one frame already filtered in time; index = lag, 0 the current frame. */
  readonly temporalFilter?: readonly number[];
  /** Hz. */
  readonly frameRate?: number;
  /** µm. */
  readonly squareSize?: number;
  readonly stimulusValues?: readonly [low: number, high: number];
  readonly outputs: readonly {
    readonly name: string;
    readonly shape: readonly (number | string)[];
    /** Numbers a sample; undefined when the file leaves it open. */
    readonly columns: number | undefined;
  }[];
  readonly units?: string;
  readonly cell?: string;
  readonly recording?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly licence?: string;
  readonly citation?: string;
  readonly testCC?: number;
  readonly testCCAgainst?: string;
  /** A picture `[y, x]`, its largest magnitude 1. */
  readonly receptiveField?: {
    readonly height: number;
    readonly width: number;
    readonly data: Float32Array;
  };
  /** What the file leaves to a reader. */
  readonly open: readonly (keyof FactChoices)[];
  /** Plain sentences: what the file does not say, and what is assumed instead. */
  readonly unknown: readonly string[];
}

/** What a reader knows where the file is silent; where it says something, that is taken. */
export interface FactChoices {
  /** The role of the axis after the samples. */
  readonly channel?: 'lag' | 'colour';
  readonly lagOrder?: LagOrder;
}

/**
 * Error `model` unless the model has one input of 3 to 5 axes: pictures have no other. Error `memory` when a sample
 * of it holds more than 16 million numbers. Free lengths of y and x are taken as 32, of lags as 20.
 */
export function modelFacts(card: ModelCard, choices: FactChoices = {}): ModelFacts {
  const input = pictureInput(card);
  const metadata = new MetadataReader(card.metadata);
  const variant = metadata.text('variant');
  const time = metadata.text('temporal_axis');
  const filter = metadata.filter('temporal_filter');
  const saidLags = variant === 'frames' || variant === 'filtered' || /frame first/.test(time ?? '');

  const { axes, grid, samples, channelOpen, assumed } = axesOf(input, {
    ...(choices.channel ? { channel: choices.channel } : {}),
    saidLags,
  });
  requireBearable(grid);
  const filtered = variant === 'filtered' && filter !== undefined && grid.lags === 1;
  const saidOrder = orderOf(time);
  const orderOpen = saidOrder === undefined && grid.lags > 1;
  const order = (orderOpen && choices.lagOrder) || saidOrder;
  const unknown = [...assumed];
  if (orderOpen && !order) {
    unknown.push(
      'The file does not say in which order its lags are; the oldest frame first is assumed.',
    );
  }
  if (variant === 'filtered' && !filtered) {
    unknown.push(
      'The file says that its input is filtered in time but gives no filter that is understood; frames are given as they are.',
    );
  }

  const frameRate = metadata.number('frame_rate_hz', 0, 1e5);
  const squareSize = metadata.number('square_size_um', 0, 1e6);
  const stimulusValues = metadata.pair('stimulus_values');
  const units = metadata.text('units');
  if (frameRate === undefined) {
    unknown.push('The file does not give the frame rate of its stimulus; times are in frames.');
  }
  if (squareSize === undefined) {
    unknown.push('The file does not give the size of a square; lengths are in squares.');
  }
  if (stimulusValues === undefined) {
    unknown.push(
      'The file does not give the values of its stimulus; contrasts from −1 to 1 are given as they are.',
    );
  }
  if (units === undefined) {
    unknown.push(
      'The file does not give the unit of its output; its numbers are shown as they are.',
    );
  }

  const optional = {
    temporalFilter: filtered ? filter : undefined,
    frameRate,
    squareSize,
    stimulusValues,
    units,
    cell: metadata.text('cell'),
    recording: metadata.text('recording'),
    settings: metadata.record('settings'),
    licence: metadata.text('licence'),
    citation: metadata.text('citation'),
    testCC: metadata.correlation('test_cc'),
    testCCAgainst: metadata.text('test_cc_against'),
    receptiveField: metadata.picture('receptive_field'),
  };
  for (const key of metadata.odd) {
    unknown.push(`The file's metadata "${key}" is not understood and is left out.`);
  }
  return {
    grid,
    axes,
    samples,
    lagOrder: order ?? 'oldest-first',
    outputs: card.outputs.map(({ name, shape }) => ({
      name,
      shape,
      columns: columnsOf(shape, axes[0] === 'sample'),
    })),
    ...given(optional),
    open: [
      ...(channelOpen ? (['channel'] as const) : []),
      ...(orderOpen ? (['lagOrder'] as const) : []),
    ],
    unknown,
  };
}

/** The entries that are not undefined. */
function given<T extends object>(entries: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function pictureInput({ inputs }: ModelCard): ModelValue {
  const [input] = inputs;
  const rank = input?.shape[0] === anyShape ? undefined : input?.shape.length;
  if (inputs.length !== 1) {
    throw new RetinoscopeError(
      'model',
      `The model has ${inputs.length} inputs; models with one input are accepted for pictures.`,
      { found: inputs.length, expected: 1 },
    );
  }
  if (rank === undefined || rank < 3 || rank > 5) {
    throw new RetinoscopeError(
      'model',
      `The model's input has ${rank === undefined ? 'axes that the file does not give' : `${rank} axes`}; ` +
        '3 to 5 axes are accepted for pictures: samples, lags or colours, y and x. An array of its own shape can still be given.',
      { name: input.name, shape: input.shape },
    );
  }
  return input;
}

function requireBearable({ lags, colours, height, width }: ModelFacts['grid']): void {
  const values = lags * colours * height * width;
  if (values <= mostStimulusValues) return;
  throw new RetinoscopeError(
    'memory',
    `One sample of the model's input holds ${values} numbers; up to ${mostStimulusValues} are accepted for pictures.`,
    { expected: mostStimulusValues, found: values },
  );
}

function orderOf(time: string | undefined): LagOrder | undefined {
  if (time === undefined) return undefined;
  if (/oldest frame first/.test(time)) return 'oldest-first';
  return /(newest|current) frame first/.test(time) ? 'newest-first' : undefined;
}

function columnsOf(shape: readonly (number | string)[], hasSamples: boolean): number | undefined {
  return shape
    .slice(hasSamples ? 1 : 0)
    .reduce<number | undefined>(
      (product, axis) =>
        typeof axis === 'number' && product !== undefined ? product * axis : undefined,
      shape[0] === anyShape ? undefined : 1,
    );
}
