/** The experiments in the lab: started by a click, cancelled half-way, and resumed after a reload. */
import type { Locator, Page } from '@playwright/test';
import { drop, json, violations } from './support/page.js';
import { pairRecording } from './support/recording.js';
import { expect, test } from './support/test.js';

const figures = [2, 3, 4, 5, 6, 7, 8, 9, 10];
/** The longest experiment at the size of a glance. */
const finished = 120_000;

interface Table {
  readonly runs: readonly { readonly key: string }[];
  readonly rows: readonly { readonly key: string }[];
  readonly claims: readonly object[];
  readonly panels: readonly object[];
}

interface Progress {
  readonly runs: number;
  readonly done: number;
  readonly stored: number;
}

/** The section of the lab, with the figure chosen by hand. */
async function openFigure(page: Page, figure: number) {
  await page.goto('/#steps=10&restarts=1');
  const element = page.locator('retino-figure');
  await element.getByLabel('Figure').selectOption(`fig${figure}`);
  await element.getByLabel('Size').selectOption('glance');
  await expectReady(element);
  return element;
}

/** The figure on a page of its own: the same, without what else the lab does as it opens. */
async function openAlone(page: Page, figure: number) {
  await page.goto(`/elements.html?element=retino-figure&figure=${figure}&size=glance`);
  const element = page.locator('retino-figure');
  await expectReady(element);
  return element;
}

function expectReady(element: Locator): Promise<void> {
  return expect(
    element.getByText(/runs? (of training|are finished)|finished and kept/),
  ).toBeVisible();
}

/** Clicks the button, and waits until all is finished: the table, and what was stored before. */
async function runToEnd(page: Page, button: 'Run' | 'Resume') {
  const ended = page.evaluate(
    (patience) =>
      new Promise<{ table: Table; first: Progress }>((resolve, reject) => {
        let first: Progress | undefined;
        addEventListener('retino-progress', (event) => {
          first ??= (event as CustomEvent<Progress>).detail;
        });
        addEventListener(
          'retino-experiment',
          (event) => {
            if (first) resolve({ table: (event as CustomEvent<Table>).detail, first });
          },
          { once: true },
        );
        setTimeout(() => reject(new Error('The experiment did not end.')), patience);
      }),
    finished,
  );
  const element = page.locator('retino-figure');
  const [found] = await Promise.all([
    ended,
    element.getByRole('button', { name: button, exact: true }).click(),
  ]);
  return found;
}

/** Starts, and cancels as soon as half of the runs are finished; how many were. */
async function cancelHalfWay(page: Page): Promise<number> {
  const element = page.locator('retino-figure');
  const cancelled = element.evaluate(
    (figure, patience) =>
      new Promise<number>((resolve, reject) => {
        const heard = (event: Event) => {
          const { runs, done } = (event as CustomEvent<Progress>).detail;
          if (done < Math.floor(runs / 2)) return;
          removeEventListener('retino-progress', heard);
          const buttons = [...(figure.shadowRoot?.querySelectorAll('button') ?? [])];
          buttons.find(({ textContent }) => textContent?.trim() === 'Cancel')?.click();
          resolve(done);
        };
        addEventListener('retino-progress', heard);
        setTimeout(() => reject(new Error('Half of the runs were not finished.')), patience);
      }),
    finished,
  );
  const [done] = await Promise.all([
    cancelled,
    element.getByRole('button', { name: 'Run', exact: true }).click(),
  ]);
  await expect(element.getByRole('button', { name: 'Cancel' })).toBeDisabled();
  return done;
}

