import { InvalidArgumentError } from 'commander';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blockRange, positive, whole, wholes } from './parse.js';

const numbers = fc.uniqueArray(fc.integer({ min: 0, max: 999_999_999 }), { minLength: 1 });

/** Texts of the characters that such lists are made of. */
const texts = fc.stringMatching(/^[0-9,: .eb+-]{0,6}$/);

test('a list of whole numbers comes back in its order, with blanks round the commas or none', () => {
  fc.assert(
    fc.property(numbers, fc.constantFrom(',', ', ', ' ,'), (values, comma) => {
      expect(wholes(values.join(comma))).toEqual(values);
    }),
  );
});

test('a list that names a number twice is refused, however it is written', () => {
  for (const text of ['1,1', '0,3,5,3', '1,01', '2, 2']) {
    expect(() => wholes(text)).toThrow(InvalidArgumentError);
  }
});

test('any other text is read as distinct whole numbers of at least 0, or refused with what is accepted', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const good = text.split(',').every((part) => /^ *[0-9]{1,9} *$/.test(part));
      const values = text.split(',').map(Number);
      if (good && new Set(values).size === values.length) {
        expect(wholes(text)).toEqual(values);
      } else {
        expect(() => wholes(text)).toThrow(/whole numbers with commas, each once, such as 0,3,5/);
      }
    }),
  );
  for (const text of ['', ',', '1,', '-1', '1.5', '1e3', '0x10', '1234567890']) {
    expect(() => wholes(text)).toThrow(InvalidArgumentError);
  }
});

test('a range is first:last with first ≤ last, or a block alone', () => {
  fc.assert(
    fc.property(fc.nat(999_999_999), fc.nat(999_999_999), (a, b) => {
      const [first, last] = [Math.min(a, b), Math.max(a, b)];
      expect(blockRange(`${first}:${last}`)).toEqual({ first, last });
      expect(blockRange(`${a}`)).toEqual({ first: a, last: a });
      if (first < last) expect(() => blockRange(`${last}:${first}`)).toThrow(/first ≤ last/);
    }),
  );
  for (const text of ['', ':', '1:', ':1', '-1:2', '1:2:3', '1.5', 'a']) {
    expect(() => blockRange(text)).toThrow(InvalidArgumentError);
  }
});

test('whole takes whole numbers of its range alone, positive what is above 0 alone', () => {
  const parse = whole(2, 5);
  expect(['2', '5', '+3'].map(parse)).toEqual([2, 5, 3]);
  for (const text of ['1', '6', '2.5', '', 'x', '3e0', ' 3 4']) {
    expect(() => parse(text)).toThrow('from 2 to 5');
  }
  expect(['0.02', '1e-3', '7'].map(positive)).toEqual([0.02, 0.001, 7]);
  for (const text of ['0', '-1', '', ' ', 'x', 'Infinity', 'NaN']) {
    expect(() => positive(text)).toThrow('above 0');
  }
});
