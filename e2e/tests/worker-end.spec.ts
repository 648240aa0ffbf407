/** A worker that ends in the middle of a training, as when the browser takes its memory away. */
import type { Worker } from '@playwright/test';
import { fact, fitAfter, openWithResult } from './support/page.js';
import { expect, test } from './support/test.js';

const ends: readonly {
  readonly how: string;
  readonly end: (worker: Worker) => Promise<unknown>;
}[] = [
  {
    how: 'throws outside every call',
    end: (worker) =>
      worker.evaluate(() => {
        setTimeout(() => {
          throw new Error('out of memory');
        });
      }),
  },
  { how: 'is closed without a word', end: (worker) => worker.evaluate(() => self.close()) },
];

for (const { how, end } of ends) {
  test(`a worker that ${how}: the page says so, keeps its result, and trains again`, async ({
    page,
  }) => {
    await openWithResult(page);
    const trainer = page.locator('retino-trainer');
    const loss = (await fact(trainer, 'Validation loss').textContent()) ?? '';
    await trainer.getByLabel('Steps').fill('100000');
    await trainer.getByLabel('Steps').press('Tab');
    await trainer.getByRole('button', { name: 'Train again' }).click();
    await expect(trainer.getByText(/\d.* left/)).toBeVisible();

    await Promise.all(page.workers().map((worker) => end(worker).catch(() => undefined)));

    const alert = page.getByRole('alert').filter({ visible: true });
    await expect(alert).toHaveText(/worker ended/i, { timeout: 15_000 });
    await expect(fact(trainer, 'Validation loss')).toHaveText(loss);

    await trainer.getByLabel('Steps').fill('100');
    await trainer.getByLabel('Steps').press('Tab');
    await fitAfter(page, () => trainer.getByRole('button', { name: 'Train again' }).click());
    await expect(alert).toHaveCount(0);
    await expect(fact(trainer, 'Validation loss')).toHaveText(loss);
  });
}
