/** Summaries of rounds. Pure. */

/** Quantile p in [0, 1] of `values`, interpolated linearly; NaN of none. */
export function quantile(values: readonly number[], p: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = values.toSorted((a, b) => a - b);
  const at = p * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Best decile of rates: what the work reaches while nothing else runs on the core. */
export const bestDecile = (rates: readonly number[]): number => quantile(rates, 0.9);
