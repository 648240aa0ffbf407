import { expect, test } from 'vitest';
import { requireSettings, trainingPresets } from './settings.js';

test.each(Object.entries(trainingPresets))('the preset %s is within its bounds', (_, settings) => {
  expect(() => requireSettings(settings)).not.toThrow();
});

test.each([
  [{ batch: 0 }, /batch is 0; it may be a whole number from 1/],
  [{ steps: 1.5 }, /steps is 1.5; it may be a whole number/],
  [{ learningRate: Number.NaN }, /learningRate is NaN/],
  [{ learningRate: -1 }, /learningRate is -1/],
  [{ validationFraction: 1 }, /validationFraction is 1; it may be from 0.001 to 0.9/],
  [{ noise: Number.POSITIVE_INFINITY }, /noise is Infinity/],
])('%o is refused with what it may be', (change, message) => {
  expect(() => requireSettings({ ...trainingPresets.recovery, ...change })).toThrow(message);
});

test.each([
  [{ start: 'spikes' }, /start is "spikes"; it may be "normal" or "receptive-field"/],
  [{ schedule: undefined }, /schedule is undefined; it may be "constant" or "one-cycle"/],
  [{ sampling: 'all' }, /sampling is "all"; it may be "runs" or "shuffled"/],
])('%o is not a choice', (change, message) => {
  const settings = { ...trainingPresets.recovery, ...(change as object) };
  expect(() => requireSettings(settings)).toThrow(message);
});
