import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buffersOf, pack } from './transfer.js';

test('each buffer once, and the same view stays the same view', () => {
  const shared = new Float32Array([1, 2]);
  const { value, buffers } = pack({ a: shared, b: [shared, new Uint8Array(3)] });
  expect(buffers).toHaveLength(2);
  const { a, b } = value as { a: Float32Array; b: [Float32Array, Uint8Array] };
  expect(a).toBe(shared);
  expect(b[0]).toBe(shared);
});

test('a part of a buffer is copied out, so a WebAssembly memory is never listed', () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const part = new Float32Array(memory.buffer, 8, 2).fill(3);
  const { value, buffers } = pack([part]);
  expect(buffers).not.toContain(memory.buffer);
  expect(value).toEqual([new Float32Array([3, 3])]);
  expect(buffers[0].byteLength).toBe(8);
});

test('buffers in use are copied', () => {
  const kept = new Float32Array([1, 2]);
  const { value, buffers } = pack({ kept }, buffersOf({ deep: [{ kept }] }));
  expect(buffers).not.toContain(kept.buffer);
  expect(value).toEqual({ kept });
});

test('any tree of plain data and typed arrays survives being packed and posted', () => {
  const leaf = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(undefined),
    fc.float32Array({ noNaN: true }),
    fc.uint8Array().map((bytes) => bytes.subarray(Math.min(1, bytes.length))),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), tie('tree'), {
        maxKeys: 4,
        noNullPrototype: true,
      }),
    ),
  }));
  fc.assert(
    fc.property(tree, (given) => {
      const expected = structuredClone(given);
      const { value, buffers } = pack(given);
      expect(structuredClone(value, { transfer: buffers })).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});
