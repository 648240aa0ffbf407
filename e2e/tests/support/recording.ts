/** A small recording with a known answer: binary white noise and an OFF cell that looks at one square. */
import { npy } from './files.js';
import type { GivenFile } from './page.js';

/** Squares a side. */
const side = 8;

export const offCell = {
  frames: 4000,
  side,
  /** The square that the cell looks at, and the lag at which it does. */
  square: { x: 5, y: 2 },
  lag: 2,
} as const;

/** Uniform in [0, 1), the same for the same seed: Tommy Ettinger's mulberry32. */
function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Recording {
  /** `[time, y, x]`, 0 and 1. */
  readonly stimulus: Uint8Array;
  /** `[time]`. */
  readonly counts: Int32Array;
}

/** The cell fires once with probability .8 when its square was dark `lag` frames before, else .05. */
export function offRecording(seed = 1, frames: number = offCell.frames): Recording {
  const random = uniform(seed);
  const squares = side * side;
  const stimulus = Uint8Array.from({ length: frames * squares }, () => Number(random() < 0.5));
  const { square, lag } = offCell;
  const looked = (square.y * side + square.x) as number;
  const counts = Int32Array.from({ length: frames }, (_, frame) => {
    const dark = frame >= lag && stimulus[(frame - lag) * squares + looked] === 0;
    return Number(random() < (dark ? 0.8 : 0.05));
  });
  return { stimulus, counts };
}

/** Two OFF cells that look at other squares of one stimulus, with four trials of a test: its files and its manifest. */
export function pairRecording(): { readonly files: GivenFile[]; readonly manifest: object } {
  const squares = [offCell.square, { x: 2, y: 5 }];
  const responses = (stimulus: Uint8Array, trials: number, seed: number) => {
    const random = uniform(seed);
    const frames = stimulus.length / (side * side);
    return Int32Array.from({ length: squares.length * trials * frames }, (_, i) => {
      const frame = i % frames;
      const { x, y } = squares[Math.floor(i / (trials * frames))];
      const seen = (frame - offCell.lag) * side * side + y * side + x;
      const dark = frame >= offCell.lag && stimulus[seen] === 0;
      return Number(random() < (dark ? 0.8 : 0.05));
    });
  };
  const training = offRecording(1, 8000).stimulus;
  const test = offRecording(2, 600).stimulus;
  const movie = (data: Uint8Array) => npy({ shape: [data.length / 64, side, side], data });
  const part = (stimulus: string, counts: string, axes: readonly string[]) => ({
    stimulus: { kind: 'file', file: stimulus, axes: ['time', 'y', 'x'] },
    responses: { file: counts, axes },
  });
  return {
    files: [
      { name: 'noise.npy', bytes: movie(training) },
      { name: 'spikes.npy', bytes: npy({ shape: [2, 8000], data: responses(training, 1, 3) }) },
      { name: 'test.npy', bytes: movie(test) },
      { name: 'trials.npy', bytes: npy({ shape: [2, 4, 600], data: responses(test, 4, 4) }) },
    ],
    manifest: {
      format: 'retinoscope-recording',
      formatVersion: 1,
      name: 'Two OFF cells',
      frameRate: 30,
      training: part('noise.npy', 'spikes.npy', ['cell', 'time']),
      test: part('test.npy', 'trials.npy', ['cell', 'repeat', 'time']),
    },
  };
}

export function recordingFiles({ stimulus, counts }: Recording): GivenFile[] {
  const frames = stimulus.length / (side * side);
  return [
    { name: 'stimulus.npy', bytes: npy({ shape: [frames, side, side], data: stimulus }) },
    { name: 'counts.npy', bytes: npy({ shape: [counts.length], data: counts }) },
  ];
}

/** Of `stimulus.npy` and `counts.npy`. */
export function manifest() {
  return {
    format: 'retinoscope-recording',
    formatVersion: 1,
    name: 'OFF cell',
    frameRate: 30,
    training: {
      stimulus: { kind: 'file', file: 'stimulus.npy', axes: ['time', 'y', 'x'] },
      responses: { file: 'counts.npy', axes: ['time'] },
    },
  };
}
