/**
 * What cannot be loaded, or not all of it: a predictor asks for its model once, says why, and works when it is asked
 * again; elements whose script fails are tried again now and then. The faults are the tests' own, so the page's are not
 * watched here; the server of models is of another origin.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { linear, side } from './support/linear.js';
import { linearOnnx } from './support/models.js';
import { drop, payload } from './support/page.js';
import { png } from './support/pictures.js';
import { frameOf, listen, openPredictor, predicted, setNumber } from './support/predicting.js';

const bytes = Buffer.from(linearOnnx(linear));
/** ms in which a predictor that asks again by itself would have done so many times. */
const moment = 1500;

type Answer = (response: ServerResponse) => void;

const whole: Answer = (response) => response.end(bytes);
const missing: Answer = (response) => response.writeHead(404).end();
/** Half of what was said to come, and then the connection ends. */
const cut: Answer = (response) => {
  response.writeHead(200, { 'content-length': bytes.length });
  response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
};
/** The first bytes, and nothing more. */
const slow: Answer = (response) => {
  response.writeHead(200, { 'content-length': bytes.length });
  response.write(bytes.subarray(0, 100));
};

/** A server of models whose answer can be changed. */
async function modelServer() {
  let answer = whole;
  let asked = 0;
  const server = createServer((_, response) => {
    asked++;
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('cross-origin-resource-policy', 'cross-origin');
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}/cell.onnx`,
    answerWith(other: Answer): void {
      answer = other;
    },
    get asked(): number {
      return asked;
    },
    close(): Promise<void> {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

let server: Awaited<ReturnType<typeof modelServer>>;

test.beforeEach(async ({ page }) => {
  server = await modelServer();
  await listen(page);
  await page.addInitScript(() => {
    Object.assign(globalThis, { failures: [] });
    addEventListener('retino-predict-failed', (event) => {
      (globalThis as unknown as { failures: string[] }).failures.push(
        (event as CustomEvent).detail.message,
      );
    });
  });
});

test.afterEach(() => server.close());

async function open(page: Page, more = ''): Promise<Locator> {
  const model = encodeURIComponent(server.address);
  await page.goto(`/elements.html?element=retino-predictor&model=${model}${more}`);
  return page.locator('retino-predictor');
}

function failures(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => (globalThis as unknown as { failures: string[] }).failures);
}

/** That the model was asked for `times` times in all, and that the page still answers. */
async function expectAsked(page: Page, times: number): Promise<void> {
  await page.waitForTimeout(moment);
  expect(server.asked).toBe(times);
  expect(await page.evaluate(() => document.readyState)).toBe('complete');
}

for (const { what, fault, said } of [
  { what: 'is missing', fault: missing, said: /^There is no model at .*404/ },
  { what: 'comes by half', fault: cut, said: /^The connection ended before all of/ },
]) {
  for (const autostart of ['', '&autostart']) {
    test(`a model that ${what}${autostart && ', with autostart'}: said once, and read when it is there and asked for`, async ({
      page,
    }) => {
      server.answerWith(fault);
      const element = await open(page, autostart);
      await expect(element.getByRole('alert')).toHaveText(said);
      const first = server.asked;
      await expectAsked(page, first);
      expect(first).toBeLessThanOrEqual(2);
      expect(await failures(page)).toHaveLength(1);

      const button = element.getByRole('button', { name: 'Predict a stimulus' });
      await button.click();
      await expect(element.getByRole('alert')).toHaveText(said);
      await expectAsked(page, first + 1);
      server.answerWith(whole);
      await predicted(page, () => button.click());
      await expect(element.getByRole('alert')).toHaveCount(0);
      await expectAsked(page, first + 2);
    });
  }
}

test('an address that a wiki left empty, with autostart: said once, and the page answers', async ({
  page,
}) => {
  await page.goto('/elements.html?element=retino-predictor&model=&autostart');
  await expect(page.locator('retino-predictor').getByRole('alert')).toHaveText(
    /^The address of the model is not understood/,
  );
  await expectAsked(page, 0);
  expect(await failures(page)).toHaveLength(1);
});

test('taken away while its model is read, it reads no more; put back, it begins again', async ({
  page,
}) => {
  server.answerWith(slow);
  const element = await open(page);
  await element.getByRole('button', { name: 'Predict a stimulus' }).click();
  await expect(element.getByRole('progressbar', { name: 'Loading' })).toBeVisible();
  await expect.poll(() => server.asked).toBeGreaterThan(0);
  const before = server.asked;
  const kept = await element.evaluateHandle((each) => {
    each.remove();
    return each;
  });
  await expectAsked(page, before);
  expect(await failures(page)).toEqual([]);
  server.answerWith(whole);
  await kept.evaluate((each) => document.querySelector('main')?.append(each));
  await predicted(page, () => element.getByRole('button', { name: 'Predict a stimulus' }).click());
});

test('a picture that is dropped while the model is read is shown to it then', async ({ page }) => {
  const waiting: ServerResponse[] = [];
  server.answerWith((response) => waiting.push(response));
  const element = await open(page);
  await element.getByRole('button', { name: 'Predict a stimulus' }).click();
  await expect.poll(() => waiting.length).toBeGreaterThan(0);
  const greys = { height: side, width: side, data: new Uint8Array(side * side).fill(255) };
  const told = await predicted(page, async () => {
    await drop(page, [{ name: 'white.png', bytes: png(greys), type: 'image/png' }], element);
    server.answerWith(whole);
    for (const response of waiting) whole(response);
  });
  expect(frameOf(told.movie, 20)).toEqual(new Array(side * side).fill(1));
});

for (const { when, fault } of [
  { when: 'could not be had', fault: missing },
  { when: 'is still on its way', fault: slow },
]) {
  test(`a model that a reader opens takes the place of one that ${when}, for good`, async ({
    page,
  }) => {
    server.answerWith(fault);
    const element = await open(page);
    await expect.poll(() => server.asked).toBeGreaterThan(0);
    if (fault === missing) await expect(element.getByRole('alert')).toBeVisible();
    const own = { name: 'own.onnx', bytes, type: 'application/octet-stream' };
    await predicted(page, () => drop(page, [own], element));
    await expect(element.getByRole('alert')).toHaveCount(0);
    await expect(element.getByText('own.onnx').first()).toBeVisible();
    const before = server.asked;
    server.answerWith(whole);
    await predicted(page, () => setNumber(element, 'Contrast, %', 50));
    await expect(element.getByText('own.onnx').first()).toBeVisible();
    await expect(element.getByRole('alert')).toHaveCount(0);
    await expectAsked(page, before);
  });
}

/** A predictor in use, whose model to compare with is answered so. */
async function startComparing(page: Page, answer: Answer): Promise<Locator> {
  server.answerWith(answer);
  const compare = `&compare=${encodeURIComponent(server.address)}`;
  const element = await openPredictor(page, { 'linear.onnx': linearOnnx(linear) }, compare);
  await element.getByRole('button', { name: 'Predict a stimulus' }).click();
  return element;
}

test('a model to compare with that does not answer is given up, and what is next is predicted without it', async ({
  page,
}) => {
  const element = await startComparing(page, slow);
  await element.getByRole('button', { name: 'Cancel' }).click();
  await expect(element.getByRole('alert')).toHaveCount(0);
  const told = await predicted(page, () => setNumber(element, 'Contrast, %', 50));
  expect(told.compared).toBeUndefined();
  expect(server.asked).toBe(1);
});

test('a reader’s own model to compare with takes the place of one that is still on its way', async ({
  page,
}) => {
  const element = await startComparing(page, slow);
  const own = element.getByLabel(/Compare with/);
  const told = await predicted(page, () =>
    own.setInputFiles(payload([{ name: 'mine.onnx', bytes }])),
  );
  expect(told.compared?.name).toBe('mine.onnx');
  server.answerWith(whole);
  const next = await predicted(page, () => setNumber(element, 'Contrast, %', 50));
  expect(next.compared?.name).toBe('mine.onnx');
  await expectAsked(page, 1);
});

test('moved while the model is read that it is compared with, it is compared all the same', async ({
  page,
}) => {
  const element = await startComparing(page, slow);
  await expect.poll(() => server.asked).toBe(1);
  server.answerWith(whole);
  const told = await predicted(page, () =>
    element.evaluate((each) => each.parentElement?.append(each)),
  );
  expect(told.compared?.rates.values).toEqual(told.rates.values);
});

test('elements whose script cannot be loaded are tried again at growing intervals, and come with it', async ({
  page,
}) => {
  const times: number[] = [];
  let isAway = true;
  await page.route(/\/embed\/.*\/assets\/dist-/, (route) => {
    if (!isAway) return route.continue();
    times.push(Date.now());
    return route.abort();
  });
  await page.goto('/elements.html?element=retino-cell');
  await expect.poll(() => times.length, { timeout: 20_000 }).toBe(3);
  // After 1 s, and after 2 s more.
  expect(times[1] - times[0]).toBeGreaterThan(900);
  expect(times[2] - times[1]).toBeGreaterThan(1900);
  isAway = false;
  await expect(
    page
      .locator('retino-cell')
      .getByText(/Training frames|frames/i)
      .first(),
  ).toBeVisible({
    timeout: 30_000,
  });
});
