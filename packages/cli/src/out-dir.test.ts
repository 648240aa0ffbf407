/** Files of an output folder: whole or not there, and nothing left of processes that ended. */
import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredRun } from '@retinoscope/worker';
import { expect, test } from 'vitest';
import { prepareOutDir, writeFiles } from './out-dir.js';
import { folderStore } from './run-store.js';
import { inFolder } from './testing/retinoscope.fixture.mjs';

/** The number of a process that has ended. */
function ended(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

test('parts of processes that are no more are taken away, those of others and other files are left', () =>
  inFolder(async (folder) => {
    const stale = [`.a.json.${ended()}.part`, `.b.json.${process.pid}.part`];
    const kept = [
      'a.json',
      `.c.json.${process.ppid}.part`,
      '.part',
      '.d.part',
      `e.${ended()}.part`,
    ];
    for (const name of [...stale, ...kept]) await writeFile(join(folder, name), '{');
    await prepareOutDir(folder);
    expect((await readdir(folder)).sort()).toEqual([...kept].sort());
  }));

test('written files are there whole under their names, and no part is left', () =>
  inFolder(async (folder) => {
    const paths = await writeFiles(folder, { 'a.json': '{}', 'b.bin': Uint8Array.of(1, 2) });
    expect(paths).toEqual([join(folder, 'a.json'), join(folder, 'b.bin')]);
    expect((await readdir(folder)).sort()).toEqual(['a.json', 'b.bin']);
    expect(await readFile(paths[0], 'utf8')).toBe('{}');
  }));

test('when one of several files cannot be written, neither is it nor is any part left', () =>
  inFolder(async (folder) => {
    await mkdir(join(folder, 'taken', 'full'), { recursive: true });
    await expect(writeFiles(folder, { taken: 'x' })).rejects.toMatchObject({ kind: 'file' });
    expect(await readdir(folder)).toEqual(['taken']);
    await expect(writeFiles(join(folder, 'none'), { a: 'x' })).rejects.toMatchObject({
      kind: 'file',
    });
  }));

test('a run comes back from its file; one that is cut short, a part or not there counts as absent', () =>
  inFolder(async (folder) => {
    const store = folderStore(folder);
    const stored = { softwareVersion: '1', row: { measures: { cc: 0.5 } } } as unknown as StoredRun;
    await store.write('a', stored);
    expect(await readdir(folder)).toEqual(['a.json']);
    expect(await store.read('a')).toEqual(stored);
    const text = await readFile(join(folder, 'a.json'), 'utf8');
    for (let length = 0; length < text.trimEnd().length; length++) {
      await writeFile(join(folder, 'b.json'), text.slice(0, length));
      expect(await store.read('b')).toBeUndefined();
    }
    await writeFile(join(folder, '.c.json.1.part'), text);
    expect(await store.read('c')).toBeUndefined();
  }));
