/**
 * The built embeds in pages that are not ours: each situation, each form, each engine. A predictor predicts there what
 * its model gives under Node, asks nobody else, and leaves nothing behind. The table is written to
 * e2e/.reports/embeds.md. Firefox and WebKit show each situation in one form, and each form several times; with
 * `RETINOSCOPE_EVERY_CELL=1`, as in `npm run deployments`, in all forms.
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
  fileTag,
  forms,
  frameTag,
  modelFolders,
  predictorTag,
  singleFile,
  singlePath,
} from './support/embedding.js';
import type { Cell } from './support/embeds-table.js';
import { type Hosts, moduleTag, situations, startHosts } from './support/hosts.js';
import { type Document, nginxMissing } from './support/nginx.js';
import type { Browser, BrowserPage, Scope } from './support/page.js';
import { press, Reference } from './support/predicting.js';
import {
  foreignMissing,
  foreignModels,
  otherOwnModels,
  ownModel,
  readRelease,
  siteFolder,
} from './support/site.js';

/** Why a form cannot work somewhere: no fault of ours, and it is tested to be so. */
interface Refusal {
  readonly form: Form;
  readonly row: string;
  readonly reason: string;
  /** A function body that returns true, where the element stands, once the engine refuses it for that reason. */
  readonly refused: string;
}

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
];

/** Networks that stand beside each other on a page; those of other tools as far as the shared data are there. */
const groups: Readonly<Record<string, readonly string[]>> = {
  'networks of ours': [ownModel, ...otherOwnModels],
  'networks of other tools': foreignModels.filter((name) => foreignMissing(name) === undefined),
};

/** Whether the situation of this index is shown in `form` in `engine`. */
function isShown(engine: Engine, form: Form, row: number): boolean {
  const { RETINOSCOPE_EVERY_CELL: every } = process.env;
  return engine === 'chromium' || Boolean(every) || forms[(row + 2) % forms.length] === form;
}

let folder: string;
let hosts: Hosts;
let reference: Reference;

test.skip(nginxMissing() !== undefined, nginxMissing());

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retinoscope-embeds-'));
  const single = await singleFile();
  const singles = await Promise.all(
    Object.values(groups)
      .flat()
      .map(async (name) => ({ name, file: await singleFile(name) })),
  );
  reference = new Reference();
  const { script, integrity } = await readRelease();
  hosts = await startHosts(siteFolder, {
    forms: await embeddings(),
    folders: modelFolders,
    pages: ({ files, host }) => ({
      [singlePath]: { body: single },
      ...Object.fromEntries(
        singles.map(({ name, file }): [string, Document] => [
          `/single/${name}.html`,
          { body: file },
        ]),
      ),
      ...Object.fromEntries(
        Object.entries(groups).flatMap(([group, names]) => {
          const tags: Readonly<Record<Form, (name: string) => string>> = {
            element: (name) => predictorTag(`/models/${name}`),
            frame: (name) => frameTag(files, `${host}/open-models/${name}`),
            'single file': (name) => fileTag(`src="/single/${name}.html"`),
          };
          return forms.map((form): [string, Document] => {
            const head = form === 'element' ? moduleTag(`${files}/${script}`, integrity) : '';
            return [groupPath(group, form), { body: bare(names.map(tags[form]), head) }];
          });
        }),
      ),
    }),
  });
  // A page that was opened from disk may not read a model beside it.
  const model = `${hosts.host}/open-models/${ownModel}`;
  const fromDisk: Readonly<Record<Form, string>> = {
    element: bare([predictorTag(model)], moduleTag(`${hosts.files}/${script}`, integrity)),
    frame: bare([frameTag(hosts.files, model)]),
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
      for (const [row, situation] of situations.entries()) {
        if (!isShown(engine, form, row)) continue;
        testCell(situation.name, form, async () => {
          await page.goto(hosts.address(situation, form));
          for (const act of Object.values(situation.acts)) await page.evaluate(act);
          return form === 'element' ? page : page.frame(0);
        });
      }
      if (!isShown(engine, form, situations.length)) continue;
      testCell('from disk', form, async () => {
        await page.goto(pathToFileURL(join(folder, `${form}.html`)).href);
        return form === 'frame' ? page.frame(0) : page;
      });
    }

    /** `open` gives the document in which the element stands. */
    function testCell(row: string, form: Form, open: () => Promise<Scope>): void {
      const refusal = refusals.find((each) => each.row === row && each.form === form);
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

    for (const form of forms) {
      if (!isShown(engine, form, 1)) continue;
      for (const [group, names] of Object.entries(groups)) {
        test(`cross-origin, ${form}: ${group}, each within 1e-4 of itself under Node`, async () => {
          test.skip(names.length === 0, foreignModels.map(foreignMissing).find(Boolean));
          const asked = (await hosts.accessLog()).length;
          await page.goto(hosts.host + groupPath(group, form));
          for (const [index, name] of names.entries()) {
            const told = await (form === 'element' ? press(page, index) : press(page.frame(index)));
            expect(await reference.difference(name, told), name).toBeLessThanOrEqual(1e-4);
          }
          await expectClean(page, asked);
        });
      }
    }
  });
}

function groupPath(group: string, form: Form): string {
  return `/${form}/${group}.html`.replaceAll(' ', '-');
}

function bare(elements: readonly string[], head = ''): string {
  return `<!doctype html>
<meta charset="utf-8">
<title>A cell</title>
${head}
${elements.map((element) => `<div class="place">${element}</div>`).join('\n')}
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
