import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clampWindow, cutFrames, fewestFrames, keyed, move, zoom } from './window.js';

const limits = { first: 20, length: 280 };
const shown = { first: 100, length: 50 };

describe('the window of frames', () => {
  test('stays inside the test part whatever keys are pressed', () => {
    const keys = fc.constantFrom(
      'ArrowLeft',
      'ArrowRight',
      'PageUp',
      'PageDown',
      'Home',
      'End',
      '+',
      '-',
      '0',
    );
    fc.assert(
      fc.property(fc.array(keys, { maxLength: 30 }), (pressed) => {
        let window = shown;
        for (const key of pressed) {
          window = keyed(key, window, limits)!;
          expect(Number.isInteger(window.first) && Number.isInteger(window.length)).toBe(true);
          expect(window.first).toBeGreaterThanOrEqual(limits.first);
          expect(window.first + window.length).toBeLessThanOrEqual(limits.first + limits.length);
          expect(window.length).toBeGreaterThanOrEqual(fewestFrames);
        }
      }),
    );
  });

  test('moves by a tenth, a whole length, and to the ends', () => {
    expect(keyed('ArrowRight', shown, limits)).toEqual({ first: 105, length: 50 });
    expect(keyed('PageUp', shown, limits)).toEqual({ first: 50, length: 50 });
    expect(keyed('Home', shown, limits)).toEqual({ first: 20, length: 50 });
    expect(keyed('End', shown, limits)).toEqual({ first: 250, length: 50 });
    expect(keyed('0', shown, limits)).toEqual(limits);
    expect(keyed('a', shown, limits)).toBeUndefined();
  });

  test('moves at least one frame', () => {
    expect(move({ first: 100, length: 20 }, 0.01, limits).first).toBe(101);
  });

  test('zooms about its middle', () => {
    expect(zoom(shown, 2, limits)).toEqual({ first: 75, length: 100 });
    expect(zoom(shown, 0.5, limits)).toEqual({ first: 113, length: 25 });
  });

  test('is no longer than a test part of few frames', () => {
    expect(clampWindow({ first: 0, length: 300 }, { first: 2, length: 5 })).toEqual({
      first: 2,
      length: 5,
    });
  });
});

test('cutFrames takes the same columns of every row', () => {
  const values = Float32Array.from({ length: 12 }, (_, i) => i);
  expect(cutFrames(values, 2, 6, { first: 1, length: 3 })).toEqual(
    new Float32Array([1, 2, 3, 7, 8, 9]),
  );
});
