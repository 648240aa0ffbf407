/**
 * New stimuli of retino-predictor: for what is generated and drawn, and for models that say much, little or nothing of
 * themselves, rates as a model of known weights gives them by plain arithmetic. Pictures and films: stimuli-media.spec.ts.
 */
import { generateStimulus } from '@retinoscope/worker';
import {
  expectLinear,
  expectMovie,
  grid,
  linear,
  openLinear,
  output,
  rounding,
  side,
  size,
  values,
} from './support/linear.js';
import { linearOnnx, linearRates, oneOutput, scattered, units } from './support/models.js';
import { fact, largestDifference, payload, readCsv, saved } from './support/page.js';
import {
  chooseSource,
  frameOf,
  openPredictor,
  predicted,
  presented,
  rateOf,
  setNumber,
  squareOnCanvas,
  start,
  type Told,
  toldState,
} from './support/predicting.js';
import { expect, type Locator, type Page, test } from './support/test.js';

/** Share of each square `[y, x]` under a disc in the middle, by 200 × 200 points a square. */
function discShares(across: number, squareSize: number, diameter: number): number[] {
  const points = 200;
  return Array.from({ length: across * across }, (_, square) => {
    const left = ((square % across) - across / 2) * squareSize;
    const top = (Math.floor(square / across) - across / 2) * squareSize;
    let inside = 0;
    for (let i = 0; i < points * points; i++) {
      const x = left + (((i % points) + 0.5) / points) * squareSize;
      const y = top + ((Math.floor(i / points) + 0.5) / points) * squareSize;
      if (Math.hypot(x, y) < diameter / 2) inside++;
    }
    return inside / points ** 2;
  });
}

for (const squareSize of [30, 50, 100]) {
  test(`a spot of 300 µm on squares of ${squareSize} µm covers each by its share (2e-3), and π 150² µm² in all (1e-5)`, async ({
    page,
  }) => {
    const across = 20;
    const model = oneOutput({ lags: 2, height: across, width: across }, units(squareSize));
    await openPredictor(page, { 'model.onnx': linearOnnx(model) });
    const told = await start(page);
    expect(told.movie.shape).toEqual([60, across, across]);
    const shown = frameOf(told.movie, 20);
    expect(largestDifference(shown, discShares(across, squareSize, 300))).toBeLessThan(2e-3);
    const area = squareSize ** 2 * shown.reduce((sum, share) => sum + share, 0);
    expect(Math.abs(area / (Math.PI * 150 ** 2) - 1)).toBeLessThan(1e-5);
    expect([14, 15, 29, 30].map((t) => Math.max(...frameOf(told.movie, t)))).toEqual([0, 1, 1, 0]);
    expectLinear(told, model, [-1, 1]);
  });
}

/** A picture of grey with `squares` in other contrasts. */
function drawn(squares: Readonly<Record<string, number>>): number[] {
  return Array.from(
    { length: side * side },
    (_, i) => squares[`${i % side},${Math.floor(i / side)}`] ?? 0,
  );
}

