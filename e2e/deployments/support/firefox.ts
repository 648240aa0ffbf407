/** Firefox through WebDriver BiDi, as Puppeteer speaks it. `RETINOSCOPE_FIREFOX` names the program. */
import { existsSync } from 'node:fs';
import puppeteer, { type ElementHandle, type Page } from 'puppeteer-core';
import {
  type Browser,
  type BrowserPage,
  expression,
  frameScope,
  type Said,
  waitFor,
} from './page.js';

export function firefoxProgram(): string | undefined {
  const { RETINOSCOPE_FIREFOX: given } = process.env;
  if (given) return given;
  return ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find((path) => existsSync(path));
}

export async function launchFirefox(executablePath: string): Promise<Browser> {
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath, headless: true });
  return {
    async newPage() {
      const context = await browser.createBrowserContext();
      return firefoxPage(await context.newPage(), () => context.close());
    },
    close: () => browser.close(),
  };
}

function firefoxPage(page: Page, close: () => Promise<void>): BrowserPage {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const said: Said[] = [];
  page.on('console', (message) => {
    const kind = ({ error: 'error', warn: 'warning' } as const)[message.type() as string];
    if (kind) said.push({ kind, text: message.text(), url: message.location().url ?? '' });
  });
  page.on('pageerror', (error) => said.push({ kind: 'error', text: String(error), url: '' }));
  return {
    async goto(url) {
      await page.goto(url);
    },
    async evaluate<T>(script: string, ...args: readonly unknown[]) {
      return (await page.evaluate(expression(script, args))) as T;
    },
    waitFor(script, timeoutMs) {
      return waitFor(this, script, timeoutMs);
    },
    frame: (index) =>
      frameScope(async <T>(script: string, ...args: readonly unknown[]) => {
        const frame = page.mainFrame().childFrames()[index];
        if (!frame) throw new Error(`The page has no frame ${index}.`);
        return (await frame.evaluate(expression(script, args))) as T;
      }),
    async setFiles(script, paths) {
      const handle = await page.evaluateHandle(expression(script));
      const input = handle.asElement() as ElementHandle<HTMLInputElement> | null;
      if (!input) throw new Error(`No element: ${script}`);
      await input.uploadFile(...paths);
      await handle.dispose();
    },
    requests: async () => [...asked],
    said: () => [...said],
    workers: () => undefined,
    close,
  };
}
