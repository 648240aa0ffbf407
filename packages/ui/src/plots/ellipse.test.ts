import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Ellipse, receptiveFieldEllipse } from './ellipse.js';

const height = 24;
const width = 30;

function gaussian(
  { x, y, sigmaLong, sigmaShort, angle }: Ellipse,
  amplitude: number,
): Float32Array {
  return Float32Array.from({ length: height * width }, (_, i) => {
    const dx = (i % width) - x;
    const dy = Math.floor(i / width) - y;
    const along = (dx * Math.cos(angle) + dy * Math.sin(angle)) / sigmaLong;
    const across = (-dx * Math.sin(angle) + dy * Math.cos(angle)) / sigmaShort;
    return amplitude * Math.exp(-(along ** 2 + across ** 2) / 2);
  });
}

describe('receptiveFieldEllipse', () => {
  test('recovers a planted Gaussian to 0.02 squares and 0.02 radians, of either sign', () => {
    fc.assert(
      fc.property(
        fc.record({
          x: fc.double({ min: 10, max: 20, noNaN: true }),
          y: fc.double({ min: 9, max: 15, noNaN: true }),
          sigmaLong: fc.double({ min: 2.2, max: 3, noNaN: true }),
          sigmaShort: fc.double({ min: 1.2, max: 1.8, noNaN: true }),
          angle: fc.double({ min: -1.5, max: 1.5, noNaN: true }),
        }),
        fc.constantFrom(-0.08, 3),
        (planted, amplitude) => {
          const found = receptiveFieldEllipse(gaussian(planted, amplitude), height, width)!;
          expect(Math.abs(found.x - planted.x)).toBeLessThan(0.02);
          expect(Math.abs(found.y - planted.y)).toBeLessThan(0.02);
          expect(Math.abs(found.sigmaLong - planted.sigmaLong)).toBeLessThan(0.02);
          expect(Math.abs(found.sigmaShort - planted.sigmaShort)).toBeLessThan(0.02);
          expect(Math.abs(Math.sin(found.angle - planted.angle))).toBeLessThan(0.02);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('stays within 0.3 squares of it under noise of 5 % of the peak', () => {
    const planted = { x: 14.3, y: 11.6, sigmaLong: 2.5, sigmaShort: 1.5, angle: 0.6 };
    const random = uniform(3);
    const noisy = gaussian(planted, -1).map((value) => {
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      return value + 0.05 * normal;
    });
    const found = receptiveFieldEllipse(noisy, height, width)!;
    expect(Math.hypot(found.x - planted.x, found.y - planted.y)).toBeLessThan(0.3);
    expect(Math.abs(found.sigmaLong - planted.sigmaLong)).toBeLessThan(0.3);
    expect(Math.abs(found.sigmaShort - planted.sigmaShort)).toBeLessThan(0.3);
  });

  test('is finite for any map, and undefined only for a flat or broken one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -10, max: 10 }), {
          minLength: 16,
          maxLength: 16,
        }),
        (values) => {
          const found = receptiveFieldEllipse(values, 4, 4);
          if (values.every((value) => value === 0)) expect(found).toBeUndefined();
          else expect(Object.values(found!).every(Number.isFinite)).toBe(true);
        },
      ),
    );
    expect(receptiveFieldEllipse(new Float32Array(12), 3, 4)).toBeUndefined();
  });
});

/** Uniform numbers in [0, 1): mulberry32. */
function uniform(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