test('what is drawn by pointer and by keys is shown, undone and redone, and gives its rates (1e-5)', async ({
  page,
}) => {
  const element = await openLinear(page);
  await start(page);
  const expectDrawn = (told: Told, squares: Readonly<Record<string, number>>) => {
    expectMovie(told, presented(drawn(squares), size));
    expectLinear(told);
  };
  expectDrawn(await predicted(page, () => chooseSource(element, 'Draw')), {});

  const at = (x: number, y: number) => squareOnCanvas(element, size, { x, y });
  const [from, to] = [await at(2, 3), await at(5, 3)];
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  const line = { '2,3': 1, '3,3': 1, '4,3': 1, '5,3': 1 };
  const stroke = await predicted(page, async () => {
    await page.mouse.move(to.x, to.y, { steps: 7 });
    await page.mouse.up();
  });
  expectDrawn(stroke, line);

  const erased = await predicted(page, () => page.mouse.click(from.x, from.y, { button: 'right' }));
  expectDrawn(erased, { ...line, '2,3': 0 });

  await setNumber(element, 'Contrast of the brush', -0.5);
  const canvas = element.locator('canvas[role="application"]');
  const expectPressed = async (keys: readonly string[], squares: Record<string, number>) => {
    const told = await predicted(page, async () => {
      await canvas.focus();
      for (const key of keys) await page.keyboard.press(key);
    });
    expectDrawn(told, squares);
  };
  // The cursor is where the pointer was last: on square 2, 3.
  const keyed = { ...line, '2,3': 0, '2,2': -0.5, '1,2': -0.5 };
  await expectPressed(['ArrowUp', 'Space', 'ArrowLeft', 'Enter'], keyed);
  await expectPressed(['Delete'], { ...keyed, '1,2': 0 });
  await expectPressed(['Control+z'], keyed);
  await expectPressed(['Control+z', 'Control+z'], { ...line, '2,3': 0 });
  await expectPressed(['Control+z', 'Control+z'], {});
  await expectPressed(['Control+Shift+z'], line);
  const inverted = await predicted(page, () =>
    element.getByRole('button', { name: 'Invert' }).click(),
  );
  expectDrawn(inverted, { '2,3': -1, '3,3': -1, '4,3': -1, '5,3': -1 });
});

test('a second model of other squares and another frame rate is asked for the same stimulus; both rates are shown (1e-5)', async ({
  page,
}) => {
  const other = {
    ...oneOutput({ lags: 2, height: 10, width: 12 }, units(40, [-0.5, 0.5], 60)),
  };
  const element = await openPredictor(
    page,
    { 'linear.onnx': linearOnnx(linear), 'other.onnx': linearOnnx(other) },
    '&compare=/models/other.onnx',
  );
  const told = await start(page);
  expectLinear(told);
  const { spec } = (await stateAfter(page, element)).stimulus;
  const kind = spec.kind as 'spot';
  const again = await predicted(page, () => setNumber(element, 'Contrast, %', 100));
  const movie = generateStimulus(
    { kind, values: { ...spec.values, contrast: 100 } },
    { height: 10, width: 12, squareSize: 40, frameRate: 60 },
  );
  expect(movie.shape[0]).toBe(120);
  const expected = linearRates(other.outputs[0], movie, [-0.5, 0.5]);
  expect(again.compared?.name).toBe('other.onnx');
  const found = again.compared ? rateOf(again.compared.rates) : [];
  expect(largestDifference(found, expected)).toBeLessThan(rounding);
  // Spikes per frame at 60 frames a second.
  const largest = 60 * Math.max(...expected);
  await expect
    .poll(() => numberOf(fact(element, 'Largest rate, compared')))
    .toBeCloseTo(largest, 1);
  const picture = element.locator('retino-picture[name="predicted-rate"] svg');
  await expect(picture).toContainText('linear.onnx');
  await expect(picture).toContainText('other.onnx');
  const alone = await predicted(page, () =>
    element.getByRole('button', { name: /^Stop comparing/ }).click(),
  );
  expect(alone.compared).toBeUndefined();
  const chosen = await predicted(page, () =>
    element
      .getByLabel(/Compare with/)
      .setInputFiles(payload([{ name: 'chosen.onnx', bytes: linearOnnx(other) }])),
  );
  expect(chosen.compared?.name).toBe('chosen.onnx');

  const csv = readCsv(
    await saved(page, () => element.getByRole('button', { name: 'Save rates (CSV)' }).click()),
  );
  expect(csv.window).toHaveLength(told.rates.windows);
  // Frames of the first model at 30 Hz; each is shown for two of the other's, and holds the later one's rate.
  const last = rateOf(chosen.compared?.rates ?? told.rates).filter((_, t) => t % 2 === 1);
  expect(
    largestDifference(
      csv.compared_rate,
      last.map((rate) => 2 * rate),
    ),
  ).toBeLessThan(rounding);
});

/** What a link would hold, once something has changed. */
async function stateAfter(page: Page, element: Locator) {
  await predicted(page, () => setNumber(element, 'Contrast, %', 50));
  return toldState(page);
}

