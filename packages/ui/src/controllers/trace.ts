/** The course of a training as it is watched: few enough points to draw, all validations kept. Pure. */
import type { TrainingProgress } from '@retinoscope/worker';

export interface TracePoint {
  readonly step: number;
  /** Since the training started. */
  readonly seconds: number;
  readonly loss: number;
  readonly validationLoss?: number;
  readonly validationCC?: number;
}

/** Points above which every other point that was not validated is dropped. */
export const mostPoints = 600;

/** Seconds between points that were not validated. */
const interval = 0.1;

/** `trace` with what `progress` adds to it; the same array when it adds nothing. */
export function extendTrace(
  trace: readonly TracePoint[],
  progress: TrainingProgress,
): readonly TracePoint[] {
  const { step, seconds, loss, validation } = progress;
  const last = trace.at(-1);
  if (last && step <= last.step) return trace;
  if (last && !validation && seconds - last.seconds < interval) return trace;
  const point: TracePoint = validation
    ? { step, seconds, loss, validationLoss: validation.loss, validationCC: validation.cc }
    : { step, seconds, loss };
  return [...(trace.length < mostPoints ? trace : thinned(trace)), point];
}

function thinned(trace: readonly TracePoint[]): TracePoint[] {
  return trace.filter((point, index) => point.validationLoss !== undefined || index % 2 === 0);
}
