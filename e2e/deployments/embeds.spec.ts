/**
 * The built embeds in pages that are not ours: each situation, each form, each engine. A predictor predicts there what
 * its model gives under Node, asks nobody else, and leaves nothing behind. The table is written to
 * e2e/.reports/embeds.md.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@playwright/test';
import { type Engine, engines, launch, missing } from './support/browsers.js';
import {
  embeddings,
  type Form,
  forms,
  frameTag,
  modelFolders,
  predictorTag,
  singleFile,
  singlePath,
} from './support/embedding.js';
import type { Cell } from './support/embeds-table.js';
import { type Hosts, moduleTag, situations, startHosts } from './support/hosts.js';
import { nginxMissing } from './support/nginx.js';
import type { Browser, BrowserPage, Scope } from './support/page.js';
import { press, Reference } from './support/predicting.js';
import {
  foreignMissing,
  foreignModels,
  ownModel,
  readRelease,
  siteFolder,
} from './support/site.js';

/** Why a form cannot work somewhere: no fault of ours, and it is tested to be so. */
interface Refusal {
  readonly form: Form;
  readonly row: string;
  /** All, when absent. */
  readonly engine?: Engine;
  readonly reason: string;
  /** A function body that returns true, where the element stands, once the engine refuses it for that reason. */
  readonly refused: string;
}

/** A worker of one line, which is refused. */
const noWorker = `
  const address = URL.createObjectURL(new Blob(['postMessage(1)'], { type: 'text/javascript' }));
  const worker = new Worker(address, { type: 'classic' });
  return new Promise((resolve) => {
    worker.onmessage = () => resolve(false);
    worker.onerror = () => resolve(true);
  })`;

const refusals: readonly Refusal[] = [
  {
    form: 'single file',
    row: 'strict-csp',
    reason: 'the page’s policy holds in a frame made of text, and allows no inline script',
    refused: `
      const told = new Promise((resolve) => {
        addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
          resolve(effectiveDirective + ' ' + blockedURI);
        });
      });
      document.body.append(Object.assign(document.createElement('script'), { textContent: '0' }));
      return document.readyState === 'complete' &&
        document.querySelector('retino-predictor') !== null &&
        customElements.get('retino-predictor') === undefined &&
        (await told) === 'script-src-elem inline'`,
  },
  {
    form: 'single file',
    row: 'isolated',
    engine: 'webkit',
    reason: 'WebKit makes no worker from a blob in a sandboxed frame of an isolated page',
    refused: noWorker,
  },
];

function refusalOf(row: string, form: Form, engine: Engine): Refusal | undefined {
  return refusals.find(
    (each) => each.row === row && each.form === form && (each.engine ?? engine) === engine,
  );
}

let folder: string;
let hosts: Hosts;
let reference: Reference;

test.skip(nginxMissing() !== undefined, nginxMissing());

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retinoscope-embeds-'));
  const single = await singleFile();
  reference = new Reference();
  const { script, integrity } = await readRelease();
  hosts = await startHosts(siteFolder, {
    forms: await embeddings(),
    folders: modelFolders,
    pages: ({ files, host }) => ({
      [singlePath]: { body: single },
      ...Object.fromEntries(
        foreignModels.flatMap((model) => [
          [
            `/element/${model}.html`,
            {
              body: bare(
                predictorTag(`/models/${model}`),
                moduleTag(`${files}/${script}`, integrity),
              ),
            },
          ],
          [`/frame/${model}.html`, { body: bare(frameTag(files, `${host}/open-models/${model}`)) }],
        ]),
      ),
    }),
  });
  // A page that was opened from disk may not read a model beside it.
  const model = `${hosts.host}/open-models/${ownModel}`;
  const fromDisk: Readonly<Record<Form, string>> = {
    element: bare(predictorTag(model), moduleTag(`${hosts.files}/${script}`, integrity)),
    frame: bare(frameTag(hosts.files, model)),
    'single file': single,
  };
  for (const [form, text] of Object.entries(fromDisk)) {
    await writeFile(join(folder, `${form}.html`), text);
  }
});

test.afterAll(async () => {
  await hosts?.stop();
  await reference?.end();
  await rm(folder, { recursive: true, force: true });
});

