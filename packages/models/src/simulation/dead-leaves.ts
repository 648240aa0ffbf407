/**
 * Dead-leaves images: opaque discs on top of each other, with the occlusions, edges and scale invariance of
 * natural scenes (Lee, Mumford & Huang 2001, "Occlusion models for natural images: a statistical study of a
 * scale-invariant dead leaves model", Int. J. Comput. Vision 41).
 * Uses sums, products and square roots alone, which every machine rounds alike.
 */
import type { Random } from '@retinoscope/core-wasm';
import type { FieldSize } from './subunits.js';

/** Points across a square, whose mean the square is. */
const fine = 3;
/** Leaves drawn from the generator at a time. */
const leavesAtOnce = 1024;

/**
 * One image `[y, x]` of values in [0, 1): radii of density ∝ r⁻³ from one square to the longer side, centres
 * uniform wherever a leaf could reach the image, greys uniform; from the uppermost leaf down until nothing shows
 * through.
 */
export function deadLeaves(random: Random, { height, width }: FieldSize): Float64Array {
  const longest = Math.max(height, width);
  const points = { height: height * fine, width: width * fine };
  const greys = new Float32Array(points.height * points.width).fill(-1);
  let bare = greys.length;
  while (bare > 0) {
    const numbers = random.uniforms(4 * leavesAtOnce);
    for (let i = 0; i < numbers.length && bare > 0; i += 4) {
      const [u, right, down, grey] = numbers.subarray(i, i + 4);
      // Inverse of the distribution of r, 1 ≤ r ≤ longest.
      const r = 1 / Math.sqrt(1 - u * (1 - 1 / (longest * longest)));
      const x = right * (width + 2 * longest) - longest;
      const y = down * (height + 2 * longest) - longest;
      bare -= cover(greys, points, { x: x * fine, y: y * fine, r: r * fine }, grey);
    }
  }
  return Float64Array.from({ length: height * width }, (_, i) => {
    const start = Math.floor(i / width) * fine * points.width + (i % width) * fine;
    let sum = 0;
    for (let dy = 0; dy < fine; dy++) {
      for (let dx = 0; dx < fine; dx++) sum += greys[start + dy * points.width + dx];
    }
    return sum / (fine * fine);
  });
}

/** Puts a leaf under those that are there; the number of points it covers. */
function cover(
  greys: Float32Array,
  { height, width }: FieldSize,
  { x, y, r }: { readonly x: number; readonly y: number; readonly r: number },
  grey: number,
): number {
  let covered = 0;
  // The middle of point i is at i + ½.
  const top = Math.max(0, Math.ceil(y - r - 0.5));
  const bottom = Math.min(height - 1, Math.floor(y + r - 0.5));
  for (let row = top; row <= bottom; row++) {
    const dy = row + 0.5 - y;
    const half = Math.sqrt(Math.max(0, r * r - dy * dy));
    const first = Math.max(0, Math.ceil(x - half - 0.5));
    const last = Math.min(width - 1, Math.floor(x + half - 0.5));
    for (let i = row * width + first; i <= row * width + last; i++) {
      if (greys[i] >= 0) continue;
      greys[i] = grey;
      covered++;
    }
  }
  return covered;
}
