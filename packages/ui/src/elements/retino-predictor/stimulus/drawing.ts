/**
 * A drawing on the model's own squares, with its history. Plain state: knows no page and no pointer.
 * Contrast is kept in hundredths, so that what is written into a link is what was drawn.
 */
import { clamp } from '../../../controllers/bounds.js';

/** 0-based, x to the right, y down. */
export interface Square {
  readonly x: number;
  readonly y: number;
}

/** Steps that can be undone. */
const mostSteps = 100;

/** Squares of a drawing that is read from a link, at the most: a thousand times a thousand. */
const mostSquares = 2 ** 20;

/** Characters of a drawing in a link, at the most. */
export const mostDrawingCharacters = 175_000;

export class Drawing {
  readonly height: number;
  readonly width: number;
  #squares: Int8Array;
  readonly #undone: Int8Array[] = [];
  readonly #done: Int8Array[] = [];
  /** The squares before the stroke in hand. */
  #before?: Int8Array;

  /** Grey all over. */
  constructor(height: number, width: number) {
    this.height = height;
    this.width = width;
    this.#squares = new Int8Array(height * width);
  }

  get canUndo(): boolean {
    return this.#done.length > 0;
  }

  get canRedo(): boolean {
    return this.#undone.length > 0;
  }

  /** Contrast `[y, x]`, −1 … 1. */
  contrast(): Float32Array {
    return Float32Array.from(this.#squares, (hundredths) => hundredths / 100);
  }

  /** All that is painted until `endStroke` is one step of the history. */
  startStroke(): void {
    this.#before ??= this.#squares.slice();
  }

  /** Paints along the line between two squares, both included, with a brush of `size` by `size`. */
  paint(from: Square, to: Square, size: number, contrast: number): void {
    const steps = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y), 1);
    for (let i = 0; i <= steps; i++) {
      const x = Math.round(from.x + ((to.x - from.x) * i) / steps);
      const y = Math.round(from.y + ((to.y - from.y) * i) / steps);
      this.#stamp({ x, y }, size, hundredths(contrast));
    }
  }

  endStroke(): void {
    const before = this.#before;
    this.#before = undefined;
    if (before) this.#remember(before);
  }

  fill(contrast: number): void {
    this.#edit(() => hundredths(contrast));
  }

  clear(): void {
    this.fill(0);
  }

  invert(): void {
    this.#edit((value) => -value);
  }

  undo(): void {
    this.endStroke();
    const earlier = this.#done.pop();
    if (!earlier) return;
    this.#undone.push(this.#squares);
    this.#squares = earlier;
  }

  redo(): void {
    this.endStroke();
    const later = this.#undone.pop();
    if (!later) return;
    this.#done.push(this.#squares);
    this.#squares = later;
  }

  /**
   * Base64 (of the alphabet for addresses, unpadded) of height and width as 16-bit little-endian numbers, then of
   * runs: how often, less 1, as a byte, and the contrast in hundredths as an int8.
   */
  encode(): string {
    const bytes = [this.height, this.width].flatMap((size) => [size & 255, size >> 8]);
    for (let i = 0; i < this.#squares.length; ) {
      const value = this.#squares[i];
      let run = 1;
      while (run < 256 && this.#squares[i + run] === value) run++;
      bytes.push(run - 1, value & 255);
      i += run;
    }
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  }

  /** A drawing that `encode` wrote; undefined for whatever else. Values beyond ±100 are clamped. */
  static decode(encoded: string): Drawing | undefined {
    const bytes = bytesOf(encoded);
    if (!bytes || bytes.length < 4) return undefined;
    const height = bytes[0] + 256 * bytes[1];
    const width = bytes[2] + 256 * bytes[3];
    const squares = height * width;
    if (squares === 0 || squares > mostSquares) return undefined;
    const drawing = new Drawing(height, width);
    let at = 0;
    for (let i = 4; i + 1 < bytes.length; i += 2) {
      const end = at + bytes[i] + 1;
      if (end > squares) return undefined;
      drawing.#squares.fill(clamp((bytes[i + 1] << 24) >> 24, -100, 100), at, end);
      at = end;
    }
    return at === squares ? drawing : undefined;
  }

  #stamp(at: Square, size: number, value: number): void {
    const { left, top } = brushCorner(at, size);
    const right = Math.min(this.width, left + size);
    const bottom = Math.min(this.height, top + size);
    for (let y = Math.max(0, top); y < bottom; y++) {
      for (let x = Math.max(0, left); x < right; x++) this.#squares[y * this.width + x] = value;
    }
  }

  #edit(change: (value: number) => number): void {
    this.endStroke();
    const before = this.#squares;
    this.#squares = before.map(change);
    this.#remember(before);
  }

  #remember(before: Int8Array): void {
    if (before.every((value, i) => value === this.#squares[i])) return;
    this.#done.push(before);
    if (this.#done.length > mostSteps) this.#done.shift();
    this.#undone.length = 0;
  }
}

/** The first square of a brush of `size` by `size` squares about `at`; an even one reaches further right and down. */
export function brushCorner({ x, y }: Square, size: number): { left: number; top: number } {
  const before = Math.floor((size - 1) / 2);
  return { left: x - before, top: y - before };
}

function hundredths(contrast: number): number {
  return Math.round(100 * clamp(contrast, -1, 1)) || 0;
}

function bytesOf(encoded: string): Uint8Array | undefined {
  if (encoded.length > mostDrawingCharacters || !/^[\w-]*$/.test(encoded)) return undefined;
  try {
    const text = atob(encoded.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}
