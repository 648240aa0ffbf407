import { bestBuild } from '@retinoscope/core-wasm';
import { expect, test } from 'vitest';
import { createProbe, probeModule } from './probe.js';

test('twelve chains c ← c·a + b in float32, exactly', async () => {
  const { instance } = await WebAssembly.instantiate(probeModule('simd'));
  const peak = instance.exports.peak as (n: number) => number;
  const a = Math.fround(0.9999999);
  const b = Math.fround(1e-9);
  const passes = 1000;
  let sum = 0;
  for (let chain = 1; chain <= 12; chain++) {
    let c = Math.fround(chain);
    for (let i = 0; i < passes; i++) c = Math.fround(Math.fround(c * a) + b);
    sum = Math.fround(sum + c);
  }
  expect(peak(passes)).toBe(sum);
});

test('the relaxed module is valid where relaxed SIMD is', () => {
  expect(WebAssembly.validate(probeModule('relaxed'))).toBe(bestBuild() === 'relaxed');
});

test('a rate above nothing', async () => {
  expect((await createProbe('simd'))(1)).toBeGreaterThan(0);
});
