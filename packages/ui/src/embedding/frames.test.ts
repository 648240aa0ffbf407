import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frameHeights, heightOf, isGreeting } from './frames.js';

test('whatever a message holds, its height is within the bounds or there is none', () => {
  const message = fc.oneof(
    fc.anything(),
    fc.record({ kind: fc.constant('retinoscope-frame-size'), height: fc.anything() }),
    fc.record({ kind: fc.constant('retinoscope-frame-size'), height: fc.double() }),
  );
  fc.assert(
    fc.property(message, (given) => {
      const height = heightOf(given);
      if (height === undefined) return true;
      return height >= frameHeights.least && height <= frameHeights.most;
    }),
  );
});

test('a height is taken from its own kind of message alone, rounded up', () => {
  expect(heightOf({ kind: 'retinoscope-frame-size', height: 320.2 })).toBe(321);
  expect(heightOf({ kind: 'retinoscope-frame-size', height: 1e9 })).toBe(frameHeights.most);
  expect(heightOf({ kind: 'another', height: 320 })).toBeUndefined();
  expect(heightOf({ kind: 'retinoscope-frame-size', height: '320' })).toBeUndefined();
  expect(heightOf('320')).toBeUndefined();
});

test('a greeting is known by its kind, whatever else comes', () => {
  expect(isGreeting({ kind: 'retinoscope-frame-greeting' })).toBe(true);
  fc.assert(fc.property(fc.anything(), (given) => !isGreeting(given)));
});
