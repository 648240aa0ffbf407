import { cropMovie, type FloatMovie, simulate } from '@retinoscope/core-wasm';
import { expect, test } from 'vitest';
import { type FlashedImages, openDataset, type SimulatedSource } from '../recording/index.js';
import { naturalImages, populationSpec, simulateDataset, simulationSpec } from './index.js';

const all = { first: 0, last: 0 };

/** Five flashed dead-leaves images, 2 frames on and 3 grey. */
const few: FlashedImages = {
  kind: 'dead-leaves',
  count: 5,
  onFrames: 2,
  offFrames: 3,
  seed: 4,
  repeats: 3,
};

function withImages(change: Partial<FlashedImages> = {}): SimulatedSource {
  const images = { ...few, ...change };
  return { kind: 'simulated', cell: 'paper', frames: 100, testFrames: 7, seed: 1, images };
}

/** The movie by its definition. */
function movieOf(
  values: Float32Array,
  { count, onFrames, offFrames }: FlashedImages,
  { height, width }: { height: number; width: number },
): FloatMovie {
  const period = onFrames + offFrames;
  const squares = height * width;
  const data = new Float32Array(count * period * squares).map((_, i) => {
    const [t, square] = [Math.floor(i / squares), i % squares];
    return t % period < onFrames ? values[Math.floor(t / period) * squares + square] : 0;
  });
  return { kind: 'float', frames: count * period, height, width, data };
}

test('the test part is each image, then grey, in any crop; the training part is what it is without', async () => {
  const size = { height: 8, width: 8 };
  const values = await naturalImages({ ...size, kind: 'dead-leaves', count: 5, seed: 4 });
  const { training, test: flashed } = await openDataset(withImages());
  const { stimulus, repeats } = flashed!;
  expect([stimulus.blocks, stimulus.blockFrames, repeats]).toEqual([1, 25, 3]);
  const movie = movieOf(values, few, size);
  expect(await stimulus.read(all, undefined)).toEqual(movie);
  const crop = { x: 3, y: 1, width: 4, height: 5 };
  expect(await stimulus.read(all, crop)).toEqual(cropMovie(movie, crop));
  await expect(stimulus.read({ first: 1, last: 1 }, undefined)).rejects.toThrow(/it has one/);
  const plain = await openDataset({ ...withImages(), images: undefined });
  expect(training.counts).toEqual(plain.training.counts);
  expect(plain.test!.stimulus.blockFrames).toBe(7);
});

test('the true rate is that to the whole movie, bit for bit, though it is shown in parts', async () => {
  const { spec } = populationSpec();
  const images = { ...few, kind: 'one-over-f', count: 100, onFrames: 6, offFrames: 24 } as const;
  const source = { ...withImages(images), cell: spec };
  const { truth, test: flashed } = await simulateDataset(source);
  const movie = await flashed!.stimulus.read(all, undefined);
  if (movie.kind !== 'float') expect.fail('images are values');
  // Four parts of at most 2²⁰ values.
  expect(movie.data.length).toBeGreaterThan(4 * 2 ** 20);
  const { rates } = await simulate(spec, { movie, seed: 1 });
  expect(truth!.map(({ testRate }) => testRate)).toEqual(rates);
  expect(truth!.map(({ temporalKernel }) => temporalKernel)).toEqual(
    spec.cells.map(({ temporalKernel }) => temporalKernel),
  );
  expect(Math.max(...rates[0])).toBeGreaterThan(0);
});

test('trials are fresh draws from one rate: means within 5 standard errors', async () => {
  const repeats = 200;
  const { truth, test: flashed } = await simulateDataset(withImages({ count: 60, repeats }));
  const [trials] = flashed!.counts;
  const rate = truth![0].testRate;
  const frames = rate.length;
  expect(frames).toBe(300);
  expect(trials).toHaveLength(repeats * frames);
  expect(trials.every((count) => count === 0 || count === 1)).toBe(true);
  const texts = Array.from({ length: repeats }, (_, i) =>
    String(trials.subarray(i * frames, (i + 1) * frames)),
  );
  expect(new Set(texts).size).toBeGreaterThan(repeats / 2);
  rate.forEach((p, t) => {
    let spikes = 0;
    for (let i = t; i < trials.length; i += frames) spikes += trials[i];
    const bound = 5 * Math.sqrt(repeats * p * (1 - p)) + 1e-9;
    expect(Math.abs(spikes - repeats * p)).toBeLessThanOrEqual(bound);
  });
  const again = await simulateDataset(withImages({ count: 60, repeats }));
  expect(again.test!.counts).toEqual(flashed!.counts);
  const other = await simulateDataset({ ...withImages({ count: 60, repeats }), seed: 2 });
  expect(other.truth![0].testRate).toEqual(rate);
  expect(other.test!.counts).not.toEqual(flashed!.counts);
});

test('images that are given are shown, and kept though the caller changes them', async () => {
  const { height, width } = simulationSpec('paper');
  const values = new Float32Array(5 * height * width).map((_, i) => (i % 11) / 10 - 0.5);
  const shown = values.slice();
  const { test: flashed } = await simulateDataset(withImages({ kind: 'given', values }));
  values.fill(0);
  expect(await flashed!.stimulus.read(all, undefined)).toEqual(
    movieOf(shown, few, { height, width }),
  );
});

test('progress grows to 1, and a cancelled call is refused', async () => {
  const done: number[] = [];
  const source = { ...withImages({ count: 300 }), cell: populationSpec().spec };
  await simulateDataset(source, { onProgress: (progress) => done.push(progress.done) });
  expect(done.at(-1)).toBe(1);
  expect(done).toEqual(done.toSorted((a, b) => a - b));
  const signal = AbortSignal.abort();
  await expect(simulateDataset(source, { signal })).rejects.toMatchObject({ kind: 'cancelled' });
});

test('images that cannot be shown are refused, with the field and what is accepted', async () => {
  const values = new Float32Array(5 * 64);
  const wrong: [Partial<Record<keyof FlashedImages, unknown>>, RegExp][] = [
    [{ count: 0 }, /count of the flashed images: found 0; accepted: a whole number from 1 to 2000/],
    [{ count: 2001 }, /count .* from 1 to 2000/],
    [{ onFrames: 601 }, /onFrames .* from 1 to 600/],
    [{ offFrames: 0 }, /offFrames .* found 0; .* from 1 to 600/],
    [{ repeats: 1.5 }, /repeats .* found 1.5; .* from 1 to 200/],
    [{ kind: 'photographs' }, /kind .* found photographs; accepted: "dead-leaves"/],
    [{ kind: 'given' }, /found no values; accepted: 320, those of 5 images of 8 × 8 squares/],
    [{ kind: 'given', values: values.slice(1) }, /found 319 values; accepted: 320/],
    [{ kind: 'given', values: values.map((_, i) => i) }, /found 1; .* from −0.5 to 0.5/],
    [{ kind: 'given', values: values.fill(Number.NaN) }, /found NaN/],
    [{ seed: 0.5 }, /seed/],
  ];
  for (const [change, message] of wrong) {
    const run = simulateDataset(withImages(change as Partial<FlashedImages>));
    await expect(run).rejects.toMatchObject({ kind: 'settings' });
    await expect(run).rejects.toThrow(message);
  }
  const long = { count: 2000, onFrames: 600, offFrames: 600, repeats: 200 };
  await expect(simulateDataset(withImages(long))).rejects.toMatchObject({ kind: 'memory' });
});
