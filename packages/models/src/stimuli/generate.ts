/**
 * Stimuli drawn from their specifications on the squares of a grid, in contrast −1 … 1.
 * Promises the same movie for the same specification and grid, and values that are the mean over each square of what
 * is drawn (natural noise: its value there). A frame shows the moment at its middle: motion within it is not blurred.
 */
import { RetinoscopeError } from '../errors.js';
import { stimulusKinds, validStimulusSpec } from './kinds.js';
import { checkGrid, greyMovie, presented, someFrames, wholeFrames } from './movie.js';
import { checkerboard, naturalNoise, whiteNoise } from './noise.js';
import { barCoverage, discCoverage } from './shapes.js';
import type { StimulusGrid, StimulusKind, StimulusMovie, StimulusSpec } from './types.js';

type Values = StimulusSpec['values'];

const drawn: Readonly<Record<StimulusKind, (values: Values, grid: StimulusGrid) => StimulusMovie>> =
  {
    spot,
    annulus,
    bar,
    grating,
    flash,
    checkerboard,
    'natural-noise': naturalNoise,
    'white-noise': whiteNoise,
  };

/** Mean grey before and after a bar crosses, ms. */
const lead = 200;

/**
 * The movie `[time, y, x]` of a specification; numbers out of range are taken as `validStimulusSpec` takes them.
 * Errors: `settings` for an unknown kind or an impossible grid, `memory` for more than 16 million values.
 */
export function generateStimulus(spec: StimulusSpec, grid: StimulusGrid): StimulusMovie {
  const valid = validStimulusSpec(spec);
  if (!valid) {
    throw new RetinoscopeError(
      'settings',
      `The kind of the stimulus is not known; accepted: ${stimulusKinds.map(({ kind }) => kind).join(', ')}.`,
      { field: 'kind' },
    );
  }
  checkGrid(grid);
  return drawn[valid.kind](valid.values, grid);
}

/** `[y, x]` */
function scaled(coverage: Float64Array, contrast: number): Float32Array {
  return Float32Array.from(coverage, (share) => share && (share * contrast) / 100);
}

function spot({ diameter, contrast, ...values }: Values, grid: StimulusGrid): StimulusMovie {
  const { x, y, before, on, after } = values;
  const frame = () => scaled(discCoverage({ x, y }, diameter, grid), contrast);
  return presented(frame, { before, on, after }, grid);
}

function annulus(values: Values, grid: StimulusGrid): StimulusMovie {
  const { inner, outer, x, y, contrast, before, on, after } = values;
  const frame = () => {
    const hole = discCoverage({ x, y }, Math.min(inner, outer), grid);
    const disc = discCoverage({ x, y }, Math.max(inner, outer), grid);
    const ring = disc.map((share, i) => Math.max(0, share - hole[i]));
    return scaled(ring, contrast);
  };
  return presented(frame, { before, on, after }, grid);
}

function flash({ contrast, before, on, after }: Values, grid: StimulusGrid): StimulusMovie {
  const frame = () => new Float32Array(grid.height * grid.width).fill(contrast / 100);
  return presented(frame, { before, on, after }, grid);
}

/** In the direction of motion. */
function unitVector(direction: number): { readonly x: number; readonly y: number } {
  const angle = (direction * Math.PI) / 180;
  return { x: Math.cos(angle), y: Math.sin(angle) };
}

/** Its leading edge meets the grid at the end of the lead-in; its trailing edge leaves it at the start of the lead-out. */
function bar(values: Values, grid: StimulusGrid): StimulusMovie {
  const { width, length, direction, speed, contrast } = values;
  const { squareSize, frameRate } = grid;
  const along = unitVector(direction);
  const field = squareSize * (grid.width * Math.abs(along.x) + grid.height * Math.abs(along.y));
  const path = field + width;
  const still = wholeFrames(lead, grid);
  const crossing = Math.ceil((path / speed) * frameRate);
  const movie = greyMovie(crossing + 2 * still, grid);
  const squares = grid.height * grid.width;
  for (let t = 0; t < crossing; t++) {
    const travelled = (speed * (t + 0.5)) / frameRate - path / 2;
    const coverage = barCoverage({ width, length, along }, travelled, grid);
    movie.data.set(scaled(coverage, contrast), (still + t) * squares);
  }
  return movie;
}

/** Brightest at the grid's centre when it starts. */
function grating(values: Values, grid: StimulusGrid): StimulusMovie {
  const { period, temporalFrequency, direction, contrast, duration } = values;
  const { height, width, squareSize, frameRate } = grid;
  const along = unitVector(direction);
  // Cycles a square.
  const [fx, fy] = [(along.x * squareSize) / period, (along.y * squareSize) / period];
  // The mean of a sinusoid over a square is the one at its middle, times this.
  const amplitude = (contrast / 100) * sinc(fx) * sinc(fy);
  const movie = greyMovie(someFrames(duration, grid), grid);
  for (let t = 0, i = 0; t < movie.shape[0]; t++) {
    const passed = (temporalFrequency * (t + 0.5)) / frameRate;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        const cycles = fx * (x + 0.5 - width / 2) + fy * (y + 0.5 - height / 2) - passed;
        movie.data[i] = amplitude * Math.cos(2 * Math.PI * cycles);
      }
    }
  }
  return movie;
}

/** sin πx / πx. */
function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}
