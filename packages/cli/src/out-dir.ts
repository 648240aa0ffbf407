/**
 * The folder that a command writes to. Promises that a file is there whole or not at all: each is written under
 * another name and renamed once all are complete. What a killed process left half written is taken away by the next.
 */
import { access, constants, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RetinoscopeError } from '@retinoscope/worker';

/** Makes the folder, and finds out before any work that it can be written to. */
export async function prepareOutDir(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK);
    await removeStaleParts(path);
  } catch (cause) {
    throw new RetinoscopeError(
      'file',
      `The output folder ${path} cannot be made or written to; a folder that you may write to is accepted.`,
      { path },
      { cause },
    );
  }
}

/** A file that is being written, with the process that writes it. */
const partOf = (name: string, process: number) => `.${name}.${process}.part`;
const partName = /^\..+\.(\d+)\.part$/;

/** Parts of processes that are no more; nothing is written by this one yet. */
async function removeStaleParts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const writer = Number(partName.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(writer) || (writer !== process.pid && isAlive(writer))) continue;
    await rm(join(folder, name), { force: true });
  }
}

function isAlive(writer: number): boolean {
  try {
    process.kill(writer, 0);
    return true;
  } catch (error) {
    // Another user's process may be there.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Writes `files` (by name) to the folder and gives their paths, in order. */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, Uint8Array | string>>,
): Promise<string[]> {
  const written: { temporary: string; path: string }[] = [];
  try {
    for (const [name, content] of Object.entries(files)) {
      const path = join(folder, name);
      const temporary = join(folder, partOf(name, process.pid));
      written.push({ temporary, path });
      await writeWhole(temporary, content);
    }
    for (const { temporary, path } of written) await rename(temporary, path);
  } catch (cause) {
    await Promise.all(written.map(({ temporary }) => rm(temporary, { force: true })));
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RetinoscopeError(
      'file',
      `The results could not be written to ${folder}: ${reason}.`,
      { folder },
      { cause },
    );
  }
  return written.map(({ path }) => path);
}

/** Until the bytes are on the disk. */
async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}
