import { expect, test } from 'vitest';
import { learningRate } from './schedule.js';
import { trainingPresets } from './settings.js';

const settings = { ...trainingPresets.recovery, steps: 1000, learningRate: 0.02 };

test('one cycle rises from 1/25 of the peak to it at 30 % and ends near 0', () => {
  const rates = Array.from({ length: 1000 }, (_, step) => learningRate(settings, step));
  expect(rates[0]).toBeCloseTo(0.02 / 25, 6);
  const peak = rates.indexOf(Math.max(...rates));
  expect(peak).toBeGreaterThan(295);
  expect(peak).toBeLessThan(305);
  expect(rates[peak]).toBeCloseTo(0.02, 5);
  expect(rates[999]).toBeCloseTo(0.02e-4, 7);
  for (let step = 1; step <= peak; step++) expect(rates[step]).toBeGreaterThan(rates[step - 1]);
  for (let step = peak + 1; step < 1000; step++) expect(rates[step]).toBeLessThan(rates[step - 1]);
});

test('a constant schedule is constant, and one step is possible', () => {
  expect(learningRate({ ...settings, schedule: 'constant' }, 500)).toBe(0.02);
  expect(learningRate({ ...settings, steps: 1 }, 0)).toBeGreaterThan(0);
});
