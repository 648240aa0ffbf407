/** The lab as a visitor finds it: it opens cleanly, it is accessible, and its built-in cell is recovered. */
import { expect, type Page, test } from '@playwright/test';
import axe from 'axe-core';

/** The built-in job's result, in the page once the job is done. */
function builtInResult(page: Page) {
  return page.getByTestId('built-in-result');
}

test('the page opens without an error, a failed request, or a request to another origin', async ({
  page,
  baseURL,
}) => {
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('requestfailed', (request) => faults.push(`failed: ${request.url()}`));
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`${response.status()}: ${response.url()}`);
  });
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== new URL(baseURL ?? '').origin) {
      faults.push(`another origin: ${request.url()}`);
    }
  });
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.waitForLoadState('networkidle');
  expect(faults).toEqual([]);
});

const looks = [
  { name: 'wide, light', width: 1440, height: 900, colorScheme: 'light' },
  { name: 'wide, dark', width: 1440, height: 900, colorScheme: 'dark' },
  { name: 'phone, light', width: 390, height: 844, colorScheme: 'light' },
  { name: 'phone, dark', width: 390, height: 844, colorScheme: 'dark' },
] as const;

interface Look {
  readonly width: number;
  readonly height: number;
  readonly colorScheme: 'light' | 'dark';
}

async function look(page: Page, { width, height, colorScheme }: Look) {
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme });
}

/** What axe objects to, shadow roots included. */
async function violations(page: Page) {
  // Evaluated, not added as a script tag: a content security policy would refuse an inline script.
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const results = await (globalThis as unknown as { axe: typeof axe }).axe.run();
    return results.violations.map(({ id, help, nodes }) => ({
      id,
      help,
      targets: nodes.map(({ target }) => target.join(' ')),
    }));
  });
}

/** Pixels by which the page is wider than its window. */
function sidewaysOverflow(page: Page) {
  return page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
}

for (const one of looks) {
  test(`as it opens, the page has no axe violation and does not scroll sideways: ${one.name}`, async ({
    page,
  }) => {
    await look(page, one);
    await page.goto('/');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    expect(await violations(page)).toEqual([]);
    expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
  });
}

test('with its results, the page has no axe violation and does not scroll sideways, in any look', async ({
  page,
}) => {
  await page.goto('/');
  await expect(builtInResult(page)).toBeAttached({ timeout: 90_000 });
  for (const one of looks) {
    // Taller than the page: what is off screen is not drawn.
    await look(page, { ...one, height: 8000 });
    for (const drawn of ['retino-receptive-field', 'retino-filters', 'retino-response']) {
      await expect(page.locator(drawn).locator('svg, canvas').first(), drawn).toBeVisible();
    }
    expect.soft(await violations(page), one.name).toEqual([]);
    expect.soft(await sidewaysOverflow(page), one.name).toBeLessThanOrEqual(0);
  }
});

test('the built-in cell: subunit cosines ≥ .95, rate CC ≥ .98, ONNX within 1e-5, done within 30 s', async ({
  page,
}) => {
  await page.goto('/');
  const result = builtInResult(page);
  await expect(result).toBeAttached({ timeout: 90_000 });
  const number = async (attribute: string) =>
    Number.parseFloat((await result.getAttribute(attribute)) ?? '');
  expect(await number('data-min-cosine')).toBeGreaterThanOrEqual(0.95);
  expect(await number('data-rate-cc')).toBeGreaterThanOrEqual(0.98);
  expect(await number('data-onnx-difference')).toBeLessThanOrEqual(1e-5);
  expect(await number('data-seconds')).toBeLessThanOrEqual(30);
});
