import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type NaturalImageKind, naturalImages } from './index.js';

const kinds: NaturalImageKind[] = ['dead-leaves', 'one-over-f'];
const side = 64;
const count = 60;

function imagesOf(kind: NaturalImageKind, seed = 1): Promise<Float32Array> {
  return naturalImages({ count, height: side, width: side, seed, kind });
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

function rms(values: Float32Array): number {
  return Math.sqrt(meanOf(values.map((value) => value * value)));
}

/** Amplitude spectrum `[v, u]` of a square image under a Hann window, by its definition. */
function amplitudes(image: Float32Array, n: number): Float64Array {
  const hann = (i: number) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / n);
  let re = Float64Array.from(image, (value, i) => value * hann(i % n) * hann(Math.floor(i / n)));
  let im: Float64Array = new Float64Array(n * n);
  // Each pass transforms the first axis and makes it the second.
  for (let axis = 0; axis < 2; axis++) {
    const [nextRe, nextIm] = [new Float64Array(n * n), new Float64Array(n * n)];
    for (let k = 0; k < n; k++) {
      for (let t = 0; t < n; t++) {
        const angle = (-2 * Math.PI * ((k * t) % n)) / n;
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        for (let x = 0; x < n; x++) {
          nextRe[x * n + k] += re[t * n + x] * c - im[t * n + x] * s;
          nextIm[x * n + k] += re[t * n + x] * s + im[t * n + x] * c;
        }
      }
    }
    [re, im] = [nextRe, nextIm];
  }
  return re.map((value, i) => Math.hypot(value, im[i]));
}

/**
 * Slope of log amplitude over log frequency: averaged over images and directions, frequencies from 3 cycles an image
 * (the window smears lower ones) to half of the highest (the mean over a square dims those above).
 */
function spectralSlope(images: Float32Array, n: number): number {
  const sums = new Float64Array(n / 4 + 1);
  const numbers = new Float64Array(n / 4 + 1);
  for (let i = 0; i < images.length; i += n * n) {
    amplitudes(images.subarray(i, i + n * n), n).forEach((amplitude, at) => {
      const [v, u] = [Math.floor(at / n), at % n];
      const f = Math.round(Math.hypot(Math.min(v, n - v), Math.min(u, n - u)));
      if (f > n / 4) return;
      sums[f] += amplitude;
      numbers[f]++;
    });
  }
  const points = Array.from(sums.keys())
    .slice(3)
    .map((f) => [Math.log(f), Math.log(sums[f] / numbers[f])]);
  const [mx, my] = [meanOf(points.map(([x]) => x)), meanOf(points.map(([, y]) => y))];
  const xy = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0);
  return xy / points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
}

/** Kurtosis of the differences between neighbours in a row; 3 for a normal distribution. */
function gradientKurtosis(images: Float32Array, width: number): number {
  const gradients = images.slice(1).map((value, i) => value - images[i]);
  const inside = gradients.filter((_, i) => (i + 1) % width !== 0);
  const mean = meanOf(inside);
  const variance = meanOf(inside.map((g) => (g - mean) ** 2));
  return meanOf(inside.map((g) => (g - mean) ** 4)) / variance ** 2;
}

test('amplitudes fall as 1/f: slope −1 ± .25, and from −.8 to −1.6 for dead leaves', async () => {
  const noise = spectralSlope(await imagesOf('one-over-f'), side);
  const leaves = spectralSlope(await imagesOf('dead-leaves'), side);
  expect(Math.abs(noise + 1)).toBeLessThan(0.25);
  expect(leaves).toBeGreaterThan(-1.6);
  expect(leaves).toBeLessThan(-0.8);
});

test('gradients of dead leaves have heavy tails, kurtosis above 5; those of 1/f noise are normal, 3 ± .5', async () => {
  const leaves = gradientKurtosis(await imagesOf('dead-leaves'), side);
  const noise = gradientKurtosis(await imagesOf('one-over-f'), side);
  expect(leaves).toBeGreaterThan(5);
  expect(Math.abs(noise - 3)).toBeLessThan(0.5);
});

