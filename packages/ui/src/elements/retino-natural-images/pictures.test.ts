import fc from 'fast-check';
import { expect, test } from 'vitest';
import { greyOf, standardised } from './pictures.js';

test('grey weighs the colours as the eye does: white 255, black 0, green brighter than red than blue', () => {
  const [white, black, red, green, blue] = greyOf([
    ...[255, 255, 255, 255],
    ...[0, 0, 0, 255],
    ...[255, 0, 0, 255],
    ...[0, 255, 0, 255],
    ...[0, 0, 255, 255],
  ]);
  expect(white).toBeCloseTo(255, 3);
  expect(black).toBe(0);
  expect(green).toBeGreaterThan(red);
  expect(red).toBeGreaterThan(blue);
});

test('values lie within −½ and ½; where none is clipped the mean is 0 and the SD 0.2, to 1e-4', () =>
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 255, noNaN: true }), { minLength: 16, maxLength: 200 }),
      (values) => {
        const found = standardised(Float32Array.from(values));
        expect(found.every((value) => Math.abs(value) <= 0.5)).toBe(true);
        const flat = found.every((value) => value === 0);
        if (flat || found.some((value) => Math.abs(value) === 0.5)) return;
        const mean = found.reduce((sum, value) => sum + value, 0) / found.length;
        const square = found.reduce((sum, value) => sum + value ** 2, 0) / found.length;
        expect(Math.abs(mean)).toBeLessThan(1e-4);
        expect(Math.abs(Math.sqrt(square) - 0.2)).toBeLessThan(1e-4);
      },
    ),
  ));

test('a picture of one grey is 0 everywhere', () => {
  expect(standardised(new Float32Array(9).fill(77))).toEqual(new Float32Array(9));
});
