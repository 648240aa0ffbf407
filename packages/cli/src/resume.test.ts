/**
 * A command killed in the middle and called again. RETINOSCOPE_KILLS says how often it is killed, RETINOSCOPE_SEED
 * when; another seed tries other moments.
 */
import { spawn, spawnSync } from 'node:child_process';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inFolder, mainPath, retinoscope } from './testing/retinoscope.fixture.mjs';

const kills = Number(process.env.RETINOSCOPE_KILLS ?? 4);
const seed = Number(process.env.RETINOSCOPE_SEED ?? 1);

const command = (out: string) => ['reproduce', 'fig2', '--glance', '--out', out];

/** Milliseconds from 300 to 2500, the same ones for one seed. */
function moments(): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return 300 + (2200 * state) / 2 ** 32;
  };
}

/** Whether the command was killed by then, and not done before. */
async function killedAfter(milliseconds: number, out: string): Promise<boolean> {
  const child = spawn(process.execPath, [mainPath, ...command(out)], { stdio: 'ignore' });
  const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
  const signal = await new Promise((resolve) => child.on('exit', (_, by) => resolve(by)));
  clearTimeout(timer);
  return signal === 'SIGKILL';
}

interface Kept {
  readonly text: string;
  /** Time and number of the file: one put in its place has others. */
  readonly stamp: string;
}

/** Finished runs by their files. */
async function finished(runs: string): Promise<Map<string, Kept>> {
  const names = await readdir(runs).catch(() => []);
  const kept = new Map<string, Kept>();
  for (const name of names.filter((each) => each.endsWith('.json') && !each.startsWith('.'))) {
    const path = join(runs, name);
    const { mtimeMs, ino } = await stat(path);
    kept.set(name, { text: await readFile(path, 'utf8'), stamp: `${mtimeMs} ${ino}` });
  }
  return kept;
}

test(
  `killed ${kills} times at random moments and called again, it loses no finished run and repeats none`,
  () =>
    inFolder((folder) =>
      inFolder(async (whole) => {
        const runs = join(folder, 'runs', 'glance');
        const next = moments();
        let before = new Map<string, Kept>();
        let killed = 0;
        for (let i = 0; i < kills || (before.size === 0 && i < 5 * kills); i++) {
          // Later where no run has ended in such times, until one is there that could be lost.
          const slower = before.size === 0 ? 2 ** Math.floor(i / kills) : 1;
          if (await killedAfter(next() * slower, folder)) killed++;
          const now = await finished(runs);
          // What was finished is as it was, and what is there is whole.
          for (const [name, kept] of before) expect(now.get(name)).toEqual(kept);
          for (const { text } of now.values()) expect(JSON.parse(text)).toHaveProperty('row');
          before = now;
        }
        expect(killed).toBeGreaterThan(0);
        expect(before.size).toBeGreaterThan(0);
        // As a process leaves it that is killed while it writes.
        const { pid } = spawnSync(process.execPath, ['--version']);
        await writeFile(join(runs, `.fig2-filters5-seed2.json.${pid}.part`), '{"softwareVersion"');

        const resumed = await retinoscope(...command(folder), '--json');
        const uninterrupted = await retinoscope(...command(whole), '--json');
        // A claim may fail for want of data.
        expect(resumed.code).toBe(uninterrupted.code);
        expect(resumed.stderr).toBe(uninterrupted.stderr);
        const after = await finished(runs);
        for (const [name, kept] of before) expect(after.get(name)).toEqual(kept);

        const table = async (of: string) =>
          JSON.parse(await readFile(join(of, 'fig2.json'), 'utf8'));
        const [one, other] = [await table(folder), await table(whole)];
        expect(one.rows).toHaveLength(one.runs.length);
        expect(one.rows).toEqual(other.rows);
        expect(one.claims).toEqual(other.claims);
        expect(one).toEqual(other);
        // All runs, and no part of one.
        const planned = one.runs.map(({ key }: { key: string }) => `${key}.json`).sort();
        expect((await readdir(runs)).sort()).toEqual(planned);
        expect((await readdir(folder)).sort()).toEqual((await readdir(whole)).sort());
      }),
    ),
  120_000 + 60_000 * kills,
);
