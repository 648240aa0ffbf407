import { builtInCell, type DatasetSource, headLosses, trainingPresets } from '@retinoscope/worker';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  blockRange,
  blockText,
  fitSettings,
  headNames,
  largestFilter,
  lossNames,
  lossOf,
  mostLayers,
  requestOf,
  settingRanges,
  validSettings,
} from './fit-settings.js';

test('text from a permalink is read only when it is a whole number within range', () => {
  expect(validSettings({ seed: '7', steps: '2400', filters: '4', version: '2' })).toEqual({
    seed: 7,
    steps: 2400,
    filters: 4,
    version: 2,
  });
  for (const bad of ['', '-1', '1e9', '0x10', '1.5', 'NaN', ' 5', '99999999999', null, {}, []]) {
    const settings = { steps: bad, version: bad, rank: bad, head: bad, loss: bad, preset: bad };
    expect(validSettings(settings)).toEqual({});
  }
});

test('whatever is given, every setting that is kept lies within its range', () => {
  const named = ['preset', 'version', 'rank', 'head', 'loss'];
  const anything = fc.dictionary(
    fc.constantFrom(...named, 'blocks', '__proto__', ...Object.keys(settingRanges)),
    fc.oneof(
      fc.anything(),
      fc.integer(),
      fc.nat().map(String),
      fc.constantFrom<unknown>('1', 2, ...headNames, ...lossNames, 'constructor'),
    ),
  );
  fc.assert(
    fc.property(anything, (raw) => {
      for (const [name, value] of Object.entries(validSettings(raw))) {
        if (name === 'preset') expect(Object.keys(trainingPresets)).toContain(value);
        else if (name === 'version' || name === 'rank') expect([1, 2]).toContain(value);
        else if (name === 'head') expect(headNames).toContain(value);
        else if (name === 'loss') expect(lossNames).toContain(value);
        else if (name === 'blocks') expect(blockRange(blockText(value as never))).toEqual(value);
        else {
          const [low, high] = settingRanges[name as keyof typeof settingRanges];
          expect(value).toBeGreaterThanOrEqual(low);
          expect(value).toBeLessThanOrEqual(high);
        }
      }
    }),
  );
});

test('the layers asked for leave at least one position, for any stimulus size', () => {
  const side = fc.integer({ min: 1, max: 60 });
  const chosen = fc.record(
    { layers: fc.integer({ min: 1, max: 3 }), filterSize: fc.integer({ min: 1, max: 31 }) },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(side, side, chosen, (width, height, choice) => {
      const { layers } = requestOf(fitSettings(choice, { width, height }), { width, height });
      const left = (size: number, key: 'width' | 'height') =>
        layers.reduce((rest, layer) => rest - layer[key] + 1, size);
      expect(left(width, 'width')).toBeGreaterThanOrEqual(1);
      expect(left(height, 'height')).toBeGreaterThanOrEqual(1);
    }),
  );
});

test('defaults: 4 filters of 7 × 7 for the paper cell, 16 of 15 × 15 for a recording', () => {
  const request = (side: number, source: DatasetSource) => {
    const size = { width: side, height: side };
    return requestOf(fitSettings({}, { ...size, source }), size);
  };
  const model = request(8, builtInCell);
  expect(model.layers).toEqual([{ filters: 4, height: 7, width: 7 }]);
  expect(model.settings).toEqual(trainingPresets.recovery);
  const recorded = request(24, { kind: 'recording', manifest: {}, files: [] });
  expect(recorded.settings).toEqual(trainingPresets.recording);
  expect(recorded.layers).toEqual([{ filters: 16, height: 15, width: 15 }]);
  expect(mostLayers({ width: 8, height: 8 })).toBe(3);
  expect(largestFilter({ width: 8, height: 8 }, 2)).toBe(6);
});

test('training blocks are first:last, cut to the blocks there are; all of them need no choice', () => {
  expect(blockRange('0:39')).toEqual({ first: 0, last: 39 });
  expect(blockRange(' 7 ')).toEqual({ first: 7, last: 7 });
  for (const bad of ['', '3:1', '-1:2', '1:2:3', '1.5:2', 4]) {
    expect(blockRange(bad)).toBeUndefined();
  }
  const chosen = (text: string) =>
    fitSettings({ blocks: blockRange(text) }, { width: 24, height: 24, blocks: 219 }).blocks;
  expect(chosen('0:39')).toEqual({ first: 0, last: 39 });
  expect(chosen('200:300')).toEqual({ first: 200, last: 218 });
  expect([chosen('0:218'), chosen('219:300')]).toEqual([undefined, undefined]);
});

const size = { width: 8, height: 8 };

test('a rank is asked for with Version II, and with Version I where its temporal filter is fitted', () => {
  const asked = (version: 1 | 2 | undefined, rank: 1 | 2 | undefined) =>
    requestOf(fitSettings({ version, rank }, size), size);
  expect(asked(2, 1)).toMatchObject({ version: 2, rank: 1 });
  expect(asked(2, 2)).toMatchObject({ version: 2, rank: 2 });
  expect(asked(2, undefined)).not.toHaveProperty('rank');
  expect(asked(1, 2)).not.toHaveProperty('rank');
  expect(asked(undefined, 1)).toMatchObject({ version: 1, rank: 1 });
  expect(asked(undefined, undefined)).not.toHaveProperty('rank');
});

test('a loss is taken only with a head that it goes with, else that head’s first is', () => {
  for (const head of headNames) {
    for (const loss of lossNames) {
      const { settings, ...request } = requestOf(fitSettings({ head, loss }, size), size);
      const losses = headLosses[head];
      const expected = losses.includes(loss) ? loss : losses[0];
      expect(request.head).toBe(head);
      expect(lossOf(head, settings.loss), `${head}, ${loss}`).toBe(expected);
    }
  }
  expect(fitSettings({}, size)).toMatchObject({ head: 'parametric-softplus', loss: 'poisson' });
  expect(fitSettings({ head: 'logistic' }, size).loss).toBe('binomial');
  const { settings } = requestOf(fitSettings({ loss: 'squared-error' }, size), size);
  expect(settings.loss).toBe('squared-error');
  expect(requestOf(fitSettings({}, size), size).settings).not.toHaveProperty('loss');
});
