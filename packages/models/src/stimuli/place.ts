/**
 * Pictures and films from outside, laid over the squares of a grid. Contrast is
 * polarity × factor × (grey − meanGrey) / max(meanGrey, 1 − meanGrey), clipped to ±1; grey is the mean over the square.
 * Decodes no files.
 */
import { RetinoscopeError } from '../errors.js';
import { squareMeans } from './area.js';
import { checkGrid, greyMovie } from './movie.js';
import type { GreyPicture, Placement, StimulusGrid, StimulusMovie } from './types.js';

const midGrey = 0.5;

/**
 * `[y, x]`: contrast = polarity × factor × (grey − meanGrey) / max(meanGrey, 1 − meanGrey), clipped to ±1, where grey
 * is the mean of the picture over the square, and meanGrey outside the picture.
 * Errors: `settings` for an impossible grid or placement, `data` for a picture whose size is not that of its data.
 */
export function placePicture(
  picture: GreyPicture,
  placement: Placement,
  grid: StimulusGrid,
): Float32Array {
  checkGrid(grid);
  checkPicture(picture);
  checkPlacement(placement);
  const { contrast, polarity, meanGrey } = placement;
  const factor = (polarity * contrast) / Math.max(meanGrey, 1 - meanGrey);
  return squareMeans(picture, meanGrey, placement, grid).map((difference) =>
    Math.min(1, Math.max(-1, factor * difference)),
  );
}

function checkPicture({ height, width, data }: GreyPicture): void {
  const whole = [height, width].every((side) => Number.isInteger(side) && side >= 1);
  if (whole && data.length === height * width) return;
  throw new RetinoscopeError(
    'data',
    `The picture of ${width} × ${height} pixels has ${data.length} values; accepted: at least one pixel, and a value for each.`,
    { height, width, found: data.length },
  );
}

function checkPlacement({ x, y, pixelSize, contrast, polarity, meanGrey }: Placement): void {
  const wrong = [
    { field: 'x', found: x, fits: Number.isFinite(x), accepted: 'a number of µm' },
    { field: 'y', found: y, fits: Number.isFinite(y), accepted: 'a number of µm' },
    {
      field: 'pixelSize',
      found: pixelSize,
      fits: pixelSize > 0 && Number.isFinite(pixelSize),
      accepted: 'a number of µm above 0',
    },
    {
      field: 'contrast',
      found: contrast,
      fits: contrast >= 0 && contrast <= 4,
      accepted: 'a factor from 0 to 4',
    },
    { field: 'polarity', found: polarity, fits: Math.abs(polarity) === 1, accepted: '1 or −1' },
    {
      field: 'meanGrey',
      found: meanGrey,
      fits: meanGrey >= 0 && meanGrey <= 1,
      accepted: 'a grey from 0 to 1',
    },
  ].find(({ fits }) => !fits);
  if (!wrong) return;
  const { field, found, accepted } = wrong;
  throw new RetinoscopeError(
    'settings',
    `The ${field} of the placed picture is ${found}; accepted: ${accepted}.`,
    { field, found },
  );
}

/** The picture covers the grid, centred and no larger than that takes; mid grey is contrast 0. */
export function initialPlacement(picture: GreyPicture, grid: StimulusGrid): Placement {
  checkGrid(grid);
  checkPicture(picture);
  const across = (grid.width * grid.squareSize) / picture.width;
  const down = (grid.height * grid.squareSize) / picture.height;
  return {
    x: 0,
    y: 0,
    pixelSize: Math.max(across, down),
    contrast: 1,
    polarity: 1,
    meanGrey: midGrey,
  };
}

/**
 * A film `[time, y, x]` of pictures at `sourceRate` Hz at the grid's frame rate: each frame shows the picture that is
 * on at its middle. As long as the film, to the nearest whole frame, and at least one.
 * Errors: those of `placePicture`, and `data` for no pictures, `settings` for the rate, `memory`.
 */
export function placeFilm(
  pictures: readonly GreyPicture[],
  sourceRate: number,
  placement: Placement,
  grid: StimulusGrid,
): StimulusMovie {
  checkGrid(grid);
  if (pictures.length === 0) {
    throw new RetinoscopeError(
      'data',
      'The film has no pictures; a film of at least one is accepted.',
      { found: 0 },
    );
  }
  if (!(sourceRate > 0 && Number.isFinite(sourceRate))) {
    throw new RetinoscopeError(
      'settings',
      `The rate of the film is ${sourceRate}; accepted: a number of pictures a second above 0.`,
      { field: 'sourceRate', found: sourceRate },
    );
  }
  const frames = Math.max(1, Math.round((pictures.length * grid.frameRate) / sourceRate));
  const movie = greyMovie(frames, grid);
  let shown = -1;
  let frame: Float32Array = new Float32Array();
  for (let t = 0; t < frames; t++) {
    const on = Math.floor(((t + 0.5) * sourceRate) / grid.frameRate);
    const wanted = Math.min(on, pictures.length - 1);
    if (wanted !== shown) frame = placePicture(pictures[wanted], placement, grid);
    shown = wanted;
    movie.data.set(frame, t * frame.length);
  }
  return movie;
}

/**
 * Grey of pixels `[y, x, rgba]`: Rec. 709 luma, 0.2126 R + 0.7152 G + 0.0722 B, of the 8-bit values as they are, not
 * made linear in light; transparent pixels lie over mid grey. Throws a `data` error for another number of values.
 */
export function greyOf(rgba: Uint8ClampedArray, width: number, height: number): GreyPicture {
  if (rgba.length !== 4 * width * height) {
    throw new RetinoscopeError(
      'data',
      `The picture of ${width} × ${height} pixels has ${rgba.length} values; ${4 * width * height} are accepted, four for each pixel.`,
      { expected: 4 * width * height, found: rgba.length },
    );
  }
  const data = new Float32Array(width * height);
  for (let i = 0; i < data.length; i++) {
    const at = 4 * i;
    const luma = (0.2126 * rgba[at] + 0.7152 * rgba[at + 1] + 0.0722 * rgba[at + 2]) / 255;
    data[i] = midGrey + (rgba[at + 3] / 255) * (luma - midGrey);
  }
  return { height, width, data };
}
