/**
 * How an input is cut into runs that end within seconds each, and the refusal of one that would take hours.
 * A run cannot be interrupted: its cost is what a person waits for after asking to stop.
 */
import { RetinoscopeError } from '../errors.js';
import type { ModelValue, Tensor } from '../files/types.js';
import type { CostModel } from './cost/estimate.js';
import { fixedBatch, planRuns, type RunPlan } from './input.js';
import { amount, maximumRunWork, requireAffordable } from './refuse.js';

/** Multiply-adds of one run, unless one sample needs more. */
const partWork = 2e10;
/** Numbers alive in one run, unless one sample needs more: 256 MiB. */
const partLive = 2 ** 26;

/**
 * The runs of `input`, whose shape has been checked.
 * Errors: `model` naming how many samples fit, `memory` when one sample of this size is too large.
 */
export function affordableRuns(input: Tensor, accepted: ModelValue, cost: CostModel): RunPlan {
  const batch = fixedBatch(accepted);
  const [, ...rest] = input.shape;
  const shape = (samples: number) => (input.shape.length === 0 ? [] : [samples, ...rest]);
  const least = requireAffordable(cost, shape(batch ?? 1));
  const most = Math.min(partWork / least.multiplyAdds, partLive / least.live);
  const plan = planRuns(input, accepted, most);
  const { multiplyAdds } = cost(shape(plan.step));
  const runs = Math.ceil(plan.samples / plan.step);
  if (multiplyAdds * runs > maximumRunWork) {
    const fit = Math.max(1, Math.floor(maximumRunWork / multiplyAdds)) * plan.step;
    throw new RetinoscopeError(
      'model',
      `The ${plan.samples} samples need about ${amount(multiplyAdds * runs)} multiply-adds; one call runs up to ${amount(maximumRunWork)}. Give up to ${fit} samples at a time.`,
      { samples: plan.samples, expected: fit },
    );
  }
  return plan;
}
