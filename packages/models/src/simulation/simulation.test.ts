import {
  cropMovie,
  frameValues,
  loadCore,
  simulate,
  spikeTriggeredAverage,
} from '@retinoscope/core-wasm';
import { beforeAll, describe, expect, test } from 'vitest';
import { readNpz } from '../files/npz.js';
import { openDataset } from '../recording/index.js';
import type { Dataset } from '../recording/types.js';
import { simulateDataset, simulateNpz, simulationSpec } from './index.js';

const frames = 300_000;
const testFrames = 10_000;

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** Pearson correlation. */
function correlation(a: Float32Array, b: Float32Array): number {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += (a[i] - meanA) * (b[i] - meanB);
    aa += (a[i] - meanA) ** 2;
    bb += (b[i] - meanB) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

describe('the model cell of Yan et al. 2020', () => {
  const source = { kind: 'simulated', cell: 'paper', frames, testFrames, seed: 1 } as const;
  let paper: Dataset;
  beforeAll(async () => {
    paper = await simulateDataset(source);
  });

  test('four all-ones 2×2 subunits tile rows and columns 2–5 of 8×8 squares, ±½ at 30 Hz', async () => {
    const { subunits, temporalKernel } = paper.truth![0];
    const places = subunits.map((spatial) => [...spatial.keys()].filter((i) => spatial[i] === 1));
    const block = (first: number) => [first, first + 1, first + 8, first + 9];
    expect(places).toEqual([18, 20, 34, 36].map(block));
    expect(subunits.every((spatial) => spatial.every((w) => w === 0 || w === 1))).toBe(true);
    expect(temporalKernel).toHaveLength(20);
    expect(paper.frameRate).toBe(30);
    const movie = await paper.training.stimulus.read({ first: 0, last: 0 }, undefined);
    expect(new Set(frameValues(movie, 0, 100))).toEqual(new Set([-0.5, 0.5]));
  });

  test('spikes in 5.2 ± .3 % of frames at threshold 1, 1.2 ± .3 % at 2.5', async () => {
    const code = await simulateDataset({ ...source, cell: 'code', testFrames: 0 });
    expect(Math.abs(meanOf(paper.training.counts[0]) - 0.052)).toBeLessThan(0.003);
    expect(Math.abs(meanOf(code.training.counts[0]) - 0.012)).toBeLessThan(0.003);
    expect(code.test).toBeUndefined();
  });

  test('the true rate correlates with single-trial spikes at .30 ± .03 (200,000 test frames)', async () => {
    const long = await simulateDataset({ ...source, frames: 100, testFrames: 200_000 });
    const found = correlation(long.truth![0].testRate, long.test!.counts[0]);
    expect(Math.abs(found - 0.3)).toBeLessThan(0.03);
  });

  test('its average over spikes is the subunits times the kernel: cosines above .95, an OFF cell', async () => {
    const movie = await paper.training.stimulus.read({ first: 0, last: 0 }, undefined);
    const { sta } = spikeTriggeredAverage(await loadCore(), movie, paper.training.counts[0], {
      lags: 20,
    });
    const { subunits, temporalKernel } = paper.truth![0];
    const spatial = new Float32Array(64).map((_, i) => meanOf(subunits.map((s) => s[i])));
    const expected = new Float32Array(20 * 64).map(
      (_, i) => temporalKernel[Math.floor(i / 64)] * spatial[i % 64],
    );
    const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, v, i) => sum + v * b[i], 0);
    const cosine = dot(sta, expected) / Math.sqrt(dot(sta, sta) * dot(expected, expected));
    expect(cosine).toBeGreaterThan(0.95);
    expect(sta[5 * 64 + 3 * 8 + 3]).toBeLessThan(0);
  });

  test('a seed stands for one dataset; test and training are of independent sequences', async () => {
    const again = await simulateDataset({ ...source, frames: 20_000 });
    expect(again.test!.counts).toEqual(paper.test!.counts);
    expect(again.truth).toEqual(paper.truth);
    expect(again.training.counts[0]).toEqual(paper.training.counts[0].slice(0, 20_000));
    const other = await simulateDataset({ ...source, frames: 20_000, seed: 2 });
    expect(other.training.counts).not.toEqual(again.training.counts);
    const all = { first: 0, last: 0 };
    const trainingMovie = await again.training.stimulus.read(all, undefined);
    const testMovie = await again.test!.stimulus.read(all, undefined);
    const a = frameValues(trainingMovie, 0, testFrames);
    const b = frameValues(testMovie, 0, testFrames);
    // 640,000 pairs of ±½.
    expect(Math.abs(correlation(a, b))).toBeLessThan(5 / Math.sqrt(a.length));
  });

  test('crops are cut out, and blocks that are not there are refused', async () => {
    const { stimulus } = paper.test!;
    const crop = { x: 3, y: 1, width: 4, height: 5 };
    const whole = await stimulus.read({ first: 0, last: 0 }, undefined);
    expect(await stimulus.read({ first: 0, last: 0 }, crop)).toEqual(cropMovie(whole, crop));
    await expect(stimulus.read({ first: 0, last: 1 }, undefined)).rejects.toThrow(/it has one/);
  });
});

