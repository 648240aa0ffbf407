/**
 * New stimuli of retino-predictor in a reader's hands: by keys alone, explained, in a link, for assistive technology,
 * on small screens, with a hostile file, and given up. The numbers are looked at in stimuli.spec.ts.
 */
import { npy } from './support/files.js';
import {
  filterMap,
  type LayeredModel,
  type LinearModel,
  layeredOnnx,
  linearOnnx,
  linearRates,
  oneOutput,
  scattered,
  units,
  type Values,
  windowAt,
} from './support/models.js';
import { fact, largestDifference, readCsv, saved, tabTo, violations } from './support/page.js';
import {
  chooseSource,
  giveMedia,
  openPredictor,
  predicted,
  rateOf,
  setNumber,
  squareOnCanvas,
  start,
  toldState,
} from './support/predicting.js';
import { expect, type Locator, type Page, test } from './support/test.js';

const side = 8;
const grid = { lags: 3, height: side, width: side };
const values: Values = [0, 1];
const frameRate = 30;
const linear = oneOutput(grid, units(50, values));
const [output] = linear.outputs;

const places = (side - 2) ** 2;
const layered: LayeredModel = {
  ...grid,
  filters: scattered(2 * 9 * grid.lags, 0.3, 2),
  readout: scattered(2 * places, 0.1, 3),
  metadata: units(50, values),
};

test('by keys alone: from the address bar to a rate, what drove it, and its CSV', async ({
  page,
}) => {
  const element = await openPredictor(page, { 'linear.onnx': linearOnnx(linear) });
  await tabTo(page, /^Predict a stimulus/);
  await predicted(page, () => page.keyboard.press('Enter'));
  await tabTo(page, /^Kind/);
  const flash = await predicted(page, () => page.keyboard.type('Full'));
  expect(flash.movie.data.filter((contrast) => contrast === 1)).toHaveLength(15 * side * side);
  await tabTo(page, /^Contrast/);
  const told = await predicted(page, async () => {
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
  });
  expect(Math.max(...told.movie.data)).toBeCloseTo(0.9, 6);
  const rates = linearRates(output, told.movie, values);
  expect(largestDifference(rateOf(told.rates), rates)).toBeLessThan(1e-5);

  await tabTo(page, /^Predicted rate: the arrow keys/);
  await page.keyboard.press('ArrowRight');
  await expect(element.getByRole('figure', { name: 'Predicted rate' })).toContainText(
    /\d; mean rate \(Hz\)/,
  );
  await tabTo(page, /^Which part of the stimulus drove the cell/);
  await page.keyboard.press('Enter');
  await expect(element.locator('retino-picture[name="explanation"] svg')).toBeVisible();
  await tabTo(page, /^Save rates \(CSV\)/, 'Shift+Tab');
  const csv = readCsv(await saved(page, () => page.keyboard.press('Enter')));
  expect(csv.window).toEqual(rates.map((_, t) => t));
  expect(largestDifference(csv.rate, rates)).toBeLessThan(1e-5);
});

test('a number in a box stays as it is typed while the model is asked, and is taken when it is entered', async ({
  page,
}) => {
  const element = await openPredictor(page, { 'linear.onnx': linearOnnx(linear) });
  await start(page);
  const diameter = element.getByRole('spinbutton', { name: 'Diameter, µm' });
  const kept = await diameter.inputValue();
  await predicted(page, async () => {
    await setNumber(element, 'Contrast, %', 50);
    await diameter.fill('123');
  });
  await expect(diameter).toHaveValue('123');
  await predicted(page, () => diameter.press('Enter'));
  expect((await toldState(page)).stimulus.spec.values).toMatchObject({
    contrast: 50,
    diameter: 123,
  });

  // What cannot be taken is not left standing, and what is taken elsewhere is shown in a box that has the focus.
  await diameter.fill('');
  await diameter.blur();
  await expect(diameter).toHaveValue('123');
  await diameter.fill(kept);
  await diameter.fill('123');
  await diameter.blur();
  await diameter.focus();
  await predicted(page, () =>
    element.getByRole('slider', { name: 'Diameter' }).evaluate((slider: HTMLInputElement) => {
      slider.value = '150';
      slider.dispatchEvent(new Event('input', { bubbles: true }));
    }),
  );
  await expect(diameter).toHaveValue('150');
  await diameter.fill('1e9');
  await predicted(page, () => diameter.press('Enter'));
  const { values: said } = (await toldState(page)).stimulus.spec;
  expect(said.diameter).toBeLessThan(1e9);
  await expect(diameter).toHaveValue(String(said.diameter));
});

