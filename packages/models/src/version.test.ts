import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { softwareVersion } from './version.js';

test('models carry the version of the package', () => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  expect(softwareVersion).toBe(manifest.version);
});
