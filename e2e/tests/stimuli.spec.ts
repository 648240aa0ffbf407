/**
 * New stimuli of retino-predictor: for a picture, a film, an array, a drawing and what is generated, rates as a model
 * of known weights gives them by plain arithmetic.
 */
import { generateStimulus } from '@retinoscope/worker';
import { hdf5, npy } from './support/files.js';
import {
  type LinearModel,
  linearOnnx,
  linearRates,
  type Movie,
  oneOutput,
  scattered,
  units,
  type Values,
} from './support/models.js';
import { fact, largestDifference, payload, readCsv, saved } from './support/page.js';
import { contrastOf, encoded, type Greys, gif, png, video } from './support/pictures.js';
import {
  boundOf,
  chooseSource,
  frameOf,
  giveMedia,
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

const side = 8;
const size = [side, side] as const;
const grid = { lags: 3, height: side, width: side };
/** Mean grey is 0.5 for the model, so that nothing passes that takes it for 0. */
const values: Values = [0, 1];
const linear = oneOutput(grid, units(50, values));
const [output] = linear.outputs;

/** Float32 sums of 192 products. */
const rounding = 1e-5;

/** A picture that is no grey of 8 bits, and the nearest that is. */
const ideal = scattered(side * side, 0.45, 7).map((value) => 0.5 + value);
const greys: Greys = {
  height: side,
  width: side,
  data: Uint8Array.from(ideal, (g) => 255 * g + 0.5),
};

const openLinear = (page: Page) => openPredictor(page, { 'linear.onnx': linearOnnx(linear) });

function expectLinear(told: Told, model: LinearModel = linear, of: Values = values): void {
  model.outputs.forEach((each, i) => {
    const expected = linearRates(each, told.movie, of);
    expect(largestDifference(rateOf(told.rates, i), expected), each.name).toBeLessThan(rounding);
  });
}

function expectMovie({ movie }: Told, expected: Movie, bound = 1e-6): void {
  expect(movie.shape).toEqual(expected.shape);
  expect(largestDifference(movie.data, expected.data)).toBeLessThan(bound);
}

/** Presents pictures for 15 frames without grey before or after, as a film is shown. */
async function presentAtOnce(page: Page, element: Locator): Promise<Told> {
  await setNumber(element, 'Grey before, ms', 0);
  return predicted(page, () => setNumber(element, 'Grey after, ms', 0));
}

test('a picture as PNG, as GIF, as npy, as HDF5 and as a film of arrays gives the same rates (1e-5), those of the picture before its 8 bits within Σ|weight| × half a grey', async ({
  page,
}) => {
  const element = await openLinear(page);
  await start(page);
  await giveMedia(page, { name: 'picture.png', bytes: png(greys) });
  const asPng = await presentAtOnce(page, element);
  const contrast = Array.from(greys.data, (grey) => (2 * grey) / 255 - 1);
  expectMovie(asPng, presented(contrast, size, { before: 0, after: 0 }));
  expectLinear(asPng);

  const film = Array.from({ length: 15 }, () => [...greys.data]).flat();
  const others = [
    { name: 'picture.gif', bytes: gif(new Array(5).fill(greys), 10) },
    { name: 'picture.npy', bytes: npy({ shape: [side, side], data: greys.data }) },
    { name: 'picture.h5', bytes: await hdf5('picture', { shape: [side, side], data: greys.data }) },
    { name: 'film.npy', bytes: npy({ shape: [15, side, side], data: Uint8Array.from(film) }) },
  ];
  for (const file of others) {
    const told = await giveMedia(page, file);
    expect(largestDifference(told.rates.values, asPng.rates.values), file.name).toBeLessThan(
      rounding,
    );
  }

  const exact = Array.from(ideal, (grey) => 2 * grey - 1);
  const unrounded = linearRates(output, presented(exact, size, { before: 0, after: 0 }), values);
  const halfGrey = boundOf(output, 0.5 / 255);
  expect(largestDifference(rateOf(asPng.rates), unrounded)).toBeLessThan(halfGrey);
  // The bound tells something: a whole grey's error everywhere would not be far above it.
  expect(halfGrey).toBeLessThan(0.05 * Math.max(...unrounded.map(Math.abs)));
});

test('a film whose pictures differ is shown picture by picture: a GIF of 10 pictures a second at 30 frames a second (1e-5)', async ({
  page,
}) => {
  await openLinear(page);
  await start(page);
  const pictures = [3, 4, 5].map((seed) => ({
    ...greys,
    data: Uint8Array.from(scattered(side * side, 127, seed), (grey) => 128 + grey),
  }));
  const told = await giveMedia(page, { name: 'film.gif', bytes: gif(pictures, 10) });
  const frames = pictures.flatMap(({ data }) => [data, data, data]);
  expectMovie(told, {
    shape: [9, side, side],
    data: frames.flatMap((data) => Array.from(data, (grey) => (2 * grey) / 255 - 1)),
  });
  expectLinear(told);
});

for (const { name, type } of [
  { name: 'picture.webm', type: 'video/webm;codecs=vp8' },
  { name: 'picture.mp4', type: 'video/mp4;codecs=vp9' },
]) {
  test(`the same picture as ${name} gives its rates within Σ|weight| × 6 of 255 greys, which its coding may lose`, async ({
    page,
  }) => {
    await openLinear(page);
    await start(page);
    const bytes = await video(page, greys, { type, side: 16, milliseconds: 700 });
    const told = await giveMedia(page, { name, bytes });
    const [frames] = told.movie.shape;
    expect(frames).toBeGreaterThan(10);
    expectLinear(told);
    const contrast = Array.from(greys.data, (grey) => (2 * grey) / 255 - 1);
    const expected = linearRates(
      output,
      presented(contrast, size, { before: 0, on: frames, after: 0 }),
      values,
    );
    expect(largestDifference(rateOf(told.rates), expected)).toBeLessThan(boundOf(output, 6 / 255));
  });
}

for (const { name, type } of [
  { name: 'picture.jpg', type: 'image/jpeg' },
  { name: 'picture.webp', type: 'image/webp' },
] as const) {
  test(`the same picture as ${name} gives its rates within Σ|weight| × 3 of 255 greys, which its coding may lose`, async ({
    page,
  }) => {
    const element = await openLinear(page);
    await start(page);
    await giveMedia(page, { name, bytes: await encoded(page, greys, { type, side: 16 }) });
    const told = await presentAtOnce(page, element);
    expectLinear(told);
    const contrast = Array.from(greys.data, (grey) => (2 * grey) / 255 - 1);
    const expected = linearRates(
      output,
      presented(contrast, size, { before: 0, after: 0 }),
      values,
    );
    expect(largestDifference(rateOf(told.rates), expected)).toBeLessThan(boundOf(output, 3 / 255));
  });
}

test('a picture on the clipboard is pasted by its keys (1e-5)', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const element = await openLinear(page);
  await start(page);
  await chooseSource(element, 'Picture or video');
  await page.evaluate(
    async (bytes) => {
      const blob = new Blob([Uint8Array.from(bytes)], { type: 'image/png' });
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
    },
    [...png(greys)],
  );
  await element.getByRole('radio', { name: 'Picture or video' }).focus();
  const told = await predicted(page, () => page.keyboard.press('Control+V'));
  const contrast = Array.from(greys.data, (grey) => (2 * grey) / 255 - 1);
  expectMovie(told, presented(contrast, size));
  expectLinear(told);
});

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

