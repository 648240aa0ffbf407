/**
 * The CC that a number of spikes gives, as a curve through a few measured points: CC = most − a·spikes^−power.
 * An empirical law of learning curves (Hestness et al. 2017), fitted by least squares. Pure.
 */

export interface LearningPoint {
  readonly spikes: number;
  readonly cc: number;
}

export interface LearningCurve {
  /** CC that ever more spikes tend to. */
  readonly most: number;
  readonly power: number;
  cc(spikes: number): number;
  /** Spikes that give this CC; infinite where none does. */
  spikesFor(cc: number): number;
}

/** Powers tried; for each the rest is linear. */
const powers = Array.from({ length: 200 }, (_, i) => 0.01 * (i + 1));
const leastPoints = 3;

/** Undefined for fewer than three points, or where more spikes do not help. */
export function fitLearningCurve(points: readonly LearningPoint[]): LearningCurve | undefined {
  if (points.length < leastPoints || points.some(({ spikes }) => !(spikes > 0))) return undefined;
  let best: { error: number; most: number; a: number; power: number } | undefined;
  for (const power of powers) {
    const { slope, intercept, error } = line(
      points.map(({ spikes, cc }) => [spikes ** -power, cc] as const),
    );
    // A CC above 1 cannot be what more data tend to.
    if (slope >= 0 || intercept > 1) continue;
    if (best === undefined || error < best.error)
      best = { error, most: intercept, a: -slope, power };
  }
  if (!best) return undefined;
  const { most, a, power } = best;
  return {
    most,
    power,
    cc: (spikes) => most - a * spikes ** -power,
    spikesFor: (cc) => (cc < most ? (a / (most - cc)) ** (1 / power) : Number.POSITIVE_INFINITY),
  };
}

/** Least squares y = slope·x + intercept. */
function line(points: readonly (readonly [x: number, y: number])[]) {
  const n = points.length;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / n;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / n;
  const xx = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const xy = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const slope = xx > 0 ? xy / xx : 0;
  const intercept = meanY - slope * meanX;
  const error = points.reduce((sum, [x, y]) => sum + (y - slope * x - intercept) ** 2, 0);
  return { slope, intercept, error };
}
