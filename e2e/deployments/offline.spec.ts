/**
 * The site without a network after one visit, and a new version of it: never two versions in one page. In Chromium,
 * whose network Playwright can take away.
 */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, expect, type Page, test } from '@playwright/test';
import { missing } from './support/browsers.js';
import { chromiumProgram } from './support/chromium.js';
import { type Nginx, nginxMissing, startNginx } from './support/nginx.js';
import { freePort } from './support/processes.js';
import { siteFolder } from './support/site.js';

const reason = nginxMissing() ?? missing('chromium');
test.skip(reason !== undefined, reason);

let folder: string;
let nginx: Nginx;
let address: string;
let context: BrowserContext;

test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retinoscope-offline-'));
  await cp(siteFolder, join(folder, 'site'), { recursive: true });
  const port = await freePort();
  nginx = await startNginx({ servers: [{ port, root: join(folder, 'site') }] });
  // A base path of its own is not needed for a scope; service workers need localhost or https.
  address = `http://localhost:${port}/`;
  context = await chromium.launchPersistentContext(join(folder, 'profile'), {
    executablePath: chromiumProgram(),
    args: ['--no-sandbox', '--disable-gpu'],
  });
});

test.afterEach(async () => {
  await context?.close();
  await nginx?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Opens the lab, which does its job at once, and waits for what came of it. */
async function visit(page: Page): Promise<void> {
  await page.goto(`${address}#steps=20&restarts=1`);
  await expect(page.getByTestId('built-in-result')).toBeVisible({ timeout: 60_000 });
}

/** Whether the file of `name` is kept by the page's service worker. */
function isKept(page: Page, name: string): Promise<boolean> {
  return page.evaluate(async (wanted) => {
    for (const key of await caches.keys()) {
      const kept = await (await caches.open(key)).keys();
      if (kept.some(({ url }) => url.includes(wanted))) return true;
    }
    return false;
  }, name);
}

test('after one visit the lab does its whole job without a network, ONNX Runtime included', async () => {
  const page = await context.newPage();
  await visit(page);
  await expect.poll(() => isKept(page, 'index.html'), { timeout: 30_000 }).toBe(true);
  // The first visit loaded it before there was a service worker; a second prediction tells that it is kept.
  await page.reload();
  await visit(page);
  await expect.poll(() => isKept(page, 'ort-wasm'), { timeout: 30_000 }).toBe(true);
  await nginx.stop();
  await context.setOffline(true);
  const offline = await context.newPage();
  await visit(offline);
  const difference = await offline
    .getByTestId('built-in-result')
    .getAttribute('data-onnx-difference');
  expect(Number(difference)).toBeLessThanOrEqual(1e-5);
});

test('a large file that nobody used is not kept', async () => {
  const page = await context.newPage();
  await visit(page);
  await expect.poll(() => isKept(page, 'index.html'), { timeout: 30_000 }).toBe(true);
  expect(await isKept(page, 'single.html')).toBe(false);
  expect(await isKept(page, 'hdf5_hl')).toBe(false);
});

/** Another build: every text of the first page says so, and the service worker is another one. */
async function deployNewVersion(): Promise<void> {
  const site = join(folder, 'site');
  for (const name of await readdir(site)) {
    if (!/^(index\.html|sw\.js)/.test(name)) continue;
    if (name.endsWith('.gz')) {
      await rm(join(site, name));
      continue;
    }
    const text = await readFile(join(site, name), 'utf8');
    const changed =
      name === 'sw.js'
        ? text.replace(/build:(["'`])[0-9a-f]{16}\1/, 'build:"of-another-build"')
        : text.replace('<title>', '<title>New: ');
    expect(changed).not.toBe(text);
    await writeFile(join(site, name), changed);
  }
}

test('a new version is offered, and takes over when it is taken; until then the page is all of the old one', async () => {
  const page = await context.newPage();
  await visit(page);
  await expect.poll(() => isKept(page, 'index.html'), { timeout: 30_000 }).toBe(true);
  await page.reload();
  await deployNewVersion();
  await page.reload();
  await expect(page).toHaveTitle(/^(?!New: )/);
  const offer = page.locator('#offline');
  await expect(offer).toBeVisible({ timeout: 30_000 });
  expect(await page.evaluate(async () => (await caches.keys()).length)).toBe(2);
  await offer.getByRole('button').click();
  await expect(page).toHaveTitle(/^New: /, { timeout: 30_000 });
  await expect.poll(() => page.evaluate(async () => (await caches.keys()).length)).toBe(1);
});
