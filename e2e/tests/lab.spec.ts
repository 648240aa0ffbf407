/** The lab as a visitor finds it: it opens cleanly, it is accessible, its built-in cell is recovered and saved. */
import { readNpz } from './support/files.js';
import {
  builtInResult,
  fitAfter,
  type GivenFile,
  largestDifference,
  payload,
  ratesAfter,
  readCsv,
  saved,
  violations,
} from './support/page.js';
import { expect, type Page, test } from './support/test.js';

test('the page opens without an error, a failed request, or a request to another origin', async ({
  page,
  faults,
}) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.waitForLoadState('networkidle');
  expect(faults).toEqual([]);
});

const looks = [
  { name: 'wide, light', width: 1440, height: 900, colorScheme: 'light' },
  { name: 'wide, dark', width: 1440, height: 900, colorScheme: 'dark' },
  { name: 'phone, light', width: 390, height: 844, colorScheme: 'light' },
  { name: 'phone, dark', width: 390, height: 844, colorScheme: 'dark' },
] as const;

interface Look {
  readonly width: number;
  readonly height: number;
  readonly colorScheme: 'light' | 'dark';
}

async function look(page: Page, { width, height, colorScheme }: Look) {
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme });
}

/** Pixels by which the page is wider than its window. */
function sidewaysOverflow(page: Page) {
  return page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
}

test('as it opens, the page has no axe violation and does not scroll sideways, in any look', async ({
  page,
}) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  for (const one of looks) {
    await look(page, one);
    expect.soft(await violations(page), one.name).toEqual([]);
    expect.soft(await sidewaysOverflow(page), one.name).toBeLessThanOrEqual(0);
  }
});

test.describe('the built-in cell, trained as the page does it by itself', () => {
  let page: Page;
  const requests: string[] = [];

  test.beforeAll(async ({ browser, baseURL }) => {
    page = await browser.newPage({ baseURL });
    page.on('request', (request) => requests.push(request.url()));
    await page.goto('/');
    await builtInResult(page).waitFor({ state: 'attached', timeout: 90_000 });
  });

  test.afterAll(() => page.close());

  test('subunit cosines ≥ .95, rate CC ≥ .98, ONNX within 1e-5, done within 30 s', async () => {
    const result = builtInResult(page);
    const number = async (attribute: string) =>
      Number.parseFloat((await result.getAttribute(attribute)) ?? '');
    expect(await number('data-min-cosine')).toBeGreaterThanOrEqual(0.95);
    expect(await number('data-rate-cc')).toBeGreaterThanOrEqual(0.98);
    expect(await number('data-onnx-difference')).toBeLessThanOrEqual(1e-5);
    expect(await number('data-seconds')).toBeLessThanOrEqual(30);
  });

  test('with its results, the page has no axe violation and does not scroll sideways, in any look', async () => {
    for (const one of looks) {
      // Taller than the page: what is off screen is not drawn.
      await look(page, { ...one, height: 8000 });
      for (const drawn of ['retino-receptive-field', 'retino-filters', 'retino-response']) {
        await expect(page.locator(drawn).locator('svg, canvas').first(), drawn).toBeVisible();
      }
      expect.soft(await violations(page), one.name).toEqual([]);
      expect.soft(await sidewaysOverflow(page), one.name).toBeLessThanOrEqual(0);
    }
  });

  test('the report is JSON with the seed, the settings, the version and every result', async () => {
    const report = await savedReport(page);
    expect(report.format).toBe('retinoscope-report');
    expect(report.softwareVersion).toMatch(/^\d+\.\d+\.\d+/);
    expect(report.recording.source).toMatchObject({ kind: 'simulated', cell: 'paper', seed: 1 });
    expect(report.training.settings).toMatchObject({ seed: 1, steps: 2000, restarts: 1 });
    expect(report.result.matchedCosines).toHaveLength(4);
    expect(Math.min(...report.result.matchedCosines)).toBeGreaterThanOrEqual(0.95);
    expect(report.result.rateCC).toBeGreaterThanOrEqual(0.98);
  });

  test('the npz file holds the filters and the responses, finite and of the shapes of the report', async () => {
    const file = await saved(page, () => save(page, 'Arrays (npz)'));
    expect(file.name).toMatch(/\.npz$/);
    const arrays = readNpz(file.bytes);
    const { training, recording } = await savedReport(page);
    const [layer] = training.layers;
    expect(arrays.layer0_weights.shape).toEqual([layer.filters, 1, layer.height, layer.width]);
    expect(arrays.sta.shape).toEqual([20, recording.height, recording.width]);
    expect(arrays.test_network.shape).toEqual(arrays.test_observed.shape);
    for (const [name, { data, shape }] of Object.entries(arrays)) {
      expect(data.length, name).toBe(shape.reduce((product, size) => product * size, 1));
      expect(Array.from(data).every(Number.isFinite), name).toBe(true);
    }
  });

  for (const element of ['retino-receptive-field', 'retino-filters', 'retino-response']) {
    test(`the figure of ${element} is saved as an SVG that parses and a PNG that decodes`, async () => {
      const figure = page.locator(element).getByRole('figure').first();
      await figure.scrollIntoViewIfNeeded();
      const svg = await saved(page, () =>
        figure.getByRole('button', { name: 'Download SVG' }).click(),
      );
      const drawn = await page.evaluate((text) => {
        const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
        const { localName } = parsed.documentElement;
        const links = parsed.querySelectorAll('[href^="http"], script, foreignObject');
        return {
          root: localName,
          shapes: parsed.querySelectorAll('path, rect, image, line, text').length,
          links: links.length,
        };
      }, Buffer.from(svg.bytes).toString());
      expect(drawn.root).toBe('svg');
      expect(drawn.shapes).toBeGreaterThan(10);
      expect(drawn.links).toBe(0);

      const png = await saved(page, () =>
        figure.getByRole('button', { name: 'Download PNG' }).click(),
      );
      const bytes = Buffer.from(png.bytes);
      expect(bytes.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a');
      const size = await page.evaluate(async (base64) => {
        const binary = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        const { width, height } = await createImageBitmap(new Blob([binary]));
        return { width, height };
      }, bytes.toString('base64'));
      expect(size).toEqual({ width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) });
      expect(size.width).toBeGreaterThan(200);
    });
  }

  test('the ONNX file, opened again, gives the rates that the network gave: within 1e-6', async () => {
    const predictor = page.locator('retino-predictor');
    const own = await ratesAfter(page, () =>
      predictor.getByLabel('Stimulus').selectOption('noise'),
    );
    const csv = await savedRates(page);
    const file = await saved(page, () => save(page, 'Network (ONNX)'));
    expect(file.name).toMatch(/\.onnx$/);
    const again = await ratesAfter(page, () =>
      predictor.getByLabel(/Open ONNX model/).setInputFiles(payload([file])),
    );
    expect(own.windows).toBeGreaterThan(100);
    expect(Math.max(...own.values)).toBeGreaterThan(Math.min(...own.values));
    expect(largestDifference(again.values, own.values)).toBeLessThanOrEqual(1e-6);
    expect(largestDifference(readCsv(csv).rate, own.values)).toBeLessThanOrEqual(1e-6);
  });

  test('through all of this no request has left the origin', async ({ baseURL }) => {
    const { origin } = new URL(baseURL ?? '');
    const others = requests.filter((url) => /^http/.test(url) && new URL(url).origin !== origin);
    expect(requests.length).toBeGreaterThan(3);
    expect(others).toEqual([]);
  });

  async function savedRates(from: Page): Promise<GivenFile> {
    return saved(from, () =>
      from.locator('retino-predictor').getByRole('button', { name: /CSV/ }).click(),
    );
  }
});

