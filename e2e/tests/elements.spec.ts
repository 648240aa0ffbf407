/** Each element alone on a bare page: it appears, works, is accessible, and starts again where it is moved to. */
import type { Locator } from '@playwright/test';
import { fact, fitAfter, violations } from './support/page.js';
import { expect, type Page, test } from './support/test.js';

/** A whole fit of the built-in cell, and what went before. */
const fitted = 90_000;

async function open(page: Page, query: string): Promise<Locator> {
  await page.goto(`/elements.html?${query}`);
  return page.locator('main > :last-child');
}

async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(page), colorScheme).toEqual([]);
  }
}

/** Takes the element out of the page, sees its workers end, and puts it elsewhere. */
async function move(page: Page, name: string): Promise<void> {
  await page.evaluate((selector) => {
    const element = document.querySelector(selector);
    if (!element) throw new Error(`There is no ${selector}.`);
    element.remove();
    (globalThis as { kept?: Element }).kept = element;
  }, name);
  await expect.poll(() => page.workers().length, 'workers of an element that is gone').toBe(0);
  await page.evaluate(() => {
    const { kept } = globalThis as { kept?: Element };
    const elsewhere = document.createElement('section');
    if (kept) elsewhere.append(kept);
    document.querySelector('main')?.append(elsewhere);
  });
}

test('retino-cell alone: describes its cell, opens another, and again after a move', async ({
  page,
}) => {
  const cell = await open(page, 'element=retino-cell&frames=5000');
  await expect(fact(cell, 'Training')).toHaveText(/5.?000 frames/);
  await cell.getByRole('combobox', { name: /Built-in cell/ }).selectOption('code');
  const spikes = fact(cell, 'Spikes of this cell');
  await expect(spikes).toHaveText(/^\d{2}$/);
  await expectAccessible(page);
  await move(page, 'retino-cell');
  const moved = page.locator('section > retino-cell');
  await expect(fact(moved, 'Training')).toHaveText(/5.?000 frames/);
});

test('retino-receptive-field alone: OFF, inside the subunits, and again after a move while it computes', async ({
  page,
}) => {
  await open(page, 'element=retino-receptive-field');
  await expect.poll(() => page.workers().length).toBeGreaterThan(0);
  await move(page, 'retino-receptive-field');
  const field = page.locator('section > retino-receptive-field');
  await expect(fact(field, 'Polarity')).toHaveText('OFF', { timeout: 30_000 });
  // The subunits tile columns and rows 2 to 5.
  await expect(fact(field, 'Peak square')).toHaveText(/^[2-5], [2-5]\b/);
  await expect(field.locator('svg').first()).toBeVisible();
  await expectAccessible(page);
});

test('retino-trainer alone: trains by itself, goes on where it is put at once, and trains again after a move', async ({
  page,
}) => {
  const trainer = await open(
    page,
    'element=retino-trainer&steps=100000&restarts=1&seed=3&autostart',
  );
  await expect(trainer.getByLabel('Seed')).toHaveValue('3');
  await expect(trainer.getByText(/\d.* left/)).toBeVisible({ timeout: 30_000 });
  await expectAccessible(page);

  /** Of the whole training. */
  const done = (each: Locator) =>
    each.getByRole('progressbar').evaluate((bar) => (bar as HTMLProgressElement).value);
  const before = await done(trainer);
  await page.evaluate(() => {
    const element = document.querySelector('retino-trainer');
    if (element) document.body.querySelector('h1')?.after(element);
  });
  await expect.poll(() => done(page.locator('retino-trainer'))).toBeGreaterThan(before);

  await move(page, 'retino-trainer');
  const moved = page.locator('section > retino-trainer');
  const train = moved.getByRole('button', { name: /^Train/ });
  await expect(train).toBeEnabled({ timeout: 30_000 });
  await moved.getByLabel('Steps').fill('100');
  await moved.getByLabel('Steps').press('Tab');
  const fit = await fitAfter(page, () => train.click());
  expect(fit.steps).toBe(100);
  await expect(fact(moved, 'Validation loss')).toHaveText(/\d/);
});

test('what is typed into retino-trainer while its cell opens is kept', async ({ page }) => {
  const trainer = await open(page, 'element=retino-trainer');
  const train = trainer.getByRole('button', { name: /^Train/ });
  await expect(train).toBeDisabled();
  const seed = trainer.getByLabel('Seed');
  await seed.fill('12');
  await expect(train).toBeEnabled({ timeout: 30_000 });
  await expect(seed).toHaveValue('12');
  await seed.press('Tab');
  await expect(seed).toHaveValue('12');
});

