/** What is shown of an explanation: the model's answer with what its numbers mean, and both in one unit. Pure. */
import type { Explanation } from '@retinoscope/worker';
import { shortened } from '../../../controllers/text.js';

export interface ExplanationShown {
  readonly explanation: Explanation;
  /** Squares of the model's input. */
  readonly height: number;
  readonly width: number;
  readonly lagOrder: 'oldest-first' | 'newest-first';
  /** Whether the input is one frame that is already filtered in time. */
  readonly filtered: boolean;
  /** µm. */
  readonly squareSize?: number;
  /** Hz; undefined when it is not known. */
  readonly frameRate?: number;
  /** Of the output; empty when the file does not give it. */
  readonly unit: string;
  /** Factor from the model's unit to Hz, 1 when it is not known. */
  readonly perSecond: number;
}

/** Rates and the map in `unit`. */
export interface Amounts {
  readonly rate: number;
  readonly greyRate: number;
  /** Of the map. */
  readonly sum: number;
  /** `[lag, y, x]`, lag 0 the current frame. */
  readonly product: Float32Array;
  readonly unit: string;
}

/** In Hz where the factor is known; the lags from the current frame back in time. */
export function amountsOf(shown: ExplanationShown): Amounts {
  const { explanation, perSecond, unit, lagOrder, height, width } = shown;
  const { rate, greyRate, sum, lags, product } = explanation;
  const size = height * width;
  const ordered = new Float32Array(lags * size);
  for (let lag = 0; lag < lags; lag++) {
    const from = (lagOrder === 'oldest-first' ? lags - 1 - lag : lag) * size;
    for (let i = 0; i < size; i++) ordered[lag * size + i] = product[from + i] * perSecond;
  }
  return {
    rate: rate * perSecond,
    greyRate: greyRate * perSecond,
    sum: sum * perSecond,
    product: ordered,
    unit: perSecond === 1 ? shortened(unit, 40) : 'Hz',
  };
}