test('a permalink with its seed and settings gives the same validation loss again', async ({
  page,
  context,
}) => {
  await page.goto('/#steps=200&restarts=1');
  const first = await fitAfter(page, () => Promise.resolve());
  const trainer = page.locator('retino-trainer');
  await expect(trainer.getByRole('button', { name: 'Train again' })).toBeEnabled();
  await trainer.getByLabel('Seed').fill('7');
  await trainer.getByLabel('Steps').fill('250');
  await trainer.getByLabel('Steps').press('Tab');
  await expect(page).toHaveURL(/seed=7/);
  const chosen = await fitAfter(page, () =>
    trainer.getByRole('button', { name: 'Train again' }).click(),
  );
  expect(chosen.validationLoss).not.toBe(first.validationLoss);

  const opened = await context.newPage();
  await opened.goto(page.url());
  await builtInResult(opened).waitFor({ state: 'attached', timeout: 60_000 });
  const report = await savedReport(opened);
  expect(report.training.settings).toMatchObject({ seed: 7, steps: 250, restarts: 1 });
  expect(report.result.validationLoss).toBe(chosen.validationLoss);
});

interface Report {
  readonly format: string;
  readonly softwareVersion: string;
  readonly recording: { readonly source: object; readonly height: number; readonly width: number };
  readonly training: {
    readonly settings: object;
    readonly layers: readonly { filters: number; height: number; width: number }[];
  };
  readonly result: {
    readonly matchedCosines: readonly number[];
    readonly rateCC: number;
    readonly validationLoss: number;
  };
}

async function savedReport(page: Page): Promise<Report> {
  const { bytes } = await saved(page, () => save(page, 'Report (JSON)'));
  return JSON.parse(Buffer.from(bytes).toString());
}

function save(page: Page, name: string): Promise<void> {
  return page.getByRole('button', { name }).click();
}
