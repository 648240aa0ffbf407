/** What came of a whole job, from the cell to ONNX Runtime, in one line. Every number comes from the session. */
import type { Prediction } from '../elements/retino-predictor/predicting.js';
import type { SessionState } from './session.js';

export interface JobResult {
  readonly subunits: number;
  /** Smallest cosine with a true subunit; simulated cells only. */
  readonly minCosine?: number;
  readonly rateCC?: number;
  readonly psthCC?: number;
  /** Largest |ONNX Runtime − trainer|, spikes per frame. */
  readonly onnxDifference: number;
  readonly seconds: number;
}

/** Undefined until a network is fitted and its predictions were compared. */
export function jobResult(
  { fit }: SessionState,
  { difference }: Prediction,
  seconds: number,
): JobResult | undefined {
  if (!fit || difference === undefined) return undefined;
  const { matchedCosines, evaluation, distinctSubunits } = fit;
  return {
    subunits: distinctSubunits,
    minCosine: matchedCosines?.length ? Math.min(...matchedCosines) : undefined,
    rateCC: evaluation.rateCC,
    psthCC: evaluation.psthCC,
    onnxDifference: difference,
    seconds,
  };
}

export function resultLine(result: JobResult): string {
  const { subunits, minCosine, rateCC, psthCC, onnxDifference, seconds } = result;
  const parts = [
    `${subunits} subunit${subunits === 1 ? '' : 's'} found`,
    minCosine !== undefined && `smallest cosine ${minCosine.toFixed(3)}`,
    rateCC !== undefined
      ? `rate CC ${rateCC.toFixed(3)}`
      : psthCC !== undefined && `CC with the PSTH ${psthCC.toFixed(3)}`,
    `ONNX Runtime agrees within ${Number(onnxDifference.toPrecision(1)).toExponential()}`,
    `done in ${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`,
  ];
  return `${parts.filter(Boolean).join(', ')}.`;
}
