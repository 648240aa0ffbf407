/** The site that `npm run build:site` makes, and the models that the other tests embed with it. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { readModelCard } from '@retinoscope/worker/card';
import {
  buildSite,
  makeModels,
  makeSite,
  modelFolder,
  otherOwnModels,
  ownModel,
  readRelease,
  siteFolder,
} from './support/site.js';

test('the site holds its pages, the release that it tells, and what a server sends compressed', async () => {
  test.setTimeout(600_000);
  await makeSite();
  const { version, script, integrity } = await readRelease();
  expect(script).toBe(`embed/${version}/retinoscope.js`);
  const read = (path: string) => readFile(join(siteFolder, path));
  const released = await read(script);
  expect(integrity).toBe(`sha384-${createHash('sha384').update(released).digest('base64')}`);
  expect(gunzipSync(await read(`${script}.gz`)).equals(released)).toBe(true);
  expect(String(await read('retinoscope.js'))).toContain(script);
  expect(String(await read('elements.html'))).toContain('retinoscope.js');
  expect(String(await read('index.html'))).toContain('sw.js');
  expect(String(await read('sw.js'))).toContain('elements.html');
  const single = String(await read(`embed/${version}/single.html`));
  expect(single.split('<!--retinoscope-element-->')).toHaveLength(2);
  // Of the elements, of the worker, and of what the worker loads on demand.
  for (const notice of [
    /^lit [\d.]+ \(BSD-3-Clause\)$/m,
    /^comlink .*Apache-2\.0/m,
    /^onnxruntime-web .*\(MIT\)\n\nMIT License/m,
    /NIST/,
  ]) {
    expect(String(await read('THIRD-PARTY-LICENSES.txt'))).toMatch(notice);
    expect(single).toMatch(notice);
  }
});

test('a site that is built into an earlier one leaves what is not its own, other versions, and what open pages may load', async () => {
  test.skip(Boolean(process.env.RETINOSCOPE_SITE), 'a site that is given is not built');
  test.setTimeout(600_000);
  const folder = await mkdtemp(join(tmpdir(), 'retinoscope-site-'));
  const write = async (path: string, daysOld = 0, text = 'x'.repeat(2000)) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
    const time = Date.now() / 1000 - daysOld * 24 * 3600;
    await utimes(join(folder, path), time, time);
  };
  try {
    const kept = [
      'models/cell.onnx',
      'robots.txt',
      'embed/0.0.1/retinoscope.js',
      'assets/recent-12345678.js',
    ];
    for (const path of kept) await write(path);
    await write('assets/ancient-12345678.js', 70);
    // The earlier site is of 35 days ago, and what it took over of 70.
    await write('assets/current-12345678.js', 35);
    await write('retinoscope.json', 35);
    await write('index.html.gz');
    await buildSite(folder);
    for (const path of kept) {
      expect(await readFile(join(folder, path), 'utf8'), path).toBe('x'.repeat(2000));
      expect(existsSync(join(folder, `${path}.gz`)), path).toBe(false);
    }
    expect(existsSync(join(folder, 'assets/ancient-12345678.js'))).toBe(false);
    expect(existsSync(join(folder, 'assets/current-12345678.js'))).toBe(true);
    const page = await readFile(join(folder, 'index.html'));
    expect(gunzipSync(await readFile(join(folder, 'index.html.gz'))).equals(page)).toBe(true);
    const release = await readRelease();
    const told = join(folder, 'retinoscope.json');
    expect(JSON.parse(await readFile(told, 'utf8'))).toEqual(release);

    // The same again changes nothing; another build of the version is refused, and nothing is written.
    await buildSite(folder);
    expect(existsSync(join(folder, 'assets/current-12345678.js'))).toBe(true);
    await write(release.script);
    await write('index.html');
    await expect(buildSite(folder)).rejects.toThrow(/Raise the version/);
    expect(await readFile(join(folder, 'index.html'), 'utf8')).toBe('x'.repeat(2000));
    await buildSite(folder, '--replace');
    expect((await readFile(join(folder, 'index.html'))).equals(page)).toBe(true);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('networks are fitted and exported under Node', async () => {
  await makeModels();
  for (const name of [ownModel, ...otherOwnModels]) {
    const card = readModelCard(await readFile(join(modelFolder, name)));
    expect(card.inputs, name).toHaveLength(1);
    expect(card.outputs, name).toHaveLength(1);
  }
});
