/** Damage to files and texts, the same at every run with the same seed. */

/** Whole numbers below `end`. */
export type Draw = (end: number) => number;

/** Marsaglia's xorshift32. */
export function drawing(seed: number): Draw {
  let state = seed * 0x9e3779b1 || 1;
  return (end) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor(((state >>> 0) / 2 ** 32) * end);
  };
}

/** What could be read as a size: one byte, four, or a varint of ten. */
const numbers = ['00', '01', '7f', '80', 'ff', 'ffffff7f', 'ffffffff', '00ca9a3b', '8094ebdc03'];
const hostileBytes = [...numbers, 'ffffffffffffffffff01'].map((hex) => Buffer.from(hex, 'hex'));

/** One to three pieces of `bytes` flipped, cut out, repeated elsewhere, or replaced by a number that may be a size. */
export function damaged(bytes: Buffer, draw: Draw): Buffer {
  let changed = bytes;
  for (let times = draw(3); times >= 0; times--) {
    const at = draw(changed.length + 1);
    const before = changed.subarray(0, at);
    switch (draw(5)) {
      case 0: {
        const flipped = Buffer.from(changed);
        if (at < flipped.length) flipped[at] ^= 1 << draw(8);
        changed = flipped;
        break;
      }
      case 1:
        changed = Buffer.concat([before, changed.subarray(at + 1 + draw(32))]);
        break;
      case 2:
        if (draw(4) === 0) changed = before;
        break;
      case 3: {
        const from = draw(changed.length);
        const piece = changed.subarray(from, from + 1 + draw(100));
        changed = Buffer.concat([before, piece, changed.subarray(at)]);
        break;
      }
      default: {
        const number = hostileBytes[draw(hostileBytes.length)];
        changed = Buffer.concat([before, number, changed.subarray(at + number.length)]);
      }
    }
  }
  return changed;
}

const hostileTexts = [
  ...['', '-', '"', '{', '[', ',', ':', '\\', '\0', '&', '%', '%00', '#', '/', '..', 'é'],
  ...['-1', '1e999', '1e9', '0.1', '4294967296', 'null', 'true', '[]', '{}', '[[[[['],
  ...['__proto__', 'constructor', '<img src=x onerror="globalThis.broken=1">', 'A'.repeat(3000)],
];

/** One to three pieces of `text` replaced: by nothing, by what does harm elsewhere, or by other pieces of it. */
export function damagedText(text: string, draw: Draw): string {
  let changed = text;
  for (let times = draw(3); times >= 0; times--) {
    const at = draw(changed.length + 1);
    const from = draw(changed.length);
    const piece =
      draw(3) === 0
        ? changed.slice(from, from + 1 + draw(20))
        : hostileTexts[draw(hostileTexts.length)];
    changed = changed.slice(0, at) + piece + changed.slice(at + draw(8));
  }
  return changed;
}
