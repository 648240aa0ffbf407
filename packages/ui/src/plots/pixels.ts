/**
 * Pixel maps on the diverging scale. Squares are drawn at whole multiples, so they stay crisp even where
 * `image-rendering` is not honoured. `mapCanvas` needs a document; the rest is pure.
 */
import type { Crop } from '@retinoscope/worker';
import { colourIndex, divergingTable } from './diverging.js';
import type { Theme } from './theme.js';

/** A map `[y, x]`. */
export interface PixelMap {
  readonly values: ArrayLike<number>;
  readonly height: number;
  readonly width: number;
}

/** The part of a map `[y, x]` inside `crop`. */
export function cutMap(values: ArrayLike<number>, width: number, crop: Crop): PixelMap {
  const cut = new Float32Array(crop.height * crop.width);
  for (let y = 0; y < crop.height; y++) {
    for (let x = 0; x < crop.width; x++) {
      cut[y * crop.width + x] = values[(crop.y + y) * width + crop.x + x];
    }
  }
  return { values: cut, height: crop.height, width: crop.width };
}

/** RGBA of `map`, each square `zoom` by `zoom` pixels, on the scale from −limit to limit. */
export function mapPixels(
  map: PixelMap,
  limit: number,
  theme: Theme,
  zoom = 1,
): Uint8ClampedArray<ArrayBuffer> {
  return tablePixels(map, divergingTable(theme), (value) => colourIndex(value, limit), zoom);
}

/** RGBA of a grey image with values −½ … ½, black to white. */
export function greyPixels(map: PixelMap, zoom = 1): Uint8ClampedArray<ArrayBuffer> {
  return tablePixels(map, greyTable, (value) => greyIndex(value), zoom);
}

const greyTable = Uint8Array.from({ length: 256 * 3 }, (_, i) => Math.floor(i / 3));

/** Grey level of a value in −½ … ½; clamped, the middle for NaN. */
export function greyIndex(value: number): number {
  const at = Math.round((value + 0.5) * 255);
  return Number.isNaN(at) ? 128 : Math.max(0, Math.min(255, at));
}

function tablePixels(
  map: PixelMap,
  table: Uint8Array,
  indexOf: (value: number) => number,
  zoom: number,
): Uint8ClampedArray<ArrayBuffer> {
  const stride = map.width * zoom * 4;
  const pixels = new Uint8ClampedArray(stride * map.height * zoom);
  for (let y = 0; y < map.height; y++) {
    const start = y * zoom * stride;
    for (let x = 0; x < map.width; x++) {
      const colour = indexOf(map.values[y * map.width + x]) * 3;
      for (let i = 0, at = start + x * zoom * 4; i < zoom; i++) {
        pixels[at++] = table[colour];
        pixels[at++] = table[colour + 1];
        pixels[at++] = table[colour + 2];
        pixels[at++] = 255;
      }
    }
    for (let i = 1; i < zoom; i++) pixels.copyWithin(start + i * stride, start, start + stride);
  }
  return pixels;
}

/** `map` as a canvas of whole multiples, about `size` pixels on its longer side. */
export function mapCanvas(
  map: PixelMap,
  limit: number,
  theme: Theme,
  size: number,
): HTMLCanvasElement {
  return canvasOf(map, size, (zoom) => mapPixels(map, limit, theme, zoom));
}

/** A grey image as a canvas of whole multiples, about `size` pixels on its longer side. */
export function greyCanvas(map: PixelMap, size: number): HTMLCanvasElement {
  return canvasOf(map, size, (zoom) => greyPixels(map, zoom));
}

function canvasOf(
  map: PixelMap,
  size: number,
  pixels: (zoom: number) => Uint8ClampedArray<ArrayBuffer>,
): HTMLCanvasElement {
  const zoom = Math.max(1, Math.ceil(size / Math.max(map.width, map.height)));
  const canvas = document.createElement('canvas');
  canvas.width = map.width * zoom;
  canvas.height = map.height * zoom;
  const image = new ImageData(pixels(zoom), canvas.width, canvas.height);
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return canvas;
}