for (const engine of engines) {
  test.describe(engine, () => {
    const reason = missing(engine);
    test.skip(reason !== undefined, reason);

    let browser: Browser;
    let page: BrowserPage;

    test.beforeAll(async () => {
      browser = await launch(engine);
    });

    test.beforeEach(async () => {
      page = await browser.newPage();
    });

    test.afterEach(() => page.close());

    test.afterAll(() => browser?.close());

    for (const form of forms) {
      for (const situation of situations) {
        testCell(situation.name, form, async () => {
          await page.goto(hosts.address(situation, form));
          for (const act of Object.values(situation.acts)) await page.evaluate(act);
          return form === 'element' ? page : page.frame(0);
        });
      }
      testCell('from disk', form, async () => {
        await page.goto(pathToFileURL(join(folder, `${form}.html`)).href);
        return form === 'frame' ? page.frame(0) : page;
      });
    }

    /** `open` gives the document in which the element stands. */
    function testCell(row: string, form: Form, open: () => Promise<Scope>): void {
      const refusal = refusalOf(row, form, engine);
      const says = refusal ? `refused: ${refusal.reason}` : 'pass';
      const description = JSON.stringify({
        row,
        column: `${form}, ${engine}`,
        says,
      } satisfies Cell);
      const details = { annotation: { type: 'cell', description } };
      if (refusal) {
        test(`${row}, ${form}, is ${says}`, details, async () => {
          const scope = await open();
          await scope.waitFor(refusal.refused, 20_000);
        });
        return;
      }
      test(
        `${row}, ${form}: predicts within 1e-4 of the model under Node, asks nobody else, ends its worker`,
        details,
        async () => {
          const asked = (await hosts.accessLog()).length;
          const told = await press(await open());
          expect(await reference.difference(ownModel, told)).toBeLessThanOrEqual(1e-4);
          await expectClean(page, asked);
          if (row === 'from disk' && form === 'single file') {
            expect(await hosts.accessLog()).toHaveLength(asked);
          }
          if (row !== 'from disk') await expectEnd(page);
        },
      );
    }

    for (const form of ['element', 'frame'] as const) {
      for (const model of foreignModels) {
        const absent = foreignMissing(model);
        test(`cross-origin, ${form}: ${model} of another tool within 1e-4 of itself under Node (shared data)`, async () => {
          test.skip(absent !== undefined, absent);
          const asked = (await hosts.accessLog()).length;
          await page.goto(`${hosts.host}/${form}/${model}.html`);
          const told = await press(form === 'element' ? page : page.frame(0));
          expect(await reference.difference(model, told)).toBeLessThanOrEqual(1e-4);
          await expectClean(page, asked);
        });
      }
    }
  });
}

function bare(element: string, head = ''): string {
  return `<!doctype html>
<meta charset="utf-8">
<title>A cell</title>
${head}
<div class="place">${element}</div>
`;
}

/** Asked only of the two origins, all of it answered; no error in the console. */
async function expectClean(page: BrowserPage, asked: number): Promise<void> {
  const elsewhere = (await page.requests()).filter(
    (url) =>
      ![hosts.files, hosts.host].some((origin) => url.startsWith(`${origin}/`)) && !isLocal(url),
  );
  expect(elsewhere).toEqual([]);
  const failed = (await hosts.accessLog())
    .slice(asked)
    .filter(({ url, status }) => status >= 400 && !url.endsWith('/favicon.ico'));
  expect(failed).toEqual([]);
  const errors = (page.said() ?? []).filter(
    // Firefox tells of the icon that it asks for by itself in the text.
    ({ kind, url, text }) => kind === 'error' && !`${url} ${text}`.includes('/favicon.ico'),
  );
  expect(errors).toEqual([]);
}

/** Made in the page itself, or the page from disk. */
function isLocal(url: string): boolean {
  return /^(blob|data|about|file):/.test(url);
}

/** Nothing of an element works on once it is gone. */
async function expectEnd(page: BrowserPage): Promise<void> {
  if (page.workers() === undefined) return;
  expect(page.workers()).toBeGreaterThan(0);
  await page.evaluate(`for (const each of document.querySelectorAll('.place > *')) each.remove()`);
  await expect.poll(() => page.workers()).toBe(0);
}