/** The first number that a line of facts tells. */
async function numberOf(line: Locator): Promise<number> {
  const text = (await line.textContent()) ?? '';
  return Number(/−?[\d.]+/.exec(text)?.[0].replace('−', '-'));
}

test('each of several outputs is chosen by name and shows its own rates (1e-5)', async ({
  page,
}) => {
  const outputs = ['first', 'second', 'third'].map((name, i) => ({
    name,
    weights: scattered(3 * side * side, 0.1, i),
    bias: i,
  }));
  const model = { ...grid, outputs, metadata: units(50, values) };
  const element = await openPredictor(page, { 'model.onnx': linearOnnx(model) });
  const told = await start(page);
  expect(told.columns).toEqual(['first', 'second', 'third']);
  expectLinear(told, model);
  for (const [i, { name }] of outputs.entries()) {
    await element.getByRole('combobox', { name: 'Output' }).selectOption({ label: name });
    const largest = 30 * Math.max(...rateOf(told.rates, i));
    await expect.poll(() => numberOf(fact(element, 'Largest rate'))).toBeCloseTo(largest, 0);
  }
});

test('a model that says no unit: what is missing is said and asked for, and changes the stimulus', async ({
  page,
}) => {
  // Three channels that no one names would be taken for colours.
  const model = oneOutput({ ...grid, lags: 4 });
  const element = await openPredictor(page, { 'model.onnx': linearOnnx(model) });
  const told = await start(page);
  expectLinear(told, model, [-1, 1]);
  expect(largestDifference(frameOf(told.movie, 20), discShares(side, 50, 300))).toBeLessThan(2e-3);
  await element.getByText('Model card').click();
  const unknown = element.getByRole('listitem');
  await expect(unknown).toHaveCount(6);
  for (const sentence of await unknown.allTextContents())
    expect(sentence).toMatch(/^The file .+\.$/);

  const wide = await predicted(page, () => setNumber(element, 'Side of a square, µm', 100));
  expect(largestDifference(frameOf(wide.movie, 20), discShares(side, 100, 300))).toBeLessThan(2e-3);
  const fast = await predicted(page, () => setNumber(element, 'Frames per second', 10));
  expect(fast.movie.shape).toEqual([20, side, side]);
  const dim = await predicted(page, () => setNumber(element, 'Value of contrast 1', 0.25));
  expectLinear(dim, model, [-1, 0.25]);
});

test('three channels that no one names: taken as colours, as frames when a reader says so, in either order; a link keeps it (1e-5)', async ({
  page,
}) => {
  const model = oneOutput(grid);
  const [{ weights, bias }] = model.outputs;
  const size = side * side;
  const bytes = linearOnnx(model);
  const element = await openPredictor(page, { 'model.onnx': bytes });
  const expectOf = (told: Told, of: ArrayLike<number>) => {
    const expected = linearRates({ ...output, weights: Float32Array.from(of), bias }, told.movie);
    expect(largestDifference(rateOf(told.rates), expected)).toBeLessThan(rounding);
  };
  // A grey stimulus is the same in each colour.
  const summed = Array.from(
    { length: size },
    (_, i) => weights[i] + weights[i + size] + weights[i + 2 * size],
  );
  expectOf(await start(page), summed);
  await expect(element.getByLabel('Order of the frames')).toHaveCount(0);
  const choose = (question: string, answer: string) =>
    predicted(page, () => element.getByLabel(question).selectOption({ label: answer }));
  expectOf(await choose('Axis after the samples', 'Frames (lags)'), weights);
  const newest = [2, 1, 0].flatMap((lag) => [...weights.subarray(lag * size, (lag + 1) * size)]);
  const told = await choose('Order of the frames', 'Newest first');
  expectOf(told, newest);
  await element.getByText('Which part of the stimulus drove the cell').click();
  await expect(element.getByText('Sum of the map')).toBeVisible();

  const state = await page.evaluate(() => predictorHeard.state ?? '');
  await page.goto('about:blank');
  const again = await openPredictor(page, { 'model.onnx': bytes }, `#state=${state}`);
  expectOf(await start(page), newest);
  await expect(again.getByLabel('Order of the frames')).toHaveValue('newest-first');
});
