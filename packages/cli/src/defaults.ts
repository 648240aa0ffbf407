/** What a fit is given where the command line says nothing: crop, layers and steps that suit the data. */
import {
  type Crop,
  type DatasetSource,
  type LayerShape,
  RetinoscopeError,
} from '@retinoscope/worker';

export interface StimulusSize {
  readonly width: number;
  readonly height: number;
}

/** Side of the crop of a larger stimulus, squares. */
export const defaultCropSide = 24;

/** A square of `side` centred on `peak`, moved inside the stimulus. Error `settings` when it does not fit. */
export function cropAround(
  peak: { readonly x: number; readonly y: number },
  stimulus: StimulusSize,
  side: number,
): Crop {
  checkCropSide(side, stimulus);
  const place = (centre: number, size: number) =>
    Math.min(Math.max(centre - (side >> 1), 0), size - side);
  return {
    x: place(peak.x, stimulus.width),
    y: place(peak.y, stimulus.height),
    width: side,
    height: side,
  };
}

export function checkCropSide(side: number, { width, height }: StimulusSize): void {
  const most = Math.min(width, height);
  if (side <= most) return;
  throw new RetinoscopeError(
    'settings',
    `A crop of ${side} × ${side} squares is larger than the stimulus of ${width} × ${height}; 1 to ${most} squares are accepted.`,
    { field: 'crop', expected: [1, most], found: side },
  );
}

/** Filters a layer: the subunits of the `paper` cell; twice that for the sparser `code` cell and for any other. */
export function defaultFilters(source: DatasetSource): number {
  return source.kind === 'simulated' && source.cell === 'paper' ? 4 : 8;
}

/**
 * `layers` convolutions of `filters` filters. The first is `filterSize` squares a side: 7 for the model cell's
 * 8 × 8 stimulus, 15 for a large one (Yan et al. 2020). The others are 3 × 3, or what is left of the input.
 */
export function layersFor(
  input: StimulusSize,
  { filters, layers, filterSize }: { filters: number; layers: number; filterSize?: number },
): LayerShape[] {
  const side = Math.min(input.width, input.height);
  const first = filterSize ?? (side >= defaultCropSide ? 15 : Math.min(Math.max(side - 1, 1), 7));
  if (first > side) {
    throw new RetinoscopeError(
      'settings',
      `Filters of ${first} × ${first} squares are larger than the input of ${input.width} × ${input.height}; 1 to ${side} squares are accepted.`,
      { field: 'filterSize', expected: [1, side], found: first },
    );
  }
  const shapes: LayerShape[] = [];
  let left = side;
  for (let layer = 0; layer < layers; layer++) {
    const size = layer === 0 ? first : Math.min(3, left);
    shapes.push({ filters, height: size, width: size });
    left -= size - 1;
  }
  return shapes;
}
