/**
 * What a page may do to predictors, and they to it: another version beside, removal and return, many at once, frames
 * that grow. In every engine.
 */
import { expect, test } from '@playwright/test';
import { engines, launch, missing } from './support/browsers.js';
import { embeddings, frameTag, modelFolders, predictorTag } from './support/embedding.js';
import {
  type Hosts,
  moduleTag,
  type Origins,
  type Situation,
  situations,
  startHosts,
} from './support/hosts.js';
import { nginxMissing } from './support/nginx.js';
import type { Browser, BrowserPage } from './support/page.js';
import { heard, listen, press, Reference, shown } from './support/predicting.js';
import { olderVersion, ownModel, readRelease, siteFolder } from './support/site.js';

const ownTag = predictorTag(`/models/${ownModel}`);
const firstPlaceIs = (what: string) => `return document.querySelector('.place > *')${what}`;

let hosts: Hosts;
let reference: Reference;
let version: string;

test.skip(nginxMissing() !== undefined, nginxMissing());

test.beforeAll(async () => {
  reference = new Reference();
  const release = await readRelease();
  version = release.version;
  const older = ({ files }: Origins) => `${files}/embed/${olderVersion}/retinoscope.js`;
  const newer = ({ files }: Origins) => `${files}/${release.script}`;
  const two = (scripts: readonly string[]) => ({
    body: pageOf(scripts.map((each) => moduleTag(each)).join('\n'), [ownTag, ownTag]),
  });
  hosts = await startHosts(siteFolder, {
    forms: await embeddings(),
    folders: modelFolders,
    pages: (origins) => ({
      '/older-first.html': two([older(origins), newer(origins)]),
      '/newer-first.html': two([newer(origins), older(origins), `${older(origins)}?query`]),
      '/growing.html': {
        body: pageOf(moduleTag(newer(origins)), [
          frameTag(origins.files, `${origins.host}/open-models/${ownModel}`),
          // Of this origin, and none of ours.
          '<iframe title="Another frame" src="/plain.css"></iframe>',
        ]),
      },
    }),
  });
});

test.afterAll(async () => {
  await hosts?.stop();
  await reference?.end();
});

