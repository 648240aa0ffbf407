/** Chromium through Playwright. `RETINOSCOPE_CHROMIUM` names the program. */
import { existsSync } from 'node:fs';
import {
  type Browser as ChromiumBrowser,
  chromium,
  type ElementHandle,
  type Page,
} from '@playwright/test';
import {
  type Browser,
  type BrowserPage,
  expression,
  frameScope,
  type Said,
  waitFor,
} from './page.js';

export function chromiumProgram(): string | undefined {
  const { RETINOSCOPE_CHROMIUM: given } = process.env;
  if (given) return given;
  return ['/usr/bin/chromium', chromium.executablePath()].find((path) => existsSync(path));
}

/** Chromium as Playwright has it, for tests that need more of it than the engines share. */
export function startChromium(executablePath = chromiumProgram()): Promise<ChromiumBrowser> {
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
}

export async function launchChromium(executablePath: string): Promise<Browser> {
  const browser = await startChromium(executablePath);
  return {
    async newPage() {
      const context = await browser.newContext();
      return chromiumPage(await context.newPage(), () => context.close());
    },
    close: () => browser.close(),
  };
}

function chromiumPage(page: Page, close: () => Promise<void>): BrowserPage {
  const asked: string[] = [];
  page.context().on('request', (request) => asked.push(request.url()));
  const said: Said[] = [];
  page.on('console', (message) => {
    const kind = message.type();
    if (kind !== 'error' && kind !== 'warning') return;
    said.push({ kind, text: message.text(), url: message.location().url });
  });
  page.on('pageerror', (error) => said.push({ kind: 'error', text: String(error), url: '' }));
  return {
    async goto(url) {
      await page.goto(url);
    },
    evaluate: (script, ...args) => page.evaluate(expression(script, args)),
    waitFor(script, timeoutMs) {
      return waitFor(this, script, timeoutMs);
    },
    frame: (index) =>
      frameScope(async (script, ...args) => {
        const frame = page.mainFrame().childFrames()[index];
        if (!frame) throw new Error(`The page has no frame ${index}.`);
        return frame.evaluate(expression(script, args));
      }),
    async setFiles(script, paths) {
      const handle = await page.evaluateHandle(expression(script));
      const input = handle.asElement() as ElementHandle | null;
      if (!input) throw new Error(`No element: ${script}`);
      await input.setInputFiles([...paths]);
      await handle.dispose();
    },
    requests: async () => [...asked],
    said: () => [...said],
    workers: () => page.workers().length,
    close,
  };
}
