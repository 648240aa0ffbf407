import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { softwareVersion } from './version.js';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

test('models carry the version of the package, which is the one to cite', () => {
  expect(softwareVersion).toBe(JSON.parse(read('../package.json')).version);
  expect(read('../../../CITATION.cff')).toMatch(
    new RegExp(`^version: ["']?${softwareVersion.replaceAll('.', '\\.')}["']?$`, 'm'),
  );
});