async function explain(element: Locator): Promise<void> {
  await element.getByText('Which part of the stimulus drove the cell').click();
  await expect(element.getByText('Sum of the map')).toBeVisible();
}

/** The number that a fact tells, to three digits. */
async function told(element: Locator, term: string): Promise<number> {
  const text = (await fact(element, term).first().textContent()) ?? '';
  return Number(/−?[\d.]+/.exec(text)?.[0].replace('−', '-'));
}

test('of a linear model, what drove the rate is weight × (input − grey) for each square and lag (1e-4 Hz), and its sum is the rate’s difference from grey', async ({
  page,
}) => {
  const element = await openPredictor(page, { 'linear.onnx': linearOnnx(linear) });
  const { movie } = await start(page);
  await explain(element);
  const rates = linearRates(output, movie, values);
  const csvOf = async (name: string) => {
    const picture = element.locator(`retino-picture[name="${name}"]`);
    const button = picture.getByRole('button', { name: 'Download data as CSV' });
    return readCsv(await saved(page, () => button.click()));
  };
  const expectExplained = async (frame: number) => {
    const window = windowAt(movie, frame, grid.lags, values);
    const product = window.map((value, i) => frameRate * output.weights[i] * (value - 0.5));
    const size = side * side;
    const map = Array.from({ length: size }, (_, i) =>
      [0, 1, 2].reduce((sum, lag) => sum + product[lag * size + i], 0),
    );
    const csv = await csvOf('explanation');
    expect([csv.y[9], csv.x[9]]).toEqual([1, 1]);
    const found = csv['gradient times input (Hz)'];
    expect(largestDifference(found, map)).toBeLessThan(1e-4);
    const lags = await csvOf('explanation-lags');
    const newest = product.slice(2 * size);
    expect(lags['frames back'][0]).toBe(0);
    const current = lags['gradient times input (Hz)'].slice(0, size);
    expect(largestDifference(current, newest)).toBeLessThan(1e-4);

    const sum = found.reduce((all, value) => all + value, 0);
    const grey =
      frameRate * output.weights.reduce((all, weight) => all + 0.5 * weight, output.bias);
    const rate = frameRate * rates[frame];
    expect(Math.abs(sum - (rate - grey))).toBeLessThan(1e-3);
    const near = (value: number) => 0.006 * Math.abs(value);
    for (const [term, expected] of [
      ['Sum of the map', sum],
      ['Rate at this frame', rate],
      ['Rate of mean grey', grey],
      ['Difference of the two', rate - grey],
    ] as const) {
      expect(Math.abs((await told(element, term)) - expected), term).toBeLessThan(near(expected));
    }
  };
  const largest = rates.indexOf(Math.max(...rates));
  await expect(element.getByText(`Frame ${largest + 1} of 60`)).toBeVisible();
  await expectExplained(largest);
  await element.getByRole('slider', { name: /^Frame \d+ of 60/ }).fill('16');
  await expect
    .poll(() => told(element, 'Rate at this frame'))
    .not.toBeCloseTo(frameRate * rates[largest], 1);
  await expectExplained(16);
});

