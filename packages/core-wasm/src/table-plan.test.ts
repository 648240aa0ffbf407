import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planTables } from './table-plan.js';

const shapes = fc.record({
  outHeight: fc.integer({ min: 1, max: 30 }),
  outWidth: fc.integer({ min: 1, max: 30 }),
  vectors: fc.integer({ min: 1, max: 16 }),
  runs: fc.integer({ min: 1, max: 60 }),
  taps: fc.integer({ min: 1, max: 40 }),
});

test('a plan covers every square of the widened row once, in chunks of at most 8, and every vector', () => {
  fc.assert(
    fc.property(shapes, fc.integer({ min: 1, max: 10_000 }), (shape, samples) => {
      const { spread, entry, chunks } = planTables(shape, samples);
      expect(chunks.reduce((sum, bits) => sum + bits, 0)).toBe(shape.taps + spread - 1);
      expect(Math.max(...chunks)).toBeLessThanOrEqual(8);
      expect(Math.min(...chunks)).toBeGreaterThan(0);
      expect(shape.outWidth % spread).toBe(0);
      expect((spread * shape.vectors) % entry).toBe(0);
    }),
  );
});

test('larger batches pay for larger tables', () => {
  const shape = { outHeight: 2, outWidth: 2, vectors: 1, runs: 140, taps: 7 };
  const entries = (samples: number) => {
    const { spread, chunks } = planTables(shape, samples);
    return chunks.reduce((sum, bits) => sum + spread * 2 ** bits, 0);
  };
  expect(entries(2000)).toBeGreaterThan(entries(20));
  expect(entries(20)).toBeGreaterThanOrEqual(entries(1));
});