for (const figure of figures) {
  const open = figure === 2 ? openFigure : openAlone;
  test(`figure ${figure}: cancelled half-way, reloaded and resumed, it gives the table of an uninterrupted run`, async ({
    page,
    browser,
  }) => {
    test.setTimeout(4 * finished);
    await open(page, figure);
    const done = await cancelHalfWay(page);
    await page.reload();
    const element = await open(page, figure);
    const resumed = await runToEnd(page, 'Resume');
    expect(resumed.first.stored).toBeGreaterThanOrEqual(done);
    expect(resumed.first.stored).toBeLessThan(resumed.first.runs);
    expect(resumed.table.rows).toHaveLength(resumed.table.runs.length);
    expect(resumed.table.claims.length).toBeGreaterThan(0);
    await expect(element.getByRole('list', { name: 'Claims' })).toBeVisible();
    await expect(element.locator('svg').first()).toBeVisible();
    expect(await violations(page)).toEqual([]);

    const other = await browser.newContext();
    const fresh = await other.newPage();
    await open(fresh, figure);
    const whole = await runToEnd(fresh, 'Run');
    expect(whole.first.stored).toBe(0);
    expect(whole.table).toEqual(resumed.table);
    await other.close();
  });
}

test('an experiment is paused, stands still, and goes on; its runs are forgotten and brought back', async ({
  page,
}) => {
  const element = await openFigure(page, 3);
  await element.getByRole('button', { name: 'Run', exact: true }).click();
  await element.getByRole('button', { name: 'Pause' }).click();
  await expect(element.getByText(/^Paused\./).first()).toBeVisible();
  const line = element.locator('[part=progress] > p');
  const before = await line.textContent();
  await page.waitForTimeout(1500);
  expect(await line.textContent()).toBe(before);
  await element.getByRole('button', { name: 'Resume' }).click();
  await expect(element.getByText(/All \d+ runs are finished/)).toBeVisible({ timeout: finished });
  await element.getByRole('button', { name: 'Forget these runs' }).click();
  await expect(element.getByText(/runs of training/)).toBeVisible();
  await element.getByRole('button', { name: 'Undo forgetting' }).click();
  await expect(element.getByText(/All \d+ runs are finished/)).toBeVisible();
});

test('a result that was saved is opened again; what is not one is refused, and nothing is lost', async ({
  page,
}) => {
  const element = await openFigure(page, 7);
  const { table } = await runToEnd(page, 'Run');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    element.getByRole('button', { name: 'Result (JSON)' }).click(),
  ]);
  const path = await download.path();
  const input = element.locator('input[type=file]').first();
  await element.getByLabel('Figure').selectOption('fig5');
  await input.setInputFiles(path);
  await expect(element.getByText(/A result from a file/)).toBeVisible();
  await expect(element.getByRole('figure').first()).toBeVisible();
  const file = (text: string) => ({ name: 'x.json', mimeType: '', buffer: Buffer.from(text) });
  const bad = [
    'no JSON',
    '{}',
    JSON.stringify({ ...table, panels: [{ kind: 'maps', title: '<img src=x onerror=alert(1)>' }] }),
    JSON.stringify({ ...table, panels: [{ ...table.panels[0], cells: [[{ observed: ['x'] }]] }] }),
  ];
  for (const text of bad) {
    await input.setInputFiles(file(text));
    await expect(element.getByRole('alert')).toHaveText(/accepted/);
    await expect(element.getByText(/A result from a file/)).toBeVisible();
  }
});

test('the cells of a recording that is open take the place of the simulated ones, and are found again after a reload', async ({
  page,
}) => {
  test.setTimeout(2 * finished);
  const { files, manifest } = pairRecording();
  const openRecorded = async () => {
    const element = await openFigure(page, 8);
    await drop(page, [...files, json('manifest.json', manifest)]);
    await element.getByRole('combobox', { name: 'Cells' }).selectOption('recorded');
    await expect(element.getByText(/2 runs (of training|are finished)/)).toBeVisible({
      timeout: 30_000,
    });
    return element;
  };
  const element = await openRecorded();
  const { table } = await runToEnd(page, 'Run');
  expect(table.rows).toHaveLength(2);
  const cells = (table as unknown as { cells: string }).cells;
  expect(cells).toBe('Two OFF cells');
  const rows = table.rows as unknown as { measures: Record<string, number> }[];
  for (const [cell, { measures }] of rows.entries()) {
    expect(measures[`ccOnCell${cell}`]).toBeGreaterThan(0.8);
    expect(Math.abs(measures[`ccOnCell${1 - cell}`])).toBeLessThan(0.3);
  }
  await expect(element.getByRole('combobox', { name: 'Figure' }).locator('option')).toHaveText([
    ...[4, 5, 6, 7, 8, 9].map((number) => new RegExp(`^\\s*Figure ${number}:`)),
  ]);
  await page.reload();
  await openRecorded();
  await expect(element.getByText(/All 2 runs are finished/)).toBeVisible();
  await element.getByRole('combobox', { name: 'Cells' }).selectOption('simulated');
  await expect(element.getByText(/runs of training/)).toBeVisible();
});