for (const engine of engines) {
  test.describe(engine, () => {
    const reason = missing(engine);
    test.skip(reason !== undefined, reason);

    let browser: Browser;
    let page: BrowserPage;
    /** Requests that came before the page. */
    let earlier: number;

    test.beforeAll(async () => {
      browser = await launch(engine);
    });

    test.beforeEach(async () => {
      page = await browser.newPage();
      earlier = (await hosts.accessLog()).length;
    });

    test.afterEach(() => page.close());

    test.afterAll(() => browser?.close());

    /** Paths that the page asked for, of both origins. */
    const paths = async () =>
      (await hosts.accessLog()).slice(earlier).map(({ url }) => new URL(url).pathname);

    const agrees = async (told: Awaited<ReturnType<typeof press>>) => {
      expect(await reference.difference(ownModel, told)).toBeLessThanOrEqual(1e-4);
    };

    for (const [name, first, second] of [
      ['older-first', olderVersion, 'newer'],
      ['newer-first', 'newer', olderVersion],
    ] as const) {
      test(`${name}: the elements are those of the first version, the other one warns once, and both elements predict within 1e-4`, async () => {
        const number = (which: string) => (which === 'newer' ? version : which);
        await page.goto(`${hosts.host}/${name}.html`);
        await agrees(await press(page, 0));
        await agrees(await press(page, 1));
        const scripts = (await paths()).filter((path) => path.startsWith('/embed/'));
        expect(scripts).toContain(`/embed/${number(second)}/retinoscope.js`);
        const loaded = scripts.filter((path) => path.includes('/assets/'));
        expect(loaded.length).toBeGreaterThan(0);
        expect(loaded.filter((path) => !path.startsWith(`/embed/${number(first)}/`))).toEqual([]);
        const said = page.said();
        if (!said) return;
        const texts = said
          .filter(({ text }) => text.includes('Retinoscope'))
          .map(({ text }) => text);
        const warning = `Retinoscope ${number(second)} was loaded beside ${number(first)}`;
        expect(texts).toEqual([expect.stringContaining(warning)]);
      });
    }

    test('moved: predicts again in another place, and again after it was gone for a while, within 1e-4', async () => {
      const moved = named('moved');
      await page.goto(hosts.address(moved, 'element'));
      await agrees(await press(page));
      await listen(page);
      await page.evaluate(moved.acts.move);
      expect(await page.evaluate(firstPlaceIs('.parentElement.nextElementSibling'))).toBe(null);
      await agrees(await heard(page));
      await page.evaluate(moved.acts.remove);
      if (page.workers() !== undefined) await expect.poll(() => page.workers()).toBe(0);
      await page.evaluate('globalThis.told = undefined');
      await page.evaluate(moved.acts['put back']);
      await agrees(await heard(page));
    });

    test('moved: an element that is taken away while it reads its model reads it when it is put back', async () => {
      await page.goto(hosts.address(named('cross-origin'), 'element'));
      await shown(page);
      await page.evaluate(
        `const [html] = args;
        const place = document.querySelector('.place');
        const fetchIt = fetch;
        const begun = new Promise((resolve) => {
          globalThis.fetch = (...request) => {
            resolve();
            return fetchIt(...request);
          };
        });
        place.innerHTML = html;
        const element = place.firstElementChild;
        await begun;
        globalThis.fetch = fetchIt;
        element.remove();
        await new Promise((resolve) => setTimeout(resolve, 100));
        place.append(element);`,
        ownTag,
      );
      await shown(page);
    });

    test('twenty: before a touch nothing heavy is fetched and no worker lives; after two there is one worker', async () => {
      await page.goto(hosts.address(named('twenty'), 'element'));
      await shown(page);
      const before = await paths();
      const scripts = before.filter((path) => path.endsWith('.js'));
      expect(scripts).toContain(`/embed/${version}/retinoscope.js`);
      expect(before.filter((path) => /predictor-app|worker|\.wasm$/.test(path))).toEqual([]);
      expect(before.filter((path) => path.startsWith('/assets/'))).toEqual([]);
      expect(page.workers() ?? 0).toBe(0);
      await agrees(await press(page, 0));
      await agrees(await press(page, 1));
      expect(page.workers() ?? 1).toBe(1);
      const after = (await paths()).slice(before.length);
      expect(after.filter((path) => path.endsWith('.wasm'))).toHaveLength(1);
      expect(after.filter((path) => path.includes('predictor-app'))).toHaveLength(1);
    });

    test('a frame grows with its content, and takes no height but its own', async () => {
      const height = () =>
        page.evaluate<number>(
          `return document.querySelectorAll('iframe')[0].getBoundingClientRect().height`,
        );
      await page.goto(`${hosts.host}/growing.html`);
      const frame = page.frame(0);
      const fits = async () => {
        const content = await frame.evaluate<number>(
          `return document.querySelector('main').getBoundingClientRect().bottom + scrollY`,
        );
        return Math.abs((await height()) - Math.ceil(content)) <= 4;
      };
      await shown(frame);
      await expect.poll(fits, { timeout: 10_000 }).toBe(true);
      const small = await height();
      await agrees(await press(frame));
      // The content may still change by a line: the height is asked for once it rests.
      const rests = async () => {
        const before = await height();
        await settled(page);
        return (await fits()) && (await height()) === before;
      };
      await expect.poll(rests, { timeout: 20_000 }).toBe(true);
      const large = await height();
      expect(large).toBeGreaterThan(small + 50);

      // Another window: this page itself, and a frame that is not ours.
      const kind = 'retinoscope-frame-size';
      const forged = `parent.postMessage({ kind: '${kind}', height: 77 }, '*')`;
      await page.evaluate(forged);
      await page.frame(1).evaluate(forged);
      // The frame itself, with what is no height.
      for (const bad of ['NaN', 'Infinity', '"900"', 'null', '{}']) {
        await frame.evaluate(`parent.postMessage({ kind: '${kind}', height: ${bad} }, '*')`);
      }
      await frame.evaluate(`parent.postMessage({ kind: 'another', height: 90 }, '*')`);
      await settled(page);
      expect(await height()).toBe(large);
      expect(
        await page.evaluate(`return document.querySelectorAll('iframe')[1].style.height`),
      ).toBe('');

      // Within bounds, whatever it says.
      await frame.evaluate(`parent.postMessage({ kind: '${kind}', height: 1e9 }, '*')`);
      await expect.poll(height).toBeGreaterThanOrEqual(10_000);
      expect(await height()).toBeLessThan(10_010);
    });

    test('a frame tells its height to nobody who has not greeted it', async () => {
      await page.goto(hosts.address(named('cross-origin'), 'frame'));
      await page.evaluate(`
        globalThis.got = [];
        addEventListener('message', ({ data }) => got.push(data));`);
      await press(page.frame(0));
      await settled(page);
      expect(await page.evaluate('return got')).toEqual([]);
    });
  });
}

function named(name: string): Situation {
  const found = situations.find((each) => each.name === name);
  if (!found) throw new Error(`There is no situation ${name}.`);
  return found;
}

/** Messages that were sent before have been heard, and what they changed is drawn. */
async function settled(page: BrowserPage): Promise<void> {
  await page.evaluate('await new Promise((resolve) => setTimeout(resolve, 300))');
}

function pageOf(head: string, elements: readonly string[]): string {
  const places = elements.map((each) => `<div class="place">${each}</div>`).join('\n');
  return `<!doctype html>
<meta charset="utf-8">
<title>Cells</title>
<link rel="stylesheet" href="/plain.css">
${head}
${places}
`;
}
