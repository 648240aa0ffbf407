import { expect, test } from 'vitest';
import { givenFiles } from './files.js';

const file = (name: string, content = 'x') => new File([content], name);

test('the manifest is told from the files it speaks of', async () => {
  const given = await givenFiles([
    file('a.mat'),
    file('Recording.JSON', '{"name":"r"}'),
    file('b.h5'),
  ]);
  expect(given.manifest).toEqual({ name: 'r' });
  expect(given.files.map(({ name }) => name)).toEqual(['a.mat', 'b.h5']);
});

test('without a manifest the files are given alone', async () => {
  expect(await givenFiles([file('a.mat')])).not.toHaveProperty('manifest');
});

test('several manifests, broken ones, large ones and too many files are refused', async () => {
  await expect(givenFiles([file('a.json', '{}'), file('b.json', '{}')])).rejects.toThrow(
    'One manifest',
  );
  await expect(givenFiles([file('a.json', '{')])).rejects.toThrow('is not JSON');
  await expect(givenFiles([file('a.json', ' '.repeat(1_000_001))])).rejects.toThrow(
    'at most 1.0 MB',
  );
  await expect(givenFiles(Array.from({ length: 65 }, () => file('a.npy')))).rejects.toThrow(
    'at most 64',
  );
});
