import { expect, test } from 'vitest';
import { providerOf, relativeDifference } from './provider.js';

const trial = { wasmSeconds: 1, gpuSeconds: 0.25, difference: 1e-5, adapter: 'test' };

test('the faster of two that agree within 1e-3 is taken', () => {
  expect(providerOf(trial)).toMatchObject({
    name: 'webgpu',
    reason: expect.stringContaining('4.0 times faster on test'),
  });
  expect(providerOf({ ...trial, gpuSeconds: 2 })).toMatchObject({
    name: 'wasm',
    reason: expect.stringContaining('2.0 times slower'),
  });
});

test('one that gives other numbers is not taken, however fast', () => {
  for (const difference of [0.01, Number.POSITIVE_INFINITY, Number.NaN]) {
    expect(providerOf({ ...trial, difference })).toMatchObject({
      name: 'wasm',
      reason: expect.stringContaining('other numbers'),
    });
  }
});

test('a difference is relative to the largest value, and infinite for what cannot be compared', () => {
  expect(relativeDifference([100, 1], [101, 1])).toBeCloseTo(0.01, 12);
  expect(relativeDifference([0.1], [0.2])).toBeCloseTo(0.1, 12);
  expect(relativeDifference([1], [1, 2])).toBe(Number.POSITIVE_INFINITY);
  expect(relativeDifference([1], [Number.NaN])).toBe(Number.POSITIVE_INFINITY);
});
