/**
 * The situations themselves, with a stand-in for what is embedded: each page is what its name says, and gives an
 * embedded element what it needs there. In Chromium; embeds.spec.ts shows them in every engine.
 */
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { launch, missing } from './support/browsers.js';
import { type Hosts, situations, startHosts } from './support/hosts.js';
import { nginxMissing } from './support/nginx.js';
import type { Browser } from './support/page.js';

const standIn = fileURLToPath(new URL('stand-in', import.meta.url));

/** What the page has: function bodies that return true. */
const isTrue: Readonly<Record<string, string>> = {
  'same-origin': `return new URL(document.querySelector('script').src).origin === origin`,
  'cross-origin': `return new URL(document.querySelector('script').src).origin !== origin && !crossOriginIsolated`,
  isolated: 'return crossOriginIsolated',
  'strict-csp': `
    const refused = new Promise((resolve) => {
      addEventListener('securitypolicyviolation', ({ effectiveDirective }) => resolve(effectiveDirective));
    });
    document.body.append(Object.assign(document.createElement('script'), { textContent: '0' }));
    return (await refused).startsWith('script-src')`,
  'other-lit': `
    await customElements.whenDefined('other-lit');
    const element = document.querySelector('other-lit');
    await element.updateComplete;
    return element.shadowRoot.textContent.includes('Of another Lit')`,
  'second-copy': `
    return performance.getEntriesByType('resource').filter(({ name }) => /element\\.js/.test(name)).length === 2`,
  'hostile-css': `return getComputedStyle(document.body).fontSize === '40px'`,
  'right-to-left': `return getComputedStyle(document.body).direction === 'rtl'`,
  dark: `return getComputedStyle(document.querySelector('stand-in')).color === 'rgb(4, 5, 6)'`,
  narrow: `return document.querySelector('.place').getBoundingClientRect().width === 280`,
  moved: `return document.querySelectorAll('.place').length === 2`,
  twenty: `return document.querySelectorAll('.place > stand-in').length === 20`,
};

/** How each element does; nothing while it waits. */
const states =
  "[...document.querySelectorAll('stand-in')].map(({ dataset }) => dataset.ready ?? dataset.problem)";

/** The situations in which a browser refuses more than elsewhere. */
const refusing = new Set(['cross-origin', 'isolated', 'strict-csp']);

/** The element's own sheet: its colour, in the scheme of the page. */
const own = `
  return [...document.querySelectorAll('stand-in')].every(
    (element) => getComputedStyle(element).color === (
      getComputedStyle(document.documentElement).colorScheme === 'dark' ? 'rgb(4, 5, 6)' : 'rgb(1, 2, 3)'
    ),
  )`;

const reason = nginxMissing() ?? missing('chromium');
test.skip(reason !== undefined, reason);

let hosts: Hosts;
let browser: Browser;

test.beforeAll(async () => {
  hosts = await startHosts(standIn, {
    forms: {
      element: ({ files }) => ({
        script: `${files}/element.js`,
        element: '<stand-in></stand-in>',
      }),
      frame: ({ files }) => ({ element: `<iframe src="${files}/frame.html"></iframe>` }),
    },
  });
  browser = await launch('chromium');
});

test.afterAll(async () => {
  await browser?.close();
  await hosts?.stop();
});

for (const situation of situations) {
  test(`${situation.name}: the page is so, and an element has its sheet, its worker and WebAssembly`, async () => {
    const page = await browser.newPage();
    await page.goto(hosts.address(situation, 'element'));
    await page.waitFor(`return ${states}.every(Boolean)`, 10_000);
    const said = await page.evaluate<readonly string[]>(`return ${states}`);
    expect(new Set(said)).toEqual(new Set(['wasm']));
    expect(await page.evaluate(own)).toBe(true);
    expect(await page.evaluate(isTrue[situation.name])).toBe(true);
    expect(await page.requests()).toContain(`${hosts.files}/element.js`);
    for (const act of Object.values(situation.acts)) await page.evaluate(act);
    const count = await page.evaluate(`return document.querySelectorAll('stand-in').length`);
    expect(count).toBe(said.length);
    await page.close();
  });
}

for (const situation of situations.filter(({ name }) => refusing.has(name))) {
  test(`${situation.name}: a frame from another origin has them too`, async () => {
    const page = await browser.newPage();
    await page.goto(hosts.address(situation, 'frame'));
    await page.waitFor(
      `globalThis.said ??= new Promise((resolve) => {
            addEventListener('message', ({ data }) => data && resolve(data));
          });
          document.querySelector('iframe').contentWindow.postMessage('How are you?', '*');
          return Promise.race([said, new Promise((resolve) => setTimeout(resolve, 50))])`,
      10_000,
    );
    expect(await page.evaluate('return said')).toBe('wasm');
    await page.close();
  });
}
