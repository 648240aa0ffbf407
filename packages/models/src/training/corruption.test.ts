import { frameValues, type Movie, packMovie } from '@retinoscope/core-wasm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Dataset } from '../recording/index.js';
import { type Corruption, corrupted } from './corruption.js';

const shape = { height: 3, width: 11 };
const blocks = 4;
const blockFrames = 50;
const size = shape.height * shape.width;

/** Frame t of block b has ones where a hash of both says so; no two frames are alike. */
function movie(kind: Movie['kind'], first = 0, last = blocks - 1): Movie {
  const frames = (last - first + 1) * blockFrames;
  const values = Float32Array.from({ length: frames * size }, (_, i) => {
    const t = first * blockFrames + Math.floor(i / size);
    return Math.sin(t * 12.9898 + (i % size) * 78.233) > 0 ? 1 : -1;
  });
  if (kind === 'binary') return packMovie(values, { frames, ...shape }, -1, 1);
  return { kind: 'float', frames, ...shape, data: values };
}

function dataset(kind: Movie['kind']): Dataset {
  return {
    name: 'test',
    frameRate: 30,
    cellNames: ['0'],
    training: {
      stimulus: {
        ...shape,
        blocks,
        blockFrames,
        read: async ({ first, last }) => movie(kind, first, last),
      },
      counts: [new Float32Array(blocks * blockFrames)],
    },
  };
}

async function frames(kind: Movie['kind'], corruption: Corruption, first = 0, last = blocks - 1) {
  const read = await corrupted(dataset(kind), corruption).training.stimulus.read(
    { first, last },
    undefined,
  );
  return Array.from({ length: read.frames }, (_, t) => frameValues(read, t, 1).join());
}

const whole = { first: 0, last: blocks - 1 };

async function originals(kind: Movie['kind']): Promise<string[]> {
  const all = await dataset(kind).training.stimulus.read(whole, undefined);
  return Array.from({ length: all.frames }, (_, t) => frameValues(all, t, 1).join());
}

test('a share of the images is replaced by images of the same block, the same in both forms and in any part', () =>
  fc.assert(
    fc.asyncProperty(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      async (fraction, seed) => {
        const corruption = { kind: 'replaced', fraction, seed } as const;
        const before = await originals('binary');
        const after = await frames('binary', corruption);
        const changed = after.filter((frame, t) => frame !== before[t]).length / after.length;
        // Four SDs of the share of 200 images.
        expect(Math.abs(changed - fraction)).toBeLessThan(0.15);
        for (const [t, frame] of after.entries()) {
          const block = Math.floor(t / blockFrames);
          expect(before.slice(block * blockFrames, (block + 1) * blockFrames)).toContain(frame);
        }
        expect(await frames('float', corruption)).toEqual(after);
        expect(await frames('binary', corruption, 1, 2)).toEqual(
          after.slice(blockFrames, 3 * blockFrames),
        );
      },
    ),
    { numRuns: 20 },
  ));

test('shuffled images keep their pixels, in another order', async () => {
  const ones = (frame: string) => frame.split(',').filter((value) => value === '1').length;
  for (const kind of ['binary', 'float'] as const) {
    const before = await originals(kind);
    const after = await frames(kind, { kind: 'shuffled', fraction: 1, seed: 3 });
    expect(after.map(ones)).toEqual(before.map(ones));
    expect(after.filter((frame, t) => frame === before[t]).length).toBeLessThan(3);
  }
});

test('nothing is changed of a share of 0, and another share than 0 to 1 is refused', async () => {
  expect(await frames('binary', { kind: 'replaced', fraction: 0, seed: 1 })).toEqual(
    await originals('binary'),
  );
  expect(() => corrupted(dataset('binary'), { kind: 'replaced', fraction: 1.1, seed: 1 })).toThrow(
    /0 to 1/,
  );
});
