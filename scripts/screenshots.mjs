/** `npm run screenshots`: pictures of the built lab, down to the filters of its fitted built-in cell, into docs/images. */
import './lib/require-node.mjs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { provideBrowser } from './lib/browser.mjs';
import { fail, install, root, turbo } from './lib/workspace.mjs';

const pictures = [
  { name: 'lab-wide', width: 1200, colorScheme: 'light' },
  { name: 'lab-dark', width: 1200, colorScheme: 'dark' },
  { name: 'lab-phone', width: 390, colorScheme: 'light' },
];

/** Starts the server and gives it with its address. */
async function serve() {
  const server = spawn(process.execPath, [join(root, 'scripts', 'start.mjs'), '--no-build'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: server.stdout })) {
    if (line.startsWith('http://')) return { server, address: line };
  }
  return fail('The lab could not be served.');
}

/** Taller than the page: what is off screen is not drawn. */
const height = 8000;
const margin = 24;

async function takePicture(browser, address, { name, width, colorScheme }) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  await page.goto(address);
  await page.getByTestId('built-in-result').waitFor({ state: 'attached', timeout: 180_000 });
  const filters = page.locator('retino-filters');
  await filters.locator('svg, canvas').first().waitFor();
  await page.waitForTimeout(1000);
  const box = await filters.boundingBox();
  await page.screenshot({
    path: join(root, 'docs', 'images', `${name}.png`),
    clip: { x: 0, y: 0, width, height: Math.ceil(box.y + box.height) + margin },
  });
  await page.close();
  console.log(`docs/images/${name}.png`);
}

await install();
if ((await turbo(['run', 'build', '--output-logs=errors-only'])) !== 0) fail('The build failed.');
const { chromium } = createRequire(join(root, 'e2e', 'package.json'))('@playwright/test');
const executablePath = await provideBrowser().catch((error) => fail(error.message));
mkdirSync(join(root, 'docs', 'images'), { recursive: true });
const { server, address } = await serve();
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  for (const picture of pictures) await takePicture(browser, address, picture);
} finally {
  await browser.close();
  server.kill();
  await once(server, 'exit');
}
