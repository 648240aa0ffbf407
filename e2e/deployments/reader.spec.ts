/**
 * A reader of a page that is not ours and trusts nobody: its policy allows the author's addresses alone, and the files
 * come from another origin. Dropped pictures, keys alone, and assistive technology, in Chromium.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { modelFacts, readModelCard } from '@retinoscope/worker/card';
import {
  drop,
  type GivenFile,
  payload,
  readCsv,
  saved,
  tabTo,
  violations,
} from '../tests/support/page.js';
import { type Greys, png } from '../tests/support/pictures.js';
import { listen, predicted, type Told } from '../tests/support/predicting.js';
import { missing } from './support/browsers.js';
import { startChromium } from './support/chromium.js';
import { embeddings, modelFolders } from './support/embedding.js';
import { type Hosts, situations, startHosts } from './support/hosts.js';
import { nginxMissing } from './support/nginx.js';
import { Reference } from './support/predicting.js';
import { modelFolder, ownModel, readRelease, siteFolder } from './support/site.js';

const reason = nginxMissing() ?? missing('chromium');
test.skip(reason !== undefined, reason);

const [strict] = situations.filter(({ name }) => name === 'strict-csp');

let hosts: Hosts;
let browser: Browser;
let reference: Reference;
let grid: { readonly height: number; readonly width: number };
let script: string;

test.beforeAll(async () => {
  reference = new Reference();
  ({ script } = await readRelease());
  ({ grid } = modelFacts(readModelCard(await readFile(join(modelFolder, ownModel)))));
  hosts = await startHosts(siteFolder, { forms: await embeddings(), folders: modelFolders });
  browser = await startChromium();
});

test.afterAll(async () => {
  await browser?.close();
  await hosts?.stop();
  await reference?.end();
});

/** The page and what it asked for, of its own accord and in its workers. */
async function open(): Promise<{ readonly page: Page; readonly asked: () => readonly string[] }> {
  const context = await browser.newContext();
  const asked: string[] = [];
  context.on('request', (request) => asked.push(request.url()));
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  await listen(page);
  await page.goto(hosts.address(strict, 'element'));
  await expect(page.getByRole('button', { name: 'Predict a stimulus' })).toBeVisible();
  return {
    page,
    asked() {
      expect(faults.filter((fault) => !fault.includes('favicon.ico'))).toEqual([]);
      return [...asked];
    },
  };
}

/** A picture of the model's own squares, whose left half is white. */
function halfWhite(): { readonly file: GivenFile; readonly contrast: readonly number[] } {
  const { height, width } = grid;
  const data = Uint8Array.from({ length: height * width }, (_, i) =>
    i % width < width / 2 ? 255 : 51,
  );
  const picture: Greys = { height, width, data };
  return {
    file: { name: 'half.png', bytes: png(picture), type: 'image/png' },
    contrast: Array.from(data, (grey) => (2 * grey) / 255 - 1),
  };
}

/** The picture was shown to the model, and its rates are those of the model under Node. */
async function expectShown({ movie, rates }: Told, contrast: readonly number[]): Promise<void> {
  const [frames, height, width] = movie.shape;
  expect([height, width]).toEqual([grid.height, grid.width]);
  const middle = Math.floor(frames / 2) * height * width;
  const shown = movie.data.slice(middle, middle + height * width);
  expect(Math.max(...shown.map((value, i) => Math.abs(value - contrast[i])))).toBeLessThan(1e-6);
  expect(new Set(rates.values).size, 'rates that the picture changes').toBeGreaterThan(1);
  const told = {
    movie: { ...movie, shape: [frames, height, width] },
    rates: rates.values,
  } as const;
  expect(await reference.difference(ownModel, told)).toBeLessThanOrEqual(1e-4);
}

/** Only what the author of the page named, and what the script of that release brings with it. */
async function expectOnlyOf(asked: readonly string[]): Promise<void> {
  const release = `${hosts.files}/${script}`.replace(/[^/]*$/, '');
  const named = [
    hosts.address(strict, 'element'),
    `${hosts.host}/plain.css`,
    `${hosts.host}/models/${ownModel}`,
    // The browser's own.
    `${hosts.host}/favicon.ico`,
  ];
  const isNamed = (url: string) =>
    named.includes(url) || url.startsWith(release) || url.startsWith('blob:');
  expect(asked.filter((url) => !isNamed(url))).toEqual([]);
  const served = (await hosts.accessLog()).map(({ url }) => url);
  expect(served.filter((url) => !isNamed(url))).toEqual([]);
  expect(served.filter((url) => url.endsWith('.wasm')).length).toBeGreaterThan(0);
}

test('a PNG that is dropped is shown to the model: its rate within 1e-4 of Node, requests to the author’s addresses alone, nothing for axe to object to', async () => {
  const { page, asked } = await open();
  expect(await violations(page)).toEqual([]);
  const predictor = page.locator('retino-predictor');
  const { file, contrast } = halfWhite();
  const told = await predicted(page, () => drop(page, [file], predictor));
  await expectShown(told, contrast);
  await expect(predictor.getByRole('figure', { name: 'Predicted rate' })).toBeVisible();
  await predictor.getByText('Which part of the stimulus drove the cell').click();
  await expect(predictor.getByText('Sum of the map')).toBeVisible();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(page)).toEqual([]);
  }
  await expectOnlyOf(asked());
  await page.context().close();
});

test('by keys alone: a picture is opened, its rate read and saved', async () => {
  const { page, asked } = await open();
  const predictor = page.locator('retino-predictor');
  const { file, contrast } = halfWhite();
  await tabTo(page, /^Predict a stimulus/);
  await predicted(page, () => page.keyboard.press('Enter'));
  await tabTo(page, /^Generate/);
  await page.keyboard.press('ArrowRight');
  await expect(predictor.getByRole('radio', { name: 'Picture or video' })).toBeChecked();
  await tabTo(page, /^Open picture or video/);
  const told = await predicted(page, async () => {
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.keyboard.press('Space'),
    ]);
    await chooser.setFiles(payload([file]));
  });
  await expectShown(told, contrast);
  await tabTo(page, /^Predicted rate: the arrow keys/);
  await page.keyboard.press('ArrowRight');
  await expect(predictor.getByRole('figure', { name: 'Predicted rate' })).toContainText(/\d; /);
  await tabTo(page, /^Save rates \(CSV\)/);
  const csv = readCsv(await saved(page, () => page.keyboard.press('Enter')));
  expect(csv.window).toEqual(told.rates.values.map((_, t) => t));
  await expectOnlyOf(asked());
  await page.context().close();
});
