/** What is shown of a prediction belongs to that prediction, and to its model: spikes, explanation, comparison, link. */
import { drawSpikes } from '@retinoscope/worker';
import {
  expectLinear,
  grid,
  linear,
  openLinear,
  output,
  rounding,
  side,
} from './support/linear.js';
import { linearOnnx, oneOutput, units } from './support/models.js';
import { onnx } from './support/onnx.js';
import { drop, fact, largestDifference, payload, readCsv, saved } from './support/page.js';
import { png } from './support/pictures.js';
import {
  giveMedia,
  openPredictor,
  predicted,
  rateOf,
  setNumber,
  start,
} from './support/predicting.js';
import { expect, type Locator, test } from './support/test.js';

test('sampled spikes are those of the rate that is shown, also where its ends are the same', async ({
  page,
}) => {
  const element = await openLinear(page);
  const counts: number[] = [];
  const before = await start(page);
  const after = await predicted(page, () => setNumber(element, 'Contrast, %', -100));
  expect(rateOf(after.rates)[0]).toBe(rateOf(before.rates)[0]);
  expect(rateOf(after.rates).at(-1)).toBe(rateOf(before.rates).at(-1));
  for (const contrast of [100, -100]) {
    const told = await predicted(page, () => setNumber(element, 'Contrast, %', contrast));
    const spikes = drawSpikes(Float32Array.from(rateOf(told.rates)), 12, 1);
    const count = spikes.reduce((sum, each) => sum + each, 0);
    counts.push(count);
    await expect(
      element.getByRole('img', { name: new RegExp(`^Spikes sampled.*: ${count} spikes in 12`) }),
    ).toBeVisible();
  }
  expect(counts[0]).not.toBe(counts[1]);
});

test('an explanation is gone with its model; why another has none is said in its place', async ({
  page,
}) => {
  const element = await openLinear(page);
  await start(page);
  await element.getByText('Which part of the stimulus drove the cell').click();
  const map = element.locator('retino-picture[name="explanation"] svg');
  await expect(map).toBeVisible();
  const size = grid.lags * grid.height * grid.width;
  const other = onnx({
    metadata: units(50),
    input: { name: 'x', dims: ['batch', grid.lags, grid.height, grid.width] },
    output: { name: 'rate', dims: ['batch', 1] },
    nodes: [
      { operator: 'Sin', from: ['x'], to: 'waves' },
      { operator: 'Flatten', from: ['waves'], to: 'flat' },
      { operator: 'MatMul', from: ['flat', 'w'], to: 'rate' },
    ],
    constants: [{ name: 'w', dims: [size, 1], values: output.weights }],
  });
  await predicted(page, () =>
    element
      .getByLabel(/Open ONNX model/)
      .setInputFiles(payload([{ name: 'waves.onnx', bytes: other }])),
  );
  await expect(element.getByRole('alert')).toHaveText(/operator Sin, whose maps and gradients/);
  await expect(map).toHaveCount(0);
});

test('a link holds the model that is compared with, and the seed of the spikes', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const model = linearOnnx(linear);
  const element = await openPredictor(
    page,
    { 'linear.onnx': model, 'other.onnx': model },
    '&compare=/models/other.onnx&seed=7',
  );
  await start(page);
  await element.getByRole('button', { name: 'Copy link' }).click();
  await expect(element.getByText('The link is copied.')).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await page.goto('about:blank');
  await page.goto(link);
  const told = await start(page);
  expectLinear(told);
  expect(told.compared?.name).toBe('other.onnx');
  await expect(element.getByRole('spinbutton', { name: 'Seed of the spikes' })).toHaveValue('7');
});

for (const { said, factor, shown } of [
  { said: 'Hz', factor: 1 / 30, shown: 'Hz' },
  { said: 'dF/F', factor: 1, shown: 'dF/F, another unit' },
]) {
  test(`rates of a model in ${said}, compared with spikes per frame at 30 Hz, are ${factor === 1 ? 'left as they are, and their unit is told' : 'divided by 30'} (1e-5)`, async ({
    page,
  }) => {
    const other = oneOutput(grid, { ...units(50, [0, 1]), units: said });
    const element = await openPredictor(
      page,
      { 'linear.onnx': linearOnnx(linear), 'other.onnx': linearOnnx(other) },
      '&compare=/models/other.onnx',
    );
    const told = await start(page);
    const rates = told.compared ? rateOf(told.compared.rates) : [];
    expect(rates).toHaveLength(told.rates.windows);
    const csv = readCsv(
      await saved(page, () => element.getByRole('button', { name: 'Save rates (CSV)' }).click()),
    );
    const expected = rates.map((rate) => factor * rate);
    expect(largestDifference(csv.compared_rate, expected)).toBeLessThan(rounding);
    // The other model gives its own numbers, whatever the unit of the first.
    const text = await fact(element, 'Largest rate, compared').first().textContent();
    expect(text?.trim().endsWith(shown)).toBe(true);
    expect(Math.abs(Number.parseFloat(text ?? '') - Math.max(...rates))).toBeLessThan(0.01);
  });
}

