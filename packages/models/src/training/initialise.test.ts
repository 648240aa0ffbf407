import { type NetworkShape, Random } from '@retinoscope/core-wasm';
import { expect, test } from 'vitest';
import { initialParameters } from './initialise.js';
import { trainingPresets } from './settings.js';

const shape: NetworkShape = {
  lags: 20,
  height: 8,
  width: 8,
  layers: [
    { filters: 4, height: 6, width: 6 },
    { filters: 3, height: 2, width: 2 },
  ],
  head: 'parametric-softplus',
};
const data = {
  spatial: new Float32Array(64).fill(1),
  temporal: new Float32Array(20).fill(1 / Math.sqrt(20)),
  stimulusMean: 0,
  stimulusSd: 0.5,
  meanCount: 0.05,
};

test('a normal start knows nothing of the cell: SD .05 ± .005 of 2,880 weights, biases 0, α .2, β 5', async () => {
  const settings = { ...trainingPresets.published, start: 'normal' } as const;
  const begin = async (of: typeof data) =>
    initialParameters(shape, settings, await Random.create(1, 1), of);
  const start = await begin(data);
  const { weights, bias } = start.layers[0];
  expect(weights).toHaveLength(4 * 20 * 36);
  const power = weights.reduce((sum, weight) => sum + weight ** 2, 0) / weights.length;
  expect(Math.abs(Math.sqrt(power) - 0.05)).toBeLessThan(0.005);
  expect(bias).toEqual(new Float32Array(4));
  expect([start.readoutBias, start.alpha, start.beta]).toEqual([0, 0.2, 5]);
  expect(start.readout.some((weight) => weight < 0)).toBe(true);
  expect(await begin({ ...data, meanCount: 1, spatial: new Float32Array(64) })).toEqual(start);
});

test('a readout that may not be negative starts at 0 or above, whatever the start', async () => {
  for (const start of ['normal', 'receptive-field'] as const) {
    const settings = { ...trainingPresets.recovery, start };
    const { readout } = initialParameters(shape, settings, await Random.create(1, 1), data);
    expect(readout.every((weight) => weight >= 0)).toBe(true);
  }
});
