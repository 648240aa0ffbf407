/** Finished runs of an experiment as files of a folder, one a run; a file that cannot be read counts as absent. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunStore, StoredRun } from '@retinoscope/worker';
import { writeFiles } from './out-dir.js';

/** The folder must be there. */
export function folderStore(folder: string): RunStore {
  return {
    async read(key) {
      try {
        return JSON.parse(await readFile(join(folder, `${key}.json`), 'utf8')) as StoredRun;
      } catch {
        return undefined;
      }
    },
    async write(key, stored) {
      await writeFiles(folder, { [`${key}.json`]: `${JSON.stringify(stored)}\n` });
    },
  };
}
