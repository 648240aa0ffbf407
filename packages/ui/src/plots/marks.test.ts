import { describe, expect, test } from 'vitest';
import { seriesStyles, shapePath } from './marks.js';
import { contrast } from './scale.js';
import { palettes, type Theme } from './theme.js';

const themes: readonly Theme[] = ['light', 'dark'];

describe('seriesStyles', () => {
  test.each(themes)('keeps six series of no role apart by colour, dash and shape, %s', (theme) => {
    const series = Array.from({ length: 6 }, (_, i) => ({ name: String(i) }));
    const styles = seriesStyles(series, palettes[theme]);
    for (const part of ['colour', 'dash', 'shape'] as const) {
      expect(new Set(styles.map((style) => style[part])).size).toBe(6);
    }
  });

  test('gives a role its colour, and a second series of the role another', () => {
    const palette = palettes.light;
    const styles = seriesStyles(
      [
        { name: 'a', role: 'other' },
        { name: 'b', role: 'network' },
        { name: 'c', role: 'network' },
        { name: 'd', role: 'truth' },
      ],
      palette,
    );
    expect(styles[1].colour).toBe(palette.network);
    expect(styles[3].colour).toBe(palette.truth);
    expect(new Set(styles.map(({ colour }) => colour)).size).toBe(4);
    expect(new Set(styles.map(({ dash }) => dash)).size).toBe(4);
  });

  test('tells STA and LN, of one colour, apart by their dashes', () => {
    const [ln, sta] = seriesStyles(
      [
        { name: 'LN', role: 'ln' },
        { name: 'STA', role: 'sta' },
      ],
      palettes.light,
    );
    expect(ln.dash).not.toBe(sta.dash);
  });
});

test.each(themes)('series have a contrast of 4.5 with the background, %s', (theme) => {
  const { series, background } = palettes[theme];
  for (const colour of series) expect(contrast(colour, background)).toBeGreaterThanOrEqual(4.5);
});

test('shapes stand about their point', () => {
  expect(shapePath('circle', 5, 5, 2)).toBe('M3,5a2,2 0 1 1 4,0a2,2 0 1 1 -4,0Z');
  expect(shapePath('diamond', 0, 0, 1)).toBe('M0,-1.35L1.2,0L0,1.35L-1.2,0Z');
});
