/**
 * `test` for every journey: beyond its own assertions a journey fails when the page logs an error, throws,
 * fails to load something, or asks another origin for anything, in a worker too.
 */
import { test as base, expect, type Page } from '@playwright/test';

export { expect, type Locator, type Page } from '@playwright/test';

/** What goes wrong on `page` from now on, in words. */
function watchFaults(page: Page, origin: string): readonly string[] {
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    // A worker that is ended, or a page that is left, gives up what it was loading.
    if (reason !== 'net::ERR_ABORTED') faults.push(`failed: ${request.url()} ${reason}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`${response.status()}: ${response.url()}`);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== origin) {
      faults.push(`another origin: ${url.href}`);
    }
  });
  return faults;
}

export const test = base.extend<{ readonly faults: readonly string[] }>({
  faults: [
    async ({ page, baseURL }, use) => {
      const faults = watchFaults(page, new URL(baseURL ?? '').origin);
      await use(faults);
      expect(faults, 'errors, failed requests and requests to another origin').toEqual([]);
    },
    { auto: true },
  ],
});
