import type { GreyPicture } from '@retinoscope/worker';
import { expect, test } from 'vitest';
import { makeMovie, movieOnOther, placedFrame, strongestFrame } from './make-movie.js';
import type { Media } from './media.js';
import { initialSpec, initialState } from './stimulus-state.js';

const grid = { height: 2, width: 3, squareSize: 40, frameRate: 60 };
const grey = (value: number): GreyPicture => ({
  height: 2,
  width: 3,
  data: new Float32Array(6).fill(value),
});
const film: Media = {
  kind: 'film',
  name: 'f',
  size: grid,
  rate: 30,
  pictures: [grey(0), grey(0.25), grey(1)],
};
const state = { ...initialState(), source: 'film' } as const;

test('a frame of a film that is placed alone is that of the whole film', () => {
  const movie = makeMovie(state, { media: film }, grid);
  expect(movie?.shape).toEqual([6, 2, 3]);
  for (let t = 0; t < 6; t++) {
    expect(placedFrame(state, film, grid, t)).toEqual(movie?.data.slice(6 * t, 6 * t + 6));
  }
});

for (const kind of ['checkerboard', 'natural-noise', 'white-noise'] as const) {
  test(`${kind} is the same on squares of half the side, and at twice the frame rate (1e-6)`, () => {
    const spec = { ...initialSpec(kind), values: { ...initialSpec(kind).values, duration: 200 } };
    const noise = { ...initialState(), source: 'generated', spec } as const;
    const coarse = { height: 4, width: 6, squareSize: 40, frameRate: 30 };
    const fine = { height: 8, width: 12, squareSize: 20, frameRate: 60 };
    const movie = makeMovie(noise, {}, coarse);
    const other = movieOnOther(noise, {}, coarse, fine);
    expect(movie?.shape).toEqual([6, 4, 6]);
    expect(other?.shape).toEqual([12, 8, 12]);
    const contrasts = new Set(movie?.data);
    expect(contrasts.size).toBeGreaterThan(1);
    for (let t = 0; t < 12; t++) {
      for (let y = 0; y < 8; y++) {
        for (let x = 0; x < 12; x++) {
          const at = (t >> 1) * 24 + (y >> 1) * 6 + (x >> 1);
          const difference = (other?.data[t * 96 + y * 12 + x] ?? 9) - (movie?.data[at] ?? 0);
          expect(Math.abs(difference)).toBeLessThan(1e-6);
        }
      }
    }
  });
}

test('there is no stimulus without a picture, and none without a drawing', () => {
  expect(makeMovie(state, {}, grid)).toBeUndefined();
  expect(makeMovie({ ...state, source: 'drawing' }, {}, grid)).toBeUndefined();
});

test('the strongest frame is the first within 5 % of the largest mean contrast; 0 where all is grey', () => {
  const shape = [4, 1, 2] as const;
  const ramp = (second: number) => Float32Array.of(0, 0.1, -second, second, 1, 1, 0, 0);
  expect(strongestFrame({ shape, data: ramp(0.9) })).toBe(2);
  expect(strongestFrame({ shape, data: ramp(0.96) })).toBe(1);
  expect(strongestFrame({ shape: [2, 1, 2], data: new Float32Array(4) })).toBe(0);
});
