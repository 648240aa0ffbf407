/**
 * The mean of a picture over each square of a grid, exact for any ratio of their sizes: the share of a square that a
 * pixel covers is a product of a share along x and one along y.
 */
import type { GreyPicture, Placement, StimulusGrid } from './types.js';

/** The pixels under each square along one axis. */
interface Overlaps {
  /** First pixel under square i, and the one after its last. */
  readonly first: Int32Array;
  readonly end: Int32Array;
  /** Share of a square that a pixel covers; those of square i begin at `start[i]`. */
  readonly start: Int32Array;
  readonly shares: readonly number[];
}

/**
 * `[y, x]`: the mean of `picture − zero` over each square, where what is outside the picture counts as `zero`.
 * Lengths are those of a `Placement`.
 */
export function squareMeans(
  picture: GreyPicture,
  zero: number,
  { x, y, pixelSize }: Pick<Placement, 'x' | 'y' | 'pixelSize'>,
  { height, width, squareSize }: StimulusGrid,
): Float32Array {
  const ratio = squareSize / pixelSize;
  const across = overlaps(width, picture.width, x / pixelSize, ratio);
  const down = overlaps(height, picture.height, y / pixelSize, ratio);
  const means = new Float32Array(height * width);
  const left = across.first.reduce((least, pixel) => Math.min(least, pixel), picture.width);
  const right = across.end.reduce((most, pixel) => Math.max(most, pixel), 0);
  const sums = new Float64Array(picture.width);
  for (let row = 0; row < height; row++) {
    sums.fill(0, left, right);
    for (let py = down.first[row], at = down.start[row]; py < down.end[row]; py++, at++) {
      const share = down.shares[at];
      const line = py * picture.width;
      for (let px = left; px < right; px++) sums[px] += share * (picture.data[line + px] - zero);
    }
    for (let column = 0; column < width; column++) {
      let sum = 0;
      let at = across.start[column];
      for (let px = across.first[column]; px < across.end[column]; px++, at++) {
        sum += across.shares[at] * sums[px];
      }
      means[row * width + column] = sum;
    }
  }
  return means;
}

/** `shift` is that of the picture's centre from the grid's, in pixels; `ratio` the pixels that a square is long. */
function overlaps(squares: number, pixels: number, shift: number, ratio: number): Overlaps {
  const first = new Int32Array(squares);
  const end = new Int32Array(squares);
  const start = new Int32Array(squares);
  const shares: number[] = [];
  const edge = pixels / 2 - shift - (squares / 2) * ratio;
  for (let i = 0; i < squares; i++) {
    const from = edge + i * ratio;
    const to = edge + (i + 1) * ratio;
    start[i] = shares.length;
    first[i] = clamp(Math.floor(from), 0, pixels);
    end[i] = clamp(Math.ceil(to), first[i], pixels);
    for (let pixel = first[i]; pixel < end[i]; pixel++) {
      const whole = pixel <= from && to <= pixel + 1;
      shares.push(whole ? 1 : (Math.min(to, pixel + 1) - Math.max(from, pixel)) / ratio);
    }
  }
  return { first, end, start, shares };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
