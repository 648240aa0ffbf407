/** Where real inputs lie, beside the project; the tests of them are skipped where the folder is absent. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { GivenFile } from './page.js';

const folder = new URL('../../../../shared/data/', import.meta.url);

export const dataAbsent = !existsSync(fileURLToPath(folder));
export const needsData = 'needs ../shared/data';

export async function dataFile(path: string): Promise<GivenFile> {
  const name = path.split('/').at(-1) ?? path;
  return { name, bytes: await readFile(new URL(path, folder)) };
}
