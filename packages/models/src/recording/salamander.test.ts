import { existsSync } from 'node:fs';
import { type BinaryMovie, cropMovie, type Movie } from '@retinoscope/core-wasm';
import { describe, expect, test } from 'vitest';
import { openDataset } from './dataset.js';
import type { RecordedSource } from './source.js';
import type { Dataset } from './types.js';

const data = '../shared/data/salamander';
const files = ['cells.mat', 'stim_frz.h5', 'running_region40.npz', 'rng_state_trial.npy'].map(
  (name) => ({ name, path: `${data}/${name}` }),
);
const region = { x: 78, y: 43, width: 40, height: 40 };
const shared = { format: 'retinoscope-recording', formatVersion: 1, frameRate: 30, squareSize: 30 };
const frozen = {
  stimulus: { kind: 'file', file: 'stim_frz.h5', axes: ['x', 'y', 'time'] },
  responses: { file: 'cells.mat', variable: 'spk2', axes: ['cell', 'time', 'repeat'] },
};
const opened = new Map<RecordedSource, Promise<Dataset>>();

/** Reads each recording once for all tests. */
function openOnce(source: RecordedSource): Promise<Dataset> {
  const dataset = opened.get(source) ?? openDataset(source);
  opened.set(source, dataset);
  return dataset;
}

const generated = (states: boolean): RecordedSource => ({
  kind: 'recording',
  files,
  manifest: {
    ...shared,
    name: 'Salamander',
    skipFrames: 20,
    training: {
      stimulus: {
        kind: 'generator',
        generator: 'shuffled-park-miller',
        seed: 10000,
        width: 200,
        height: 150,
        blockFrames: 1500,
        blocks: 219,
        ...(states && { states: { file: 'rng_state_trial.npy' } }),
      },
      responses: { file: 'cells.mat', variable: 'spk1', axes: ['cell', 'time', 'block'] },
    },
    test: frozen,
  },
});
const fromStates = generated(true);
const fromSeed = generated(false);
const stored: RecordedSource = {
  kind: 'recording',
  files,
  manifest: {
    ...shared,
    name: 'Salamander, 40 × 40 squares',
    training: {
      stimulus: {
        kind: 'file',
        file: 'running_region40.npz',
        variable: 'bits',
        axes: ['block', 'time', 'x', 'y'],
        packed: { axes: ['x', 'y'], sizes: [40, 40], bitOrder: 'big' },
        region,
      },
      responses: {
        file: 'cells.mat',
        variable: 'spk1',
        axes: ['cell', 'time', 'block'],
        blocks: { first: 1, last: 12 },
      },
    },
    test: frozen,
  },
};

