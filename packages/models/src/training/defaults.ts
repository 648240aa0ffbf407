/** What is taken for granted until a person chooses otherwise: the crop and what it is placed by, the layers, the preset. */
import type { Crop, LayerShape } from '@retinoscope/core-wasm';
import { RetinoscopeError } from '../errors.js';
import type { BlockRange, DatasetSource } from '../recording/index.js';
import type { TrainingPreset } from './settings.js';

export interface StimulusSize {
  readonly width: number;
  readonly height: number;
}

/** Side of the default crop, squares; a stimulus not larger than this is used whole. */
export const defaultCropSide = 24;

const clamp = (value: number, low: number, high: number): number =>
  Math.min(Math.max(value, low), high);

/** A square of `side` centred on `peak`, moved inside the stimulus; undefined where it would be the whole stimulus. */
export function cropAround(
  peak: { readonly x: number; readonly y: number },
  stimulus: StimulusSize,
  side = defaultCropSide,
): Crop | undefined {
  const width = Math.min(side, stimulus.width);
  const height = Math.min(side, stimulus.height);
  if (width === stimulus.width && height === stimulus.height) return undefined;
  return {
    x: clamp(peak.x - (width >> 1), 0, stimulus.width - width),
    y: clamp(peak.y - (height >> 1), 0, stimulus.height - height),
    width,
    height,
  };
}

/**
 * Side of the first layer's filters, squares: 7 for the model cell's 8 × 8 stimulus and 15 for a large one
 * (Yan et al. 2020), leaving the readout at least two positions a side where there is room.
 */
export function defaultFilterSide({ width, height }: StimulusSize): number {
  const side = Math.min(width, height);
  return side >= defaultCropSide ? 15 : clamp(side - 1, 1, 7);
}

/** Filters of a layer: the subunits of the `paper` cell, twice that for the sparser `code` cell, 16 for a recorded one. */
export function defaultFilters(source: DatasetSource): number {
  if (source.kind === 'recording') return 16;
  return source.cell === 'paper' ? 4 : 8;
}

/** The training preset that suits a source. */
export function defaultPreset(source: DatasetSource): TrainingPreset {
  return source.kind === 'recording' ? 'recording' : 'recovery';
}

/** Squares a side above which a stimulus counts as wide. */
const wideSide = 64;
/** Frames that are enough to find the receptive field in a wide stimulus. */
const locatingFrames = 60_000;

/**
 * The blocks from which a receptive field is found in the whole stimulus before the crop is placed: of a wide
 * stimulus the first 60,000 frames or a little less, at least one block. Undefined stands for all blocks.
 */
export function locatingBlocks(
  data: StimulusSize & { readonly blocks: number; readonly blockFrames: number },
): BlockRange | undefined {
  if (Math.max(data.width, data.height) <= wideSide) return undefined;
  const blocks = Math.max(1, Math.floor(locatingFrames / data.blockFrames));
  return blocks < data.blocks ? { first: 0, last: blocks - 1 } : undefined;
}

/** `layers` convolutions of `filters` filters: the first `side` × `side`, the others 3 × 3 or what is left of the input. */
export function layersOf(
  input: StimulusSize,
  { filters, side, layers }: { filters: number; side: number; layers: number },
): LayerShape[] {
  let left = Math.min(input.width, input.height);
  if (side > left) {
    throw new RetinoscopeError(
      'settings',
      `Filters of ${side} × ${side} squares are larger than the input of ${input.width} × ${input.height}; 1 to ${left} squares are accepted.`,
      { field: 'filterSize', expected: [1, left], found: side },
    );
  }
  return Array.from({ length: layers }, (_, layer) => {
    const size = layer === 0 ? side : Math.min(3, left);
    left -= size - 1;
    return { filters, height: size, width: size };
  });
}
