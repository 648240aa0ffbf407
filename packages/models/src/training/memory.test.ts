import { afterEach, expect, test, vi } from 'vitest';
import { builtInCell, openDataset } from '../recording/index.js';
import { fitCell } from './fit.js';
import { type FitMemoryData, fitMemory, isDrawn, requireFitMemory } from './memory.js';
import { trainingPresets } from './settings.js';
import type { FitSpec } from './types.js';

const spec: FitSpec = {
  cell: 0,
  version: 1,
  layers: [{ filters: 4, height: 7, width: 7 }],
  head: 'parametric-softplus',
  settings: { ...trainingPresets.recovery, steps: 20, validationEvery: 20, batch: 500 },
};

const data: FitMemoryData = {
  height: 8,
  width: 8,
  blocks: 1,
  blockFrames: 60_000,
  binary: true,
  cells: { length: 1 },
  test: { frames: 2000, repeats: 1 },
};

afterEach(() => vi.restoreAllMocks());

/** Bytes of the WebAssembly memory of every kernel instance that `work` makes, in order. */
async function memoriesOf(work: () => Promise<unknown>): Promise<number[]> {
  const made: WebAssembly.Memory[] = [];
  const instantiate = WebAssembly.instantiate as (
    module: WebAssembly.Module,
    imports?: WebAssembly.Imports,
  ) => Promise<WebAssembly.Instance>;
  vi.spyOn(WebAssembly, 'instantiate').mockImplementation((async (module: WebAssembly.Module) => {
    const instance = await instantiate(module, {});
    made.push(instance.exports.memory as WebAssembly.Memory);
    return instance;
  }) as never);
  await work();
  return made.map(({ buffer }) => buffer.byteLength);
}

const deep = [
  { filters: 6, height: 5, width: 5 },
  { filters: 5, height: 3, width: 3 },
];

const specs: Readonly<Record<string, FitSpec>> = {
  'Version I': spec,
  'Version II': { ...spec, version: 2 },
  'two layers': { ...spec, layers: deep },
  'many filters': { ...spec, layers: [{ filters: 64, height: 5, width: 5 }] },
};

test.each(Object.keys(specs))(
  '%s: movie and network at least .9 of the engine’s memory after a fit, at most 2 MB more; the total no less than all engines took',
  async (name) => {
    const given = specs[name];
    const { blockFrames: frames, test } = data;
    const dataset = await openDataset({ ...builtInCell, frames, testFrames: test?.frames ?? 0 });
    // The first instance is that of the engine which trains.
    const [engine, ...others] = await memoriesOf(() => fitCell(dataset, given));
    const { movie, network, total } = fitMemory(data, given);
    expect(movie + network).toBeGreaterThanOrEqual(0.9 * engine);
    expect(movie + network).toBeLessThanOrEqual(engine + 2e6);
    expect(total).toBeGreaterThanOrEqual(others.reduce((sum, bytes) => sum + bytes, engine));
  },
);

test('the whole of a dataset is its own movie; a crop or a part of its blocks is another', () => {
  const blocks = { ...data, blocks: 4, blockFrames: 15_000 };
  expect(fitMemory(blocks, spec).frames).toBe(0);
  expect(fitMemory(blocks, { ...spec, blocks: { first: 0, last: 1 } }).frames).toBe(8 * 30_000);
  const crop = { x: 1, y: 1, width: 7, height: 7 };
  expect(fitMemory(blocks, { ...spec, crop }).frames).toBe(7 * 60_000);
  expect(fitMemory(blocks, spec, { drawn: true })).toMatchObject({
    dataset: 4 * 62_000,
    frames: 8 * 60_000,
  });
});

test('more frames, squares, cells or lags take more', () => {
  const least = fitMemory(data, spec).total;
  expect(fitMemory({ ...data, blockFrames: 70_000 }, spec).total).toBeGreaterThan(least);
  expect(fitMemory({ ...data, width: 9 }, spec).total).toBeGreaterThan(least);
  expect(fitMemory({ ...data, cells: { length: 2 } }, spec).total).toBeGreaterThan(least);
  expect(fitMemory({ ...data, binary: false }, spec).total).toBeGreaterThan(least);
  expect(fitMemory(data, { ...spec, version: 2, lags: 30 }).total).toBeGreaterThan(
    fitMemory(data, { ...spec, version: 2 }).total,
  );
});

test('a fit above the budget is refused with what it would take', () => {
  expect(() => requireFitMemory(data, spec)).not.toThrow();
  const huge = { ...data, height: 300, width: 300, blockFrames: 400_000 };
  expect(() => requireFitMemory(huge, spec)).toThrow(/This fit would take \d+\.\d GiB.*3\.0 GiB/);
});

test('a stimulus is drawn where its manifest says so, as an object or a text; anything else is not', () => {
  const manifest = { training: { stimulus: { kind: 'generator' } } };
  const recording = (given: unknown) => ({
    kind: 'recording' as const,
    manifest: given,
    files: [],
  });
  expect(isDrawn(recording(manifest))).toBe(true);
  expect(isDrawn(recording(JSON.stringify(manifest)))).toBe(true);
  for (const other of [{}, null, undefined, '{', 3, { training: { stimulus: { kind: 'file' } } }]) {
    expect(isDrawn(recording(other))).toBe(false);
  }
  expect(isDrawn(builtInCell)).toBe(false);
});
