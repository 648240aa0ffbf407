import { expect, test } from 'vitest';
import { isLight } from './theme-controller.js';

test('light text means a dark ground, in either notation of computed colours', () => {
  expect(isLight('rgb(230, 232, 235)')).toBe(true);
  expect(isLight('rgba(255, 255, 255, 0.9)')).toBe(true);
  expect(isLight('rgb(27, 31, 36)')).toBe(false);
  expect(isLight('rgb(27 31 36)')).toBe(false);
});

test('a colour in another notation counts as dark text', () => {
  for (const colour of ['', 'oklch(0.9 0 0)', 'color(srgb 1 1 1)']) {
    expect(isLight(colour)).toBe(false);
  }
});
