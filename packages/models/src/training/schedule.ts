/** Learning rate of each step. */
import type { TrainingSettings } from './settings.js';

/** Share of the steps that the rate rises, and the rates at the start and the end relative to the peak. */
const rise = 0.3;
const startRate = 1 / 25;
const endRate = 1e-4;

const cosine = (from: number, to: number, share: number): number =>
  to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;

/** Rate of step `step` (0-based): constant, or one cycle of cosines (Smith & Topin 2019). */
export function learningRate(settings: TrainingSettings, step: number): number {
  if (settings.schedule === 'constant') return settings.learningRate;
  const share = settings.steps > 1 ? step / (settings.steps - 1) : 1;
  const relative =
    share < rise
      ? cosine(startRate, 1, share / rise)
      : cosine(1, endRate, (share - rise) / (1 - rise));
  return settings.learningRate * relative;
}
