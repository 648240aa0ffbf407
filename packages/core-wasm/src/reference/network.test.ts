import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Head, headLosses, type NetworkParameters } from '../network.js';
import { cases, flatten, makeCase } from './cases.js';
import { nearestKink, referenceGradient, referenceLoss } from './network.js';

const heads = Object.keys(headLosses) as Head[];
const penalties = { l1Filters: 0.01, l2Filters: 0.02, l2Readout: 0.03, activityL1: 0.05 };

/** The parameters with the one at `index` of the flat list moved by `by`, in double precision. */
function moved(parameters: NetworkParameters, index: number, by: number): NetworkParameters {
  const copy = {
    layers: parameters.layers.map(({ weights, bias }) => ({
      weights: Float64Array.from(weights) as unknown as Float32Array,
      bias: Float64Array.from(bias) as unknown as Float32Array,
    })),
    readout: Float64Array.from(parameters.readout) as unknown as Float32Array,
    readoutBias: parameters.readoutBias,
    alpha: parameters.alpha,
    beta: parameters.beta,
  };
  let at = index;
  for (const values of [
    ...copy.layers.flatMap(({ weights, bias }) => [weights, bias]),
    copy.readout,
  ]) {
    if (at < values.length) {
      values[at] += by;
      return copy;
    }
    at -= values.length;
  }
  const name = (['readoutBias', 'alpha', 'beta'] as const)[at];
  return { ...copy, [name]: copy[name] + by };
}

test('the reference gradient equals finite differences within 1e-3 of the largest', () => {
  fc.assert(
    fc.property(
      cases(6, heads),
      fc.array(fc.nat(), { minLength: 6, maxLength: 6 }),
      (spec, picks) => {
        const c = makeCase(spec);
        fc.pre(nearestKink(c.shape, c.parameters, c.movie, c.batch) > 1e-4);
        const batch = { movie: c.movie, counts: c.counts, frames: c.batch };
        const rule = { ...penalties, loss: c.loss };
        const gradient = flatten(referenceGradient(c.shape, c.parameters, batch, rule));
        const largest = Math.max(...gradient.map(Math.abs));
        const learned = gradient.length - (c.shape.head === 'parametric-softplus' ? 0 : 2);
        for (const pick of picks) {
          const index = pick % learned;
          const objective = (by: number) =>
            referenceLoss(c.shape, moved(c.parameters, index, by), batch, rule).objective;
          const h = 1e-6;
          const difference = (objective(h) - objective(-h)) / (2 * h);
          expect(Math.abs(difference - gradient[index])).toBeLessThanOrEqual(1e-3 * largest);
        }
      },
    ),
    { numRuns: 60 },
  );
});
