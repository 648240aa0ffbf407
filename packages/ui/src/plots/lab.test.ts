import * as Plot from '@observablehq/plot';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { labMixture } from './lab.js';

const colour = fc
  .integer({ min: 0, max: 0xffffff })
  .map((value) => `#${value.toString(16).padStart(6, '0')}`);

test('a mixture is within 1 of 255 of what Plot’s scale interpolated in Lab gives', () => {
  fc.assert(
    fc.property(colour, colour, fc.double({ min: 0, max: 1, noNaN: true }), (from, to, share) => {
      const scale = Plot.scale({
        color: { type: 'linear', domain: [0, 1], range: [from, to], interpolate: 'lab' },
      });
      const channels = (String(scale.apply(share)).match(/\d+/g) ?? []).map(Number);
      const mixed = labMixture(from, to)(share);
      mixed.forEach((channel, i) => {
        expect(Math.abs(channel - channels[i])).toBeLessThanOrEqual(1);
      });
    }),
  );
});

test('at its ends a mixture is the colours themselves', () => {
  fc.assert(
    fc.property(colour, colour, (from, to) => {
      const channels = (name: string) =>
        [1, 3, 5].map((at) => Number.parseInt(name.slice(at, at + 2), 16));
      expect(labMixture(from, to)(0)).toEqual(channels(from));
      expect(labMixture(from, to)(1)).toEqual(channels(to));
    }),
  );
});
