/**
 * `npm run screenshots`: pictures of the built lab, down to the filters of its fitted built-in cell, and of the network
 * that it exports as an embed that is used, into docs/images.
 */
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

/** The built-in cell's network in a page of its own, asked with a spot. */
async function takeEmbed(browser, address, { name, width, colorScheme }) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  await page.goto(address);
  await page.getByTestId('built-in-result').waitFor({ state: 'attached', timeout: 180_000 });
  const model = await page.evaluate(() => {
    const { onnx } = document.getElementById('cell').currentSession.state;
    return Array.from(onnx);
  });
  await page.route('**/model.onnx', (route) =>
    route.fulfill({ body: Buffer.from(model), contentType: 'application/octet-stream' }),
  );
  const query = new URLSearchParams({
    element: 'retino-predictor',
    model: 'model.onnx',
    heading: 'The built-in cell',
    autostart: '',
  });
  await page.goto(new URL(`elements.html?${query}`, address).href);
  const predictor = page.locator('retino-predictor');
  await predictor.getByText('Predicted rate', { exact: true }).waitFor({ timeout: 120_000 });
  await predictor.getByText('Which part of the stimulus').click();
  await predictor.getByText('Maps of the filters').waitFor({ timeout: 60_000 });
  await page.waitForTimeout(1000);
  const box = await predictor.boundingBox();
  await page.screenshot({
    path: join(root, 'docs', 'images', `${name}.png`),
    clip: { x: 0, y: 0, width, height: Math.ceil(box.y + box.height) + margin },
  });
  await page.close();
  console.log(`docs/images/${name}.png`);
}

/** `npm run screenshots -- predictor`: only those whose name starts so. */
const asked = process.argv.slice(2);
const isAsked = ({ name }) => asked.length === 0 || asked.some((start) => name.startsWith(start));

const embeds = [
  { name: 'predictor-wide', width: 1000, colorScheme: 'light' },
  { name: 'predictor-phone', width: 390, colorScheme: 'dark' },
];

mkdirSync(join(root, 'docs', 'images'), { recursive: true });
await withLab(async (browser, address) => {
  for (const picture of pictures.filter(isAsked)) await takePicture(browser, address, picture);
  for (const picture of embeds.filter(isAsked)) await takeEmbed(browser, address, picture);
});
