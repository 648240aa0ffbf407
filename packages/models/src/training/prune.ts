/** Networks with some of their first filters silenced (Yan et al. 2020, Fig. 5). Pure. */
import type { NetworkParameters } from '@retinoscope/core-wasm';
import type { FittedModel } from '../architecture/index.js';
import { RetinoscopeError } from '../errors.js';

/** The parameters of `model` with only the first filters that `keep` names; the others give 0 everywhere. */
export function keepFilters(
  { architecture, parameters }: FittedModel,
  keep: readonly boolean[],
): NetworkParameters {
  const { filters } = architecture.layers[0];
  if (keep.length !== filters) {
    throw new RetinoscopeError(
      'settings',
      `${keep.length} filters were kept or silenced; the network has ${filters}.`,
      { expected: filters, found: keep.length },
    );
  }
  const [first, ...later] = parameters.layers;
  const weights = first.weights.slice();
  const bias = first.bias.slice();
  const each = weights.length / filters;
  keep.forEach((kept, filter) => {
    if (kept) return;
    weights.fill(0, filter * each, (filter + 1) * each);
    bias[filter] = 0;
  });
  return { ...parameters, layers: [{ weights, bias }, ...later] };
}

/** `count` of `total` things chosen at random, `random` uniform in [0, 1). */
export function randomSubset(count: number, total: number, random: () => number): boolean[] {
  const order = Array.from({ length: total }, (_, i) => i);
  for (let i = total - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  const chosen = new Set(order.slice(0, count));
  return Array.from({ length: total }, (_, i) => chosen.has(i));
}
