/**
 * Grey images whose amplitude spectrum falls as 1/f, that of natural scenes on average (Field 1987, "Relations
 * between the statistics of natural images and the response properties of cortical cells", J. Opt. Soc. Am. A 4),
 * with random phases: their second-order statistics without their edges.
 * Uses sums, products and square roots alone, which every machine rounds alike.
 */
import type { Random } from '@retinoscope/core-wasm';
import type { FieldSize } from './subunits.js';

/**
 * One image `[y, x]`, of any scale: the middle of a cyclic image at least twice as wide and high, so that opposite
 * edges do not continue each other.
 */
export function oneOverF(random: Random, { height, width }: FieldSize): Float64Array {
  let side = 2;
  while (side < 2 * Math.max(height, width)) side *= 2;
  const top = Math.floor((side - height) / 2);
  const left = Math.floor((side - width) / 2);
  const spectrum = randomSpectrum(random, side);
  const roots = unitRoots(side);
  transform(spectrum, side, roots);
  // The rows that stay, as columns: the other axis then comes first.
  const turn = (values: Float64Array) =>
    Float64Array.from(
      { length: side * height },
      (_, i) => values[(top + (i % height)) * side + Math.floor(i / height)],
    );
  const columns = { re: turn(spectrum.re), im: turn(spectrum.im) };
  transform(columns, height, roots);
  return Float64Array.from(
    { length: height * width },
    (_, i) => columns.re[(left + (i % width)) * height + Math.floor(i / width)],
  );
}

interface Complex {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** Spectrum `[v, u]` of a real image: amplitudes 1/f, phases uniform, mean 0. */
function randomSpectrum(random: Random, side: number): Complex {
  const re = new Float64Array(side * side);
  const im = new Float64Array(side * side);
  // One pair a frequency and its mirror; the four that are their own mirrors take one each as well.
  const normals = random.normals(side * side + 4);
  let at = 0;
  for (let i = 0; i < side * side; i++) {
    const [v, u] = [Math.floor(i / side), i % side];
    const mirror = ((side - v) % side) * side + ((side - u) % side);
    if (mirror < i) continue;
    const [a, b] = [normals[at], mirror === i ? 0 : normals[at + 1]];
    at += 2;
    if (i === 0) continue;
    const [fy, fx] = [Math.min(v, side - v), Math.min(u, side - u)];
    const scale = 1 / (Math.sqrt(fx * fx + fy * fy) * Math.sqrt(a * a + b * b) || 1);
    re[i] = re[mirror] = a * scale;
    im[i] = b * scale;
    im[mirror] = -im[i];
  }
  return { re, im };
}

/** Unscaled inverse Fourier transform along the first axis of `[n][columns]`, n a power of two: radix 2, in place. */
function transform({ re, im }: Complex, columns: number, { re: cos, im: sin }: Complex): void {
  const n = re.length / columns;
  for (let i = 0, j = 0; i < n; i++) {
    if (i < j) {
      swapRows(re, i * columns, j * columns, columns);
      swapRows(im, i * columns, j * columns, columns);
    }
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j |= bit;
  }
  for (let half = 1; half < n; half *= 2) {
    for (let start = 0; start < n; start += 2 * half) {
      for (let k = 0; k < half; k++) {
        const root = k * (n / (2 * half));
        const [c, s] = [cos[root], sin[root]];
        let p = (start + k) * columns;
        let q = p + half * columns;
        for (let x = 0; x < columns; x++, p++, q++) {
          const r = re[q] * c - im[q] * s;
          const i = re[q] * s + im[q] * c;
          re[q] = re[p] - r;
          im[q] = im[p] - i;
          re[p] += r;
          im[p] += i;
        }
      }
    }
  }
}

function swapRows(values: Float64Array, a: number, b: number, length: number): void {
  const row = values.slice(a, a + length);
  values.copyWithin(a, b, b + length);
  values.set(row, b);
}

/** e^(2πik/n) of k below n/2, n a power of two, by halving angles: sines of the library differ between engines. */
function unitRoots(n: number): Complex {
  const re = new Float64Array(n / 2).fill(1);
  const im = new Float64Array(n / 2);
  // (c, s) is the root of k = step, which turns the roots known so far into those between them.
  let [c, s] = [0, 1];
  for (let step = n / 4; step >= 1; step /= 2) {
    for (let k = 0; k < n / 2; k += 2 * step) {
      re[k + step] = re[k] * c - im[k] * s;
      im[k + step] = re[k] * s + im[k] * c;
    }
    [c, s] = halved(c, s);
  }
  return { re, im };
}

/** Cosine and sine of half the angle, which is at most a right one. */
function halved(c: number, s: number): [number, number] {
  const half = Math.sqrt((1 + c) / 2);
  return [half, s / (2 * half)];
}
