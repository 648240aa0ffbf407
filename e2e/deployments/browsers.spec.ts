/** What support/browsers.ts promises of every engine, in a page whose policy allows next to nothing. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { engines, launch, missing } from './support/browsers.js';
import { type Nginx, nginxMissing, startNginx } from './support/nginx.js';
import type { Browser, BrowserPage } from './support/page.js';
import { freePort } from './support/processes.js';

for (const engine of engines) {
  test.describe(engine, () => {
    const reason = nginxMissing() ?? missing(engine);
    test.skip(reason !== undefined, reason);

    let folder: string;
    let nginx: Nginx;
    let address: string;
    let browser: Browser;
    let page: BrowserPage;

    test.beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'retinoscope-browsers-'));
      const port = await freePort();
      const headers = { 'Content-Security-Policy': "default-src 'none'; style-src 'self'" };
      const documents = {
        '/page.html': {
          body: '<!doctype html><link rel="stylesheet" href="page.css"><p>Page</p>',
          headers,
        },
        '/page.css': { body: 'p { color: rgb(1, 2, 3) }' },
      };
      nginx = await startNginx({ servers: [{ port, root: folder, documents }] });
      address = `http://127.0.0.1:${port}/page.html`;
      browser = await launch(engine);
    });

    test.beforeEach(async () => {
      page = await browser.newPage();
      await page.goto(address);
    });

    test.afterEach(() => page.close());

    test.afterAll(async () => {
      await browser?.close();
      await nginx?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    test('a script takes arguments, may wait, and gives what JSON keeps', async () => {
      const result = await page.evaluate(
        'const [a, b] = args; return { sum: await Promise.resolve(a + b.c), text: document.body.textContent.trim() }',
        1,
        { c: 2 },
      );
      expect(result).toEqual({ sum: 3, text: 'Page' });
      expect(await page.evaluate('')).toBeFalsy();
    });

    test('a script that throws rejects with its message', async () => {
      await expect(page.evaluate(`throw new Error('as it should')`)).rejects.toThrow(
        'as it should',
      );
    });

    test('waits until something is so, and not for longer than allowed', async () => {
      await page.evaluate('globalThis.soon = false; setTimeout(() => { soon = true }, 300)');
      await page.waitFor('return soon', 10_000);
      await expect(page.waitFor('return false', 200)).rejects.toThrow('return false');
    });

    test('chooses files in a hidden input in a shadow root', async () => {
      const paths = ['a.txt', 'b.txt'].map((name) => join(folder, name));
      for (const path of paths) await writeFile(path, `in ${path}`);
      await page.evaluate(`
        const root = document.querySelector('p').attachShadow({ mode: 'open' });
        root.append(Object.assign(document.createElement('input'), { type: 'file', multiple: true, hidden: true }));`);
      const input = `return document.querySelector('p').shadowRoot.querySelector('input')`;
      await page.setFiles(input, paths);
      const texts = await page.evaluate(
        `${input.replace('return', 'const input =')}; return Promise.all([...input.files].map((file) => file.text()))`,
      );
      expect(texts).toEqual(paths.map((path) => `in ${path}`));
    });

    test('tells what was asked for, as nginx does', async () => {
      const style = address.replace('.html', '.css');
      const asked = await page.requests();
      expect(asked).toEqual(expect.arrayContaining([address, style]));
      const log = await nginx.accessLog();
      expect(log.map(({ url }) => url)).toEqual(expect.arrayContaining([address, style]));
    });

    test('pages share no storage', async () => {
      await page.evaluate(`localStorage.setItem('mine', 'yes')`);
      const other = await browser.newPage();
      await other.goto(address);
      expect(await other.evaluate(`return localStorage.getItem('mine')`)).toBe(null);
      await other.close();
      expect(await page.evaluate(`return localStorage.getItem('mine')`)).toBe('yes');
    });
  });
}
