/**
 * The site without a network after one visit, and a new version of it: never two versions in one page. In Chromium,
 * whose network Playwright can take away.
 */
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
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
  const include = join(folder, 'redirects.conf');
  // As some hosts do it, for every page to have one address.
  await writeFile(include, 'if ($request_uri ~ "^/index.html") { return 302 /; }\n');
  nginx = await startNginx({ servers: [{ port, root: join(folder, 'site'), include }] });
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
async function visit(page: Page, path = ''): Promise<void> {
  await page.goto(`${address}${path}#steps=20&restarts=1`);
  await expect(page.getByTestId('built-in-result')).toBeVisible({ timeout: 60_000 });
}

/** Waits until the page's service worker keeps a file whose address holds `name`. */
function kept(page: Page, name: string) {
  return expect.poll(() => isKept(page, name), { timeout: 30_000 }).toBe(true);
}

function isKept(page: Page, name: string): Promise<boolean> {
  return page.evaluate(async (wanted) => {
    for (const key of await caches.keys()) {
      const addresses = await (await caches.open(key)).keys();
      if (addresses.some(({ url }) => url.includes(wanted))) return true;
    }
    return false;
  }, name);
}

/** One for each build that is kept. */
function cacheNames(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () =>
    (await caches.keys()).filter((name) => !name.endsWith(' large')),
  );
}

/** Takes the network away, and gives a page that has only what is kept. */
async function pageWithoutNetwork(): Promise<Page> {
  await nginx.stop();
  await context.setOffline(true);
  return context.newPage();
}

test('after one visit the lab does its whole job without a network, ONNX Runtime included', async () => {
  const page = await context.newPage();
  await visit(page);
  await kept(page, '/index.html');
  // It was loaded before there was a service worker.
  await kept(page, 'ort-wasm');
  const offline = await pageWithoutNetwork();
  await visit(offline);
  const difference = await offline
    .getByTestId('built-in-result')
    .getAttribute('data-onnx-difference');
  expect(Number(difference)).toBeLessThanOrEqual(1e-5);
});

test('a visit that was too short to compute anything keeps all that the page begins with', async () => {
  const page = await context.newPage();
  await page.goto(address);
  await kept(page, '/index.html');
  await expect
    .poll(() => page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state))
    .toBe('activated');
  await page.close();
  const offline = await pageWithoutNetwork();
  await offline.goto(address);
  await expect(
    offline.locator('retino-trainer').getByRole('button', { name: 'Train' }),
  ).toBeVisible();
});

test('a large file that nobody used is not kept', async () => {
  const page = await context.newPage();
  await visit(page);
  await kept(page, '/index.html');
  expect(await isKept(page, 'single.html')).toBe(false);
  expect(await isKept(page, 'hdf5_hl')).toBe(false);
});

/** Changes a file of the site, and takes its compressed copy away. */
async function rewrite(name: string, change: (text: string) => string): Promise<string> {
  const file = join(folder, 'site', name);
  const text = await readFile(file, 'utf8');
  const changed = change(text);
  expect(changed).not.toBe(text);
  await writeFile(file, changed);
  await rm(`${file}.gz`, { force: true });
  return changed;
}

function newPage(text: string): string {
  return text.replace('<title>', '<title>New: ');
}

/** The service worker of another build, with `page` as its first page. */
function newWorker(page: string): (text: string) => string {
  const integrity = `sha256-${createHash('sha256').update(page).digest('base64')}`;
  return (text) =>
    text
      .replace(/build:(["'`])[0-9a-f]{16}\1/, 'build:"of-another-build"')
      .replace(/\[(["'`])index\.html\1,(["'`])[^"'`]+\2\]/, `["index.html","${integrity}"]`);
}

test('a new version is offered, and takes over when it is taken; until then the page is all of the old one', async () => {
  const page = await context.newPage();
  await visit(page);
  await kept(page, '/index.html');
  await kept(page, 'ort-wasm');
  await page.reload();
  const text = await rewrite('index.html', newPage);
  await rewrite('sw.js', newWorker(text));
  await page.reload();
  await expect(page).toHaveTitle(/^(?!New: )/);
  const offer = page.locator('#offline');
  await expect(offer).toBeVisible({ timeout: 30_000 });
  expect(await cacheNames(page)).toHaveLength(2);
  await offer.getByRole('button').click();
  await expect(page).toHaveTitle(/^New: /, { timeout: 30_000 });
  await expect.poll(() => cacheNames(page)).toHaveLength(1);
  // What was large and is the same is not fetched again.
  expect(await isKept(page, 'ort-wasm')).toBe(true);
  await visit(await pageWithoutNetwork());
});

test('a site that is changed half-way is not taken: the old version goes on until all of the new one is there', async () => {
  const page = await context.newPage();
  await visit(page);
  await kept(page, '/index.html');
  await page.reload();
  const before = await readFile(join(folder, 'site', 'index.html'), 'utf8');
  await rewrite('sw.js', newWorker(newPage(before)));
  const failed = page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    const states: string[] = [];
    const gone = new Promise((resolve) =>
      registration.addEventListener('updatefound', () => {
        const { installing } = registration;
        installing?.addEventListener('statechange', () => {
          states.push(installing.state);
          if (installing.state !== 'installing') resolve(undefined);
        });
      }),
    );
    await registration.update();
    await gone;
    return states;
  });
  expect(await failed).toEqual(['redundant']);
  await expect(page.locator('#offline')).toBeHidden();
  await rewrite('index.html', newPage);
  await page.reload();
  await expect(page).toHaveTitle(/^(?!New: )/);
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
  await page.locator('#offline').getByRole('button').click();
  await expect(page).toHaveTitle(/^New: /, { timeout: 30_000 });
});

test('two sites of one origin keep their own, and an open page of one does not hold up the other', async () => {
  await cp(siteFolder, join(folder, 'site', 'second'), { recursive: true });
  const [page, other] = [await context.newPage(), await context.newPage()];
  await visit(page);
  await kept(page, '/index.html');
  await visit(other, 'second/');
  await kept(other, '/second/index.html');
  const names = await cacheNames(page);
  expect(names).toHaveLength(2);
  expect(await isKept(page, `${address}index.html`)).toBe(true);
  const text = await rewrite('second/index.html', newPage);
  await rewrite('second/sw.js', newWorker(text));
  await other.reload();
  await other.locator('#offline').getByRole('button').click();
  await expect(other).toHaveTitle(/^New: /, { timeout: 30_000 });
  await expect.poll(() => cacheNames(page)).toHaveLength(2);
  expect(await isKept(page, `${address}index.html`)).toBe(true);
  await other.close();
  await page.close();
  await visit(await pageWithoutNetwork());
});
