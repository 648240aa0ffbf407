/** What is taken for granted until a person chooses otherwise: the crop and the layers. */
import type { Crop, DatasetSource, LayerShape } from '@retinoscope/models';

export interface StimulusSize {
  readonly width: number;
  readonly height: number;
}

/** Side of the default crop, squares. A stimulus not larger than this is used whole. */
const defaultCropSide = 24;

/** A square of `side` centred on `peak`, moved inside the stimulus; undefined where the whole stimulus fits. */
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

/** True when `crop` is whole squares and lies inside the stimulus. */
export function fitsInside(crop: Crop, stimulus: StimulusSize): boolean {
  const { x, y, width, height } = crop;
  return (
    [x, y, width, height].every(Number.isInteger) &&
    x >= 0 &&
    y >= 0 &&
    width > 0 &&
    height > 0 &&
    x + width <= stimulus.width &&
    y + height <= stimulus.height
  );
}

/**
 * Side of the first layer's filters, squares: 7 for the model cell's 8 × 8 stimulus and 15 for a large one
 * (Yan et al. 2020), leaving the readout at least two positions a side where there is room.
 */
export function defaultFilterSide(size: StimulusSize): number {
  const side = Math.min(size.width, size.height);
  return side >= defaultCropSide ? 15 : clamp(side - 1, 1, 7);
}

/** Filters of a layer: 4 find the subunits of the `paper` cell; a cell less well known gets 8. */
export function defaultFilters(source: DatasetSource | undefined): number {
  return source?.kind === 'simulated' && source.cell === 'paper' ? 4 : 8;
}

/** `layers` convolutions of `filters` filters: the first `side` × `side`, the others 3 × 3. */
export function layersOf(filters: number, side: number, layers: number): LayerShape[] {
  return Array.from({ length: layers }, (_, index) => {
    const size = index === 0 ? side : 3;
    return { filters, height: size, width: size };
  });
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
