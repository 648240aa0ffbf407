/**
 * The lab's section Embed: its lines parse to what was chosen and to nothing else, its live element predicts, and the
 * page that is one file predicts the same from a disk without a network.
 */
import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { createService, type ServiceClient } from '@retinoscope/worker';
import {
  type GivenFile,
  largestDifference,
  openWithResult,
  saved,
  violations,
} from './support/page.js';
import { chooseSource, listen, predicted, rateOf } from './support/predicting.js';
import { expect, type Locator, type Page, test } from './support/test.js';
import { underNode } from './support/under-node.js';

let page: Page;
let embed: Locator;
let faults: string[] = [];
let service: ServiceClient;

test.beforeAll(async ({ browser, baseURL }) => {
  service = createService();
  const context = await browser.newContext({
    baseURL,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  page = await context.newPage();
  faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith('http') && `${origin}/` !== baseURL) faults.push(request.url());
  });
  await listen(page);
  await openWithResult(page, 'steps=10&restarts=1');
  embed = page.locator('retino-embed');
  await embed.scrollIntoViewIfNeeded();
  await expect(embed.getByRole('combobox', { name: 'Version' })).toBeVisible();
});

test.afterEach(() => {
  expect(faults, 'errors of the page, and requests to another origin').toEqual([]);
});

test.afterAll(() => Promise.all([page.context().close(), service.terminate()]));

async function setText(label: string, value: string): Promise<void> {
  const box = embed.getByRole('textbox', { name: label, exact: true });
  await box.fill(value);
  await box.press('Tab');
}

const chooseWay = (name: string) => embed.getByRole('radio', { name, exact: true }).check();

const textOf = (label: string) =>
  embed
    .getByRole('group', { name: label, exact: true })
    .locator('code')
    .evaluate(({ textContent }) => textContent ?? '');

interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Every element that `html` parses to, in order. */
function parsed(html: string): Promise<Tag[]> {
  return page.evaluate((text) => {
    const { body, head } = new DOMParser().parseFromString(`<body>${text}`, 'text/html');
    return [...head.querySelectorAll('*'), ...body.querySelectorAll('*')].map((element) => ({
      name: element.localName,
      attributes: Object.fromEntries(
        [...element.attributes].map(({ name, value }) => [name, value] as const),
      ),
    }));
  }, html);
}

/** A heading that would end an attribute, a tag or a script, were it not written as references. */
const heading = `Cell 4 "OFF" & </script><b onclick='x'>`;
const site = 'https://files.example.org/retinoscope/';

test('the lines of each way parse to exactly what was chosen', async () => {
  await setText('Where the model will lie', 'models/cell 4.onnx');
  await setText('Heading', heading);
  await embed.getByRole('combobox', { name: 'Colours' }).selectOption('dark');
  await embed.getByRole('checkbox', { name: 'Start without being asked' }).check();
  const attributes = { model: 'models/cell 4.onnx', heading, theme: 'dark', autostart: '' };
  const predictor = { name: 'retino-predictor', attributes };
  const release = await page.evaluate(async () => (await fetch('retinoscope.json')).json());

  await chooseWay('Script');
  const own = await page.evaluate(() => new URL('./', location.href).href);
  const pinned = {
    name: 'script',
    attributes: {
      type: 'module',
      src: `${own}${release.script}`,
      integrity: release.integrity,
      crossorigin: '',
    },
  };
  expect(await parsed(await textOf('Lines for the page'))).toEqual([pinned, predictor]);
  await embed.getByRole('combobox', { name: 'Version' }).selectOption('latest');
  await setText('Address of Retinoscope’s files', `${site}index.html?x#y`);
  const latest = { name: 'script', attributes: { type: 'module', src: `${site}retinoscope.js` } };
  expect(await parsed(await textOf('Lines for the page'))).toEqual([latest, predictor]);

  await chooseWay('Frame');
  const [script, frame, ...rest] = await parsed(await textOf('Lines for the page'));
  expect(rest).toEqual([]);
  expect(script).toEqual(latest);
  expect(frame).toMatchObject({ name: 'iframe', attributes: { title: heading, loading: 'lazy' } });
  expect(Object.keys(frame.attributes).filter((name) => name.startsWith('on'))).toEqual([]);
  const address = new URL(frame.attributes.src);
  expect(`${address.origin}${address.pathname}`).toBe(`${site}elements.html`);
  expect(Object.fromEntries(address.searchParams)).toEqual({
    element: 'retino-predictor',
    ...attributes,
  });
  expect(await textOf('Its address alone')).toBe(frame.attributes.src);
  await embed.getByRole('checkbox', { name: 'The frame grows with its content' }).uncheck();
  expect(await parsed(await textOf('Lines for the page'))).toEqual([frame]);

  await chooseWay('npm');
  expect(await textOf('In a terminal')).toBe('npm install @retinoscope/ui');
  expect(await parsed(await textOf('In the page'))).toEqual([predictor]);

  // Another element has its own attributes, and what the first was given is no part of it.
  await embed.getByRole('combobox', { name: 'Element' }).selectOption('retino-cell');
  const cell = { name: 'retino-cell', attributes: { theme: 'dark' } };
  expect(await parsed(await textOf('In the page'))).toEqual([cell]);
  await embed.getByRole('combobox', { name: 'Element' }).selectOption('retino-predictor');
});

