/** The site that `npm run build:site` makes, and the models that the other tests embed with it. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { readModelCard } from '@retinoscope/worker/card';
import {
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
});

test('networks are fitted and exported under Node', async () => {
  await makeModels();
  for (const name of [ownModel, ...otherOwnModels]) {
    const card = readModelCard(await readFile(join(modelFolder, name)));
    expect(card.inputs, name).toHaveLength(1);
    expect(card.outputs, name).toHaveLength(1);
  }
});