const alone = [
  'retino-figure&figure=4',
  'retino-sweep&figure=3',
  'retino-pruning',
  'retino-transfer&figure=7',
  'retino-natural-images',
];

for (const element of alone) {
  const [name] = element.split('&');
  test(`${name} alone: runs by itself, and its pictures are read by keyboard, saved, and clear to assistive technology`, async ({
    page,
  }) => {
    test.setTimeout(2 * finished);
    await page.goto(`/elements.html?element=${element}&size=glance&autostart`);
    const shown = page.locator(name);
    await expect(shown.getByText(/All \d+ runs are finished/)).toBeVisible({ timeout: finished });
    const figure = shown.getByRole('figure').first();
    const values = figure.getByRole('group', { name: /arrow keys step through the values/ });
    await values.focus();
    await values.press('ArrowRight');
    await expect(figure.locator('[part=reading]')).toHaveText(/\d/);
    for (const kind of ['SVG', 'PNG', 'CSV'] as const) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        figure.getByRole('button', { name: new RegExp(`Download .*${kind}`) }).click(),
      ]);
      expect(download.suggestedFilename()).toMatch(new RegExp(`\\.${kind.toLowerCase()}$`));
    }
    await shown.getByText(/^Table of/).click();
    await expect(shown.getByRole('table').getByRole('row').nth(1)).toBeVisible();
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1200, 390]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        expect(await violations(page)).toEqual([]);
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(overflow).toBeLessThanOrEqual(0);
      }
    }
  });
}

test('own pictures take the place of generated ones; what is no picture is refused', async ({
  page,
}) => {
  test.setTimeout(2 * finished);
  await page.goto('/elements.html?element=retino-natural-images&size=glance');
  const element = page.locator('retino-natural-images');
  const png = await page.screenshot();
  const picture = (name: string) => ({ name, mimeType: 'image/png', buffer: png });
  const input = element.locator('[part=pictures] input');
  await input.setInputFiles([
    { name: 'x.png', mimeType: 'image/png', buffer: Buffer.from('no picture') },
  ]);
  await expect(element.getByRole('alert')).toHaveText(/accepted/);
  await input.setInputFiles([picture('a.png'), picture('b.png')]);
  await expect(element.getByText(/2 own pictures/)).toBeVisible();
  await expect(element.getByRole('alert')).toHaveCount(0);
  await element.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(element.getByText(/All \d runs are finished/)).toBeVisible({ timeout: finished });
  await expect(element.getByRole('figure', { name: /2 natural images/ })).toBeVisible();
  await element.getByRole('button', { name: 'Generated images again' }).click();
  await expect(element.getByRole('button', { name: 'Run', exact: true })).toBeEnabled();
});

test('a stored result of another origin is refused, and attributes that say nothing are left out', async ({
  page,
}) => {
  await page.goto('/elements.html?element=retino-figure&src=https://example.org/x.json&figure=99');
  await expect(page.getByRole('alert')).toHaveCount(2);
  await page.locator('retino-figure').evaluate((element) => {
    element.setAttribute('src', 'https://example.org/x.json');
    element.setAttribute('figure', '<b>');
    element.setAttribute('size', 'none');
  });
  const figure = page.locator('retino-figure');
  await expect(figure.getByRole('alert')).toHaveText(/own origin/);
  await expect(figure.getByText('Figure 2.')).toBeVisible();
});
