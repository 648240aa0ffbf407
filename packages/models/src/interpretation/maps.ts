/** Maps `[y, x]` as vectors: size checks, peaks, cosines. */
import { RetinoscopeError } from '../errors.js';

/** Refuses an array whose length is not the product of `shape`. */
export function requireShape(
  what: string,
  array: { readonly length: number },
  shape: readonly number[],
): void {
  const whole = shape.every((size) => Number.isInteger(size) && size > 0);
  if (!whole || array.length !== shape.reduce((product, size) => product * size, 1)) {
    throw new RetinoscopeError(
      'data',
      `The ${what} has ${array.length} values, which cannot be [${shape.join(', ')}].`,
      { what, length: array.length, shape: [...shape] },
    );
  }
}

/** Index of the largest |value|, the first of equals; 0 for an array of zeros. */
export function peakIndex(values: ArrayLike<number>, from = 0, to = values.length): number {
  let best = from;
  let largest = 0;
  for (let i = from; i < to; i++) {
    const size = Math.abs(values[i]!);
    if (size > largest) {
      largest = size;
      best = i;
    }
  }
  return best;
}

/** Square of the largest |value| of a map `[y, x]`. */
export function peakSquare(map: ArrayLike<number>, width: number): { x: number; y: number } {
  const i = peakIndex(map);
  return { x: i % width, y: Math.floor(i / width) };
}

/** L2 norm. */
export function norm(values: ArrayLike<number>, from = 0, to = values.length): number {
  let squares = 0;
  for (let i = from; i < to; i++) squares += values[i]! * values[i]!;
  return Math.sqrt(squares);
}

/** a·b / (‖a‖‖b‖); 0 when either is all zeros. Throws `data` when lengths differ. */
export function cosine(a: Float32Array | Float64Array, b: Float32Array | Float64Array): number {
  if (a.length !== b.length) {
    throw new RetinoscopeError(
      'data',
      `Maps of ${a.length} and ${b.length} squares cannot be compared; they must be of one size.`,
      { first: a.length, second: b.length },
    );
  }
  let dot = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    const p = a[i]!;
    const q = b[i]!;
    dot += p * q;
    aa += p * p;
    bb += q * q;
  }
  return aa > 0 && bb > 0 ? dot / (Math.sqrt(aa) * Math.sqrt(bb)) : 0;
}
