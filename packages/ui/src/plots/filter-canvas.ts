/**
 * The filters of a running training on one canvas and one symmetric scale: the same picture as `filterGrid`
 * without its marks, cheap enough for every snapshot. Needs a document.
 */

import { divergingColour, symmetricLimit } from './diverging.js';
import { gridLayout, smallestTile } from './geometry.js';
import { formatNumber } from './numbers.js';
import { mapPixels, type PixelMap } from './pixels.js';
import { fontFamily, type PlotOptions, palettes } from './theme.js';

export interface FilterCanvasOptions extends PlotOptions {
  /** What the colours mean, with its unit; `weight` when absent. */
  readonly unit?: string;
  /** Scale from −limit to limit; the largest absolute value of all maps when absent. */
  readonly limit?: number;
  /** When in the training they are from, for the picture's name; `in training` when absent. */
  readonly when?: string;
}

const tileGap = 10;
const head = 15;
const barWidth = 64;

/** Draws `maps` on `canvas`, which is resized to fit; on a new canvas when absent. */
export function filterCanvas(
  maps: readonly PixelMap[],
  options: FilterCanvasOptions,
  canvas: HTMLCanvasElement = document.createElement('canvas'),
): HTMLCanvasElement {
  const { width, theme = 'light', unit = 'weight', when = 'in training' } = options;
  const palette = palettes[theme];
  const limit = options.limit ?? symmetricLimit(maps.map((map) => map.values));
  const { height: squaresHigh, width: squaresWide } = maps[0] ?? { height: 1, width: 1 };
  const grid = gridLayout(maps.length, width - barWidth, {
    smallest: smallestTile(width),
    largest: 128,
    gap: tileGap,
  });
  const scale = grid.tile / Math.max(squaresHigh, squaresWide);
  const tile = { width: squaresWide * scale, height: squaresHigh * scale };
  const pitch = { x: grid.tile + tileGap, y: head + tile.height + tileGap };
  const size = {
    width: grid.columns * pitch.x + barWidth,
    height: Math.max(grid.rows * pitch.y, 110),
  };

  const ratio = globalThis.devicePixelRatio || 1;
  resize(canvas, Math.round(size.width * ratio), Math.round(size.height * ratio));
  canvas.style.width = `${size.width}px`;
  canvas.style.maxWidth = '100%';
  canvas.style.aspectRatio = `${size.width} / ${size.height}`;
  canvas.setAttribute('role', 'img');
  canvas.setAttribute(
    'aria-label',
    `${maps.length} filters of ${squaresWide} × ${squaresHigh} squares ${when}, ${unit}, ` +
      `from ${formatNumber(-limit)} to ${formatNumber(limit)}.`,
  );
  const context = canvas.getContext('2d');
  if (!context) return canvas;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  context.imageSmoothingEnabled = false;
  context.font = `11px ${fontFamily}`;
  context.textBaseline = 'alphabetic';

  // All maps lie side by side in one small picture, which is the only one that is written square by square.
  const sheet = document.createElement('canvas');
  sheet.width = Math.max(1, squaresWide * maps.length);
  sheet.height = squaresHigh;
  const sheetContext = sheet.getContext('2d');
  maps.forEach((map, i) => {
    const image = new ImageData(mapPixels(map, limit, theme), map.width, map.height);
    sheetContext?.putImageData(image, i * squaresWide, 0);
    const x = (i % grid.columns) * pitch.x + 1;
    const y = Math.floor(i / grid.columns) * pitch.y + head;
    context.drawImage(
      sheet,
      i * squaresWide,
      0,
      squaresWide,
      squaresHigh,
      x,
      y,
      tile.width,
      tile.height,
    );
    context.strokeStyle = palette.grid;
    context.strokeRect(x, y, tile.width, tile.height);
    context.fillStyle = palette.ink;
    context.fillText(String(i), x, y - 4);
  });
  drawBar(context, { x: grid.columns * pitch.x + 4, y: head, height: size.height - head - 12 });
  return canvas;

  function drawBar(
    target: CanvasRenderingContext2D,
    place: { x: number; y: number; height: number },
  ): void {
    const high = Math.min(place.height, 220);
    const gradient = target.createLinearGradient(0, place.y + high, 0, place.y);
    for (let i = 0; i <= 16; i++) {
      gradient.addColorStop(i / 16, divergingColour(i / 8 - 1, 1, theme));
    }
    target.fillStyle = gradient;
    target.fillRect(place.x, place.y, 12, high);
    target.fillStyle = palette.ink;
    for (const value of [limit, 0, -limit]) {
      const y = place.y + ((1 - value / limit) / 2) * high;
      target.fillText(formatNumber(value, 2), place.x + 16, y + 4);
    }
    target.save();
    target.fillStyle = palette.muted;
    target.translate(place.x + 50, place.y + high / 2);
    target.rotate(-Math.PI / 2);
    target.textAlign = 'center';
    target.fillText(unit, 0, 4);
    target.restore();
  }
}

function resize(canvas: HTMLCanvasElement, width: number, height: number): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}
