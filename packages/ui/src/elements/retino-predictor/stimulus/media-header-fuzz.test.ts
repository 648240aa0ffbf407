/** Damaged pictures: whatever the bytes, their headers are read at once, and give sound sizes or none. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  dimensionsOf,
  formatOf,
  headerBytes,
  isAnimated,
  type PictureFormat,
} from './media-header.js';

/** Time that one call may take on any bytes: a limit for safety, far above what it takes. */
const safetyLimit = 2000;
/** `RETINOSCOPE_FUZZ=50` changes every file fifty times as often. */
const { process } = globalThis as { process?: { env: Readonly<Record<string, string>> } };
const factor = Number(process?.env.RETINOSCOPE_FUZZ ?? 1);
const numRuns = Math.ceil(600 * factor);

const base64 = (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

const pictures: readonly {
  readonly format: PictureFormat;
  readonly bytes: Uint8Array;
  readonly size: readonly [width: number, height: number];
}[] = [
  {
    format: 'png',
    size: [6, 5],
    bytes: base64(
      'iVBORw0KGgoAAAANSUhEUgAAAAYAAAAFCAYAAABmWJ3mAAAAMUlEQVR4AXyLwQkAMAwCJUu7gk7dJn2EPErEA0UMSedHIEUSRcb2G7qNsA+2UYwDLgAAAP//GFMuXgAAAAZJREFUAwALBxWV0/x7NQAAAABJRU5ErkJggg==',
    ),
  },
  {
    format: 'jpeg',
    size: [6, 5],
    bytes: base64(
      '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCAAFAAYDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAP/xAAbEAACAgMBAAAAAAAAAAAAAAAAAgESAxFBUf/EABQBAQAAAAAAAAAAAAAAAAAAAAD/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwC2V1elUhKrCzrs+gAD/9k=',
    ),
  },
  {
    format: 'webp',
    size: [6, 5],
    bytes: base64(
      'UklGRkAAAABXRUJQVlA4WAoAAAAAAAAABQAABAAAVlA4ICIAAABQAQCdASoGAAUABABoJaQAAAAAAP6yKffrXtFfLPIAAAAA',
    ),
  },
  {
    format: 'gif',
    size: [1, 1],
    bytes: base64(
      'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAAh+QQBAAAAACwAAAAAAQABAAACAUQAOw==',
    ),
  },
];

/** Between one and six pieces of `bytes` replaced: by nothing, by more, or by numbers that could be sizes. */
function damaged(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 8 }),
    fc.constantFrom(...['00', 'ff', '7fffffff', 'ffffffff', 'ffd8', 'ffc0', '2c', '21'].map(hex)),
    fc
      .tuple(fc.nat(bytes.length), fc.nat(bytes.length))
      .map(([from, to]) => bytes.subarray(from, to)),
  );
  const edit = fc.record({ at: fc.nat(bytes.length), removed: fc.nat(6), piece });
  return fc
    .array(edit, { minLength: 1, maxLength: 6 })
    .map((edits) =>
      edits.reduce(
        (whole, { at, removed, piece: given }) =>
          Uint8Array.from([...whole.subarray(0, at), ...given, ...whole.subarray(at + removed)]),
        bytes,
      ),
    );
}

function hex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

for (const { format, bytes, size } of pictures) {
  test(
    `a ${format} file, damaged ${numRuns} times, has whole sides above 0 or none, within 2 s`,
    () => {
      const [width, height] = size;
      expect(formatOf(bytes)).toBe(format);
      expect(dimensionsOf(bytes)).toEqual({ width, height });
      let longest = 0;
      fc.assert(
        fc.property(damaged(bytes), (given) => {
          const start = performance.now();
          const found = dimensionsOf(given);
          const animated = isAnimated(given);
          longest = Math.max(longest, performance.now() - start);
          for (const side of found ? [found.width, found.height] : []) {
            expect(Number.isInteger(side) && side > 0 && side < 2 ** 32).toBe(true);
          }
          expect(typeof animated).toBe('boolean');
          expect(formatOf(given.subarray(0, headerBytes))).toBe(formatOf(given));
        }),
        { numRuns },
      );
      expect(longest).toBeLessThan(safetyLimit);
    },
    Math.max(30_000, 10 * numRuns),
  );
}
