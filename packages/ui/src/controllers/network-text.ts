/** A network, its output and its loss in words, for choices, results and reports. Pure. */
import type { Architecture, Head, Loss } from '@retinoscope/worker';

export const headText: Readonly<Record<Head, string>> = {
  softplus: 'Softplus',
  'parametric-softplus': 'Parametric softplus',
  exponential: 'Exponential',
  logistic: 'Logistic',
};

export const lossText: Readonly<Record<Loss, string>> = {
  poisson: 'Poisson',
  'squared-error': 'Squared error',
  binomial: 'Binomial',
};

/** `Version I`, `Version I, temporal filter fitted`, `Version II`, `Version II, separable`, `Version II, separable, rank 2`. */
export function versionText({ version, rank }: Pick<Architecture, 'version' | 'rank'>): string {
  if (version === 1) return `Version I${rank === undefined ? '' : ', temporal filter fitted'}`;
  if (rank === undefined) return 'Version II';
  return `Version II, separable${rank > 1 ? `, rank ${rank}` : ''}`;
}
