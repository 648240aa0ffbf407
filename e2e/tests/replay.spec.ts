/** The filters shown again as they formed: by itself once, then by button, slider, speed and key. */
import { fact, fitAfter, openShortCell } from './support/page.js';
import { expect, type Locator, type Page, test } from './support/test.js';

/** Enough steps for a film of several frames, few enough to be trained in a moment. */
const short = { steps: '6000', restarts: '1', autostart: '' };

const fitted = /^Fitted filters, step .* of 6.?000: validation loss \d/;
const again = /^Replay, step .* of 6.?000: training loss \d/;

function replayOf(page: Page) {
  const replay = page.locator('retino-replay');
  return {
    replay,
    slider: replay.getByRole('slider', { name: 'Step of the training' }),
    play: replay.getByRole('button', { name: 'Play the replay' }),
    stop: replay.getByRole('button', { name: 'Stop the replay' }),
    speed: replay.getByRole('combobox', { name: 'Speed of the replay' }),
  };
}

/** What the slider says of its value. */
async function expectShown(slider: Locator, text: RegExp): Promise<void> {
  await expect(slider).toHaveAttribute('aria-valuetext', text);
}

/** The fitted filters are shown, also two pictures and some later. */
async function expectStill(page: Page): Promise<void> {
  const { slider, play } = replayOf(page);
  await expectShown(slider, fitted);
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 200)));
      }),
  );
  await expect(play).toBeVisible();
  await expectShown(slider, fitted);
}

async function trained(page: Page): Promise<void> {
  const trainer = page.locator('retino-trainer');
  await trainer.scrollIntoViewIfNeeded();
  await expect(fact(trainer, 'Validation loss')).toHaveText(/\d/);
}

async function frames(slider: Locator): Promise<number> {
  return Number(await slider.getAttribute('max')) + 1;
}

test('the first training is replayed once by itself when it comes into sight, and ends at the fitted filters', async ({
  page,
}) => {
  await openShortCell(page, { 'retino-trainer': short, 'retino-filters': {} });
  const { replay, slider, play, stop, speed } = replayOf(page);
  await trained(page);
  await replay.scrollIntoViewIfNeeded();
  await expect(stop).toBeVisible();
  expect(await frames(slider)).toBeGreaterThan(3);
  await expectShown(slider, again);
  await expect(replay.getByText(again)).toBeVisible();
  await expect(page.locator('retino-filters').getByText(/Replay/)).toHaveCount(0);
  await speed.selectOption('4');
  await expect(play).toBeVisible();
  await expectShown(slider, fitted);

  await page.getByRole('heading', { level: 1 }).scrollIntoViewIfNeeded();
  await replay.scrollIntoViewIfNeeded();
  await expectStill(page);
  await fitAfter(page, () =>
    page.locator('retino-trainer').getByRole('button', { name: 'Train again' }).click(),
  );
  await replay.scrollIntoViewIfNeeded();
  await expectStill(page);
});

test.describe('where less motion is asked for', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  test('nothing plays by itself; the slider, the keys and the button show every frame', async ({
    page,
  }) => {
    await openShortCell(page, { 'retino-trainer': short });
    const { replay, slider, play, stop, speed } = replayOf(page);
    await trained(page);
    await replay.scrollIntoViewIfNeeded();
    await expect(replay.locator('canvas')).toBeVisible();
    await expectShown(slider, fitted);
    await expect(play).toBeVisible();
    const last = (await frames(slider)) - 1;

    await slider.focus();
    await page.keyboard.press('Home');
    await expect(slider).toHaveValue('0');
    await expectShown(slider, again);
    const first = await slider.getAttribute('aria-valuetext');
    await page.keyboard.press('ArrowRight');
    await expect(slider).toHaveValue('1');
    expect(await slider.getAttribute('aria-valuetext')).not.toBe(first);
    await page.keyboard.press('End');
    await expect(slider).toHaveValue(String(last));
    await expectShown(slider, fitted);

    // The same keys from the button.
    await page.keyboard.press('Shift+Tab');
    await expect(play).toBeFocused();
    await page.keyboard.press('ArrowLeft');
    await expect(slider).toHaveValue(String(last - 1));
    await expectShown(slider, again);
    await page.keyboard.press('Home');
    await expect(slider).toHaveValue('0');

    await speed.selectOption('0.5');
    await slider.focus();
    await page.keyboard.press('Space');
    await expect(stop).toBeVisible();
    await expect(slider).not.toHaveValue('0');
    await page.keyboard.press('Space');
    await expect(play).toBeVisible();
    const at = await slider.inputValue();
    expect(Number(at)).toBeLessThan(last);
    await play.click();
    await speed.selectOption('4');
    await expectShown(slider, fitted);
    await expect(play).toBeVisible();
  });
});

test('while it trains the latest filters are shown, and earlier ones by the slider', async ({
  page,
}) => {
  await page.goto('/elements.html?element=retino-trainer&steps=100000&restarts=1&autostart');
  const { slider, stop } = replayOf(page);
  await expect(slider).toBeVisible({ timeout: 30_000 });
  await expectShown(slider, /^In training, step /);
  await expect(stop).toHaveCount(0);
  await slider.press('Home');
  await expectShown(slider, /^Replay, step /);
  const first = await slider.getAttribute('aria-valuetext');
  const before = await frames(slider);
  await expect.poll(() => frames(slider)).toBeGreaterThan(before);
  expect(await slider.getAttribute('aria-valuetext')).toBe(first);
  await slider.press('End');
  await expectShown(slider, /^In training, step /);
});

test('before a training it is said what it needs of memory, and one that cannot fit is refused with the number', async ({
  page,
}) => {
  await openShortCell(page, { 'retino-trainer': { ...short, steps: '10' } });
  await trained(page);
  const trainer = page.locator('retino-trainer');
  const train = trainer.getByRole('button', { name: 'Train again' });
  const loss = (await fact(trainer, 'Validation loss').textContent()) ?? '';
  await expect(trainer.getByText(/Needs about \d+ MB of memory in each\s+worker\./)).toBeVisible();
  // A recording as large as this cannot be made here: the session is told that its own is.
  await page.locator('retino-cell').evaluate((element) => {
    const { currentSession } = element as unknown as {
      currentSession: { state: { summary: { blockFrames: number } } };
    };
    Object.assign(currentSession.state.summary, { blockFrames: 30_000_000 });
  });
  await train.click();
  const alert = page.getByRole('alert').filter({ visible: true });
  await expect(alert).toHaveText(/This fit would take \d+\.\d GiB of memory/);
  await expect(fact(trainer, 'Validation loss')).toHaveText(loss);
});
