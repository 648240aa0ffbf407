import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dataAddress, singleFile } from './single-file.js';
import { elementTag } from './snippets.js';

const marker = '<!--retinoscope-element-->';

test('the element takes the place of the mark and nothing else changes', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (before, heading, after) => {
      fc.pre(!before.includes(marker) && !after.includes(marker));
      const element = elementTag({ element: 'retino-predictor', attributes: { heading } });
      expect(singleFile(`${before}${marker}${after}`, element)).toBe(`${before}${element}${after}`);
    }),
  );
  expect(singleFile(`a${marker}b`, "$& $1 $'")).toBe("a$& $1 $'b");
});

test('a page without the mark, or with more than one, is refused', () => {
  expect(() => singleFile('<main></main>', 'x')).toThrow(/0 times/);
  expect(() => singleFile(`${marker}${marker}`, 'x')).toThrow(/2 times/);
});

test('an element cannot hold the mark', () => {
  const element = elementTag({ element: 'retino-predictor', attributes: { heading: marker } });
  expect(element).not.toContain(marker);
});

test('a data address gives the bytes back, across the length of one part', () => {
  const decoded = (address: string): Uint8Array => {
    const start = 'data:application/octet-stream;base64,';
    expect(address.startsWith(start)).toBe(true);
    return Uint8Array.from(atob(address.slice(start.length)), (letter) => letter.charCodeAt(0));
  };
  fc.assert(
    fc.property(fc.uint8Array(), (content) => {
      expect(decoded(dataAddress(content))).toEqual(content);
    }),
  );
  for (const length of [24_575, 24_576, 24_577, 60_000]) {
    const content = Uint8Array.from({ length }, (_, i) => (i * 7) % 256);
    expect(decoded(dataAddress(content))).toEqual(content);
  }
});