/** Elements that fit a network by themselves, with what is there once they have. */
const results: readonly {
  readonly name: string;
  readonly shows: (element: Locator) => Promise<void>;
}[] = [
  {
    name: 'retino-filters',
    shows: async (element) => {
      await expect(element.locator('svg').first()).toBeVisible();
      await expect(element.getByRole('figure', { name: 'True subunits' })).toBeVisible();
      await element.getByText('Table of the filters').click();
      await expect(element.getByRole('row')).toHaveCount(5);
      await element.getByRole('radio').nth(1).check();
      await expect(element.locator('svg').first()).toBeVisible();
    },
  },
  {
    name: 'retino-response',
    shows: async (element) => {
      await expect(element.locator('svg').first()).toBeVisible();
      const start = element.getByRole('slider', { name: 'Start of the window' });
      const before = await start.inputValue();
      await element.getByRole('group', { name: /Window of the response/ }).press('ArrowRight');
      await expect
        .poll(async () => Number(await start.inputValue()))
        .toBeGreaterThan(Number(before));
    },
  },
  {
    name: 'retino-replay',
    shows: async (element) => {
      const slider = element.getByRole('slider', { name: 'Step of the training' });
      await expect(slider).toHaveAttribute('aria-valuetext', /^Fitted filters, step /);
      await slider.press('Home');
      await expect(slider).toHaveAttribute('aria-valuetext', /^Replay, step /);
      await element.getByRole('combobox', { name: 'Speed of the replay' }).selectOption('4');
      await element.getByRole('button', { name: 'Play the replay' }).click();
      await expect(slider).toHaveAttribute('aria-valuetext', /^Fitted filters, step /);
      await expect(element.locator('canvas')).toBeVisible();
    },
  },
  {
    name: 'retino-predictor',
    shows: async (element) => {
      await expect(element.getByText(/agree within/)).toBeVisible();
      await expect(element.locator('svg').first()).toBeVisible();
      await expect(element.getByRole('button', { name: 'Predict' })).toBeEnabled();
    },
  },
];

for (const { name, shows } of results) {
  test(`${name} alone: moved in the middle of its training it starts again, and shows its result`, async ({
    page,
  }) => {
    const element = await open(page, `element=${name}`);
    await expect(element.getByText(/training|trained/i).first()).toBeVisible();
    await expectAccessible(page);
    await expect.poll(() => page.workers().length, { timeout: 30_000 }).toBeGreaterThan(0);
    await move(page, name);
    const moved = page.locator(`section > ${name}`);
    await expect(moved.locator('svg').first()).toBeVisible({ timeout: fitted });
    await shows(moved);
    await expectAccessible(page);
  });
}

test('the address makes only the elements and attributes that are known, and says what it refused', async ({
  page,
}) => {
  await page.goto('/elements.html');
  await expect(page.getByRole('link', { name: 'retino-trainer' })).toBeVisible();
  await expectAccessible(page);

  await page.goto('/elements.html?element=script&src=https://example.org/x.js');
  await expect(page.getByRole('alert')).toHaveText(/no element script/);
  await expect(page.locator('main script')).toHaveCount(0);

  await page.goto(
    '/elements.html?element=retino-cell&preset=none&onclick=alert(1)&frames=1e9&style=color:red',
  );
  const cell = page.locator('retino-cell');
  await expect(cell).toBeVisible();
  const names = await cell.evaluate((element) => element.getAttributeNames());
  expect(names).toEqual(['preset']);
  await expect(page.getByRole('alert')).toHaveCount(3);

  await page.goto('/elements.html?element=retino-figure&src=https://example.org/result.json');
  await expect(page.getByRole('alert')).toHaveText(/own origin/);
  await expect(page.locator('retino-figure')).not.toHaveAttribute('src');

  const address = encodeURIComponent('javascript:alert(1)');
  await page.goto(`/elements.html?element=retino-predictor&model=${address}`);
  await expect(page.getByRole('alert')).toHaveText(/http\(s\) address/);
  await expect(page.locator('retino-predictor')).not.toHaveAttribute('model');
});

test('an empty address of a model is refused, and no network is trained in its place', async ({
  page,
}) => {
  const predictor = await open(page, 'element=retino-predictor&model=');
  await expect(predictor.getByRole('alert')).toHaveText(/address of the model/);
  expect(page.workers()).toEqual([]);
  await expect(predictor.getByText(/Train a network/)).toHaveCount(0);
});
