/** A retino-predictor alone on its page: models at addresses of its own origin, what it told last, and how it is asked. */
import type { Locator, Page } from '@playwright/test';
import type { LinearOutput, Movie } from './models.js';
import type { GivenFile } from './page.js';
import { payload } from './page.js';

interface Rates {
  readonly windows: number;
  readonly outputs: number;
  /** `[window, output]`. */
  readonly values: readonly number[];
}

/** A prediction, as plain data. */
export interface Told {
  readonly movie: Movie & { readonly data: readonly number[] };
  readonly rates: Rates;
  readonly columns: readonly string[];
  readonly compared?: { readonly name: string; readonly rates: Rates };
}

/** What a link holds of the stimulus, as far as the tests look at it. */
interface ToldState {
  readonly stimulus: {
    readonly source: string;
    readonly spec: { readonly kind: string; readonly values: Readonly<Record<string, number>> };
    readonly placement?: { readonly x: number; readonly y: number; readonly pixelSize: number };
  };
  readonly units: Readonly<Record<string, number>>;
  readonly output: number;
}

interface Heard {
  count: number;
  last?: Told;
  state?: string;
}

declare global {
  var predictorHeard: Heard;
}

/** ms without another prediction after which the last one is what was asked for. */
const rest = 200;
const patience = 30_000;

/** Serves `models` at `/models/` of the page's own origin. */
async function serveModels(
  page: Page,
  models: Readonly<Record<string, Uint8Array>>,
): Promise<void> {
  await page.route(
    ({ pathname }) => pathname.startsWith('/models/'),
    (route) => {
      const name = decodeURIComponent(
        new URL(route.request().url()).pathname.split('/').at(-1) ?? '',
      );
      if (!Object.hasOwn(models, name)) return route.fulfill({ status: 404 });
      return route.fulfill({
        body: Buffer.from(models[name]),
        contentType: 'application/octet-stream',
      });
    },
  );
}

/** Keeps what predictors of the pages to come tell. */
export async function listen(page: Page): Promise<void> {
  await page.addInitScript(() => {
    globalThis.predictorHeard = { count: 0 };
    addEventListener('retino-predict', (event) => {
      const { movie, rates, columns = [], compared } = (event as CustomEvent).detail;
      const plain = ({ windows, outputs, values }: Rates) => ({
        windows,
        outputs,
        values: Array.from(values),
      });
      predictorHeard.count++;
      predictorHeard.last = {
        movie: { shape: [...(movie?.shape ?? [])], data: Array.from(movie?.data ?? []) },
        rates: plain(rates),
        columns: columns.map(({ label }: { label: string }) => label),
        ...(compared && { compared: { name: compared.name, rates: plain(compared.rates) } }),
      };
    });
    addEventListener('retino-state', (event) => {
      predictorHeard.state = (event as CustomEvent).detail;
    });
  });
}

/** Opens a predictor with the first of `models` and no prediction yet; `more` is added to the address. */
export async function openPredictor(
  page: Page,
  models: Readonly<Record<string, Uint8Array>>,
  more = '',
): Promise<Locator> {
  await serveModels(page, models);
  await listen(page);
  const [name] = Object.keys(models);
  await page.goto(`/elements.html?element=retino-predictor&model=/models/${name}${more}`);
  return page.locator('retino-predictor');
}

/** The last prediction after `action`, once the predictor rests. Rejects when there is none in 30 s. */
export async function predicted(page: Page, action: () => Promise<unknown>): Promise<Told> {
  const before = await page.evaluate(() => predictorHeard.count);
  await action();
  return page.evaluate(
    async ([count, quiet, most]) => {
      const started = performance.now();
      let [seen, since] = [count, started];
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        const now = performance.now();
        const status = document
          .querySelector('retino-predictor')
          ?.shadowRoot?.querySelector('.visually-hidden[role="status"]')?.textContent;
        if (predictorHeard.count !== seen || status === 'Predicting.') {
          seen = predictorHeard.count;
          since = now;
        }
        const { last } = predictorHeard;
        if (last && seen > count && now - since > quiet) return last;
        if (now - started > most) throw new Error('No prediction was told.');
      }
    },
    [before, rest, patience] as const,
  );
}

/** Presses the button of the first paint. */
export function start(page: Page): Promise<Told> {
  const button = page
    .locator('retino-predictor')
    .getByRole('button', { name: 'Predict a stimulus' });
  return predicted(page, () => button.click());
}

/** What the last `retino-state` holds. */
export async function toldState(page: Page): Promise<ToldState> {
  const text = await page.evaluate(() => predictorHeard.state ?? '');
  return JSON.parse(Buffer.from(text, 'base64url').toString()) as ToldState;
}

/** Types a number into the box beside a slider, or a field of a unit. */
export async function setNumber(element: Locator, name: string, value: number): Promise<void> {
  const box = element.getByRole('spinbutton', { name, exact: true });
  await box.fill(String(value));
  await box.press('Enter');
}

export function chooseSource(element: Locator, name: string): Promise<void> {
  return element.getByRole('radio', { name, exact: true }).check({ force: true });
}

/** Gives a picture, a film or an array to the panel. */
export async function giveMedia(page: Page, file: GivenFile): Promise<Told> {
  const element = page.locator('retino-predictor');
  await chooseSource(element, 'Picture or video');
  return predicted(page, () =>
    element.getByLabel(/Open picture or video/).setInputFiles(payload([file])),
  );
}

/** One output's rates, `[window]`. */
export function rateOf({ windows, outputs, values }: Rates, output = 0): number[] {
  return Array.from({ length: windows }, (_, t) => values[t * outputs + output]);
}

/** One frame of a movie, `[y, x]`. */
export function frameOf({ shape: [, height, width], data }: Told['movie'], t: number): number[] {
  return data.slice(t * height * width, (t + 1) * height * width);
}

/** `frame` shown for `on` frames after `before` frames of grey, and before `after`. */
export function presented(
  frame: readonly number[],
  [height, width]: readonly [number, number],
  { before = 15, on = 15, after = 15 } = {},
): Movie {
  const grey = (count: number) => new Array<number>(count * height * width).fill(0);
  const shown = Array.from({ length: on }, () => frame).flat();
  return {
    shape: [before + on + after, height, width],
    data: [...grey(before), ...shown, ...grey(after)],
  };
}

/** The most that the rate changes when every value of the input changes by up to `change`. */
export function boundOf({ weights }: LinearOutput, change: number): number {
  return change * weights.reduce((sum, weight) => sum + Math.abs(weight), 0);
}

/** The middle of a square on the stimulus' canvas, in pixels of the page, and the side of a square. */
export async function squareOnCanvas(
  element: Locator,
  [height, width]: readonly [number, number],
  at: { readonly x: number; readonly y: number },
): Promise<{ readonly x: number; readonly y: number; readonly side: number }> {
  const canvas = element.locator('canvas[role="application"]');
  await canvas.scrollIntoViewIfNeeded();
  const box = await canvas.boundingBox();
  if (!box) throw new Error('The canvas is not shown.');
  const side = Math.min(box.width / width, 416 / height);
  const left = box.x + (box.width - side * width) / 2;
  return { x: left + (at.x + 0.5) * side, y: box.y + (at.y + 0.5) * side, side };
}
