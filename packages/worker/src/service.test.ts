/** The whole service in a worker thread, on a small simulated cell. */
import { afterAll, expect, test } from 'vitest';
import {
  builtInCell,
  createService,
  type FitProgress,
  type FitRequest,
  trainingPresets,
} from './node.js';

const service = createService({ workerUrl: new URL('../dist/node.worker.js', import.meta.url) });
afterAll(() => service.terminate());

const source = { ...builtInCell, frames: 20_000, testFrames: 500 };
const request: FitRequest = {
  source,
  cell: 0,
  version: 1,
  layers: [{ filters: 2, height: 7, width: 7 }],
  head: 'parametric-softplus',
  settings: { ...trainingPresets.recovery, steps: 40, batch: 500, validationEvery: 20 },
};

test('describe gives the cell with its truth, the second time as well', async () => {
  const first = await service.describe(source);
  expect(first).toMatchObject({
    height: 8,
    width: 8,
    blocks: 1,
    blockFrames: 20_000,
    binary: true,
  });
  expect(first.test).toEqual({ frames: 500, repeats: 1 });
  expect(first.truth?.[0].subunits).toHaveLength(4);
  expect(first.truth?.[0].subunits[0].reduce((sum, weight) => sum + weight, 0)).toBe(4);
  expect(await service.describe(source)).toEqual(first);
});

test('a fit, its prediction, and its exported model run by ONNX Runtime agree to 1e-5', async () => {
  const { model } = await service.fit(request);
  const rates = await service.predict({ model, source, part: 'test' });
  expect(rates).toHaveLength(500);
  const onnx = await service.exportOnnx(model, 'frames');
  const first = 100;
  const input = await service.onnxInput({ model, source, variant: 'frames', first, count: 50 });
  expect(input.shape).toEqual([50, 20, 8, 8]);
  const { output } = await service.runOnnx({ model: onnx, input });
  expect(output.shape).toEqual([50, 1]);
  for (let i = 0; i < 50; i++) {
    expect(Math.abs(Number(output.data[i]) - rates[first + i])).toBeLessThan(1e-5);
  }
});

test('a paused fit waits, takes single steps, and goes on', async () => {
  const heard: FitProgress[] = [];
  const settings = { ...request.settings, steps: 2000 };
  let paused: Promise<boolean> | undefined;
  const fit = service.fit(
    { ...request, settings },
    {
      onProgress: (progress) => {
        heard.push(progress);
        if (progress.kind === 'training') paused ??= service.control('pause');
      },
    },
  );
  await expect.poll(() => heard.some((each) => each.kind === 'training' && each.paused)).toBe(true);
  expect(await paused).toBe(true);
  const steps = () =>
    heard.flatMap((each) => (each.kind === 'training' ? each.step : [])).at(-1) ?? 0;
  const before = steps();
  expect(before).toBeLessThan(2000);
  await service.control('step');
  await expect.poll(steps).toBe(before + 1);
  await service.control('resume');
  expect((await fit).steps).toBe(2000);
  expect(await service.control('pause')).toBe(false);
});

test('a fit is cancelled in its worker, which keeps its datasets', async () => {
  const controller = new AbortController();
  const settings = { ...request.settings, steps: 1_000_000 };
  const fit = service.fit(
    { ...request, settings },
    {
      signal: controller.signal,
      onProgress: (progress) => {
        if (progress.kind === 'training') controller.abort();
      },
    },
  );
  await expect(fit).rejects.toMatchObject({ kind: 'cancelled' });
  const opened: string[] = [];
  await service.describe(source, { onProgress: ({ what }) => opened.push(what) });
  expect(opened).toEqual([]);
});

test('what cannot be is refused with its kind', async () => {
  await expect(service.fit({ ...request, cell: 5 })).rejects.toMatchObject({
    name: 'RetinoscopeError',
    kind: 'data',
  });
  await expect(service.openOnnx(new Uint8Array(8))).rejects.toMatchObject({ kind: 'file' });
});
