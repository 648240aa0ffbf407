import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dimensionsOf, formatOf, headerBytes, isAnimated } from './media-header.js';

const latin = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));
const u16 = (value: number): number[] => [value & 255, value >> 8];
const big16 = (value: number): number[] => [value >> 8, value & 255];
const big32 = (value: number): number[] => [...big16(value >>> 16), ...big16(value & 0xffff)];

const png = (width: number, height: number): Uint8Array =>
  Uint8Array.from([
    ...latin('\x89PNG\r\n\x1a\n'),
    ...big32(13),
    ...latin('IHDR'),
    ...big32(width),
    ...big32(height),
    ...[8, 0, 0, 0, 0],
  ]);

/** With an application segment in front that holds a thumbnail's own frame header. */
const jpeg = (width: number, height: number, marker = 0xc0): Uint8Array => {
  const thumbnail = [0xff, 0xd8, 0xff, 0xc0, ...big16(11), 8, ...big16(1), ...big16(1)];
  return Uint8Array.from([
    ...[0xff, 0xd8, 0xff, 0xe1, ...big16(2 + thumbnail.length), ...thumbnail],
    ...[0xff, 0xc4, ...big16(4), 0, 0, 0xff],
    ...[0xff, marker, ...big16(11), 8, ...big16(height), ...big16(width), 1, 1, 0x11, 0],
  ]);
};

const gif = (screen: readonly number[], frames: readonly (readonly number[])[]): Uint8Array =>
  Uint8Array.from([
    ...[...latin('GIF89a'), ...screen.flatMap(u16), 0x80, 0, 0, ...new Array(6).fill(0)],
    ...frames.flatMap((frame) => [
      ...[0x21, 0xf9, 4, 0, 5, 0, 0, 0],
      ...[0x2c, ...frame.flatMap(u16), 0, 2, 3, 1, 2, 3, 0],
    ]),
    0x3b,
  ]);

const webp = (chunk: string, payload: readonly number[]): Uint8Array =>
  Uint8Array.from([
    ...latin('RIFF'),
    ...[0, 0, 0, 0],
    ...latin(`WEBP${chunk}`),
    ...[0, 0, 0, 0],
    ...payload,
    ...new Array(16).fill(0),
  ]);

const sizes = fc.tuple(fc.integer({ min: 1, max: 16_383 }), fc.integer({ min: 1, max: 16_383 }));

test('width and height are read from the header of every picture format, whatever they are', () => {
  fc.assert(
    fc.property(sizes, fc.constantFrom(0xc0, 0xc1, 0xc2, 0xc9), ([width, height], marker) => {
      const expected = { width, height };
      expect(dimensionsOf(png(width, height))).toEqual(expected);
      expect(dimensionsOf(jpeg(width, height, marker))).toEqual(expected);
      expect(dimensionsOf(gif([width, height], [[0, 0, 1, 1]]))).toEqual(expected);
      const w = width - 1;
      const h = height - 1;
      const lossless = [0x2f, w & 255, (w >> 8) | ((h & 3) << 6), (h >> 2) & 255, h >> 10];
      expect(dimensionsOf(webp('VP8L', lossless))).toEqual(expected);
      const lossy = [0, 0, 0, 0x9d, 1, 0x2a, ...u16(width), ...u16(height)];
      expect(dimensionsOf(webp('VP8 ', lossy))).toEqual(expected);
      const extended = [0, 0, 0, 0, ...u16(w), 0, ...u16(h), 0];
      expect(dimensionsOf(webp('VP8X', extended))).toEqual(expected);
    }),
  );
});

test('a large PNG and a GIF whose frame is larger than its screen are told by what they decode to', () => {
  expect(dimensionsOf(png(0xffff_ffff, 70_000))).toEqual({ width: 0xffff_ffff, height: 70_000 });
  const bomb = gif(
    [1, 1],
    [
      [0, 0, 1, 1],
      [5, 7, 60_000, 50_000],
    ],
  );
  expect(dimensionsOf(bomb)).toEqual({ width: 60_005, height: 50_007 });
});

test('a header that says 0 or is cut short has no dimensions', () => {
  expect(dimensionsOf(png(0, 5))).toBeUndefined();
  for (const whole of [png(3, 5), jpeg(3, 5)]) {
    const from = whole.length - 16;
    expect(dimensionsOf(whole.subarray(0, from))).toBeUndefined();
  }
});

test('formats are recognised by their first bytes, and AVIF, SVG and empty files are none of them', () => {
  const of = (text: string) => formatOf(Uint8Array.from(latin(text)));
  expect(formatOf(png(1, 1))).toBe('png');
  expect(formatOf(jpeg(1, 1))).toBe('jpeg');
  expect(formatOf(gif([1, 1], []))).toBe('gif');
  expect(formatOf(webp('VP8 ', []))).toBe('webp');
  expect(of('\0\0\0\x20ftypisom\0\0\0\0')).toBe('mp4');
  expect(of('\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm')).toBe('webm');
  expect(of('\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska')).toBeUndefined();
  for (const other of ['\0\0\0\x20ftypavif', '<svg xmlns=', '', 'RIFF\0\0\0\0WAVE']) {
    expect(of(other)).toBeUndefined();
  }
});

test('an animation is a GIF of several frames or a WebP that says so', () => {
  const frame = [0, 0, 2, 2];
  expect(isAnimated(gif([2, 2], [frame, frame]))).toBe(true);
  expect(isAnimated(gif([2, 2], [frame]))).toBe(false);
  const extended = (flags: number) => webp('VP8X', [flags, 0, 0, 0, 1, 0, 0, 1, 0, 0]);
  expect([0, 2, 16, 18].map((flags) => isAnimated(extended(flags)))).toEqual([
    false,
    true,
    false,
    true,
  ]);
  expect(isAnimated(png(2, 2))).toBe(false);
});

test('any bytes give dimensions of at least 1 × 1 or undefined, and never throw', () => {
  const starts = [png(9, 9), jpeg(9, 9), gif([9, 9], [[0, 0, 9, 9]]), webp('VP8X', [])];
  const bytes = fc.uint8Array({ maxLength: 200 });
  const edited = fc
    .tuple(fc.constantFrom(...starts), fc.nat(80), bytes)
    .map(([start, keep, rest]) => Uint8Array.from([...start.subarray(0, keep), ...rest]));
  fc.assert(
    fc.property(fc.oneof(bytes, edited), (given) => {
      const found = dimensionsOf(given);
      if (found) expect(Math.min(found.width, found.height)).toBeGreaterThanOrEqual(1);
      expect(isAnimated(given) && !['gif', 'webp'].includes(formatOf(given) ?? '')).toBe(false);
      expect(formatOf(given.subarray(0, headerBytes))).toBe(formatOf(given));
    }),
    { numRuns: 3000 },
  );
});
