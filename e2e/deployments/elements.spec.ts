/**
 * Every element in every form, on a page of another origin, in Chromium: it does there what it is for. The predictor
 * has embeds.spec.ts.
 */
import {
  type Browser,
  expect,
  type FrameLocator,
  type Locator,
  type Page,
  test,
} from '@playwright/test';
import { missing } from './support/browsers.js';
import { startChromium } from './support/chromium.js';
import { elementFrame, elementTag, embeddings, fileTag, singlePage } from './support/embedding.js';
import { type Hosts, moduleTag, startHosts } from './support/hosts.js';
import { type Document, nginxMissing } from './support/nginx.js';
import { readRelease, siteFolder } from './support/site.js';

const reason = nginxMissing() ?? missing('chromium');
test.skip(reason !== undefined, reason);

/** Milliseconds in which a network is trained. */
const patience = 60_000;

const drawn = (element: Locator) =>
  expect(element.locator('svg, canvas').first()).toBeVisible({ timeout: patience });
const offered = (element: Locator) =>
  expect(element.getByRole('button', { name: 'Run', exact: true })).toBeEnabled();

/** By element: its attributes, and how it shows that it works. */
const elements: Readonly<
  Record<
    string,
    {
      readonly attributes?: Readonly<Record<string, string>>;
      readonly works: (element: Locator) => Promise<void>;
    }
  >
> = {
  'retino-cell': {
    attributes: { frames: '20000' },
    works: (element) => expect(element.getByText(/20[\s,]?000/).first()).toBeVisible(),
  },
  'retino-receptive-field': { works: drawn },
  'retino-trainer': {
    attributes: { steps: '100', restarts: '1', autostart: '' },
    works: drawn,
  },
  'retino-filters': { works: drawn },
  'retino-replay': { works: drawn },
  'retino-response': { works: drawn },
  'retino-figure': { attributes: { figure: '4', size: 'glance' }, works: offered },
  'retino-sweep': { attributes: { figure: '3', size: 'glance' }, works: offered },
  'retino-pruning': { attributes: { size: 'glance' }, works: offered },
  'retino-transfer': { attributes: { figure: '7', size: 'glance' }, works: offered },
  'retino-natural-images': { attributes: { size: 'glance' }, works: offered },
};

const tagOf = (name: string) => elementTag(name, elements[name].attributes);

let hosts: Hosts;
let browser: Browser;
let page: Page;
const faults: string[] = [];

test.beforeAll(async () => {
  const { script, integrity } = await readRelease();
  const names = Object.keys(elements);
  const single = await Promise.all(names.map((name) => singlePage(tagOf(name))));
  hosts = await startHosts(siteFolder, {
    forms: await embeddings(),
    pages: ({ files }) => {
      const head = moduleTag(`${files}/${script}`, integrity);
      const frame = (name: string) => elementFrame(files, name, elements[name].attributes);
      const pages: [string, Document][] = names.flatMap((name, i) => [
        [`/frame/${name}.html`, { body: around('', frame(name)) }],
        [`/single file/${name}.html`, { body: around('', fileTag(`src="/file/${name}.html"`)) }],
        [`/file/${name}.html`, { body: single[i] }],
      ]);
      pages.push(['/all.html', { body: around(head, names.map(tagOf).join('\n')) }]);
      return Object.fromEntries(pages);
    },
  });
  browser = await startChromium();
});

test.beforeEach(async () => {
  page = await browser.newPage();
  faults.length = 0;
  page.on('pageerror', (error) => faults.push(error.message));
});

test.afterEach(() => page.close());

test.afterAll(async () => {
  await browser?.close();
  await hosts?.stop();
});

/** `place`: the page, or a frame in it. */
async function expectWorking(place: Page | FrameLocator, name: string): Promise<void> {
  // Others may stand in its tree.
  const element = place.locator(name).first();
  await element.scrollIntoViewIfNeeded();
  await elements[name].works(element);
  await expect(element.getByRole('alert')).toHaveCount(0);
  expect(faults).toEqual([]);
}

test('element: all beside each other do what they are for on a page of another origin', async () => {
  await page.goto(`${hosts.host}/all.html`);
  for (const name of Object.keys(elements)) {
    await test.step(name, () => expectWorking(page, name));
  }
});

for (const form of ['frame', 'single file'] as const) {
  for (const name of Object.keys(elements)) {
    test(`${form}, ${name}: does what it is for on a page of another origin`, async () => {
      test.setTimeout(patience);
      await page.goto(`${hosts.host}/${form}/${name}.html`);
      await expectWorking(page.frameLocator('iframe'), name);
    });
  }
}

function around(head: string, content: string): string {
  return `<!doctype html>
<meta charset="utf-8">
<title>A cell</title>
<style>iframe { width: 100%; height: 900px; }</style>
${head}
${content}
`;
}
