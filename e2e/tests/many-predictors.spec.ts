/**
 * Many predictors on one page share one worker, and leave nothing behind: neither twenty at once, nor one after the
 * other. `RETINOSCOPE_CYCLES=500` makes that many, where a run otherwise makes 60. The figures go to
 * `.reports/many-predictors.md`.
 */
import { type Moment, noteMoments, writeMemoryTable } from './support/memory-table.js';
import { cellModel } from './support/onnx.js';
import { expect, type Page, test } from './support/test.js';

const many = 20;
const cycles = Number(process.env.RETINOSCOPE_CYCLES ?? 60);
/** Predictors that follow each other while the worker goes on; then all are gone, and it ends. */
const row = 10;
const model = '/one-of-many.onnx';
/** A first use loads ONNX Runtime, on a machine that may be busy. */
const patient = { timeout: 60_000 };

/**
 * By which a page may grow that has been through all of it once: caches that fill, and the last three predictors, of
 * 660 nodes and 30 listeners each, which the browser has not collected yet.
 */
const allowed = { heap: 1e6, heapPerCycle: 1000, nodes: 2200, listeners: 110 };
/** Bytes of the page's heap that code takes which is loaded with the first use. */
const loadedCode = 8e6;

test('twenty predictors share one worker, and memory is where it began once they are gone', async ({
  page,
}) => {
  test.setTimeout(240_000 + cycles * 5000);
  await page.route(
    ({ pathname }) => pathname === model,
    (route) => route.fulfill({ body: cellModel() }),
  );
  await page.goto('/elements.html');
  await page.evaluate(() => customElements.whenDefined('retino-predictor').then(() => undefined));
  const look = await noteMoments(page);
  const moments: Moment[] = [];
  const note = async (when: string): Promise<Moment> => {
    const moment = await look(when);
    moments.push(moment);
    return moment;
  };

  const start = await note('no predictor yet');
  expect(start.workers).toBe(0);
  const ends: Moment[] = [];
  for (const time of ['', ', again']) {
    await add(page);
    const shown = await note(`${many} shown${time}`);
    expect(shown.workers, 'workers of predictors that nobody used').toBe(0);
    await useAll(page);
    const used = await note(`${many} used${time}`);
    expect(used.workers).toBe(1);
    await removeAll(page);
    ends.push(await note(`${many} removed${time}`));
  }
  const [first, second] = ends;
  expect(first.heap).toBeLessThan(start.heap + loadedCode);
  expectNoGrowth(first, second, 0);

  // As often as it takes for caches to fill.
  await follow(page, 2 * row);
  const before = await note(`${2 * row} more, one after the other`);
  await follow(page, cycles);
  const after = await note(`${cycles} more, one after the other`);
  const perCycle = (after.heap - before.heap) / cycles;
  await writeMemoryTable(
    'many-predictors',
    moments,
    `Heap and arrays are what is left after garbage collection. ${cycles} predictors that were made, predicted and were removed changed the heap of the page by ${perCycle.toFixed(0)} bytes each.`,
  );
  expectNoGrowth(before, after, cycles);
});

function expectNoGrowth(before: Moment, after: Moment, made: number): void {
  expect(after.workers).toBe(0);
  const total = ({ heap, buffers }: Moment) => heap + buffers;
  const most = total(before) + allowed.heap + allowed.heapPerCycle * made;
  expect.soft(total(after), 'bytes of the page').toBeLessThanOrEqual(most);
  expect.soft(after.nodes, 'nodes').toBeLessThanOrEqual(before.nodes + allowed.nodes);
  expect
    .soft(after.listeners, 'listeners')
    .toBeLessThanOrEqual(before.listeners + allowed.listeners);
}

/** Adds the predictors, and waits until each shows what its model says of itself. */
async function add(page: Page): Promise<void> {
  await page.evaluate(
    ({ count, address }) => {
      for (let i = 0; i < count; i++) {
        const predictor = document.createElement('retino-predictor');
        predictor.setAttribute('model', address);
        document.querySelector('main')?.append(predictor);
      }
    },
    { count: many, address: model },
  );
  const predictors = page.locator('retino-predictor');
  for (let i = 0; i < many; i++) {
    await predictors.nth(i).scrollIntoViewIfNeeded();
    await expect(predictors.nth(i).getByText('Model card')).toBeVisible();
  }
}

/** Each predicts, as a reader asks one after the other. */
async function useAll(page: Page): Promise<void> {
  const predictors = page.locator('retino-predictor');
  for (let i = 0; i < many; i++) {
    await predictors.nth(i).getByRole('button', { name: 'Predict a stimulus' }).click();
    await expect(predictors.nth(i).getByText(/^Predicted \d/)).toBeAttached(patient);
  }
}

async function removeAll(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const each of document.querySelectorAll('retino-predictor')) each.remove();
  });
  await expect.poll(() => page.workers().length, 'workers without predictors').toBe(0);
}

/** Makes `count` predictors, each of which predicts before the next is made and is removed after that. */
async function follow(page: Page, count: number): Promise<void> {
  for (let done = 0; done < count; done += row) {
    await page.evaluate(
      async ({ made, address }) => {
        for (let i = 0; i < made; i++) {
          const earlier = document.querySelector('retino-predictor');
          const predictor = document.createElement('retino-predictor');
          predictor.setAttribute('model', address);
          const predicted = new Promise((resolve, reject) => {
            predictor.addEventListener('retino-predict', resolve, { once: true });
            predictor.addEventListener('retino-predict-failed', reject, { once: true });
          });
          document.querySelector('main')?.prepend(predictor);
          await (predictor as HTMLElement & { start(): Promise<void> }).start();
          earlier?.remove();
          await predicted;
        }
      },
      { made: Math.min(row, count - done), address: model },
    );
    await removeAll(page);
  }
}
