/** The built command, run as a person runs it, for tests. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const mainPath = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/**
 * @param {...string} args
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
 */
export function retinoscope(...args) {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, DEBUG: '' }, maxBuffer: 2 ** 26 };
    execFile(process.execPath, [mainPath, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr });
    });
  });
}

/**
 * Runs `work` in a folder of its own, taken away afterwards.
 * @param {(folder: string) => Promise<void>} work
 */
export async function inFolder(work) {
  const folder = await mkdtemp(join(tmpdir(), 'retinoscope-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
