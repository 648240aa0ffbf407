import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attributeRefusal, embeddable } from '../../embedding/attributes.js';
import { embeddableNames } from '../../embedding/names.js';
import { attributeFields, chosen } from './choices.js';

const base = 'https://files.example.org/retinoscope/';

test('the predictor asks for its model, heading, colours and start first', () => {
  const { common, others } = attributeFields('retino-predictor');
  expect(common.map(({ name, kind }) => [name, kind])).toEqual([
    ['model', 'text'],
    ['heading', 'text'],
    ['theme', 'theme'],
    ['autostart', 'flag'],
  ]);
  expect(others.map(({ name }) => name)).toContain('poster');
});

test('every attribute of every element has a field, flags as such', () => {
  for (const [element, rules] of Object.entries(embeddable)) {
    const { common, others } = attributeFields(element);
    const names = [...common, ...others].map(({ name }) => name);
    expect(new Set(names), element).toEqual(new Set(Object.keys(rules)));
    expect(names).toHaveLength(Object.keys(rules).length);
    for (const { name, kind } of [...common, ...others]) {
      const isFlag = ['autostart', 'autoplay', 'whole'].includes(name);
      expect(kind === 'flag', `${element} ${name}`).toBe(isFlag);
    }
  }
});

test('whatever was typed, only values that the element takes come out, and each other one is said', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...embeddableNames),
      fc.dictionary(
        fc.constantFrom('model', 'seed', 'frames', 'theme', 'autostart', 'onclick'),
        fc.string(),
      ),
      (element, values) => {
        const { embedded, refusals } = chosen(element, values, base);
        expect(embedded.element).toBe(element);
        for (const [name, value] of Object.entries(embedded.attributes)) {
          expect(attributeRefusal(element, name, value, base)).toBeUndefined();
        }
        const given = Object.entries(values).filter(
          ([name, value]) => Object.hasOwn(embeddable[element], name) && value.trim() !== '',
        );
        expect(Object.keys(embedded.attributes).length + refusals.length).toBe(given.length);
      },
    ),
  );
});

test('a flag is there when it is on; an empty text is no attribute', () => {
  const values = { autostart: 'on', heading: '  ', model: ' cell.onnx ' };
  expect(chosen('retino-predictor', values, base).embedded.attributes).toEqual({
    model: 'cell.onnx',
    autostart: '',
  });
});
