/**
 * Pictures, films and arrays as stimuli of retino-predictor: opened, pasted, moved and enlarged, they give the rates
 * that a model of known weights gives by plain arithmetic.
 */
import { hdf5, npy } from './support/files.js';
import {
  expectLinear,
  expectMovie,
  openLinear,
  output,
  rounding,
  side,
  size,
  values,
} from './support/linear.js';
import { linearRates, scattered } from './support/models.js';
import { drop, largestDifference } from './support/page.js';
import {
  contrastOf,
  encoded,
  type Greys,
  gif,
  pixelContrast,
  png,
  video,
} from './support/pictures.js';
import {
  boundOf,
  chooseSource,
  giveMedia,
  listen,
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

/** A picture that is no grey of 8 bits, and the nearest that is. */
const ideal = scattered(side * side, 0.45, 7).map((value) => 0.5 + value);
const greys: Greys = {
  height: side,
  width: side,
  data: Uint8Array.from(ideal, (g) => 255 * g + 0.5),
};

/** Presents pictures for 15 frames without grey before or after, as a film is shown. */
async function presentAtOnce(page: Page, element: Locator): Promise<Told> {
  await predicted(page, () => setNumber(element, 'Grey before, ms', 0));
  return predicted(page, () => setNumber(element, 'Grey after, ms', 0));
}

test('a picture as PNG, as GIF, as npy, as HDF5 and as a film of arrays gives the same rates (1e-5), those of the picture before its 8 bits within Σ|weight| × half a grey', async ({
  page,
}) => {
  const element = await openLinear(page);
  await start(page);
  await giveMedia(page, { name: 'picture.png', bytes: png(greys) });
  const asPng = await presentAtOnce(page, element);
  const contrast = pixelContrast(greys);
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
  const frames = pictures.flatMap((picture) => [picture, picture, picture]);
  expectMovie(told, {
    shape: [9, side, side],
    data: frames.flatMap(pixelContrast),
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
    const contrast = pixelContrast(greys);
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
    const contrast = pixelContrast(greys);
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
  const contrast = pixelContrast(greys);
  expectMovie(told, presented(contrast, size));
  expectLinear(told);
});

/** That what is shown and predicted after `action` follows from the placement told, which is near `expected`. */
async function expectPlaced(
  page: Page,
  action: () => Promise<unknown>,
  expected: { readonly x: number; readonly y: number; readonly pixelSize: number },
  bound = 1e-6,
): Promise<void> {
  const told = await predicted(page, action);
  const { placement } = (await toldState(page)).stimulus;
  expect(placement).toBeDefined();
  if (!placement) return;
  const found = [placement.x, placement.y, placement.pixelSize];
  const wanted = [expected.x, expected.y, expected.pixelSize];
  expect(largestDifference(found, wanted)).toBeLessThan(bound);
  const squares = { height: side, width: side, squareSize: 50 };
  expectMovie(told, presented(contrastOf(greys, placement, squares), size));
  expectLinear(told);
}

test('a picture moved and enlarged by dragging, wheel and keys gives the rates of where it lies (1e-5); swapped, their opposite', async ({
  page,
}) => {
  const element = await openLinear(page);
  await start(page);
  await giveMedia(page, { name: 'picture.png', bytes: png(greys) });
  const canvas = element.locator('canvas[role="application"]');
  const from = await squareOnCanvas(element, size, { x: 4, y: 4 });
  /** µm of a pixel of the page, in which a pointer moves. */
  const pixel = 50 / from.side;
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await expectPlaced(
    page,
    async () => {
      await page.mouse.move(from.x + 2 * from.side, from.y - from.side, { steps: 5 });
      await page.mouse.up();
    },
    { x: 100, y: -50, pixelSize: 50 },
    2 * pixel,
  );
  await expectPlaced(page, () => canvas.press('0'), { x: 0, y: 0, pixelSize: 50 });
  await expectPlaced(page, () => canvas.press('ArrowRight'), { x: 50, y: 0, pixelSize: 50 });
  await expectPlaced(page, () => canvas.press('Shift+ArrowDown'), { x: 50, y: 250, pixelSize: 50 });
  await expectPlaced(page, () => canvas.press('0'), { x: 0, y: 0, pixelSize: 50 });
  await expectPlaced(page, () => canvas.press('+'), { x: 0, y: 0, pixelSize: 55 });
  await expectPlaced(page, () => canvas.press('-'), { x: 0, y: 0, pixelSize: 50 });

  // Turned above a square 2.5 squares right of the middle and 1.5 above it, which stays where it is.
  const over = await squareOnCanvas(element, size, { x: 6, y: 2 });
  await page.mouse.move(over.x, over.y);
  await expectPlaced(
    page,
    () => page.mouse.wheel(0, -50),
    { x: -12.5, y: 7.5, pixelSize: 55 },
    0.2 * pixel,
  );
  await expectPlaced(
    page,
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

test('two fingers carry and enlarge a picture: what lies between them stays there (1e-5)', async ({
  page,
}) => {
  const element = await openLinear(page);
  await start(page);
  await giveMedia(page, { name: 'picture.png', bytes: png(greys) });
  const session = await page.context().newCDPSession(page);
  const touch = async (
    type: 'touchStart' | 'touchMove' | 'touchEnd',
    fingers: readonly (readonly [x: number, y: number])[],
  ) => {
    const points = fingers.map(([x, y]) => squareOnCanvas(element, size, { x, y }));
    const touchPoints = (await Promise.all(points)).map(({ x, y }, id) => ({ x, y, id }));
    await session.send('Input.dispatchTouchEvent', { type, touchPoints });
  };
  const { side: pixels } = await squareOnCanvas(element, size, { x: 0, y: 0 });
  // From 2 squares apart to 4, their middle, 25 µm right of and below the grid's, a square further down.
  await expectPlaced(
    page,
    async () => {
      await touch('touchStart', [[3, 4]]);
      await touch('touchStart', [
        [3, 4],
        [5, 4],
      ]);
      for (const way of [0.25, 0.5, 0.75, 1]) {
        await touch('touchMove', [
          [3 - way, 4 + way],
          [5 + way, 4 + way],
        ]);
      }
      await touch('touchEnd', []);
    },
    { x: -25, y: 25, pixelSize: 100 },
    (4 * 50) / pixels,
  );
  // One finger alone carries it.
  await expectPlaced(
    page,
    async () => {
      await touch('touchStart', [[4, 4]]);
      await touch('touchMove', [[5, 4]]);
      await touch('touchEnd', []);
    },
    { x: 25, y: 25, pixelSize: 100 },
    (6 * 50) / pixels,
  );
});

test('the lab takes a video as well', async ({ page }) => {
  await listen(page);
  await page.goto('/#steps=20&restarts=1');
  await expect(page.getByTestId('built-in-result')).toBeVisible({ timeout: 60_000 });
  const bytes = await video(page, greys, {
    type: 'video/webm;codecs=vp8',
    side: 16,
    milliseconds: 400,
  });
  const element = page.locator('retino-predictor');
  await predicted(page, () =>
    drop(page, [{ name: 'picture.webm', bytes, type: 'video/webm' }], element),
  );
  await expect(element.getByRole('alert')).toHaveCount(0);
  await expect(element.getByText(/picture\.webm/)).toBeVisible();
});
