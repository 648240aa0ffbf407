import { beforeEach, expect, test, vi } from 'vitest';
import { generateStimulus } from './generate.js';
import { discCoverage } from './shapes.js';

vi.mock('./shapes.js', async (original) => {
  const real = await original<typeof import('./shapes.js')>();
  return { ...real, discCoverage: vi.fn(real.discCoverage) };
});

beforeEach(() => {
  vi.mocked(discCoverage).mockClear();
});

test.each(['spot', 'annulus'] as const)(
  'a %s that is too large is refused before it is drawn',
  (kind) => {
    const grid = { height: 3000, width: 3000, squareSize: 30, frameRate: 500 };
    expect(() => generateStimulus({ kind, values: {} }, grid)).toThrow('at most 16000000');
    expect(discCoverage).not.toHaveBeenCalled();
    generateStimulus({ kind, values: {} }, { ...grid, height: 8, width: 8, frameRate: 30 });
    expect(discCoverage).toHaveBeenCalled();
  },
);