describe.skipIf(!existsSync(data))('the salamander recording of ../shared/data', () => {
  test('from its seed: 219 blocks, the spike totals of the data README, 219 repeats', async () => {
    const dataset = await openOnce(fromStates);
    expect(dataset).toMatchObject({ frameRate: 30, squareSize: 30, skipFrames: 20 });
    expect(dataset.training.stimulus).toMatchObject({
      width: 200,
      height: 150,
      blocks: 219,
      blockFrames: 1500,
    });
    const totals = dataset.training.counts.map((counts) => counts.reduce((sum, n) => sum + n, 0));
    expect(totals).toEqual([25817, 13729, 16694, 30341, 38393, 26043, 82885, 29395, 29162, 22157]);
    expect(dataset.test).toMatchObject({ repeats: 219, stimulus: { blocks: 1, blockFrames: 300 } });
    expect(dataset.test?.counts[0]).toHaveLength(219 * 300);
  });

  test('the drawn squares of trial 1 are those of the stored region, with and without states', async () => {
    const [byStates, bySeed, byFile] = await Promise.all(
      [fromStates, fromSeed, stored].map(openStimulus),
    );
    const file = await byFile.read({ first: 0, last: 0 }, undefined);
    const block = { first: 1, last: 1 };
    expect(isSame(await byStates.read(block, region), file)).toBe(true);
    const progress: number[] = [];
    const drawn = await bySeed.read(block, region, {
      onProgress: ({ done }) => progress.push(done),
    });
    expect(isSame(drawn, file)).toBe(true);
    expect(progress.at(-1)).toBe(1);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
  });

  test('blocks are read one after the other: block 12 alone is the end of blocks 11 and 12', async () => {
    const stimulus = await openStimulus(fromStates);
    const crop = { ...region, width: 3, height: 2 };
    const both = (await stimulus.read({ first: 11, last: 12 }, crop)) as BinaryMovie;
    const last = (await stimulus.read({ first: 12, last: 12 }, crop)) as BinaryMovie;
    expect(both.bits.subarray(1500 * 2)).toEqual(last.bits);
    const file = await (await openStimulus(stored)).read(
      { first: 11, last: 11 },
      { ...crop, x: 0, y: 0 },
    );
    expect(last).toEqual(file);
  });

  test('the test stimulus is cut to the training region', async () => {
    const [part, whole] = await Promise.all([openOnce(stored), openOnce(fromStates)]);
    expect(part.training.stimulus.region).toEqual(region);
    expect(part.test?.stimulus).toMatchObject({ width: 40, height: 40, region });
    const range = { first: 0, last: 0 };
    const all = await whole.test!.stimulus.read(range, undefined);
    const cut = await part.test!.stimulus.read(range, undefined);
    expect(isSame(cut, cropMovie(all, region))).toBe(true);
    const crop = { x: 5, y: 6, width: 10, height: 11 };
    const shifted = { ...crop, x: 83, y: 49 };
    expect(await part.test!.stimulus.read(range, crop)).toEqual(cropMovie(all, shifted));
  });

  test('seed 20000 draws the frozen stimulus, square for square', async () => {
    const manifest = {
      ...shared,
      name: 'Frozen',
      training: {
        stimulus: {
          kind: 'generator',
          generator: 'shuffled-park-miller',
          seed: 20000,
          width: 200,
          height: 150,
          blockFrames: 300,
          blocks: 1,
        },
        responses: {
          file: 'cells.mat',
          variable: 'spk2',
          axes: ['cell', 'time', 'block'],
          blocks: { first: 0, last: 0 },
        },
      },
    };
    const seeded: RecordedSource = { kind: 'recording', files, manifest };
    const range = { first: 0, last: 0 };
    const drawn = await (await openStimulus(seeded)).read(range, undefined);
    const dataset = await openOnce(fromStates);
    expect(isSame(drawn, await dataset.test!.stimulus.read(range, undefined))).toBe(true);
  });

  test('the wrong axis order is answered with the sizes found and the order that fits', async () => {
    const wrong = structuredClone(stored) as unknown as {
      manifest: { training: { responses: { axes: string[] } } };
    };
    wrong.manifest.training.responses.axes = ['cell', 'block', 'time'];
    await expect(openDataset(wrong as unknown as RecordedSource)).rejects.toMatchObject({
      kind: 'data',
      message: expect.stringMatching(
        /18000 frames in 12 blocks of 1500 .* 2628 frames in 12 blocks of 219 \(cell 10, block 1500, time 219\)\. The response axes cell, time, block would fit\./,
      ),
    });
  });

  test('drawing stops when it is cancelled', async () => {
    const stimulus = await openStimulus(fromStates);
    const controller = new AbortController();
    const call = { signal: controller.signal, onProgress: () => controller.abort() };
    await expect(
      stimulus.read({ first: 0, last: 100 }, { ...region, width: 1 }, call),
    ).rejects.toMatchObject({ kind: 'cancelled' });
  });
});

/** Equality of large movies; a matcher would take seconds. */
function isSame(a: Movie, b: Movie): boolean {
  if (a.kind !== 'binary' || b.kind !== 'binary') return false;
  const { frames, height, width, low, high } = a;
  expect(b).toMatchObject({ frames, height, width, low, high });
  return Buffer.compare(a.bits, b.bits) === 0;
}

async function openStimulus(source: RecordedSource) {
  return (await openOnce(source)).training.stimulus;
}