test('the mark on the maps of the filters tells what the filters give there (0.6 %), by keys and by pointing', async ({
  page,
}) => {
  const element = await openPredictor(page, { 'layered.onnx': layeredOnnx(layered) });
  const { movie, rates } = await start(page);
  await explain(element);
  const rate = rateOf(rates);
  const window = windowAt(movie, rate.indexOf(Math.max(...rate)), grid.lags, values);
  const maps = [0, 1].map((filter) => filterMap(layered, filter, window));
  const section = element.getByRole('region', { name: 'Maps of the filters' });
  const expectTold = async (x: number, y: number) => {
    const readout = section.locator('.readout');
    await expect(readout).toHaveText(new RegExp(`^x ${x}, y ${y}:`));
    const text = (await readout.textContent()) ?? '';
    const told = [0, 1].map((filter) => {
      const found = new RegExp(`filter ${filter} has ([\\d.]+)`).exec(text)?.[1];
      return Number(found ?? 0);
    });
    for (const filter of [0, 1]) {
      const expected = maps[filter][y * (side - 2) + x];
      expect(Math.abs(told[filter] - expected), text).toBeLessThanOrEqual(0.006 * expected);
    }
  };
  const tiles = section.getByRole('application', { name: /maps of 2 filters/ });
  await tiles.focus();
  await page.keyboard.press('ArrowRight');
  await expectTold(3, 3);
  for (const [key, x, y] of [
    ['ArrowLeft', 2, 3],
    ['ArrowUp', 2, 2],
    ['Shift+ArrowDown', 2, 5],
    ['Shift+ArrowRight', 5, 5],
  ] as const) {
    await page.keyboard.press(key);
    await expectTold(x, y);
  }
  const tile = tiles.locator('.frame').first();
  await tile.scrollIntoViewIfNeeded();
  const box = await tile.boundingBox();
  if (!box) throw new Error('The tile is not shown.');
  await page.mouse.move(box.x + (1.5 / 6) * box.width, box.y + (4.5 / 6) * box.height);
  await expectTold(1, 4);
});

test('a copied link shows the same stimulus, units and output again; whatever else stands in its place does no harm', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const outputs = ['first', 'second'].map((name, i) => ({
    name,
    weights: scattered(4 * side * side, 0.1, i),
    bias: i,
  }));
  const model: LinearModel = { ...grid, lags: 4, outputs };
  const element = await openPredictor(page, { 'model.onnx': linearOnnx(model) });
  await start(page);
  const copied = async () => {
    await element.getByRole('button', { name: 'Copy link' }).click();
    await expect(element.getByText('The link is copied.')).toBeVisible();
    return page.evaluate(() => navigator.clipboard.readText());
  };
  const reopened = async (address: string) => {
    await page.goto('about:blank');
    await page.goto(address);
    return start(page);
  };

  await predicted(page, () =>
    element.getByRole('combobox', { name: 'Kind' }).selectOption({ label: 'Moving bar' }),
  );
  await predicted(page, () => setNumber(element, 'Speed, µm/s', 730));
  const before = await predicted(page, () => setNumber(element, 'Side of a square, µm', 80));
  await element.getByRole('combobox', { name: 'Output' }).selectOption({ label: 'second' });
  const link = await copied();
  const after = await reopened(link);
  expect(after.movie).toEqual(before.movie);
  expect(largestDifference(after.rates.values, before.rates.values)).toBeLessThan(1e-6);
  await expect(element.getByRole('spinbutton', { name: 'Speed, µm/s' })).toHaveValue('730');
  await expect(element.getByRole('spinbutton', { name: 'Side of a square, µm' })).toHaveValue('80');
  await expect(element.getByRole('combobox', { name: 'Output' })).toHaveValue('1');
  expect(new URL(link).search).not.toContain('state');

  await predicted(page, () => chooseSource(element, 'Draw'));
  const at = await squareOnCanvas(element, [side, side], { x: 2, y: 5 });
  const drawing = await predicted(page, () => page.mouse.click(at.x, at.y));
  const again = await reopened(await copied());
  expect(again.movie).toEqual(drawing.movie);

  const page0 = link.slice(0, link.indexOf('#'));
  const json = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const junk = [
    '%00%ff<script>alert(1)</script>',
    json([null, { stimulus: 1 }]),
    json({
      stimulus: { source: 'drawing', drawing: '____', presentation: { on: 1e9 } },
      units: { squareSize: -1, frameRate: '<b>', __proto__: { dark: 1 } },
      output: 1e9,
    }),
  ];
  for (const text of junk) {
    const { rates } = await reopened(`${page0}#state=${text}`);
    expect(rates.values.every(Number.isFinite)).toBe(true);
    expect(rates.outputs).toBe(2);
    await expect(page.getByRole('alert')).toHaveCount(0);
  }
});

