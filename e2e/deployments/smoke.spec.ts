/** The built lab behind nginx, in each engine: it loads, simulates, trains and predicts, and asks nobody else. */
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { engines, launch, missing } from './support/browsers.js';
import { documentedConfig, type Nginx, nginxMissing, startNginx } from './support/nginx.js';
import type { Browser } from './support/page.js';
import { freePort } from './support/processes.js';

const lab = fileURLToPath(new URL('../../apps/lab/dist', import.meta.url));

for (const engine of engines) {
  test.describe(engine, () => {
    const reason = nginxMissing() ?? missing(engine);
    test.skip(reason !== undefined, reason);

    let nginx: Nginx;
    let address: string;
    let browser: Browser;

    test.beforeAll(async () => {
      const port = await freePort();
      nginx = await startNginx({ servers: [{ port, root: lab, include: documentedConfig }] });
      address = `http://127.0.0.1:${port}`;
      browser = await launch(engine);
    });

    test.afterAll(async () => {
      await browser?.close();
      await nginx?.stop();
    });

    test('trains on the built-in cell to a rate correlation above 0.9, predicts within 1e-4 of its own network, and asks its own address alone', async () => {
      const page = await browser.newPage();
      await page.goto(`${address}/index.html#steps=400&restarts=1`);
      await page.waitFor(
        `return document.querySelector('[data-testid="built-in-result"]') !== null`,
        150_000,
      );
      const { rateCc, onnxDifference, seconds } = await page.evaluate<Record<string, string>>(
        `return { ...document.querySelector('[data-testid="built-in-result"]').dataset };`,
      );
      test.info().annotations.push({ type: 'seconds', description: seconds });
      expect(Number(rateCc)).toBeGreaterThan(0.9);
      expect(Number(onnxDifference)).toBeLessThanOrEqual(1e-4);

      const elsewhere = (await page.requests()).filter((url) => !isOf(address, url));
      expect(elsewhere).toEqual([]);
      const log = await nginx.accessLog();
      expect(log.map(({ url }) => new URL(url).pathname)).toContain('/index.html');
      expect(log.filter(({ status }) => status >= 400)).toEqual([]);
      await page.close();
    });
  });
}

/** Blob and data addresses are made in the page. */
function isOf(address: string, url: string): boolean {
  return url.startsWith(`${address}/`) || /^(blob|data):/.test(url);
}
