/** Movies of any size and kind, for property-based tests. */
import fc from 'fast-check';
import { type Movie, packMovie } from '../movie.js';
import { ScalarRandom } from './random.js';

export const arbitraryMovie: fc.Arbitrary<Movie> = fc
  .record({
    binary: fc.boolean(),
    frames: fc.integer({ min: 1, max: 90 }),
    height: fc.integer({ min: 1, max: 7 }),
    width: fc.integer({ min: 1, max: 19 }),
    seed: fc.nat(),
    levels: fc.constantFrom([-0.5, 0.5] as const, [0, 1] as const, [-1, 2.5] as const),
  })
  .map(({ binary, seed, levels: [low, high], ...shape }) => {
    const random = new ScalarRandom(seed);
    const n = shape.frames * shape.height * shape.width;
    if (!binary) {
      return { kind: 'float', ...shape, data: random.uniforms(n).map((u) => 6 * u - 3) };
    }
    return packMovie(
      random.uniforms(n).map((u) => (u < 0.5 ? low : high)),
      shape,
      low,
      high,
    );
  });
