import type { ModelFacts } from '@retinoscope/worker/card';
import { expect, test } from 'vitest';
import { unitFactor } from './model-units.js';

const facts = (units?: string, frameRate?: number) => ({ units, frameRate }) as ModelFacts;

test('rates of two models are put into one unit by their frame rates, or not at all', () => {
  const perFrame = facts('spikes per frame', 30);
  const faster = facts('Spikes per frame', 60);
  for (const name of ['Hz', 'spikes/s', 'spikes per second', ' hz ']) {
    expect(unitFactor(facts(name), perFrame), name).toBe(1 / 30);
    expect(unitFactor(perFrame, facts(name)), name).toBe(30);
  }
  expect(unitFactor(faster, perFrame)).toBe(2);
  expect(unitFactor(facts('dF/F'), facts('dF/F', 30))).toBe(1);
  expect(unitFactor(facts(), facts())).toBe(1);
  expect(unitFactor(facts('dF/F'), perFrame)).toBeUndefined();
  expect(unitFactor(perFrame, facts())).toBeUndefined();
  // Without a frame rate spikes per frame are no rate.
  expect(unitFactor(facts('spikes per frame'), perFrame)).toBeUndefined();
});
