import { type BinaryMovie, Random, simulate } from '@retinoscope/core-wasm';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Dataset } from '../recording/index.js';
import { simulationSpec } from '../simulation/index.js';
import { computeReceptiveField } from './receptive-field.js';

const frames = 8000;

/** A recording of one cell in blocks. */
function recording(
  movie: BinaryMovie,
  counts: Float32Array,
  change: { blocks?: number; skipFrames?: number; region?: { x: number; y: number } } = {},
): Dataset {
  const { blocks = 1, skipFrames, region } = change;
  const blockFrames = movie.frames / blocks;
  const bytes = (movie.height * Math.ceil(movie.width / 8) * movie.frames) / blocks;
  return {
    name: 'test',
    frameRate: 30,
    cellNames: ['Cell 0'],
    skipFrames,
    training: {
      stimulus: {
        height: movie.height,
        width: movie.width,
        blocks,
        blockFrames,
        region: region && { ...region, width: movie.width, height: movie.height },
        read: async ({ first, last }) => ({
          ...movie,
          frames: (last - first + 1) * blockFrames,
          bits: movie.bits.subarray(first * bytes, (last + 1) * bytes),
        }),
      },
      counts: [counts],
    },
  };
}

async function noise(seed: number): Promise<BinaryMovie> {
  const { stimulus } = await simulate(simulationSpec('paper'), { frames, seed });
  if (stimulus.kind !== 'binary') throw new TypeError('binary noise expected');
  return stimulus;
}

describe('significance', () => {
  test('spikes that do not depend on the stimulus raise at most 4 false alarms in 60, p = .01 each', async () => {
    let alarms = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const draws = (await Random.create(seed, 77)).uniforms(frames);
      const counts = draws.map((u) => (u < 0.05 ? 1 : 0));
      const field = await computeReceptiveField(recording(await noise(seed), counts), { cell: 0 });
      if (field.significant) alarms++;
    }
    expect(alarms).toBeLessThanOrEqual(4);
  });

  test('the model cell is seen with 8,000 frames', async () => {
    const { stimulus, counts } = await simulate(simulationSpec('paper'), { frames, seed: 5 });
    const dataset = recording(stimulus as BinaryMovie, Float32Array.from(counts[0]));
    const field = await computeReceptiveField(dataset, { cell: 0 });
    expect(field).toMatchObject({ significant: true, polarity: 'OFF' });
  });
});

describe('blocks', () => {
  let movie: BinaryMovie;
  beforeAll(async () => {
    movie = await noise(3);
  });

  test('the STA is the mean of the frames before spikes, within blocks and after the skipped frames', async () => {
    const counts = new Float32Array(frames);
    // Block 0 starts at 0, block 3 at 3000; the second and fourth spike come too early in their block.
    for (const t of [500, 1010, 2600, 3024, 3025]) counts[t] = 1;
    const dataset = recording(movie, counts, { blocks: 8, skipFrames: 25 });
    const field = await computeReceptiveField(dataset, { cell: 0, lags: 3 });
    expect(field.spikes).toBe(3);
    for (let lag = 0; lag < 3; lag++) {
      for (let p = 0; p < 64; p++) {
        const sum = [500, 2600, 3025].reduce(
          (total, t) => total + ((movie.bits[(t - lag) * 8 + (p >> 3)] >> (p & 7)) & 1) - 0.5,
          0,
        );
        expect(field.sta[lag * 64 + p]).toBeCloseTo(sum / 3, 6);
      }
    }
  });

  test('a range of blocks is used alone, and the peak counts from the corner of the screen', async () => {
    const counts = new Float32Array(frames);
    for (const t of [100, 1500, 1700, 2500]) counts[t] = 1;
    const dataset = recording(movie, counts, { blocks: 8, region: { x: 78, y: 43 } });
    const blocks = { first: 1, last: 1 };
    const field = await computeReceptiveField(dataset, { cell: 0, blocks });
    expect(field.spikes).toBe(2);
    expect(field.screenPeak).toEqual({ x: field.peak.x + 78, y: field.peak.y + 43 });
  });

  test('the peak is the square of the largest |STA| at any lag', async () => {
    const counts = new Float32Array(frames);
    for (const t of [500, 1010, 2600]) counts[t] = 1;
    const { sta, peak } = await computeReceptiveField(recording(movie, counts), { cell: 0 });
    const largest = Math.max(...sta.map(Math.abs));
    const atPeak = Array.from({ length: 20 }, (_, lag) =>
      Math.abs(sta[lag * 64 + peak.y * 8 + peak.x]),
    );
    expect(Math.max(...atPeak)).toBe(largest);
  });

  test('too few shuffles are refused', async () => {
    const counts = new Float32Array(frames).fill(1);
    const selection = { cell: 0, shuffles: 2 };
    await expect(computeReceptiveField(recording(movie, counts), selection)).rejects.toThrow(
      /2 shuffles .* at least 4/,
    );
  });

  test('blocks shorter than the history are refused with what is needed', async () => {
    const counts = new Float32Array(frames).fill(1);
    const dataset = recording(movie, counts, { blocks: 800 });
    await expect(computeReceptiveField(dataset, { cell: 0 })).rejects.toThrow(
      /Blocks of 10 frames leave none after the first 20/,
    );
  });
});
