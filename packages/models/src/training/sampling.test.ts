import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Sampler, splitFrames } from './sampling.js';

/** A fixed sequence in [0, 1). */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16807) % 2147483647;
    return (state - 1) / 2147483646;
  };
}

test('every frame with its history in its block is trained on or validates, never both', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 0, max: 25 }),
      fc.double({ min: 0.01, max: 0.9, noNaN: true }),
      (blocks, blockFrames, skip, fraction) => {
        const { training, validation } = splitFrames(blocks, blockFrames, skip, fraction);
        const all = [...training, ...validation];
        const expected = Array.from({ length: blocks * blockFrames }, (_, t) => t).filter(
          (t) => t % blockFrames >= skip,
        );
        expect(all).toEqual(expected);
        expect(Math.abs(validation.length - fraction * all.length)).toBeLessThan(0.501);
      },
    ),
  );
});

test.each(['runs', 'shuffled'] as const)('%s: a pass visits no frame twice', (sampling) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2000 }),
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 1e6 }),
      (count, batch, seed) => {
        const frames = Uint32Array.from({ length: count }, (_, i) => 7 + 2 * i);
        const sampler = new Sampler(frames, batch, sampling, sequence(seed));
        const size = Math.min(batch, count);
        const seen = new Set<number>();
        for (let i = 0; i < Math.floor(count / size); i++) {
          const next = sampler.next();
          expect(next.length).toBe(size);
          for (const frame of next) seen.add(frame);
        }
        expect(seen.size).toBe(Math.floor(count / size) * size);
        for (const frame of seen) expect(frames.includes(frame)).toBe(true);
      },
    ),
    { numRuns: 50 },
  );
});

test('runs are contiguous, and start elsewhere in the next pass', () => {
  const frames = Uint32Array.from({ length: 5000 }, (_, i) => i);
  const sampler = new Sampler(frames, 1000, 'runs', sequence(3));
  const breaks = (batch: Uint32Array) =>
    batch.filter((frame, i) => i > 0 && frame !== batch[i - 1] + 1);
  const first = sampler.next().slice();
  expect(breaks(first).length).toBeLessThanOrEqual(9);
  for (let i = 0; i < 4; i++) sampler.next();
  expect(sampler.next()).not.toEqual(first);
});
