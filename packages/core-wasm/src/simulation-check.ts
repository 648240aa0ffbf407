/** What a simulation may be: refuses, before any work, a specification that cannot be simulated. */
import { RetinoscopeError } from './errors.js';
import type { FloatMovie } from './movie.js';
import type { SimulationSpec } from './simulation-spec.js';

/** Limits on what is asked for, so that a message from outside cannot ask for unbounded work. */
const mostFrames = 2 ** 27;
const mostSquares = 2 ** 20;
const mostTaps = 4096;
const mostSubunits = 4096;
const mostWeights = 2 ** 27;

/** Refuses a number of frames that cannot be simulated. */
export function checkFrames(frames: number): void {
  if (Number.isInteger(frames) && frames >= 1 && frames <= mostFrames) return;
  throw new RetinoscopeError(
    'settings',
    `A simulation of ${frames} frames was asked for; a whole number from 1 to ${mostFrames} is needed.`,
    { field: 'frames', found: frames },
  );
}

/** Refuses a movie that the cells of `spec` cannot be shown. */
export function checkMovie({ frames, height, width, data }: FloatMovie, spec: SimulationSpec) {
  checkFrames(frames);
  const found = [height, width, data?.length];
  const wanted = [spec.height, spec.width, frames * spec.height * spec.width];
  if (wanted.every((value, i) => value === found[i])) return;
  throw new RetinoscopeError(
    'settings',
    `A movie of ${width} × ${height} squares with ${data?.length} values cannot be shown to cells that see ${spec.width} × ${spec.height} squares; its ${frames} frames must have that size, ${wanted[2]} values in all.`,
    { field: 'movie', wanted, found },
  );
}

/** Throws a `settings` error that names the first field that does not fit. */
export function checkSpec(spec: SimulationSpec): void {
  const { height, width } = spec;
  for (const [field, value] of Object.entries({ height, width })) {
    if (!Number.isInteger(value) || value < 1) {
      refuse(field, value, 'a whole number of squares, at least 1');
    }
  }
  if (height * width > mostSquares) {
    refuse('height × width', height * width, `at most ${mostSquares} squares`);
  }
  for (const field of ['frameRate', 'contrast'] as const) {
    if (!(spec[field] > 0 && spec[field] < Infinity)) {
      refuse(field, spec[field], 'a finite number above 0');
    }
  }
  if (spec.stimulus !== 'binary' && spec.stimulus !== 'gaussian') {
    refuse('stimulus', spec.stimulus, '`binary` or `gaussian`');
  }
  if (!isFilledList(spec.cells)) {
    refuse('cells', spec.cells, 'a list of at least one cell');
  }
  const subunits = spec.cells.reduce((sum, cell) => sum + (cell.subunits?.length ?? 0), 0);
  const most = Math.min(mostSubunits, Math.floor(mostWeights / (height * width)));
  if (subunits > most) refuse('subunits', subunits, `at most ${most} in all, at this size`);
  spec.cells.forEach((cell, i) => {
    const name = `cells[${i}]`;
    if (!isFilledList(cell.subunits)) {
      refuse(`${name}.subunits`, cell.subunits, 'a list of at least one subunit');
    }
    checkKernel(`${name}.temporalKernel`, cell.temporalKernel);
    checkFinite(`${name}.threshold`, [cell.threshold]);
    checkFinite(`${name}.gain`, [cell.gain]);
    cell.subunits.forEach((subunit, j) => {
      const at = `${name}.subunits[${j}]`;
      if (subunit.spatial?.length !== height * width) {
        refuse(`${at}.spatial`, subunit.spatial?.length, `${height * width} weights, one a square`);
      }
      checkFinite(`${at}.spatial`, subunit.spatial);
      if (subunit.temporalKernel) checkKernel(`${at}.temporalKernel`, subunit.temporalKernel);
      checkFinite(`${at}.weight`, [subunit.weight]);
      checkFinite(`${at}.threshold`, [subunit.threshold]);
      if (!['rectified', 'rectified-quadratic', 'linear'].includes(subunit.nonlinearity)) {
        const known = '`rectified`, `rectified-quadratic` or `linear`';
        refuse(`${at}.nonlinearity`, subunit.nonlinearity, known);
      }
    });
  });
}

function checkKernel(field: string, kernel: Float32Array | undefined): void {
  const taps = kernel?.length ?? 0;
  if (!kernel || taps < 1 || taps > mostTaps) refuse(field, taps, `from 1 to ${mostTaps} lags`);
  checkFinite(field, kernel);
}

function isFilledList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

/** Refuses values among which there are others than numbers. */
export function checkFinite(field: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) refuse(field, values[i], 'finite numbers');
  }
}

function refuse(field: string, found: unknown, accepted: string): never {
  throw new RetinoscopeError(
    'settings',
    `The simulation's ${field} is ${found}; accepted: ${accepted}.`,
    { field, found },
  );
}
