import { expect, test } from 'vitest';
import type { LagChoice } from './lag-maps.js';
import type { Amounts, ExplanationShown } from './shown.js';
import { balance, facts, lagCaption, mapCaption } from './statements.js';

function amounts(rate: number, greyRate: number, sum: number, product = [sum]): Amounts {
  return { rate, greyRate, sum, product: Float32Array.from(product), unit: 'Hz' };
}

function shown(lags: number, filtered = false): ExplanationShown {
  return {
    explanation: { rate: 0, greyRate: 0, lags, product: new Float32Array(lags), sum: 0, maps: [] },
    ...{ height: 1, width: 1, lagOrder: 'oldest-first', filtered, frameRate: 30 },
    ...{ unit: 'Hz', perSecond: 1 },
  };
}

const choice: LagChoice = { shown: [1, 2], weak: 0, beyond: 0, strongest: 2 };

test('what the map accounts for is said as a part of the difference from mean grey', () => {
  expect(balance(amounts(10, 6, 3))).toBe(
    'Gradient × input explains 3 of 4 Hz; the rest, 1 Hz, is the model’s nonlinearity.',
  );
  expect(balance(amounts(6, 10, -3))).toMatch(/explains −3 of −4 Hz; the rest, −1 Hz/);
});

test('a map that accounts for all but 1 % is said to, with what is left', () => {
  expect(balance(amounts(10, 6, 3.99))).toMatch(/explains 3.99 of 4 Hz, all but 0.01 Hz/);
});

test('a map that gives more, or the other sign, is not said to explain', () => {
  expect(balance(amounts(10, 6, 5))).toBe(
    'Gradient × input gives 5 Hz, while the rate differs from that of mean grey by 4 Hz. What is between the two, −1 Hz, is the model’s nonlinearity.',
  );
  expect(balance(amounts(10, 6, -1))).toMatch(/gives −1 Hz.*, 5 Hz, .*with care/);
});

test('a map of zeros says what that means', () => {
  expect(balance(amounts(6, 6, 0, [0, 0]))).toMatch(/0 everywhere: the stimulus is mean grey/);
  expect(balance(amounts(0, 6, 0, [0, 0]))).toMatch(
    /rectifier is closed\. The difference of −6 Hz/,
  );
  expect(balance(amounts(Number.NaN, 6, 1))).toMatch(/not finite/);
});

test('facts tell the strongest lag where there are several, and no unit that is not known', () => {
  const told = facts(amounts(10, 6, 3), choice, shown(3));
  expect(told).toContainEqual(['Difference of the two', '4 Hz']);
  expect(told).toContainEqual(['Strongest lag', '−67 ms']);
  expect(facts({ ...amounts(10, 6, 3), unit: '' }, choice, shown(1))).toEqual([
    ['Rate at this frame', '10'],
    ['Rate of mean grey', '6'],
    ['Difference of the two', '4'],
    ['Sum of the map', '3'],
  ]);
});

test('captions say over what the map is, and how many lags are left out', () => {
  expect(mapCaption(shown(20))).toMatch(/The sum over 20 lags\.$/);
  expect(mapCaption(shown(1))).toMatch(/The model sees one frame\.$/);
  expect(mapCaption(shown(1, true))).toMatch(/already filtered in time/);
  expect(lagCaption(choice)).not.toMatch(/left out/);
  expect(lagCaption({ ...choice, weak: 1 })).toMatch(/1 lag with less than 1 % .* is left out\.$/);
  expect(lagCaption({ ...choice, weak: 11, beyond: 7 })).toMatch(
    /11 lags .* are left out\. Of the others the strongest 48 are shown, 7 are left out\.$/,
  );
});