test('opposite edges of 1/f images do not continue each other', async () => {
  const images = await imagesOf('one-over-f');
  let [across, beside] = [0, 0];
  for (let row = 0; row < images.length; row += side) {
    across += (images[row] - images[row + side - 1]) ** 2;
    beside += (images[row] - images[row + 1]) ** 2;
  }
  // 1 in a cyclic image.
  expect(across / beside).toBeGreaterThan(2);
});

test.each(kinds)(
  '%s images of any size: mean 0 ± .02, contrast .18 to .2, within −½…½',
  async (kind) => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(),
        async (height, width, seed) => {
          const images = await naturalImages({ count: 3, height, width, seed, kind });
          const squares = height * width;
          expect(images).toHaveLength(3 * squares);
          for (let i = 0; i < 3; i++) {
            const image = images.subarray(i * squares, (i + 1) * squares);
            expect(Math.abs(meanOf(image))).toBeLessThan(0.02);
            if (squares > 3) expect(rms(image)).toBeGreaterThan(0.18 - 1e-6);
            expect(rms(image)).toBeLessThan(0.2 + 1e-6);
            expect(image.every((value) => Math.abs(value) <= 0.5)).toBe(true);
          }
        },
      ),
      { numRuns: 60 },
    );
  },
);

test.each(kinds)('%s images follow from the seed, each by itself', async (kind) => {
  const size = { height: 9, width: 14, kind };
  const images = await naturalImages({ ...size, count: 6, seed: 3 });
  expect(await naturalImages({ ...size, count: 6, seed: 3 })).toEqual(images);
  expect(await naturalImages({ ...size, count: 2, seed: 3 })).toEqual(images.slice(0, 2 * 9 * 14));
  expect(await naturalImages({ ...size, count: 6, seed: 4 })).not.toEqual(images);
  const texts = Array.from({ length: 6 }, (_, i) => String(images.slice(i * 126, (i + 1) * 126)));
  expect(new Set(texts).size).toBe(6);
});

test('the same images on every machine', async () => {
  const first = (kind: NaturalImageKind) =>
    naturalImages({ count: 1, height: 9, width: 14, seed: 3, kind }).then((image) => [
      ...image.slice(0, 3),
    ]);
  expect(await first('dead-leaves')).toEqual([
    0.00750625878572464, 0.21040695905685425, 0.4586922228336334,
  ]);
  expect(await first('one-over-f')).toEqual([
    -0.10308553278446198, 0.14428159594535828, 0.015261092223227024,
  ]);
});

test('what cannot be made is refused, and a call can be cancelled', async () => {
  const right = { count: 2, height: 8, width: 8, seed: 1, kind: 'dead-leaves' } as const;
  const wrong: [Partial<Record<keyof typeof right, unknown>>, RegExp][] = [
    [{ count: 0 }, /count of the natural images is 0; accepted: a whole number/],
    [{ width: 2.5 }, /width of the natural images is 2.5/],
    [{ height: 2 ** 20 }, /at most 1048576 squares/],
    [{ kind: 'photographs' }, /photographs; accepted: "dead-leaves" or "one-over-f"/],
    [{ seed: 0.5 }, /seed/],
  ];
  for (const [change, message] of wrong) {
    const run = naturalImages({ ...right, ...change } as typeof right);
    await expect(run).rejects.toMatchObject({ kind: 'settings' });
    await expect(run).rejects.toThrow(message);
  }
  const many = naturalImages({ ...right, count: 1e9 });
  await expect(many).rejects.toMatchObject({ kind: 'memory' });
  const cancelled = naturalImages(right, { signal: AbortSignal.abort() });
  await expect(cancelled).rejects.toMatchObject({ kind: 'cancelled' });
});
