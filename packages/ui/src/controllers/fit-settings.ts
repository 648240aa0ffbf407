/**
 * The settings of a fit that a person chooses, as plain validated values: what a form, an attribute or a
 * permalink may hold, and what the training is asked for. Defaults come from the training presets.
 */
import {
  type BlockRange,
  builtInCell,
  type Crop,
  type DatasetSource,
  defaultFilterSide,
  defaultFilters,
  defaultPreset,
  type Head,
  headLosses,
  type LayerShape,
  type Loss,
  layersOf,
  type StimulusSize,
  type TrainingPreset,
  type TrainingSettings,
  trainingPresets,
  type Version,
} from '@retinoscope/worker';
import { clamp } from './bounds.js';

/** Products space × time of a separable filter that can be chosen. */
export type Rank = 1 | 2;

export interface FitSettings {
  readonly preset: TrainingPreset;
  readonly version: Version;
  /**
   * Version II: each first filter a sum of `rank` products space × time; weights for every lag when absent.
   * Version I: 1 to learn its temporal filter with the filters.
   */
  readonly rank?: Rank;
  /** Output nonlinearity. */
  readonly head: Head;
  /** One of those that go with the head. */
  readonly loss: Loss;
  readonly filters: number;
  readonly layers: number;
  /** Side of the first layer's filters, squares. */
  readonly filterSize: number;
  readonly seed: number;
  readonly steps: number;
  readonly restarts: number;
  /** Blocks of the training part; all when absent. */
  readonly blocks?: BlockRange;
}

/** What is trained on, as far as it is known. */
export interface FitData extends StimulusSize {
  readonly blocks?: number;
  /** The whole stimulus when absent. */
  readonly crop?: Crop;
  readonly source?: DatasetSource;
}

/** What was chosen; the rest takes its default. */
export type ChosenSettings = Partial<FitSettings>;

export type NumericSetting = {
  [Key in keyof FitSettings]-?: FitSettings[Key] extends number
    ? number extends FitSettings[Key]
      ? Key
      : never
    : never;
}[keyof FitSettings];

/** Lowest and highest whole number of each setting, both allowed. */
export const settingRanges: Readonly<Record<NumericSetting, readonly [number, number]>> = {
  filters: [1, 64],
  layers: [1, 3],
  filterSize: [1, 31],
  seed: [0, 2 ** 31 - 1],
  steps: [10, 200_000],
  restarts: [1, 16],
};

export const trainingPresetNames = Object.keys(trainingPresets) as TrainingPreset[];

export const headNames = Object.keys(headLosses) as Head[];

export const lossNames: readonly Loss[] = [...new Set(Object.values(headLosses).flat())];

const defaultHead: Head = 'parametric-softplus';

/** Only what is of the right type and within its range; everything else is left out. */
export function validSettings(raw: Readonly<Record<string, unknown>>): ChosenSettings {
  const valid: { -readonly [Key in keyof FitSettings]?: FitSettings[Key] } = {};
  const preset = trainingPresetNames.find((name) => name === raw.preset);
  if (preset) valid.preset = preset;
  const version = wholeNumber(raw.version);
  if (version === 1 || version === 2) valid.version = version;
  const rank = wholeNumber(raw.rank);
  if (rank === 1 || rank === 2) valid.rank = rank;
  const head = headNames.find((name) => name === raw.head);
  if (head) valid.head = head;
  const loss = lossNames.find((name) => name === raw.loss);
  if (loss) valid.loss = loss;
  const blocks = blockRange(raw.blocks);
  if (blocks) valid.blocks = blocks;
  for (const name of Object.keys(settingRanges) as NumericSetting[]) {
    const value = wholeNumber(raw[name]);
    const [low, high] = settingRanges[name];
    if (value !== undefined && value >= low && value <= high) valid[name] = value;
  }
  return valid;
}

/** Every setting for `data`: the chosen ones, cut to what the data allow, then the defaults. */
export function fitSettings(chosen: ChosenSettings, data: FitData): FitSettings {
  const { source = builtInCell, crop, blocks = 1 } = data;
  const size = crop ?? data;
  const preset = chosen.preset ?? defaultPreset(source);
  const { seed, steps, restarts } = trainingPresets[preset];
  const layers = Math.min(chosen.layers ?? 1, mostLayers(size));
  const { version = 1, head = defaultHead } = chosen;
  return {
    preset,
    version,
    // Version I has one temporal filter for all.
    rank: version === 2 || chosen.rank === 1 ? chosen.rank : undefined,
    head,
    loss: lossOf(head, chosen.loss),
    filters: chosen.filters ?? defaultFilters(source),
    layers,
    filterSize: clamp(chosen.filterSize ?? defaultFilterSide(size), 1, largestFilter(size, layers)),
    seed: chosen.seed ?? seed,
    steps: chosen.steps ?? steps,
    restarts: chosen.restarts ?? restarts,
    blocks: chosen.blocks && within(chosen.blocks, blocks),
  };
}

/** `loss` where it goes with `head`, else the default of that head. */
export function lossOf(head: Head, loss?: unknown): Loss {
  const losses = headLosses[head];
  return losses.find((name) => name === loss) ?? losses[0];
}

/** `first:last` or `first`, 0-based; undefined for what is not a range. */
export function blockRange(value: unknown): BlockRange | undefined {
  if (typeof value !== 'string') return undefined;
  const match = /^\s*(\d{1,9})\s*(?::\s*(\d{1,9})\s*)?$/.exec(value);
  if (!match) return undefined;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  return first <= last ? { first, last } : undefined;
}

export function blockText({ first, last }: BlockRange): string {
  return `${first}:${last}`;
}

/** `range` cut to `blocks` blocks; undefined when that is all of them or none. */
function within({ first, last }: BlockRange, blocks: number): BlockRange | undefined {
  const cut = { first, last: Math.min(last, blocks - 1) };
  const all = cut.first === 0 && cut.last === blocks - 1;
  return all || cut.first > cut.last ? undefined : cut;
}

/** Side of the largest first-layer filter that leaves one position after `layers` layers. */
export function largestFilter(size: StimulusSize, layers: number): number {
  const side = Math.min(size.width, size.height) - 2 * (layers - 1);
  return clamp(side, 1, settingRanges.filterSize[1]);
}

/** Layers that a stimulus of `size` has room for. */
export function mostLayers(size: StimulusSize): number {
  const room = Math.floor((Math.min(size.width, size.height) - 1) / 2) + 1;
  return clamp(room, 1, settingRanges.layers[1]);
}

/** What a fit request needs of the settings. */
export function requestOf(
  settings: FitSettings,
  size: StimulusSize,
): {
  readonly blocks?: BlockRange;
  readonly version: Version;
  readonly rank?: Rank;
  readonly head: Head;
  readonly layers: readonly LayerShape[];
  readonly settings: TrainingSettings;
} {
  const { preset, version, rank, head, loss, seed, steps, restarts, blocks } = settings;
  const { filters, layers, filterSize: side } = settings;
  return {
    ...(blocks && { blocks }),
    version,
    ...(rank && { rank }),
    head,
    layers: layersOf(size, { filters, side, layers }),
    settings: {
      ...trainingPresets[preset],
      ...(loss !== lossOf(head) && { loss }),
      seed,
      steps,
      restarts,
    },
  };
}

function wholeNumber(value: unknown): number | undefined {
  if (typeof value === 'string' && !/^\d{1,10}$/.test(value)) return undefined;
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}