test('the rates below the plot are saved as a table, those of the plot (1e-5)', async ({
  page,
}) => {
  const element = await openLinear(page);
  const told = await start(page);
  const picture = element.locator('retino-picture[name="predicted-rate"]');
  const csv = readCsv(
    await saved(page, () => picture.getByRole('button', { name: /CSV/ }).click()),
  );
  expect(csv.window).toHaveLength(told.rates.windows);
  expect(largestDifference(csv.rate, rateOf(told.rates))).toBeLessThan(rounding);
});

test('a stimulus that was saved gives its own rates when it is opened again (1e-5)', async ({
  page,
}) => {
  const element = await openLinear(page);
  const before = await start(page);
  const file = await saved(page, () =>
    element.getByRole('button', { name: 'Save stimulus and rates (npz)' }).click(),
  );
  await predicted(page, () => setNumber(element, 'Contrast, %', 50));
  const again = await giveMedia(page, file);
  expect(again.movie.shape).toEqual(before.movie.shape);
  expect(largestDifference(again.movie.data, before.movie.data)).toBeLessThan(1e-6);
  expect(largestDifference(again.rates.values, before.rates.values)).toBeLessThan(rounding);
});

test('a number that is copied from a table goes into the field, not its picture', async ({
  page,
}) => {
  const element = await openLinear(page);
  await start(page);
  const paste = (target: Locator) =>
    target.evaluate(
      (field, bytes) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData('text/plain', '120');
        clipboardData.items.add(
          new File([Uint8Array.from(bytes)], 'cell.png', { type: 'image/png' }),
        );
        const event = { clipboardData, bubbles: true, cancelable: true, composed: true };
        return field.dispatchEvent(new ClipboardEvent('paste', event));
      },
      [...png({ height: 2, width: 2, data: new Uint8Array(4) })],
    );
  // It is left to the browser, which puts the text in.
  expect(await paste(element.getByRole('spinbutton', { name: 'Diameter, µm' }))).toBe(true);
  await expect(element.getByRole('radio', { name: 'Generate' })).toBeChecked();
  await predicted(page, async () => {
    expect(await paste(element.getByRole('radio', { name: 'Generate' }))).toBe(false);
  });
  await expect(element.getByRole('radio', { name: 'Picture or video' })).toBeChecked();
});

test('what is chosen is what is shown: a picture that is dropped after noise, an output that the next model has not', async ({
  page,
}) => {
  const outputs = [0, 1, 2].map((i) => ({ ...output, name: `cell ${i}`, bias: i }));
  const element = await openPredictor(page, { 'three.onnx': linearOnnx({ ...linear, outputs }) });
  await start(page);
  const stimulus = element.getByRole('combobox', { name: 'Stimulus' });
  await predicted(page, () => stimulus.selectOption('noise'));
  const greys = { height: side, width: side, data: new Uint8Array(side * side).fill(255) };
  const picture = { name: 'white.png', bytes: png(greys), type: 'image/png' };
  await predicted(page, () => drop(page, [picture], element));
  await expect(stimulus).toHaveValue('new');

  const chosen = element.getByRole('combobox', { name: 'Output' });
  await chosen.selectOption({ label: 'cell 2' });
  const two = { ...linear, outputs: outputs.slice(0, 2) };
  await predicted(page, () =>
    element
      .getByLabel(/Open ONNX model/)
      .setInputFiles(payload([{ name: 'two.onnx', bytes: linearOnnx(two) }])),
  );
  await expect(chosen).toHaveValue('1');
  await expect(element.locator('retino-picture[name="predicted-rate"] svg')).toHaveAttribute(
    'aria-label',
    /cell 1/,
  );
});

test('a link says what it does not hold: a reader’s own model, a picture', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const element = await openLinear(page);
  await start(page);
  const other = { name: 'own.onnx', bytes: linearOnnx(linear) };
  await predicted(page, () =>
    element.getByLabel(/Open ONNX model/).setInputFiles(payload([other])),
  );
  const greys = { height: side, width: side, data: new Uint8Array(side * side).fill(255) };
  await giveMedia(page, { name: 'white.png', bytes: png(greys) });
  await element.getByRole('button', { name: 'Copy link' }).click();
  await expect(element.getByText('The link is copied.')).toHaveText(
    'The link is copied. It does not hold the model. It does not hold the picture.',
  );
  const link = new URL(await page.evaluate(() => navigator.clipboard.readText()));
  expect(link.searchParams.has('model')).toBe(false);
});