test('progress ends at 1, and a cancelled call is refused', async () => {
  const source = {
    kind: 'simulated',
    cell: 'code',
    frames: 1000,
    testFrames: 10,
    seed: 1,
  } as const;
  const done: number[] = [];
  await simulateDataset(source, { onProgress: (progress) => done.push(progress.done) });
  expect(done.at(-1)).toBe(1);
  const signal = AbortSignal.abort();
  await expect(simulateDataset(source, { signal })).rejects.toMatchObject({ kind: 'cancelled' });
  const none = { ...source, cell: 'none' as 'code' };
  await expect(simulateDataset(none)).rejects.toThrow(
    /"paper", "code" and "population" are accepted/,
  );
  await expect(simulateDataset({ ...source, testFrames: -1 })).rejects.toMatchObject({
    kind: 'settings',
  });
});

describe('the npz file of a simulation', () => {
  test('holds the stimulus both ways, counts and rates, and the same bytes for one seed', async () => {
    const spec = { ...simulationSpec('paper'), height: 4, width: 9 };
    const [cell] = spec.cells;
    const subunits = cell.subunits.map((s) => ({ ...s, spatial: s.spatial.slice(16, 52) }));
    const odd = {
      ...spec,
      cells: [
        { ...cell, subunits },
        { ...cell, subunits, gain: 9 },
      ],
    };
    const { stimulus, counts, rates } = await simulate(odd, { frames: 500, seed: 3 });
    const file = await simulateNpz(odd, { frames: 500, seed: 3 });
    expect(file.frames).toBe(500);
    expect(file.spikes).toEqual(counts.map((c) => c.reduce((sum, n) => sum + n, 0)));
    const read = (name: string) => readNpz(file.npz, 'a.npz', name);
    const values = frameValues(stimulus, 0, 500);
    expect(read('stimulus')).toEqual({ shape: [500, 4, 9], data: values });
    expect(read('counts')).toEqual({
      shape: [2, 500],
      data: Uint8Array.from([...counts[0], ...counts[1]]),
    });
    expect(read('rates')).toEqual({
      shape: [2, 500],
      data: Float32Array.from([...rates[0], ...rates[1]]),
    });
    expect(read('subunits').shape).toEqual([8, 4, 9]);
    expect([...read('subunit_cell').data]).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    expect(read('stimulus_values').data).toEqual(Float32Array.of(-0.5, 0.5));
    const packed = read('stimulus_packed');
    expect(packed.shape).toEqual([500, 5]);
    const unpacked = values.map((_, i) => {
      const byte = Number(packed.data[Math.floor(i / 36) * 5 + ((i % 36) >> 3)]);
      return ((byte >> ((i % 36) & 7)) & 1) - 0.5;
    });
    expect(unpacked).toEqual(values);
    expect((await simulateNpz(odd, { frames: 500, seed: 3 })).npz).toEqual(file.npz);
  });

  test('a Gaussian stimulus is written as values', async () => {
    const spec = { ...simulationSpec('paper'), stimulus: 'gaussian' } as const;
    const { stimulus } = await simulate(spec, { frames: 40, seed: 3 });
    const { npz } = await simulateNpz(spec, { frames: 40, seed: 3 });
    expect(readNpz(npz, 'a.npz', 'stimulus').data).toEqual(frameValues(stimulus, 0, 40));
    expect(() => readNpz(npz, 'a.npz', 'stimulus_packed')).toThrow();
  });

  test('opens as a recording: the packed stimulus and the counts come back', async () => {
    const spec = simulationSpec('paper');
    const { stimulus, counts } = await simulate(spec, { frames: 2000, seed: 5 });
    const { npz } = await simulateNpz(spec, { frames: 2000, seed: 5 });
    const file = 'simulation.npz';
    const manifest = {
      format: 'retinoscope-recording',
      formatVersion: 1,
      name: 'A simulation',
      frameRate: 30,
      training: {
        stimulus: {
          kind: 'file',
          file,
          variable: 'stimulus_packed',
          axes: ['time', 'y', 'x'],
          packed: { axes: ['y', 'x'], sizes: [8, 8], bitOrder: 'little' },
        },
        responses: { file, variable: 'counts', axes: ['cell', 'time'] },
      },
    };
    const files = [{ name: file, blob: new Blob([new Uint8Array(npz)]) }];
    const { training } = await openDataset({ kind: 'recording', manifest, files });
    expect(await training.stimulus.read({ first: 0, last: 0 }, undefined)).toEqual(stimulus);
    expect(training.counts).toEqual([new Float32Array(counts[0])]);
  });

  test('a long binary stimulus is written packed alone', async () => {
    const { npz } = await simulateNpz(simulationSpec('code'), { frames: 20_000, seed: 1 });
    expect(readNpz(npz, 'a.npz', 'stimulus_packed').shape).toEqual([20_000, 8]);
    expect(() => readNpz(npz, 'a.npz', 'stimulus')).toThrow();
  });
});
