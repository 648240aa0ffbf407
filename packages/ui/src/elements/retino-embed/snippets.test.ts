import fc from 'fast-check';
import { expect, test } from 'vitest';
import { embeddable } from '../../embedding/attributes.js';
import { embeddableNames } from '../../embedding/names.js';
import {
  type Embedded,
  elementTag,
  frameAddress,
  frameTag,
  releaseOf,
  scriptTag,
  siteAddress,
} from './snippets.js';

interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const decoded: Readonly<Record<string, string>> = {
  amp: '&',
  quot: '"',
  lt: '<',
  gt: '>',
  '#9': '\t',
  '#10': '\n',
  '#13': '\r',
};

/** The tags of `html`: empty elements parted by line ends, values between double quotes. Throws for all else. */
function parsed(html: string): Tag[] {
  const tags: Tag[] = [];
  let rest = html;
  while (rest !== '') {
    const found = /^<([a-z][a-z-]*)((?: [a-z-]+(?:="[^"<>\t\n\r\0]+")?)*)><\/\1>(?:\n|$)/.exec(
      rest,
    );
    if (!found) throw new Error(`Not a tag: ${rest.slice(0, 200)}`);
    const attributes: Record<string, string> = {};
    for (const [, name, value = ''] of found[2].matchAll(/ ([a-z-]+)(?:="([^"]*)")?/g)) {
      if (Object.hasOwn(attributes, name)) throw new Error(`Twice: ${name}`);
      attributes[name] = value.replace(/&([a-z0-9#]*;?)/g, (_all, reference: string) => {
        const letter = reference.endsWith(';') ? decoded[reference.slice(0, -1)] : undefined;
        if (letter === undefined) throw new Error(`Not a reference: ${reference}`);
        return letter;
      });
    }
    tags.push({ name: found[1], attributes });
    rest = rest.slice(found[0].length);
  }
  return tags;
}

/** What a page can hold: no NUL, no half of a pair. */
const inPage = (text: string): string => text.replace(/\0|\p{Surrogate}/gu, '\uFFFD');

const hostile = fc.constantFrom(
  '"><script>alert(1)</script>',
  "' onload='alert(1)",
  '</retino-predictor><img src=x onerror=alert(1)>',
  '&quot; onclick=&quot;',
  '<!--retinoscope-element-->',
  '&#34;&lt;$&$1\\"`',
  'a\r\n\tb\0c\uD800',
);
const text = fc.oneof(
  fc.string({ minLength: 1, unit: 'binary' }),
  fc.string({ minLength: 1 }),
  hostile,
);
const embedded: fc.Arbitrary<Embedded> = fc.constantFrom(...embeddableNames).chain((element) =>
  fc.record({
    element: fc.constant(element),
    attributes: fc.dictionary(
      fc.constantFrom(...Object.keys(embeddable[element])),
      fc.oneof(text, fc.constant('')),
    ),
  }),
);
const site = 'https://files.example.org/retinoscope/';
const release = {
  version: '1.2.3',
  script: 'embed/1.2.3/retinoscope.js',
  integrity: `sha384-${'Ab+/'.repeat(16)}`,
};

test('whatever the values hold, an element is one tag with exactly those attributes', () => {
  fc.assert(
    fc.property(embedded, (given) => {
      const expected = Object.entries(given.attributes).map(([name, value]) => [
        name,
        inPage(value),
      ]);
      expect(parsed(elementTag(given))).toEqual([
        { name: given.element, attributes: Object.fromEntries(expected) },
      ]);
    }),
  );
});

test('whatever the values hold, a frame is one tag whose address gives them back', () => {
  fc.assert(
    fc.property(embedded, text, (given, title) => {
      const tags = parsed(frameTag(given, site, { title, height: 640 }));
      expect(tags).toHaveLength(1);
      const [{ name, attributes }] = tags;
      expect(name).toBe('iframe');
      expect(Object.keys(attributes)).toEqual([
        'src',
        'title',
        'loading',
        'width',
        'height',
        'frameborder',
      ]);
      expect(attributes.title).toBe(inPage(title));
      expect(attributes.src).toBe(frameAddress(given, site));
      const address = new URL(attributes.src);
      expect(`${address.origin}${address.pathname}`).toBe(`${site}elements.html`);
      expect([...address.searchParams]).toEqual([
        ['element', given.element],
        ...Object.entries(given.attributes).map(([each, value]) => [
          each,
          value.replace(/\p{Surrogate}/gu, '\uFFFD'),
        ]),
      ]);
    }),
  );
});

test('the script of a release is pinned and checked; without one it is the latest', () => {
  expect(parsed(scriptTag(site, release))).toEqual([
    {
      name: 'script',
      attributes: {
        type: 'module',
        src: `${site}embed/1.2.3/retinoscope.js`,
        integrity: release.integrity,
        crossorigin: '',
      },
    },
  ]);
  expect(scriptTag(site)).toBe(`<script type="module" src="${site}retinoscope.js"></script>`);
});

test('whatever was typed as a site, its script is one tag with two attributes', () => {
  fc.assert(
    fc.property(fc.oneof(fc.webUrl({ withQueryParameters: true }), text), (typed) => {
      const address = siteAddress(typed);
      fc.pre(address !== undefined);
      expect(parsed(scriptTag(address ?? ''))).toEqual([
        { name: 'script', attributes: { type: 'module', src: `${address}retinoscope.js` } },
      ]);
    }),
  );
});

test('a site is a folder over http(s) without credentials, query and hash', () => {
  expect(siteAddress(' https://a.example/x/index.html?element=retino-cell#y ')).toBe(
    'https://a.example/x/',
  );
  expect(siteAddress('https://a.example/retinoscope')).toBe('https://a.example/retinoscope/');
  expect(siteAddress('http://name:secret@a.example:8080')).toBe('http://a.example:8080/');
  for (const bad of ['', 'a.example', 'javascript:alert(1)', 'file:///srv/', 'data:text/html,x']) {
    expect(siteAddress(bad), bad).toBeUndefined();
  }
});

test('what is not listed is in no snippet', () => {
  expect(() => elementTag({ element: 'script', attributes: {} })).toThrow(/no script/);
  expect(() => elementTag({ element: 'constructor', attributes: {} })).toThrow(/no constructor/);
  for (const name of ['onclick', '__proto__', 'constructor']) {
    const attributes = Object.fromEntries([[name, 'x']]);
    expect(() => elementTag({ element: 'retino-cell', attributes }), name).toThrow(/attribute/);
  }
});

test('a release is taken only when each of its parts has its form', () => {
  expect(releaseOf(release)).toEqual(release);
  for (const bad of [
    null,
    'text',
    {},
    { ...release, version: '../1.2.3' },
    { ...release, script: 'https://elsewhere.example/retinoscope.js' },
    { ...release, integrity: 'sha384-short' },
    { ...release, integrity: `${release.integrity}" onload="x` },
  ]) {
    expect(releaseOf(bad)).toBeUndefined();
  }
  fc.assert(fc.property(fc.anything(), (given) => releaseOf(given) === undefined));
});
