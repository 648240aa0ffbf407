import { frameValues, type Movie, packMovie, Random } from '@retinoscope/core-wasm';
import { expect, test } from 'vitest';
import { generatorSignal } from './generator-signal.js';

const shape = { frames: 50, height: 3, width: 11 };
const squares = 33;

/** The same from its equation. */
function expected(movie: Movie, spatial: Float32Array, temporal: Float32Array): number[] {
  const values = frameValues(movie, 0, movie.frames);
  return Array.from({ length: movie.frames }, (_, t) => {
    let sum = 0;
    for (let lag = 0; lag < temporal.length && lag <= t; lag++) {
      for (let i = 0; i < squares; i++) {
        sum += temporal[lag] * spatial[i] * values[(t - lag) * squares + i];
      }
    }
    return sum;
  });
}

test('equals its equation for bits of any two levels and for values, within 1e-4', async () => {
  const random = await Random.create(1);
  const values = random.normals(shape.frames * squares);
  const spatial = random.normals(squares);
  const temporal = random.normals(7);
  const movies: Movie[] = [
    packMovie(values, shape, -0.5, 0.5),
    packMovie(values, shape, 0, 3),
    { kind: 'float', ...shape, data: values },
  ];
  for (const movie of movies) {
    const signal = generatorSignal(movie, spatial, temporal);
    expected(movie, spatial, temporal).forEach((value, t) => {
      expect(Math.abs(signal[t] - value)).toBeLessThan(1e-4);
    });
  }
});
