import { cropMovie, packMovie } from '@retinoscope/core-wasm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keepBlocks } from './kept-blocks.js';
import type { BlockRange, StimulusSource } from './types.js';

const shape = { height: 10, width: 20 };
const blocks = 6;
const blockFrames = 3;

/** A stimulus with the blocks that were read from it. */
function source(): { source: StimulusSource; reads: number[] } {
  const size = shape.height * shape.width;
  const values = Float32Array.from({ length: blocks * blockFrames * size }, (_, i) =>
    Math.sin(i * 7.13) > 0 ? 1 : -1,
  );
  const reads: number[] = [];
  return {
    reads,
    source: {
      ...shape,
      blocks,
      blockFrames,
      async read({ first, last }: BlockRange, crop) {
        for (let block = first; block <= last; block++) reads.push(block);
        const part = values.subarray(first * blockFrames * size, (last + 1) * blockFrames * size);
        const frames = (last - first + 1) * blockFrames;
        const movie = packMovie(part, { frames, ...shape }, -1, 1);
        return crop ? cropMovie(movie, crop) : movie;
      },
    },
  };
}

const ranges = fc
  .tuple(fc.nat(blocks - 1), fc.nat(blocks - 1))
  .map(([a, b]) => ({ first: Math.min(a, b), last: Math.max(a, b) }));
const crops = fc.constantFrom(
  undefined,
  { x: 0, y: 0, width: 4, height: 4 },
  { x: 3, y: 5, width: 4, height: 4 },
  { x: 11, y: 1, width: 9, height: 2 },
  { x: 0, y: 0, width: 20, height: 5 },
);

test('any sequence of reads gives the movies of the source itself, whatever may be kept', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(ranges, crops), { minLength: 1, maxLength: 12 }),
      fc.constantFrom(0, 20, 40, 100, 1e6),
      async (asked, mostBytes) => {
        const kept = keepBlocks(source().source, mostBytes);
        const plain = source().source;
        for (const [range, crop] of asked) {
          expect(await kept.read(range, crop)).toEqual(await plain.read(range, crop));
        }
      },
    ),
  ));

test('a block of a small crop is read once; a large one each time', async () => {
  const { source: plain, reads } = source();
  const kept = keepBlocks(plain);
  const small = { x: 1, y: 1, width: 4, height: 4 };
  await kept.read({ first: 1, last: 2 }, small);
  await kept.read({ first: 0, last: 4 }, small);
  await kept.read({ first: 0, last: 4 }, small);
  expect(reads).toEqual([1, 2, 0, 3, 4]);
  await kept.read({ first: 0, last: 0 }, undefined);
  await kept.read({ first: 0, last: 0 }, undefined);
  expect(reads).toEqual([1, 2, 0, 3, 4, 0, 0]);
});

test('what was read longest ago is forgotten first', async () => {
  const { source: plain, reads } = source();
  // A block of 4 × 4 squares is 12 bytes.
  const kept = keepBlocks(plain, 30);
  const [a, b] = [0, 4].map((x) => ({ x, y: 0, width: 4, height: 4 }));
  await kept.read({ first: 0, last: 1 }, a);
  await kept.read({ first: 0, last: 0 }, b);
  reads.length = 0;
  await kept.read({ first: 0, last: 0 }, b);
  expect(reads).toEqual([]);
  await kept.read({ first: 0, last: 0 }, a);
  expect(reads).toEqual([0]);
});
