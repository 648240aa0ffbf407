import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { inspectFile, readArray } from './inspect.js';

const data = '../shared/data';
const ref = (path: string) => ({ name: path.split('/').at(-1)!, path: `${data}/${path}` });

describe.skipIf(!existsSync(data))('real files of ../shared/data', () => {
  test('cells.mat: spike counts [10, 1500, 219] with the totals of the data README', async () => {
    const cells = ref('salamander/cells.mat');
    const summary = await inspectFile(cells);
    expect(summary).toMatchObject({
      format: 'mat5',
      variables: [
        { name: 'spk1', shape: [10, 1500, 219], type: 'uint8' },
        { name: 'spk2', shape: [10, 300, 219], type: 'uint8' },
      ],
    });
    const spikes = await readArray(cells, 'spk1');
    const each = 1500 * 219;
    const totals = Array.from({ length: 10 }, (_, cell) =>
      (spikes.data as Uint8Array)
        .subarray(cell * each, (cell + 1) * each)
        .reduce((sum, count) => sum + count, 0),
    );
    expect(totals).toEqual([25817, 13729, 16694, 30341, 38393, 26043, 82885, 29395, 29162, 22157]);
  });

  test('stim_frz.h5: [200, 150, 300] of ±1', async () => {
    const tensor = await readArray(ref('salamander/stim_frz.h5'));
    expect(tensor.shape).toEqual([200, 150, 300]);
    expect(new Set(tensor.data as Int8Array)).toEqual(new Set([-1, 1]));
  });

  test('running_region40.npz and rng_state_trial.npy', async () => {
    const region = ref('salamander/running_region40.npz');
    expect((await inspectFile(region)).variables).toEqual([
      { name: 'bits', shape: [12, 1500, 200], type: 'uint8' },
      { name: 'region_xywh', shape: [4], type: 'int16' },
    ]);
    expect([...((await readArray(region, 'region_xywh')).data as Int16Array)]).toEqual([
      78, 43, 40, 40,
    ]);
    expect((await readArray(region, 'bits')).data).toHaveLength(12 * 1500 * 200);
    const states = await readArray(ref('salamander/rng_state_trial.npy'));
    expect(states.shape).toEqual([219, 34]);
    expect([...(states.data as Int32Array).subarray(0, 3)]).toEqual([
      830447509, 830447509, 830447509,
    ]);
  });

  test('the V1 sessions: images [270, 33, 33] of 0–255 and mean counts of 20 repeats', async () => {
    for (const [session, cells] of [
      ['02', 37],
      ['06', 16],
    ] as const) {
      const file = ref(`v1/${session}mean50ms_smallim_d2_crop.mat`);
      const images = await readArray(file, 'images');
      const activity = await readArray(file, 'activity');
      expect(images.shape).toEqual([270, 33, 33]);
      expect(activity.shape).toEqual([270, cells]);
      const pixels = images.data as Float64Array;
      expect(pixels.every((value) => Number.isInteger(value) && value >= 0 && value < 256)).toBe(
        true,
      );
      const counts = Array.from(activity.data as Float64Array, (value) => value * 20);
      const worst = Math.max(...counts.map((count) => Math.abs(count - Math.round(count))));
      expect(worst).toBeLessThan(1e-9);
    }
  });

  test('an ONNX model gives its card and its arrays in npz their shapes', async () => {
    const model = await inspectFile(ref('onnx/two_layer_30x30_dynamic_batch.onnx'));
    expect(model).toMatchObject({ format: 'onnx', variables: [], model: { opset: 13 } });
    const arrays = await inspectFile(ref('onnx/two_layer_30x30_dynamic_batch.io.npz'));
    expect(arrays.variables.map(({ name }) => name)).toEqual(['input', 'output']);
  });
});
