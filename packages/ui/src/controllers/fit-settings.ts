/**
 * The settings of a fit that a person chooses, as plain validated values: what a form, an attribute or a
 * permalink may hold, and what the training is asked for. Defaults come from the training presets.
 */
import {
  type DatasetSource,
  type LayerShape,
  type TrainingPreset,
  type TrainingSettings,
  trainingPresets,
  type Version,
} from '@retinoscope/models';
import {
  clamp,
  defaultFilterSide,
  defaultFilters,
  layersOf,
  type StimulusSize,
} from './defaults.js';

export interface FitSettings {
  readonly preset: TrainingPreset;
  readonly version: Version;
  readonly filters: number;
  readonly layers: number;
  /** Side of the first layer's filters, squares. */
  readonly filterSize: number;
  readonly seed: number;
  readonly steps: number;
  readonly restarts: number;
}

/** What was chosen; the rest takes its default. */
export type ChosenSettings = Partial<FitSettings>;

export type NumericSetting = Exclude<keyof FitSettings, 'preset' | 'version'>;

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

/** Only what is of the right type and within its range; everything else is left out. */
export function validSettings(raw: Readonly<Record<string, unknown>>): ChosenSettings {
  const valid: { -readonly [Key in keyof FitSettings]?: FitSettings[Key] } = {};
  const preset = trainingPresetNames.find((name) => name === raw.preset);
  if (preset) valid.preset = preset;
  const version = wholeNumber(raw.version);
  if (version === 1 || version === 2) valid.version = version;
  for (const name of Object.keys(settingRanges) as NumericSetting[]) {
    const value = wholeNumber(raw[name]);
    const [low, high] = settingRanges[name];
    if (value !== undefined && value >= low && value <= high) valid[name] = value;
  }
  return valid;
}

/** Every setting for a stimulus of `size`: the chosen ones, cut to what the size allows, then the defaults. */
export function fitSettings(
  chosen: ChosenSettings,
  size: StimulusSize,
  source?: DatasetSource,
): FitSettings {
  const preset = chosen.preset ?? (source?.kind === 'recording' ? 'recording' : 'recovery');
  const { seed, steps, restarts } = trainingPresets[preset];
  const layers = Math.min(chosen.layers ?? 1, mostLayers(size));
  return {
    preset,
    version: chosen.version ?? 1,
    filters: chosen.filters ?? defaultFilters(source),
    layers,
    filterSize: clamp(chosen.filterSize ?? defaultFilterSide(size), 1, largestFilter(size, layers)),
    seed: chosen.seed ?? seed,
    steps: chosen.steps ?? steps,
    restarts: chosen.restarts ?? restarts,
  };
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
export function requestOf(settings: FitSettings): {
  readonly version: Version;
  readonly layers: readonly LayerShape[];
  readonly settings: TrainingSettings;
} {
  const { preset, version, filters, filterSize, layers, seed, steps, restarts } = settings;
  return {
    version,
    layers: layersOf(filters, filterSize, layers),
    settings: { ...trainingPresets[preset], seed, steps, restarts },
  };
}

function wholeNumber(value: unknown): number | undefined {
  if (typeof value === 'string' && !/^\d{1,10}$/.test(value)) return undefined;
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}
