/** What a model gave: one or several rates a window. Pure. */
import type { Tensor } from '@retinoscope/worker';

export interface Rates {
  readonly windows: number;
  readonly outputs: number;
  /** `[window, output]`, in the model's own unit. */
  readonly values: Float32Array;
}

/** An output `[window, …]` as rates; the axes after the first count as outputs. */
export function ratesOf(output: Tensor): Rates {
  const windows = output.shape[0] ?? 1;
  const values = Float32Array.from(output.data, Number);
  return { windows, outputs: windows === 0 ? 0 : values.length / windows, values };
}

/** Rates of one output, `[window]`. */
export function column(rates: Rates, output: number): Float32Array {
  return Float32Array.from(
    { length: rates.windows },
    (_, window) => rates.values[window * rates.outputs + output],
  );
}

/** max |a − b| over their common length; NaN when either holds a NaN or is empty. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const length = Math.min(a.length, b.length);
  if (length === 0) return Number.NaN;
  let largest = 0;
  for (let i = 0; i < length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    if (Number.isNaN(difference)) return Number.NaN;
    if (difference > largest) largest = difference;
  }
  return largest;
}

export interface RateTable {
  /** Number of the first window. */
  readonly first: number;
  readonly rates: Rates;
  /** Of another model, for the same windows in the same unit. */
  readonly compared?: { readonly aligned: Rates };
}

/** The window (or frame), then one column an output, to be written as CSV. */
export function rateColumns({
  first,
  rates,
  compared,
}: RateTable): Record<string, ArrayLike<number>> {
  return {
    window: Array.from({ length: rates.windows }, (_, window) => first + window),
    ...namedColumns('rate', rates),
    ...(compared && namedColumns('compared_rate', compared.aligned)),
  };
}

function namedColumns(name: string, rates: Rates): Record<string, Float32Array> {
  return Object.fromEntries(
    Array.from({ length: rates.outputs }, (_, output) => [
      rates.outputs === 1 ? name : `${name}_${output}`,
      column(rates, output),
    ]),
  );
}

/**
 * Rates of windows at `from` Hz for `windows` windows at `to` Hz: those that are on at the middles of these, the last
 * one after the end, times `factor`.
 */
export function aligned(
  rates: Rates,
  { from, to, windows, factor }: Record<'from' | 'to' | 'windows' | 'factor', number>,
): Rates {
  const values = new Float32Array(windows * rates.outputs);
  for (let output = 0; output < rates.outputs; output++) {
    resampled(column(rates, output), from, to, windows).forEach((rate, window) => {
      values[window * rates.outputs + output] = factor * rate;
    });
  }
  return { windows, outputs: rates.outputs, values };
}

function resampled(values: Float32Array, from: number, to: number, length: number): Float32Array {
  if (from === to && values.length === length) return values;
  return Float32Array.from({ length }, (_, t) => {
    const at = Math.floor(((t + 0.5) * from) / to);
    return values[Math.min(values.length - 1, at)];
  });
}

/** Smallest, mean and largest of one output, without what is not a number; NaN where nothing else is there. */
export function spread(values: ArrayLike<number>): { low: number; mean: number; high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) continue;
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
    sum += values[i];
    count++;
  }
  if (count === 0) return { low: Number.NaN, mean: Number.NaN, high: Number.NaN };
  return { low, mean: sum / count, high };
}
