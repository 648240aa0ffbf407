/**
 * Trainings that are paused, resumed and cancelled again and again leave memory and workers where they began.
 * `RETINOSCOPE_SOAK_MINUTES=10` goes on for ten minutes in place of a dozen trainings.
 */
import { type Held, type Memory, watchMemory } from './support/memory.js';
import { fitAfter, openShortCell } from './support/page.js';
import { expect, type Locator, test } from './support/test.js';

const soakMinutes = Number(process.env.RETINOSCOPE_SOAK_MINUTES ?? 0);
const cycles = 12;
/** Trainings after which everything is loaded, compiled and started once. */
const firstCycles = 4;

/** Bytes by which a thread may have grown: compiled code and caches that fill. */
const allowed: Held = { heap: 1e6, wasm: 2 ** 17, buffers: 2e5 };

let trainer: Locator;

test('memory and workers are where they began after many trainings paused, resumed and cancelled', async ({
  page,
}) => {
  test.setTimeout(120_000 + soakMinutes * 60_000);
  await openShortCell(page, { 'retino-trainer': { restarts: '2' } });
  trainer = page.locator('retino-trainer');
  const memory = await watchMemory(page);
  await start('100000');
  const running = await memory.look();
  expect(wasm(running), 'the movies of two runs').toBeGreaterThan(1e5);
  await button('Cancel').click();
  for (let cycle = 0; cycle < firstCycles; cycle++) await train(cycle);
  const before = await settled(memory);
  const workers = page.workers().length;
  const end = Date.now() + soakMinutes * 60_000;
  let cycle = 0;
  while (cycle < cycles || Date.now() < end) await train(cycle++);
  const after = await settled(memory);
  test.info().annotations.push({ type: 'memory', description: told(before, after, cycle) });

  expect(page.workers()).toHaveLength(workers);
  expect(after.workers).toHaveLength(before.workers.length);
  const threads: [Held, Held][] = [
    [before.page, after.page],
    ...before.workers.map((held, i): [Held, Held] => [held, after.workers[i]]),
  ];
  for (const [was, is] of threads) {
    for (const part of ['heap', 'wasm', 'buffers'] as const) {
      expect.soft(is[part], `${part}, bytes`).toBeLessThanOrEqual(was[part] + allowed[part]);
    }
  }
  expect.soft(after.nodes, 'nodes').toBeLessThanOrEqual(before.nodes + 200);
  expect.soft(after.listeners, 'listeners').toBeLessThanOrEqual(before.listeners + 20);

  await page.evaluate(() => document.querySelector('main')?.replaceChildren());
  await expect.poll(() => page.workers().length, 'workers without elements').toBe(0);
});

function button(name: string): Locator {
  return trainer.getByRole('button', { name, exact: true });
}

/** One training, cancelled while it runs or while it is paused; every fourth ends by itself. */
async function train(cycle: number): Promise<void> {
  if (cycle % 4 === 3) {
    await fitAfter(trainer.page(), () => click('300'));
    return;
  }
  await start('100000');
  await button('Pause').click();
  await button('Step').click();
  if (cycle % 2 === 0) await button('Resume').click();
  await button('Cancel').click();
}

async function click(steps: string): Promise<void> {
  await trainer.getByLabel('Steps').fill(steps);
  await trainer.getByLabel('Steps').press('Tab');
  await trainer.getByRole('button', { name: /^Train/ }).click();
}

/** Starts a training and waits for its steps. */
async function start(steps: string): Promise<void> {
  await click(steps);
  await expect(trainer.getByText(/\d.* left/)).toBeVisible();
}

/** What is held once cancelled runs have ended in their workers: when two looks find the same kernels in memory. */
async function settled({ look }: { look(): Promise<Memory> }): Promise<Memory> {
  let last = await look();
  await expect
    .poll(
      async () => {
        const before = wasm(last);
        last = await look();
        return wasm(last) === before;
      },
      { intervals: [500] },
    )
    .toBe(true);
  return last;
}

function wasm({ workers }: Memory): number {
  return workers.reduce((sum, held) => sum + held.wasm, 0);
}

/** Both, in MB, for a person. */
function told(before: Memory, after: Memory, trainings: number): string {
  const thread = ({ heap, wasm: kernels, buffers }: Held) =>
    [heap, kernels, buffers].map((bytes) => (bytes / 1e6).toFixed(2)).join(' + ');
  const all = ({ page, workers, nodes, listeners }: Memory) =>
    `page ${thread(page)}, workers ${workers.map(thread).join(' | ')} MB (heap + wasm + buffers), ${nodes} nodes, ${listeners} listeners`;
  return `${trainings} trainings: ${all(before)} → ${all(after)}`;
}
