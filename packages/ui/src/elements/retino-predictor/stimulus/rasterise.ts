/** The grey pixels of what a browser can draw. Needs a document, but for `fitWithin`. */
import { type GreyPicture, greyOf, RetinoscopeError } from '@retinoscope/worker';
import type { Dimensions } from './media-header.js';

/** The size in the same shape with no side longer than `side`, in whole pixels of at least 1; never enlarged. */
export function fitWithin({ width, height }: Dimensions, side: number): Dimensions {
  const factor = Math.min(1, side / Math.max(width, height));
  const whole = (size: number): number => Math.max(1, Math.round(size * factor));
  return { width: whole(width), height: whole(height) };
}

/** `source` in grey, brought to `size`; exactly as it is where that is its own size. A bitmap or a frame is closed. */
export function rasterise(
  source: ImageBitmap | HTMLVideoElement | VideoFrame,
  { width, height }: Dimensions,
  canvas: HTMLCanvasElement = document.createElement('canvas'),
): GreyPicture {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) {
    throw new RetinoscopeError(
      'memory',
      `There is not enough memory for a picture of ${width} × ${height} pixels. A smaller one may fit.`,
      { width, height },
    );
  }
  context.imageSmoothingQuality = 'high';
  context.drawImage(source, 0, 0, width, height);
  if ('close' in source) source.close();
  return greyOf(context.getImageData(0, 0, width, height).data, width, height);
}
