/** What a visitor does to the lab: drop, save, train, predict; and what axe objects to. */
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import axe from 'axe-core';

export interface GivenFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** As a system tells it by the name; none when absent. */
  readonly type?: string;
}

/** The files of a Playwright file chooser. */
export function payload(files: readonly GivenFile[]) {
  return files.map(({ name, bytes, type = 'application/octet-stream' }) => ({
    name,
    mimeType: type,
    buffer: Buffer.from(bytes),
  }));
}

export function json(name: string, value: unknown): GivenFile {
  return { name, bytes: Buffer.from(JSON.stringify(value)) };
}

/** Drops `files` on the page, outside every element, or on `target`. */
export async function drop(
  page: Page,
  files: readonly GivenFile[],
  target = page.locator('body'),
): Promise<void> {
  const holder = await page.evaluateHandle(() => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    return input;
  });
  await holder.setInputFiles(payload(files));
  await target.evaluate((element, input) => {
    const dataTransfer = new DataTransfer();
    for (const file of input.files ?? []) {
      // As of a file on a disk, which has the same time at every visit.
      dataTransfer.items.add(new File([file], file.name, { type: file.type, lastModified: 1 }));
    }
    const event = { dataTransfer, bubbles: true, cancelable: true, composed: true };
    element.dispatchEvent(new DragEvent('dragover', event));
    element.dispatchEvent(new DragEvent('drop', event));
  }, holder);
  await holder.dispose();
}

/** The file that `action` saves. */
export async function saved(page: Page, action: () => Promise<unknown>): Promise<GivenFile> {
  const [download] = await Promise.all([page.waitForEvent('download'), action()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

export interface Fit {
  readonly validationLoss: number;
  readonly validationCC: number;
  readonly psthCC: number | undefined;
  readonly spikes: number;
  readonly steps: number;
}

/** The fit announced next by a retino-trainer, once `action` has been done; refuses to wait for over a minute. */
export async function fitAfter(page: Page, action: () => Promise<unknown>): Promise<Fit> {
  const next = page.evaluate(
    () =>
      new Promise<Fit>((resolve, reject) => {
        const heard = (event: Event) => {
          const { validationLoss, evaluation, spikes, steps, history } = (event as CustomEvent)
            .detail;
          const validationCC = history.at(-1)?.validationCC;
          resolve({ validationLoss, validationCC, psthCC: evaluation.psthCC, spikes, steps });
        };
        addEventListener('retino-fit', heard, { once: true });
        setTimeout(() => reject(new Error('No fit was announced within 60 s.')), 60_000);
      }),
  );
  const [fit] = await Promise.all([next, action()]);
  return fit;
}

export interface Predicted {
  readonly windows: number;
  readonly outputs: number;
  readonly values: readonly number[];
}

/** The rates announced next by a retino-predictor, once `action` has been done; refuses to wait for over 15 s. */
export async function ratesAfter(page: Page, action: () => Promise<unknown>): Promise<Predicted> {
  const next = page.evaluate(
    () =>
      new Promise<Predicted>((resolve, reject) => {
        const heard = (event: Event) => {
          const { windows, outputs, values } = (event as CustomEvent).detail.rates;
          resolve({ windows, outputs, values: Array.from(values as Float32Array) });
        };
        addEventListener('retino-predict', heard, { once: true });
        setTimeout(() => reject(new Error('No rates were announced within 15 s.')), 15_000);
      }),
  );
  const [rates] = await Promise.all([next, action()]);
  return rates;
}

/** The result line, once the whole built-in job is done. */
export function builtInResult(page: Page): Locator {
  return page.getByTestId('built-in-result');
}

/** The value that a list of facts gives for `term`. */
export function fact(element: Locator, term: string): Locator {
  const row = element.locator('dl > div', { has: element.page().locator('dt', { hasText: term }) });
  return row.locator('dd');
}

/** Opens the lab and lets it do its whole job with few steps: the result that later failures must not touch. */
export async function openWithResult(page: Page, hash = 'steps=100&restarts=1'): Promise<void> {
  await page.goto(`/#${hash}`);
  await builtInResult(page).waitFor({ state: 'attached', timeout: 60_000 });
}

/** A short simulated recording, and beside its retino-cell other elements of the same session, with their attributes. */
export async function openShortCell(
  page: Page,
  elements: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Promise<void> {
  await page.goto('/elements.html?element=retino-cell&frames=30000');
  await page.evaluate((wanted) => {
    for (const [name, attributes] of Object.entries(wanted)) {
      const element = document.createElement(name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      document.querySelector('main')?.append(element);
    }
  }, elements);
}

/** Presses Tab, or Shift+Tab, until what has the focus is called `name`. */
export async function tabTo(
  page: Page,
  name: RegExp,
  key: 'Tab' | 'Shift+Tab' = 'Tab',
): Promise<void> {
  const met: string[] = [];
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press(key);
    const found = await page.evaluate(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      const [label] = (element instanceof HTMLInputElement && element.labels) || [];
      const named = element?.getAttribute('aria-label') ?? label?.textContent;
      return (named ?? element?.closest('label')?.textContent ?? element?.textContent ?? '').trim();
    });
    if (name.test(found)) return;
    met.push(found.slice(0, 30));
  }
  throw new Error(`Nothing called ${name} had the focus, but: ${met.join(' | ')}`);
}

/** What axe objects to, shadow roots included: in the whole page, or in what `within` selects. */
export async function violations(page: Page, within?: string) {
  // Evaluated, not added as a script tag: a content security policy would refuse an inline script.
  await page.evaluate(axe.source);
  return page.evaluate(async (selector) => {
    const results = await (globalThis as unknown as { axe: typeof axe }).axe.run(
      selector ?? document,
    );
    return results.violations.map(({ id, help, nodes }) => ({
      id,
      help,
      targets: nodes.map(({ target }) => target.join(' ')),
    }));
  }, within);
}

/** Largest |a − b|; NaN when the lengths differ or a NaN is among them. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.NaN;
  return Math.max(0, ...Array.from(a, (value, i) => Math.abs(value - b[i])));
}

/** A CSV of numbers: the names of its columns, and the columns. */
export function readCsv({ bytes }: GivenFile): Record<string, number[]> {
  const [names, ...rows] = Buffer.from(bytes)
    .toString()
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  return Object.fromEntries(
    names.map((name, column) => [name, rows.map((row) => Number(row[column]))]),
  );
}
