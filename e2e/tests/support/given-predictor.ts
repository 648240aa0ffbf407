/**
 * A retino-predictor alone on a page, which is given one file after another from within the page: what each ended
 * in, and how long it took there. The page is given its first model by its own server.
 */
import { expect, type Locator, type Page } from '@playwright/test';
import type { GivenFile } from './page.js';

/** What a file ended in: a prediction, a message, or neither within `patience`. */
export interface Outcome {
  readonly name: string;
  readonly ended: 'predicted' | 'refused' | 'silent';
  readonly message: string;
  /** Milliseconds until then, in the page. */
  readonly time: number;
}

/** Milliseconds that are waited for an answer. */
const patience = 8000;
const modelPath = '/given-model.onnx';

/** Opens a page with a predictor that has predicted with `model`. */
export async function openPredictor(page: Page, model: Buffer, hash = ''): Promise<Locator> {
  await page.route(
    ({ pathname }) => pathname === modelPath,
    (route) => route.fulfill({ body: model }),
  );
  await page.goto(`/elements.html?element=retino-predictor&autostart&model=${modelPath}${hash}`);
  const predictor = page.locator('retino-predictor');
  await expect(predictor.getByText(/run by ONNX Runtime/)).toBeVisible();
  // ONNX Runtime is loaded, on a machine that may be busy.
  await expect(predictor.getByText(/^Predicted \d/)).toBeAttached({ timeout: 60_000 });
  return predictor;
}

/** Gives the files one after the other: a model by `loadModel`, whatever else by dropping it on the predictor. */
export async function giveEach(
  predictor: Locator,
  files: readonly (GivenFile & { readonly type?: string })[],
): Promise<readonly Outcome[]> {
  const given = files.map(({ name, type = '', bytes }) => ({
    name,
    type,
    base64: Buffer.from(bytes).toString('base64'),
  }));
  return predictor.evaluate(
    async (host, { asked, mostTime }) => {
      const element = host as HTMLElement & { loadModel(file: File): Promise<void> };
      const root = element.shadowRoot ?? element;
      const frame = () => new Promise(requestAnimationFrame);
      const busy = () =>
        [...root.querySelectorAll('[role=status]')].some((each) =>
          /^(Predicting|Loading|Reading)/.test(each.textContent.trim()),
        );
      const alerts = () => [...root.querySelectorAll('[role=alert]')];
      let heard: string | undefined;
      const hear = (event: Event) => {
        heard = (event as CustomEvent<{ message?: string }>).detail.message ?? '';
      };
      for (const type of ['retino-predict', 'retino-predict-failed']) {
        element.addEventListener(type, hear);
      }
      const outcomes: {
        name: string;
        ended: 'predicted' | 'refused' | 'silent';
        message: string;
        time: number;
      }[] = [];
      for (const { name, type, base64 } of asked) {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        const file = new File([bytes], name, { type });
        const earlier = new Set(alerts());
        const fresh = () => alerts().find((each) => !earlier.has(each));
        heard = undefined;
        const start = performance.now();
        if (/\.onnx$/i.test(name)) await element.loadModel(file);
        else {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(file);
          element.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true }));
        }
        const over = () => performance.now() - start > mostTime;
        while (heard === undefined && !fresh() && !over())
          await new Promise((done) => setTimeout(done, 2));
        const time = performance.now() - start;
        // A run that the same file starts anew belongs to it.
        do {
          await frame();
          await frame();
        } while (busy() && !over());
        const message = heard || (fresh()?.textContent.trim() ?? '');
        const ended = message ? 'refused' : heard === '' ? 'predicted' : 'silent';
        outcomes.push({ name, ended, message, time });
      }
      for (const type of ['retino-predict', 'retino-predict-failed']) {
        element.removeEventListener(type, hear);
      }
      return outcomes;
    },
    { asked: given, mostTime: patience },
  );
}

/** Predictors of the page's model that are made with the text of a link each: what they end in, as with files. */
export async function openStates(
  page: Page,
  states: readonly string[],
): Promise<readonly Outcome[]> {
  return page.evaluate(
    async ({ asked, address, mostTime }) => {
      const outcomes: {
        name: string;
        ended: 'predicted' | 'refused' | 'silent';
        message: string;
        time: number;
      }[] = [];
      for (const name of asked) {
        const start = performance.now();
        const element = document.createElement('retino-predictor');
        element.setAttribute('model', address);
        element.setAttribute('state', name);
        element.setAttribute('autostart', '');
        const root = () => element.shadowRoot ?? element;
        let predicted = false;
        element.addEventListener('retino-predict', () => {
          predicted = true;
        });
        document.querySelector('main')?.prepend(element);
        // Of a picture or a film the link holds only where it was placed: it is asked for.
        const message = () =>
          root().querySelector('[role=alert]')?.textContent.trim() ||
          (/Or drop or paste one here/.exec(root().textContent ?? '')?.[0] ?? '');
        while (!predicted && !message() && performance.now() - start < mostTime) {
          await new Promise((done) => setTimeout(done, 5));
        }
        const said = message();
        const ended = predicted ? 'predicted' : said ? 'refused' : 'silent';
        outcomes.push({ name, ended, message: said, time: performance.now() - start });
        element.remove();
        await new Promise(requestAnimationFrame);
      }
      return outcomes;
    },
    { asked: states, address: modelPath, mostTime: patience },
  );
}

/** A clock of the seconds that the page's main thread has computed, not those in which it waited for a processor. */
export async function computingTime(page: Page): Promise<() => Promise<number>> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await cdp.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
  };
}
