/**
 * Random stimuli. Promises the same movie for the same seed and grid, at once: the kernels' generator, and with it the
 * images of simulation/one-over-f.ts, whose exponent is fixed, has to be waited for.
 */

import { RetinoscopeError } from '../errors.js';
import { uniform } from '../metrics/uniform.js';
import { squareMeans } from './area.js';
import { mostNoiseWork, mostStimulusValues } from './limit.js';
import { greyMovie, someFrames } from './movie.js';
import type { StimulusGrid, StimulusMovie, StimulusSpec } from './types.js';

type Values = StimulusSpec['values'];

/** Checks from the grid's upper left corner on, drawn again at the first frame whose middle is past a refresh. */
export function checkerboard(
  { check, refresh, contrast, seed, duration }: Values,
  grid: StimulusGrid,
): StimulusMovie {
  const { width, height, squareSize, frameRate } = grid;
  const movie = greyMovie(someFrames(duration, grid), grid);
  const columns = Math.ceil((width * squareSize) / check);
  const rows = Math.ceil((height * squareSize) / check);
  if (columns * rows > mostStimulusValues) {
    throw new RetinoscopeError(
      'memory',
      `${columns} × ${rows} checks cover this grid; at most ${mostStimulusValues} checks are accepted. Larger checks are fewer.`,
      { found: columns * rows, expected: mostStimulusValues },
    );
  }
  const draws = Math.min(movie.shape[0], Math.ceil((duration * refresh) / 1000) + 1);
  // A check is drawn, and its part of the squares is added up: ten times what a wave at a place takes.
  requireBearable(10 * columns * rows * draws, `${columns} × ${rows} checks drawn ${draws} times`);
  const checks = { width: columns, height: rows, data: new Float32Array(columns * rows) };
  const place = {
    x: (columns * check - width * squareSize) / 2,
    y: (rows * check - height * squareSize) / 2,
    pixelSize: check,
  };
  const random = uniform(seed);
  const draw = () => (random() < 0.5 ? -contrast : contrast) / 100;
  let drawn = -1;
  let frame: Float32Array = new Float32Array();
  for (let t = 0; t < movie.shape[0]; t++) {
    const wanted = Math.floor(((t + 0.5) * refresh) / frameRate);
    if (wanted !== drawn) {
      checks.data.forEach((_, i) => {
        checks.data[i] = draw();
      });
      frame = squareMeans(checks, 0, place, grid);
      drawn = wanted;
    }
    movie.data.set(frame, t * width * height);
  }
  return movie;
}

function requireBearable(work: number, what: string): void {
  if (work <= mostNoiseWork) return;
  throw new RetinoscopeError(
    'memory',
    `${what} take too long to make. A shorter duration${what.includes('checks') ? ', or larger checks, are' : ' is'} accepted.`,
    { found: work, expected: mostNoiseWork },
  );
}

/** A check for each square, drawn again in each frame. */
export function whiteNoise(values: Values, grid: StimulusGrid): StimulusMovie {
  return checkerboard({ ...values, check: grid.squareSize, refresh: grid.frameRate }, grid);
}

interface Wave {
  /** Cycles a square, and Hz. */
  readonly fx: number;
  readonly fy: number;
  readonly ft: number;
  readonly amplitude: number;
  /** Radians. */
  readonly phase: number;
}

/** Enough that no wave is seen by itself: twenty or more an octave on any grid of up to 50 squares. */
const waveCount = 128;
/** Root mean square below which a movie is taken for one grey. */
const flat = 1e-9;

/**
 * A sum of waves of random directions and phases, whose amplitude spectrum falls as 1/f^exponent on average; f from
 * half a cycle over the longer side to half a cycle a square. Each wave drifts at a frequency of its own from
 * N(0, change²) Hz, so that the correlation over time τ is exp(−(2π·change·τ)²/2). The movie has mean 0 and the root
 * mean square `contrast`, before it is clipped to ±1. Values are those at the middles of squares and of frames.
 */
export function naturalNoise(
  { exponent, change, contrast, seed, duration }: Values,
  grid: StimulusGrid,
): StimulusMovie {
  const { width, height, frameRate } = grid;
  const movie = greyMovie(someFrames(duration, grid), grid);
  requireBearable(waveCount * movie.data.length, `${movie.data.length} squares and frames`);
  const waves = randomWaves(uniform(seed), { exponent, change, side: Math.max(width, height) });
  const along = waves.map(({ fx, amplitude }) => ({
    cos: Float64Array.from({ length: width }, (_, x) => amplitude * Math.cos(2 * Math.PI * fx * x)),
    sin: Float64Array.from({ length: width }, (_, x) => amplitude * Math.sin(2 * Math.PI * fx * x)),
  }));
  const line = new Float64Array(width);
  for (let row = 0; row < movie.shape[0] * height; row++) {
    const y = row % height;
    const time = (Math.floor(row / height) + 0.5) / frameRate;
    line.fill(0);
    for (let i = 0; i < waves.length; i++) {
      const angle = 2 * Math.PI * (waves[i].fy * y + waves[i].ft * time) + waves[i].phase;
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      const { cos, sin } = along[i];
      for (let x = 0; x < width; x++) line[x] += cos[x] * c - sin[x] * s;
    }
    movie.data.set(line, row * width);
  }
  standardise(movie.data, contrast / 100);
  return movie;
}

/** Frequencies are even on a logarithmic scale: in the plane their density falls as 1/f², which amplitudes make up for. */
function randomWaves(
  random: () => number,
  { exponent, change, side }: Readonly<Record<'exponent' | 'change' | 'side', number>>,
): Wave[] {
  return Array.from({ length: waveCount }, (_, i) => {
    // In the range ½/side … ½.
    const f = 0.5 * side ** ((i + random()) / waveCount - 1);
    const angle = 2 * Math.PI * random();
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return {
      fx: f * Math.cos(angle),
      fy: f * Math.sin(angle),
      ft: change * normal,
      amplitude: f ** (1 - exponent),
      phase: 2 * Math.PI * random(),
    };
  });
}

/** To mean 0 and the root mean square, then clipped to ±1; all 0 where there is one grey alone. */
function standardise(values: Float32Array, rootMeanSquare: number): void {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const found = Math.sqrt(variance);
  const scale = found > flat * Math.max(1, Math.abs(mean)) ? rootMeanSquare / found : 0;
  values.forEach((value, i) => {
    values[i] = Math.min(1, Math.max(-1, scale * (value - mean)));
  });
}
