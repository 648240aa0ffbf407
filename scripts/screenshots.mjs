/** `npm run screenshots`: pictures of the built lab, down to the filters of its fitted built-in cell, into docs/images. */
import './lib/require-node.mjs';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { withLab } from './lib/lab.mjs';
import { root } from './lib/workspace.mjs';

const pictures = [
  { name: 'lab-wide', width: 1200, colorScheme: 'light' },
  { name: 'lab-dark', width: 1200, colorScheme: 'dark' },
  { name: 'lab-phone', width: 390, colorScheme: 'light' },
];

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

mkdirSync(join(root, 'docs', 'images'), { recursive: true });
await withLab(async (browser, address) => {
  for (const picture of pictures) await takePicture(browser, address, picture);
});
