/**
 * Seeded Poisson counts for drawing a model's spikes. The same seed gives the same raster everywhere.
 * Not for simulation at large: a sequential inversion, meant for rates of a few spikes a frame. Promises to end soon for
 * any rate: large ones are drawn as the normal numbers that they come near.
 */

/** A generator of uniform numbers in [0, 1): mulberry32. */
export function uniform(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Largest mean drawn in one inversion: e^−mean must stay far above the smallest double. */
const largestMean = 500;

/** Mean from which counts are rounded normal numbers, whose skewness is off by less than 0.04. */
const normalMean = 1000;

function poisson(mean: number, random: () => number): number {
  if (mean > normalMean) {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    return Math.round(mean + Math.sqrt(mean) * radius * Math.cos(2 * Math.PI * random()));
  }
  let count = 0;
  for (let left = mean; left > 0; left -= largestMean) {
    const part = Math.min(left, largestMean);
    let probability = Math.exp(-part);
    let u = random() - probability;
    // The bound ends the sum where rounding leaves a remainder of the probability.
    const bound = part + 20 * Math.sqrt(part) + 40;
    for (let k = 1; u > 0 && k <= bound; k++) {
      probability *= part / k;
      u -= probability;
      count++;
    }
  }
  return count;
}

/** One draw of counts `[trial, time]` from `rate`, spikes per frame; a rate that is not above 0 draws none. */
export function drawSpikes(rate: ArrayLike<number>, trials: number, seed: number): Float32Array {
  const random = uniform(seed);
  const counts = new Float32Array(trials * rate.length);
  for (let trial = 0, at = 0; trial < trials; trial++) {
    for (let t = 0; t < rate.length; t++, at++) {
      const mean = rate[t];
      if (mean > 0 && mean < Number.POSITIVE_INFINITY) counts[at] = poisson(mean, random);
    }
  }
  return counts;
}