const sources: readonly {
  readonly name: string;
  readonly show: (page: Page, element: Locator) => Promise<unknown>;
}[] = [
  { name: 'Generate', show: async () => undefined },
  {
    name: 'Picture or video',
    show: (page) => {
      const data = Uint8Array.from({ length: 64 }, (_, i) => 4 * i);
      return giveMedia(page, { name: 'ramp.npy', bytes: npy({ shape: [8, 8], data }) });
    },
  },
  {
    name: 'Draw',
    show: async (page, element) => {
      await predicted(page, () => chooseSource(element, 'Draw'));
      const at = await squareOnCanvas(element, [side, side], { x: 3, y: 3 });
      await predicted(page, () => page.mouse.click(at.x, at.y));
    },
  },
];

for (const { name, show } of sources) {
  test(`${name}, explained: nothing for axe to object to, light and dark, and no sideways scrolling, from 280 to 1000 pixels`, async ({
    page,
  }) => {
    const element = await openPredictor(page, { 'layered.onnx': layeredOnnx(layered) });
    await start(page);
    await show(page, element);
    await explain(element);
    for (const width of [1000, 390, 280]) {
      await page.setViewportSize({ width, height: 800 });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await violations(page), `${width} pixels, ${colorScheme}`).toEqual([]);
      }
      const wide = await page.evaluate(() => document.scrollingElement?.scrollWidth);
      expect(wide, `${width} pixels`).toBeLessThanOrEqual(width);
    }
  });
}

test('markup in a file is shown as text', async ({ page }) => {
  const markup = '<img src=x onerror=alert(1)><b>cell</b>';
  const model: LinearModel = {
    ...grid,
    outputs: ['<i>first</i>', '<i>second</i>'].map((name) => ({ ...output, name })),
    metadata: {
      ...units(50, values),
      cell: markup,
      recording: `<script>${markup}</script>`,
      citation: markup,
      licence: markup,
      [markup]: markup,
    },
  };
  const element = await openPredictor(page, { '<b>model.onnx': linearOnnx(model) });
  await start(page);
  await element.getByText('Model card').click();
  await explain(element);
  await expect(fact(element, 'Cell').first()).toHaveText(markup);
  await expect(fact(element, 'Please cite')).toHaveText(markup);
  await expect(element.getByRole('combobox', { name: 'Output' })).toContainText('<i>second</i>');
  await expect(element.getByText(markup).first()).toBeVisible();
  await expect(element.locator('img, b, i, script')).toHaveCount(0);
});

/** A model that takes seconds for a long stimulus, and a fraction of one for a short one. */
const heavy = layeredOnnx({
  lags: 20,
  height: 48,
  width: 48,
  filters: scattered(48 * 9 * 20, 0.01),
  readout: scattered(48 * 46 * 46, 0.01, 2),
  metadata: units(50),
});

for (const { name, stop, said } of [
  {
    name: 'given up by its button',
    stop: (element: Locator) => element.getByRole('button', { name: 'Cancel' }).click(),
    said: undefined,
  },
  {
    name: 'over its time of 60 s',
    stop: (element: Locator) => element.page().clock.fastForward(61_000),
    said: /did not answer within 60 s and was stopped/,
  },
]) {
  test(`a run ${name} ends, and the predictor works on`, async ({ page }) => {
    await page.clock.install();
    const element = await openPredictor(page, { 'heavy.onnx': heavy });
    const short = await start(page);
    const kind = element.getByRole('combobox', { name: 'Kind' });
    await predicted(page, () => kind.selectOption({ label: 'White noise' }));
    await setNumber(element, 'Duration, ms', 30_000);
    await expect(element.getByRole('progressbar', { name: 'Running the model' })).toBeVisible();
    await stop(element);
    await expect(element.getByRole('progressbar')).toHaveCount(0);
    if (said) await expect(element.getByRole('alert')).toHaveText(said);
    else await expect(element.getByRole('alert')).toHaveCount(0);
    const again = await predicted(page, () => kind.selectOption({ label: 'Spot' }));
    expect(largestDifference(again.rates.values, short.rates.values)).toBeLessThan(1e-6);
    await expect(element.getByRole('alert')).toHaveCount(0);
  });
}
