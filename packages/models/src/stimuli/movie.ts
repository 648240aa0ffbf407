/**
 * Movies of stimuli as arrays: their bound, their frames, and one picture that comes and goes.
 * Promises that nothing is allocated before its size is known to be within the bound.
 */
import { RetinoscopeError } from '../errors.js';
import { mostStimulusValues } from './limit.js';
import type { Presentation, StimulusGrid, StimulusMovie } from './types.js';

/** Throws a `settings` error for a grid that nothing can be drawn on, a `memory` error for one frame beyond the bound. */
export function checkGrid({ height, width, squareSize, frameRate }: StimulusGrid): void {
  for (const [field, found] of Object.entries({ height, width })) {
    if (!Number.isSafeInteger(found) || found < 1) {
      refuse(field, found, 'a whole number of squares, at least 1');
    }
  }
  for (const [field, found] of Object.entries({ squareSize, frameRate })) {
    if (!(found > 0 && Number.isFinite(found))) refuse(field, found, 'a number above 0');
  }
  if (height * width <= mostStimulusValues) return;
  throw new RetinoscopeError(
    'memory',
    `The grid has ${width} × ${height} squares; at most ${mostStimulusValues} squares are accepted.`,
    { found: height * width, expected: mostStimulusValues },
  );
}

function refuse(field: string, found: unknown, accepted: string): never {
  throw new RetinoscopeError(
    'settings',
    `The ${field} of the stimulus is ${found}; accepted: ${accepted}.`,
    { field, found },
  );
}

/** A movie of mean grey. Throws a `memory` error for more values than the bound. */
export function greyMovie(frames: number, { height, width }: StimulusGrid): StimulusMovie {
  const values = frames * height * width;
  if (values > mostStimulusValues) {
    throw new RetinoscopeError(
      'memory',
      `This stimulus of ${frames} frames of ${width} × ${height} squares has ${values} values; at most ${mostStimulusValues} are accepted. A shorter or faster stimulus has fewer.`,
      { found: values, expected: mostStimulusValues },
    );
  }
  return { shape: [frames, height, width], data: new Float32Array(values) };
}

/** Whole frames nearest to `milliseconds`. */
export function wholeFrames(milliseconds: number, { frameRate }: StimulusGrid): number {
  return Math.round((milliseconds * frameRate) / 1000);
}

/** Whole frames nearest to `milliseconds`, and at least one. */
export function someFrames(milliseconds: number, grid: StimulusGrid): number {
  return Math.max(1, wholeFrames(milliseconds, grid));
}

/**
 * Grey before, `frame` `[y, x]` on, and grey after, each rounded to whole frames, with at least one frame on.
 * Errors: `data` for a frame of another size, `settings` for a duration that is not a number from 0 up, `memory`.
 */
export function presentPicture(
  frame: Float32Array,
  { before, on, after }: Presentation,
  grid: StimulusGrid,
): StimulusMovie {
  checkGrid(grid);
  const squares = grid.height * grid.width;
  if (frame.length !== squares) {
    throw new RetinoscopeError(
      'data',
      `The picture has ${frame.length} values; ${squares} are accepted, one for each square.`,
      { expected: squares, found: frame.length },
    );
  }
  return presented(() => frame, { before, on, after }, grid);
}

/** The same of a frame that is made once it is known that the movie is not too large. */
export function presented(
  make: () => Float32Array,
  { before, on, after }: Presentation,
  grid: StimulusGrid,
): StimulusMovie {
  for (const [field, found] of Object.entries({ before, on, after })) {
    if (!(found >= 0 && Number.isFinite(found))) refuse(field, found, 'a number of ms from 0 up');
  }
  const first = wholeFrames(before, grid);
  const shown = someFrames(on, grid);
  const movie = greyMovie(first + shown + wholeFrames(after, grid), grid);
  const frame = make();
  for (let t = first; t < first + shown; t++) movie.data.set(frame, t * frame.length);
  return movie;
}
