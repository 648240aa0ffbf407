/**
 * What an embedded predictor costs a page, in Chromium behind nginx with compression: bytes of script until its card is
 * shown, which are bounded, and what comes with a use. Times are told, not tested: e2e/.reports/first-paint*.json.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { missing } from './support/browsers.js';
import { startChromium } from './support/chromium.js';
import { embeddings, modelFolders } from './support/embedding.js';
import { type Hosts, situations, startHosts } from './support/hosts.js';
import { type LogEntry, nginxMissing } from './support/nginx.js';
import { expression, type Scope, waitFor } from './support/page.js';
import { press, shown } from './support/predicting.js';
import { siteFolder } from './support/site.js';

async function report(name: string, found: object): Promise<void> {
  const path = fileURLToPath(new URL(`../.reports/${name}.json`, import.meta.url));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(found, undefined, 2)}\n`);
}

/** Bytes of script, compressed and with the headers of the responses. */
const mostScriptBytes = 25_000;

const reason = nginxMissing() ?? missing('chromium');
test.skip(reason !== undefined, reason);

let hosts: Hosts;
let browser: Browser;

test.beforeAll(async () => {
  hosts = await startHosts(siteFolder, { forms: await embeddings(), folders: modelFolders });
  browser = await startChromium();
});

test.afterAll(async () => {
  await browser?.close();
  await hosts?.stop();
});

test(`a card is shown after at most ${mostScriptBytes} bytes of script, without ONNX Runtime or a worker; a prediction fetches ONNX Runtime once`, async () => {
  const [crossOrigin] = situations.filter(({ name }) => name === 'cross-origin');
  const page = await browser.newPage();
  const scope = scopeOf(page);
  await watchTimes(page);
  const received = await watchScripts(page);
  const started = performance.now();
  await page.goto(hosts.address(crossOrigin, 'element'));
  await shown(scope);
  const cardSeconds = (performance.now() - started) / 1000;
  const scripts = received();
  const scriptBytes = sum(scripts.map(({ bytes }) => bytes));
  const first = await hosts.accessLog();
  const times = await page.evaluate<Times>(expression('return times'));
  expect(scripts.length).toBeGreaterThan(0);
  expect(scriptBytes, JSON.stringify(scripts)).toBeLessThanOrEqual(mostScriptBytes);
  expect(first.filter(({ url }) => /worker|\.wasm$/.test(url))).toEqual([]);
  // The server and the browser tell the same, but for what each counts as headers.
  const sent = sum(first.filter(isScript).map(({ bytes }) => bytes));
  expect(Math.abs(sent - scriptBytes)).toBeLessThan(200 * scripts.length);

  const pressed = performance.now();
  await press(scope);
  const predictionSeconds = (performance.now() - pressed) / 1000;
  const all = await hosts.accessLog();
  const isRuntime = ({ url }: LogEntry) => /\/ort[^/]*$/.test(new URL(url).pathname);
  const isEmbed = ({ url }: LogEntry) => url.startsWith(hosts.files);
  const runtime = all.filter(isRuntime);
  expect(runtime.filter(({ url }) => url.endsWith('.wasm'))).toHaveLength(1);
  const bytes = (entries: readonly LogEntry[]) => sum(entries.map((entry) => entry.bytes));
  const found = {
    untilCard: {
      scriptBytes,
      scripts,
      seconds: cardSeconds,
      firstContentfulPaintSeconds: times.paint / 1000,
      longTasks: times.long.length,
      blockingSeconds: sum(times.long.map((duration) => duration - 50)) / 1000,
    },
    untilPrediction: {
      bytes: bytes(all.filter(isEmbed)),
      runtimeBytes: bytes(runtime),
      seconds: predictionSeconds,
    },
  };
  expect(found.untilPrediction.bytes).toBeGreaterThan(found.untilPrediction.runtimeBytes);
  expect(found.untilCard.firstContentfulPaintSeconds).toBeGreaterThan(0);
  await report('first-paint', found);
  await page.close();
});

/** A desktop computer, and the phone and the line that Lighthouse takes for a slow one. */
const visitors = {
  desktop: { slower: 1 },
  phone: {
    slower: 4,
    line: { latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 },
  },
} as const;

test('the first paint and what blocks it are told, on a desktop and as on a slow phone', async () => {
  const [crossOrigin] = situations.filter(({ name }) => name === 'cross-origin');
  const found: Record<string, object> = {};
  for (const [visitor, limits] of Object.entries(visitors)) {
    const page = await browser.newPage();
    const session = await page.context().newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: limits.slower });
    if ('line' in limits) {
      await session.send('Network.emulateNetworkConditions', { offline: false, ...limits.line });
    }
    await watchTimes(page);
    await page.goto(hosts.address(crossOrigin, 'element'));
    await shown(scopeOf(page));
    const card = await page.evaluate(() => performance.now());
    // Tasks of a moment after it count as well.
    await page.waitForTimeout(1000);
    const { paint, long } = await page.evaluate<Times>(expression('return times'));
    expect(paint).toBeGreaterThan(0);
    found[visitor] = {
      firstContentfulPaintMs: Math.round(paint),
      cardMs: Math.round(card),
      longestTaskMs: Math.max(0, ...long),
      totalBlockingMs: sum(long.map((duration) => duration - 50)),
    };
    await page.close();
  }
  test.info().annotations.push({ type: 'times', description: JSON.stringify(found) });
  await report('first-paint-times', found);
});

interface Times {
  /** Milliseconds from the start of the page to the first text or picture. */
  readonly paint: number;
  /** Milliseconds of each task of more than 50 ms. */
  readonly long: readonly number[];
}

async function watchTimes(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const long: number[] = [];
    const times = { paint: 0, long };
    Object.assign(globalThis, { times });
    new PerformanceObserver((list) => {
      long.push(...list.getEntries().map(({ duration }) => duration));
    }).observe({ type: 'longtask', buffered: true });
    new PerformanceObserver((list) => {
      for (const { name, startTime } of list.getEntries()) {
        if (name === 'first-contentful-paint') times.paint = startTime;
      }
    }).observe({ type: 'paint', buffered: true });
  });
}

interface Script {
  readonly url: string;
  /** As they came: compressed, with headers. */
  readonly bytes: number;
}

/** Scripts of the page, without those of its workers; the function gives those that have come. */
async function watchScripts(page: Page): Promise<() => readonly Script[]> {
  const session = await page.context().newCDPSession(page);
  const addresses = new Map<string, string>();
  const come: Script[] = [];
  session.on('Network.responseReceived', ({ requestId, response, type }) => {
    if (type === 'Script') addresses.set(requestId, response.url);
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const url = addresses.get(requestId);
    if (url !== undefined) come.push({ url: new URL(url).pathname, bytes: encodedDataLength });
  });
  await session.send('Network.enable');
  return () => [...come];
}

function isScript({ url }: LogEntry): boolean {
  return new URL(url).pathname.endsWith('.js');
}

function scopeOf(page: Page): Scope {
  return {
    evaluate: (script, ...args) => page.evaluate(expression(script, args)),
    waitFor(script, timeoutMs) {
      return waitFor(this, script, timeoutMs);
    },
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
