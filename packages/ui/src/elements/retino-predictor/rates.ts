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

/** The window (or frame, from `first`), then one column an output, to be written as CSV. */
export function rateColumns(rates: Rates, first = 0): Record<string, ArrayLike<number>> {
  const columns: Record<string, ArrayLike<number>> = {
    window: Array.from({ length: rates.windows }, (_, window) => first + window),
  };
  for (let output = 0; output < rates.outputs; output++) {
    columns[rates.outputs === 1 ? 'rate' : `rate_${output}`] = column(rates, output);
  }
  return columns;
}

/** Values at `from` Hz, `[time]`, as those that are on at the middles of `length` frames at `to` Hz; the last one after the end. */
export function resampled(
  values: Float32Array,
  from: number,
  to: number,
  length: number,
): Float32Array {
  if (from === to) return values;
  return Float32Array.from({ length }, (_, t) => {
    const at = Math.floor(((t + 0.5) * from) / to);
    return values[Math.min(values.length - 1, at)];
  });
}

/** Smallest, mean and largest of one output. */
export function spread(values: ArrayLike<number>): { low: number; mean: number; high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
    sum += values[i];
  }
  return { low, mean: sum / values.length, high };
}
