/** A recording of salamander ganglion cells, dropped on the page: its first cell is found where it is known to be. */
import { dataAbsent, dataFile, needsData } from './support/data.js';
import { drop, fact, type GivenFile, json, openWithResult } from './support/page.js';
import { expect, type Locator, type Page, test } from './support/test.js';

test.skip(dataAbsent, needsData);

const head = {
  format: 'retinoscope-recording',
  formatVersion: 1,
  name: 'salamander',
  frameRate: 30,
  squareSize: 30,
  skipFrames: 20,
};

const testPart = {
  stimulus: {
    kind: 'file',
    file: 'stim_frz.h5',
    variable: 'stim_frz',
    axes: ['x', 'y', 'time'],
  },
  responses: { file: 'cells.mat', variable: 'spk2', axes: ['cell', 'time', 'repeat'] },
};

/** The running noise drawn again from its seed. */
const generated = {
  ...head,
  training: {
    stimulus: {
      kind: 'generator',
      generator: 'shuffled-park-miller',
      seed: 10000,
      width: 200,
      height: 150,
      blockFrames: 1500,
      blocks: 219,
      states: { file: 'rng_state_trial.npy' },
    },
    responses: { file: 'cells.mat', variable: 'spk1', axes: ['cell', 'time', 'block'] },
  },
  test: testPart,
};

/** 40 × 40 squares of twelve blocks of it, stored as bits. */
const stored = {
  ...head,
  training: {
    stimulus: {
      kind: 'file',
      file: 'running_region40.npz',
      variable: 'bits',
      axes: ['block', 'time', 'x', 'y'],
      packed: { axes: ['x', 'y'], sizes: [40, 40], bitOrder: 'big' },
      region: { x: 78, y: 43, width: 40, height: 40 },
    },
    responses: {
      file: 'cells.mat',
      variable: 'spk1',
      axes: ['cell', 'time', 'block'],
      blocks: { first: 1, last: 12 },
    },
  },
  test: testPart,
};

async function salamander(...names: readonly string[]): Promise<GivenFile[]> {
  return Promise.all(names.map((name) => dataFile(`salamander/${name}`)));
}

/** The receptive field of the recording, once it is there: an OFF cell that stands out of chance. */
async function openedField(page: Page, timeout: number): Promise<Locator> {
  await expect(fact(page.locator('retino-cell'), 'Cells')).toHaveText('10', { timeout: 30_000 });
  const field = page.locator('retino-receptive-field');
  await field.scrollIntoViewIfNeeded();
  await expect(fact(field, 'Polarity')).toHaveText('OFF', { timeout });
  await expect(field.getByText(/Significant: the largest/)).toBeVisible();
  await expect(page.getByRole('alert').filter({ visible: true })).toHaveCount(0);
  return field;
}

/** Squares of the screen between the peak shown and the one that is known, in x and in y. */
async function awayFrom(field: Locator, [x, y]: readonly [number, number]): Promise<number> {
  const [text = ''] = await fact(field, 'Peak square').allTextContents();
  const [foundX, foundY] = text.split(/\D+/).filter(Boolean).map(Number);
  return Math.max(Math.abs(foundX - x), Math.abs(foundY - y));
}

test('a stored region, 12 of 219 blocks: cells 0 and 4 are OFF within 2 squares of (90, 58) and (108, 60) of the screen', async ({
  page,
}) => {
  await openWithResult(page, 'steps=10&restarts=1');
  await drop(page, [
    json('manifest.json', stored),
    ...(await salamander('running_region40.npz', 'cells.mat', 'stim_frz.h5')),
  ]);
  const field = await openedField(page, 30_000);
  expect(await awayFrom(field, [90, 58])).toBeLessThanOrEqual(2);

  const cell = page.locator('retino-cell').getByRole('combobox', { name: 'Cell', exact: true });
  await cell.selectOption('4');
  await expect.poll(() => awayFrom(field, [108, 60]), { timeout: 30_000 }).toBeLessThanOrEqual(2);
  await expect(fact(field, 'Polarity')).toHaveText('OFF');
});

test('the whole stimulus from its seed: cell 0 is OFF with its peak at exactly (90, 58)', async ({
  page,
}) => {
  test.setTimeout(180_000);
  await openWithResult(page, 'steps=10&restarts=1');
  await drop(page, [
    json('manifest.json', generated),
    ...(await salamander('rng_state_trial.npy', 'cells.mat', 'stim_frz.h5')),
  ]);
  const field = await openedField(page, 150_000);
  await expect(fact(field, 'Peak square')).toHaveText(/^90, 58\b/);
});
