import { headLosses } from '@retinoscope/worker';
import { expect, test } from 'vitest';
import { headText, lossText, versionText } from './network-text.js';

test('a version is named with its rank', () => {
  expect(versionText({ version: 1 })).toBe('Version I');
  expect(versionText({ version: 2 })).toBe('Version II');
  expect(versionText({ version: 1, rank: 1 })).toBe('Version I, temporal filter fitted');
  expect(versionText({ version: 2, rank: 1 })).toBe('Version II, separable');
  expect(versionText({ version: 2, rank: 2 })).toBe('Version II, separable, rank 2');
});

test('every head and loss that can be trained has a name of its own', () => {
  const losses = new Set(Object.values(headLosses).flat());
  expect(Object.keys(headText).sort()).toEqual(Object.keys(headLosses).sort());
  expect(Object.keys(lossText).sort()).toEqual([...losses].sort());
  for (const names of [headText, lossText]) {
    expect(new Set(Object.values(names)).size).toBe(Object.keys(names).length);
  }
});
