import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attributeRefusal, embeddable, rulesOf } from './attributes.js';

const base = 'https://files.example.org/site/elements.html';

test('only listed elements and attributes are made', () => {
  expect(rulesOf('script')).toBeUndefined();
  expect(rulesOf('constructor')).toBeUndefined();
  expect(attributeRefusal('retino-cell', 'onclick', 'x', base)).toMatch(/no attribute onclick/);
  expect(attributeRefusal('retino-cell', '__proto__', 'x', base)).toMatch(/no attribute/);
  fc.assert(
    fc.property(fc.string(), fc.string(), (name, value) => {
      const known = Object.hasOwn(embeddable['retino-predictor'], name);
      return known || attributeRefusal('retino-predictor', name, value, base) !== undefined;
    }),
  );
});

test('a model may be of any origin, but only an http(s) address without credentials', () => {
  const refusal = (value: string) => attributeRefusal('retino-predictor', 'model', value, base);
  expect(refusal('cell.onnx')).toBeUndefined();
  expect(refusal('https://wiki.example.org/cell.onnx')).toBeUndefined();
  for (const bad of [
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'https://name:secret@example.org/x.onnx',
    `https://example.org/${'x'.repeat(3000)}`,
    'http://',
  ]) {
    expect(refusal(bad), bad).toMatch(/http\(s\) address/);
  }
});

test('results of experiments come from the page’s own origin', () => {
  expect(attributeRefusal('retino-figure', 'src', 'fig2.json', base)).toBeUndefined();
  expect(attributeRefusal('retino-figure', 'src', 'https://example.org/a.json', base)).toMatch(
    /own origin/,
  );
});

test('numbers are whole and within their range', () => {
  const refusal = (value: string) => attributeRefusal('retino-cell', 'frames', value, base);
  expect(refusal('5000')).toBeUndefined();
  for (const bad of ['', '1e9', '-1', '999', '2000001', '5000.5', ' 5000']) {
    expect(refusal(bad), bad).toMatch(/whole number/);
  }
});

test('every attribute that may be set is one that its element documents', () => {
  const manifest = JSON.parse(
    readFileSync(new URL('../../dist/custom-elements.json', import.meta.url), 'utf8'),
  ) as {
    modules: { declarations: { tagName?: string; attributes?: { name: string }[] }[] }[];
  };
  const declared = new Map(
    manifest.modules
      .flatMap(({ declarations }) => declarations)
      .map(({ tagName, attributes }) => [tagName, (attributes ?? []).map(({ name }) => name)]),
  );
  for (const [element, rules] of Object.entries(embeddable)) {
    expect(declared.get(element), element).toEqual(expect.arrayContaining(Object.keys(rules)));
  }
});
