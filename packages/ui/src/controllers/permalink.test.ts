import { expect, test } from 'vitest';
import { readPermalink, writePermalink } from './permalink.js';

test('what is written is read again', () => {
  const link = {
    cell: 'code',
    settings: {
      preset: 'published',
      version: 2,
      rank: 1,
      head: 'exponential',
      loss: 'squared-error',
      filters: 8,
      seed: 7,
      restarts: 1,
    },
  } as const;
  expect(readPermalink(writePermalink(link))).toEqual(link);
});

test('defaults leave the address clean', () => {
  expect(writePermalink({ cell: 'paper', settings: {} })).toBe('');
  expect(writePermalink({ settings: {} })).toBe('');
});

test('whatever the hash holds, only valid settings come out', () => {
  for (const hash of [
    '#guide',
    '#cell=__proto__&seed=-1&steps=1e9',
    '#cell=%3Cscript%3E&training=constructor',
    '#version=3&rank=3&head=constructor&loss=%3Cscript%3E',
    `#seed=${'9'.repeat(600)}`,
    '#%E0%A4%A',
  ]) {
    expect(readPermalink(hash)).toEqual({ cell: undefined, settings: {} });
  }
});