test('a picture moved and enlarged by dragging, wheel and keys gives the rates of where it lies (1e-5); swapped, their opposite', async ({
  page,
}) => {
  const element = await openLinear(page);
  await start(page);
  await giveMedia(page, { name: 'picture.png', bytes: png(greys) });
  const canvas = element.locator('canvas[role="application"]');
  const squares = { height: side, width: side, squareSize: 50 };
  /** That what is shown and predicted follows from the placement told, which is near the one expected. */
  const expectPlaced = async (
    action: () => Promise<unknown>,
    expected: { readonly x: number; readonly y: number; readonly pixelSize: number },
    bound = 1e-6,
  ) => {
    const told = await predicted(page, action);
    const { placement } = (await toldState(page)).stimulus;
    expect(placement).toBeDefined();
    if (!placement) return;
    const found = [placement.x, placement.y, placement.pixelSize];
    const wanted = [expected.x, expected.y, expected.pixelSize];
    expect(largestDifference(found, wanted)).toBeLessThan(bound);
    expectMovie(told, presented(contrastOf(greys, placement, squares), size));
    expectLinear(told);
  };

  const from = await squareOnCanvas(element, size, { x: 4, y: 4 });
  /** µm of a pixel of the page, in which a pointer moves. */
  const pixel = 50 / from.side;
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await expectPlaced(
    async () => {
      await page.mouse.move(from.x + 2 * from.side, from.y - from.side, { steps: 5 });
      await page.mouse.up();
    },
    { x: 100, y: -50, pixelSize: 50 },
    2 * pixel,
  );
  await expectPlaced(() => canvas.press('0'), { x: 0, y: 0, pixelSize: 50 });
  await expectPlaced(() => canvas.press('ArrowRight'), { x: 50, y: 0, pixelSize: 50 });
  await expectPlaced(() => canvas.press('Shift+ArrowDown'), { x: 50, y: 250, pixelSize: 50 });
  await expectPlaced(() => canvas.press('0'), { x: 0, y: 0, pixelSize: 50 });
  await expectPlaced(() => canvas.press('+'), { x: 0, y: 0, pixelSize: 55 });
  await expectPlaced(() => canvas.press('-'), { x: 0, y: 0, pixelSize: 50 });

  // Turned above a square 2.5 squares right of the middle and 1.5 above it, which stays where it is.
  const over = await squareOnCanvas(element, size, { x: 6, y: 2 });
  await page.mouse.move(over.x, over.y);
  await expectPlaced(
    () => page.mouse.wheel(0, -50),
    { x: -12.5, y: 7.5, pixelSize: 55 },
    0.2 * pixel,
  );
  await expectPlaced(
    () => setNumber(element, 'Position, x, µm', 33),
    { x: 33, y: 7.5, pixelSize: 55 },
    0.2 * pixel,
  );
  const before = await predicted(page, () => canvas.press('0'));
  const swapped = await predicted(page, () =>
    element.getByRole('checkbox', { name: 'Dark and bright swapped' }).check(),
  );
  expectMovie(swapped, { ...before.movie, data: before.movie.data.map((contrast) => -contrast) });
  expectLinear(swapped);
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
