/** The training in a visitor's hands: pause, step, resume, cancel, reset, by button and by key. */
import { fact, fitAfter, openWithResult } from './support/page.js';
import { expect, type Locator, type Page, test } from './support/test.js';

/** So many that no test sees the end of them. */
const manySteps = '100000';

test.describe.configure({ mode: 'serial' });

let page: Page;
let trainer: Locator;
let loss: string;

test.beforeAll(async ({ browser, baseURL }) => {
  page = await browser.newPage({ baseURL });
  trainer = page.locator('retino-trainer');
  await openWithResult(page);
  loss = (await fact(trainer, 'Validation loss').textContent()) ?? '';
});

test.afterAll(() => page.close());

function button(name: string): Locator {
  return trainer.getByRole('button', { name, exact: true });
}

/** Steps done, by the line beside the progress bar; 0 before there is one. */
async function done(): Promise<number> {
  const line = trainer.getByText(/step [\d\s,]+ of [\d\s,]+/i);
  if ((await line.count()) === 0) return 0;
  const count = /step ([\d\s,]+) of/i.exec((await line.first().textContent()) ?? '')?.[1];
  return Number(count?.replace(/\D/g, ''));
}

async function trainLong(): Promise<void> {
  await trainer.getByLabel('Steps').fill(manySteps);
  await trainer.getByLabel('Steps').press('Tab');
  await button('Train again').click();
  await expect.poll(done, { timeout: 30_000 }).toBeGreaterThan(0);
}

/** Steps done once they have not grown for a second: the last report may come after the pause is shown. */
async function stoppedAt(): Promise<number> {
  let before = -1;
  await expect
    .poll(
      async () => {
        const now = await done();
        const still = now === before;
        before = now;
        return still;
      },
      { intervals: [1000] },
    )
    .toBe(true);
  return before;
}

test('the time left is shown while it trains', async () => {
  await trainLong();
  await expect(trainer.getByText(/\d.* left/)).toBeVisible();
});

test('pause stops the steps, a step makes exactly one, resume goes on', async () => {
  await button('Pause').click();
  await expect(button('Resume')).toBeVisible();
  const paused = await stoppedAt();
  await expect(trainer.getByText(/^Paused/)).toBeVisible();
  await button('Step').click();
  await expect.poll(done).toBe(paused + 1);
  await button('Step').click();
  await expect.poll(done).toBe(paused + 2);
  await button('Resume').click();
  await expect.poll(done).toBeGreaterThan(paused + 2);
  await expect(button('Step')).toBeDisabled();
});

test('cancel ends the training, and the earlier result stays and can be saved', async () => {
  await button('Cancel').click();
  await expect(button('Train again')).toBeEnabled();
  await expect(trainer.getByRole('progressbar')).toHaveCount(0);
  await expect(fact(trainer, 'Validation loss')).toHaveText(loss);
  await expect(page.getByRole('button', { name: 'Network (ONNX)' })).toBeEnabled();
});

test('the keys P, S and Escape pause, step and cancel', async () => {
  await trainLong();
  await button('Pause').focus();
  await page.keyboard.press('p');
  await expect(button('Resume')).toBeVisible();
  const paused = await stoppedAt();
  await page.keyboard.press('s');
  await expect.poll(done).toBe(paused + 1);
  await page.keyboard.press('p');
  await expect(button('Pause')).toBeVisible();
  await expect.poll(done).toBeGreaterThan(paused + 1);
  await page.keyboard.press('Escape');
  await expect(button('Train again')).toBeEnabled();
  await expect(fact(trainer, 'Validation loss')).toHaveText(loss);
});

test('all of it can be reached by the Tab key, in order, and Enter starts a training', async () => {
  await trainer.getByLabel('Steps').fill('100');
  await trainer.getByLabel('Restarts').focus();
  await page.keyboard.press('Tab');
  await expect(button('Train again')).toBeFocused();
  const fit = await fitAfter(page, () => page.keyboard.press('Enter'));
  expect(fit.steps).toBe(100);
  await expect(fact(trainer, 'Validation loss')).toHaveText(loss);
});

test('reset drops the result, and can be undone', async () => {
  await button('Reset').click();
  await expect(fact(trainer, 'Validation loss')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Network (ONNX)' })).toBeDisabled();
  await button('Undo reset').click();
  await expect(fact(trainer, 'Validation loss')).toHaveText(loss);
  await expect(page.getByRole('button', { name: 'Network (ONNX)' })).toBeEnabled();
});

test('a separable Version II is chosen, trained, told in the results and kept in the address', async () => {
  await trainer.getByLabel('Version').selectOption({ label: 'II, separable' });
  await expect(page).toHaveURL(/version=2&rank=1/);
  const fit = await fitAfter(page, () => button('Train again').click());
  expect(fit.steps).toBe(100);
  await expect(fact(trainer, 'Network')).toHaveText('Version II, separable');
});

test('only losses that go with the output can be chosen, and the one chosen is trained on', async () => {
  const output = trainer.getByLabel('Output');
  const choice = trainer.getByRole('combobox', { name: 'Loss' });
  await expect(choice).toHaveValue('poisson');
  await output.selectOption('logistic');
  await expect(choice).toHaveValue('binomial');
  await expect(choice).toBeDisabled();
  await output.selectOption('exponential');
  await expect(choice).toHaveValue('poisson');
  await choice.selectOption('squared-error');
  await output.selectOption('softplus');
  await expect(choice).toHaveValue('squared-error');
  await fitAfter(page, () => button('Train again').click());
  await expect(fact(trainer, 'Output')).toHaveText('Softplus');
  await expect(fact(trainer, 'Loss').first()).toHaveText('Squared error');
});
