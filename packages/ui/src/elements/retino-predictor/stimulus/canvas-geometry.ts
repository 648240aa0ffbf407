/** Where the squares of a model lie on a canvas, and what is said of one of them. Pure. */
import type { StimulusGrid } from '@retinoscope/worker';
import { fixed } from '../../../controllers/text.js';
import { scaleLength } from '../../../plots/geometry.js';
import type { Square } from './drawing.js';

/** CSS pixels of the squares' height, at the most. */
const mostHeight = 416;

/** CSS pixels below the squares, for the scale bar. */
const stripHeight = 24;

export interface CanvasLayout {
  /** CSS pixels of the canvas. */
  readonly width: number;
  readonly height: number;
  /** Of the squares' left edge. */
  readonly left: number;
  /** Side of a square. */
  readonly side: number;
  /** Of the scale bar: its length as µm and as pixels. */
  readonly bar: { readonly length: number; readonly pixels: number };
}

/** The squares as large as `width` and the largest height allow, in the middle. */
export function canvasLayout(grid: StimulusGrid, width: number): CanvasLayout {
  const side = Math.min(width / grid.width, mostHeight / grid.height);
  const length = scaleLength(0.5 * grid.width * grid.squareSize);
  return {
    width,
    height: Math.round(side * grid.height) + stripHeight,
    left: (width - side * grid.width) / 2,
    side,
    bar: { length, pixels: (length / grid.squareSize) * side },
  };
}

/** The square at a point of the canvas; beyond the edges a square that is not in the grid. */
export function squareAt({ left, side }: CanvasLayout, x: number, y: number): Square {
  return { x: Math.floor((x - left) / side), y: Math.floor(y / side) };
}

/** µm from the grid's centre to a point of the canvas. */
export function micrometresAt(
  { width, side }: CanvasLayout,
  grid: StimulusGrid,
  x: number,
  y: number,
): { readonly x: number; readonly y: number } {
  const scale = grid.squareSize / side;
  return { x: (x - width / 2) * scale, y: (y - (side * grid.height) / 2) * scale };
}

export function isInside({ x, y }: Square, grid: StimulusGrid): boolean {
  return x >= 0 && y >= 0 && x < grid.width && y < grid.height;
}

/** `x 3, y 5: contrast 0.40 → 0.20`; the second number where the model's values for dark and bright are known. */
export function squareText(
  { x, y }: Square,
  contrast: number,
  values?: readonly [dark: number, bright: number],
): string {
  const said = `x ${x}, y ${y}: contrast ${twoDigits(contrast)}`;
  if (!values) return said;
  const [dark, bright] = values;
  return `${said} → ${twoDigits((dark + bright) / 2 + (contrast * (bright - dark)) / 2)}`;
}

/** Without a negative zero. */
function twoDigits(value: number): string {
  return fixed(Math.round(value * 100) / 100 || 0, 2);
}
