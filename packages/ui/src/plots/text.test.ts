import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitLines, shorten } from './text.js';
import { textWidth } from './theme.js';

test('shorten leaves what fits and cuts the rest', () => {
  expect(shorten('cell 1', 100)).toBe('cell 1');
  expect(shorten('subunit model without normalization', 60)).toMatch(/^subun.*…$/);
});

test('lines are no more and no wider than asked, unless one letter is', () => {
  const width = fc.integer({ min: 20, max: 300 });
  const most = fc.integer({ min: 1, max: 4 });
  fc.assert(
    fc.property(fc.lorem({ maxCount: 12 }), width, most, (text, room, rows) => {
      const lines = fitLines(text, room, rows);
      expect(lines.length).toBeLessThanOrEqual(rows);
      for (const line of lines) expect(textWidth(line, 10.5)).toBeLessThanOrEqual(room);
      if (!lines.join('').includes('…')) expect(lines.join(' ')).toBe(text);
    }),
  );
});
