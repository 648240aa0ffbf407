/** Whether numbers and crops lie within their bounds. Pure. */
import type { Crop, StimulusSize } from '@retinoscope/worker';

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

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
