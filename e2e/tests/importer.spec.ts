/** A recording without a manifest: the form asks what files cannot say, shows what comes of it, and opens it. */
import { drop, fact, fitAfter, openWithResult } from './support/page.js';
import { offCell, offRecording, recordingFiles } from './support/recording.js';
import { expect, test } from './support/test.js';

test('npy files alone: asked for the frame rate, previewed, opened, and trained to CC ≥ .6 with the spikes', async ({
  page,
}) => {
  await openWithResult(page, 'training=recovery&steps=400&restarts=1&filters=1');
  await drop(page, recordingFiles(offRecording()));

  const importer = page.locator('retino-importer');
  const rate = importer.getByLabel(/Frame rate/);
  await expect(rate).toHaveValue('');
  const open = importer.getByRole('button', { name: 'Open recording' });
  await expect(open).toBeDisabled();
  await expect(importer.getByRole('status')).toHaveText(/frame rate/i);
  await expect(importer.getByRole('figure')).toHaveText(/OFF/, { timeout: 15_000 });

  await rate.fill('30');
  await rate.press('Tab');
  await expect(importer.getByRole('figure')).toHaveText(/OFF/, { timeout: 15_000 });
  await expect(open).toBeEnabled();
  await open.click();

  await expect(importer).toHaveCount(0);
  const field = page.locator('retino-receptive-field');
  await field.scrollIntoViewIfNeeded();
  const { x, y } = offCell.square;
  await expect(fact(field, 'Peak square')).toHaveText(new RegExp(`^${x}, ${y}\\b`));
  await expect(fact(field, 'Polarity')).toHaveText('OFF');

  const trainer = page.locator('retino-trainer');
  const fit = await fitAfter(page, () => trainer.getByRole('button', { name: 'Train' }).click());
  // The true rate itself has a CC of .76 with the spikes.
  expect(fit.validationCC).toBeGreaterThanOrEqual(0.6);
});

test('an axis that is used twice is named, and nothing can be opened until it is mended', async ({
  page,
}) => {
  await openWithResult(page, 'steps=10&restarts=1');
  await drop(page, recordingFiles(offRecording(2, 2000)));
  const importer = page.locator('retino-importer');
  const rate = importer.getByLabel(/Frame rate/);
  await rate.fill('30');
  await rate.press('Tab');
  const open = importer.getByRole('button', { name: 'Open recording' });
  await expect(open).toBeEnabled();
  const axis = importer.getByLabel(/Stimulus, axis 1/);
  await axis.selectOption('x');
  await expect(importer.getByRole('status').first()).toHaveText(/axes/);
  await expect(open).toBeDisabled();
  await axis.selectOption('y');
  await expect(open).toBeEnabled();
  await importer.getByRole('button', { name: 'Discard' }).click();
  await expect(importer).toHaveCount(0);
  await expect(fact(page.locator('retino-trainer'), 'Validation loss')).toBeVisible();
});
