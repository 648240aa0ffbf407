/** Pearson's correlation. Says nothing of noise in either series: see `repeats.ts` for ceilings. */
import { requireSameLength, type Samples } from './samples.js';

/**
 * r = Σ(a − ā)(b − b̄) / √(Σ(a − ā)² Σ(b − b̄)²), in two passes and 64-bit sums.
 * Undefined when either variance is 0 (or a value is not finite). Throws `data` when lengths differ.
 */
export function correlation(a: Samples, b: Samples): number | undefined {
  requireSameLength(a, b, ['first series', 'second series']);
  const n = a.length;
  if (n < 2) return undefined;
  // Measured from the first value, so that a constant series has a variance of exactly 0.
  const a0 = a[0]!;
  const b0 = b[0]!;
  let sumA = 0;
  let sumB = 0;
  for (let i = 0; i < n; i++) {
    sumA += a[i]! - a0;
    sumB += b[i]! - b0;
  }
  const meanA = sumA / n;
  const meanB = sumB / n;
  let aa = 0;
  let bb = 0;
  let ab = 0;
  for (let i = 0; i < n; i++) {
    const da = a[i]! - a0 - meanA;
    const db = b[i]! - b0 - meanB;
    aa += da * da;
    bb += db * db;
    ab += da * db;
  }
  if (!(aa > 0 && bb > 0)) return undefined;
  const r = ab / (Math.sqrt(aa) * Math.sqrt(bb));
  // Rounding alone can carry |r| past 1.
  return Number.isFinite(r) ? Math.max(-1, Math.min(1, r)) : undefined;
}