test('an address that is none is refused in a sentence and stands in no line', async () => {
  await chooseWay('Script');
  await setText('Where the model will lie', 'javascript:alert(1)');
  await expect(embed.getByRole('alert')).toHaveText(/http\(s\) address/);
  expect(await textOf('Lines for the page')).not.toContain('alert');
  await setText('Where the model will lie', 'model.onnx');
  await setText('Address of Retinoscope’s files', 'data:text/html,x');
  await expect(embed.getByRole('alert')).toHaveText(/http\(s\) address of a folder/);
  await expect(embed.getByRole('group', { name: 'Lines for the page' })).toHaveCount(0);
  await setText('Address of Retinoscope’s files', site);
  await expect(embed.getByRole('alert')).toHaveCount(0);
});

test('Copy puts the lines that are shown on the clipboard', async () => {
  for (const [way, label] of [
    ['Script', 'Lines for the page'],
    ['Frame', 'Its address alone'],
    ['npm', 'In a module of the page'],
  ] as const) {
    await chooseWay(way);
    await embed.getByRole('button', { name: `Copy: ${label}` }).click();
    await expect(embed.getByText('Copied.')).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await textOf(label));
  }
});

const ownModel = (): Promise<GivenFile> =>
  saved(page, () => embed.getByRole('button', { name: 'Save the model' }).click());

test('shown live, the network of the page predicts a spot as it does under Node (1e-4); stopped, it is gone', async () => {
  const model = new Uint8Array((await ownModel()).bytes);
  await setText('Heading', 'Cell 4');
  await embed.getByRole('checkbox', { name: 'Start without being asked' }).uncheck();
  await embed.getByRole('button', { name: 'Show it live' }).click();
  const live = embed.locator('.live retino-predictor');
  await live.scrollIntoViewIfNeeded();
  await expect(live.getByText('Cell 4')).toBeVisible();
  const before = await page.evaluate(() => predictorHeard.count);
  await live.getByRole('button', { name: 'Predict a stimulus' }).click();
  await expect.poll(() => page.evaluate(() => predictorHeard.count)).toBeGreaterThan(before);
  const told = await page.evaluate(() => predictorHeard.last);
  if (!told) throw new Error('No prediction was told.');
  expect(
    largestDifference(rateOf(told.rates), await underNode(service, model, told.movie)),
  ).toBeLessThan(1e-4);
  await embed.getByRole('button', { name: 'Stop showing it' }).click();
  await expect(live).toHaveCount(0);
});

test('the page that is one file, opened from a disk, predicts as under Node (1e-4) and asks for nothing', async ({
  browser,
}, info) => {
  const model = new Uint8Array((await ownModel()).bytes);
  await chooseWay('One file');
  const button = embed.getByRole('button', { name: 'Save the page' });
  const file = await saved(page, () => button.click());
  expect(file.name).toMatch(/^retinoscope-cell-4\.html$/);
  const path = info.outputPath('saved.html');
  await writeFile(path, file.bytes);

  const context = await browser.newContext({ offline: true });
  try {
    const alone = await context.newPage();
    const asked: string[] = [];
    alone.on('request', (request) => asked.push(request.url().slice(0, 100)));
    alone.on('pageerror', (error) => faults.push(error.message));
    alone.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    await listen(alone);
    await alone.goto(pathToFileURL(path).href);
    const predictor = alone.locator('retino-predictor');
    await expect(predictor.getByText('Cell 4')).toBeVisible();
    const spot = await predicted(alone, () =>
      predictor.getByRole('button', { name: 'Predict a stimulus' }).click(),
    );
    expect(
      largestDifference(rateOf(spot.rates), await underNode(service, model, spot.movie)),
    ).toBeLessThan(1e-4);
    const drawing = await predicted(alone, () => chooseSource(predictor, 'Draw'));
    expect(drawing.movie.data.every((contrast) => contrast === 0)).toBe(true);
    const network = asked.filter((url) => /^(https?|wss?|file):/.test(url));
    expect(network).toEqual([pathToFileURL(path).href.slice(0, 100)]);
  } finally {
    await context.close();
  }
});

test('nothing for axe to object to in any way, light and dark, wide and narrow, and no sideways scrolling', async () => {
  await embed.getByText('More attributes').click();
  await embed.getByText('What it needs there').click();
  for (const width of [1000, 390]) {
    await page.setViewportSize({ width, height: 800 });
    for (const way of ['Script', 'Frame', 'One file', 'npm']) {
      await chooseWay(way);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const found = await violations(page, 'retino-embed');
        expect(found, `${way}, ${width} pixels, ${colorScheme}`).toEqual([]);
      }
      const wide = await page.evaluate(() => document.scrollingElement?.scrollWidth);
      expect(wide, `${way}, ${width} pixels`).toBeLessThanOrEqual(width);
    }
  }
});
