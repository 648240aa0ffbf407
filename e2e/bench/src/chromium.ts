/**
 * Times the rows in Chromium: bundles a page, serves it on this machine alone, cross-origin isolated, and runs it
 * headless. `RETINOSCOPE_CHROMIUM` names the browser; Playwright's own when absent.
 */
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { build, preview } from 'vite';
import type { RunOptions } from './node.js';
import { tensorflowFolder } from './peers-folder.js';
import type { TimedPlace } from './rows.js';

const folder = fileURLToPath(new URL('../.cache', import.meta.url));
const sourceFolder = join(folder, 'source');
const pageFolder = join(folder, 'page');

export async function runInChromium(options: RunOptions): Promise<TimedPlace> {
  const { onProgress, builds, only, seconds } = options;
  onProgress('bundling the page');
  await bundle(options.peers);
  const server = await preview({
    root: sourceFolder,
    configFile: false,
    logLevel: 'warn',
    appType: 'mpa',
    build: { outDir: pageFolder },
    preview: {
      host: '127.0.0.1',
      port: 4650,
      headers: {
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
      },
    },
  });
  const executablePath = process.env.RETINOSCOPE_CHROMIUM;
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-timer-throttling'],
  });
  try {
    const page = await browser.newPage();
    await page.exposeFunction('reportProgress', onProgress);
    const crashed = new Promise<never>((_, reject) => {
      page.on('crash', () => reject(new Error('The page crashed, most likely out of memory.')));
    });
    const address = server.resolvedUrls?.local[0];
    if (!address) throw new Error('The page could not be served.');
    await page.goto(address);
    const suite = { builds, only, seconds };
    const timed = await Promise.race([
      page.evaluate((given) => window.runBench(given), suite),
      crashed,
    ]);
    return { place: 'Chromium', version: browser.version(), ...timed };
  } finally {
    await browser.close();
    await server.close();
  }
}

/** Bundles the page's entry into `pageFolder`. */
async function bundle(peers: boolean): Promise<void> {
  const entry = fileURLToPath(new URL(peers ? './page-peers.js' : './page.js', import.meta.url));
  mkdirSync(sourceFolder, { recursive: true });
  writeFileSync(
    join(sourceFolder, 'index.html'),
    `<!doctype html><title>Bench</title><script type="module">import ${JSON.stringify(entry)};</script>\n`,
  );
  await build({
    root: sourceFolder,
    configFile: false,
    logLevel: 'error',
    base: './',
    build: {
      target: 'es2022',
      outDir: pageFolder,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 10_000,
    },
    worker: { format: 'es' },
  });
  if (!peers) return;
  for (const file of readdirSync(tensorflowFolder)) {
    if (file.endsWith('.wasm')) {
      cpSync(join(tensorflowFolder, file), join(pageFolder, 'tensorflow', file));
    }
  }
}
