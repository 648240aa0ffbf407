import { expect, test } from 'vitest';
import { mediaOfArray, requirePictureShape } from './array-media.js';

const reading = { rate: 30 };

test('bytes are greys of 255, and a picture without time is one picture', () => {
  const media = mediaOfArray('a.npy', { shape: [1, 2], data: Uint8Array.of(0, 255) }, reading);
  expect(media).toMatchObject({ kind: 'picture', size: { width: 2, height: 1 } });
  expect(media.kind === 'picture' && [...media.picture.data]).toEqual([0, 1]);
});

test('numbers are told by their range: greys, contrast, or the model’s own values', () => {
  const greys = (data: Float32Array, values?: readonly [number, number]) => {
    const media = mediaOfArray('a', { shape: [1, data.length], data }, { rate: 30, values });
    return media.kind === 'picture' ? [...media.picture.data] : [];
  };
  expect(greys(Float32Array.of(0, 0.5, 1))).toEqual([0, 0.5, 1]);
  expect(greys(Float32Array.of(-1, 0, 1))).toEqual([0, 0.5, 1]);
  expect(greys(Float32Array.of(-0.5, 0.5), [-0.5, 0.5])).toEqual([0, 1]);
  expect(greys(Float32Array.of(0, 255))).toEqual([0, 1]);
});

test('an array that says to be contrast is that, whatever its range', () => {
  const data = Float32Array.of(0, 0.5, 1);
  const contrast = { rate: 30, values: [-2, 2], isContrast: true } as const;
  const media = mediaOfArray('a', { shape: [1, 3], data }, contrast);
  expect(media.kind === 'picture' && [...media.picture.data]).toEqual([0.5, 0.75, 1]);
});

test('a film of too many numbers is refused before one is looked at', () => {
  expect(() => requirePictureShape('a', [600, 512, 512])).toThrow(/up to 40 million/);
  expect(() => requirePictureShape('a', [600, 256, 256])).not.toThrow();
});

test('a film is one picture a frame of the model', () => {
  const data = Float32Array.of(0, 1, 1, 0);
  const media = mediaOfArray('a', { shape: [2, 1, 2], data }, reading);
  expect(media).toMatchObject({ kind: 'film', rate: 30 });
  expect(media.kind === 'film' && media.pictures.map((picture) => [...picture.data])).toEqual([
    [0, 1],
    [1, 0],
  ]);
});

test('other shapes and numbers are refused by what would be accepted', () => {
  const of = (shape: number[], data: Float32Array) => () =>
    mediaOfArray('a', { shape, data }, reading);
  expect(of([4], new Float32Array(4))).toThrow('[y, x]');
  expect(of([1, 1, 1, 1], new Float32Array(1))).toThrow('[time, y, x]');
  expect(of([1, 2000], new Float32Array(2000))).toThrow('1024 × 1024');
  expect(of([1, 2], Float32Array.of(-300, 4))).toThrow('−300 to 4');
  expect(of([1, 1], Float32Array.of(Number.NaN))).toThrow('finite');
});
