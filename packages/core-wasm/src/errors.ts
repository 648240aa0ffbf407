/**
 * Errors that a person can act on. Every refusal says what was wrong and what would be accepted.
 * `kind` is stable and survives the worker boundary; `message` is one sentence or two.
 */

export type ErrorKind =
  /** A file is damaged, cut short, or not of the format it claims. */
  | 'file'
  /** A manifest or importer choice does not fit its schema or its files. */
  | 'manifest'
  /** Data are of the right format but cannot be used: shapes, NaN, negative counts, no spikes. */
  | 'data'
  /** A setting is outside what is possible. */
  | 'settings'
  /** A model cannot be read or run, or its input does not fit. */
  | 'model'
  /** More memory than can be had. */
  | 'memory'
  /** The caller cancelled. */
  | 'cancelled'
  /** The worker ended or crashed. */
  | 'worker';

export class RetinoscopeError extends Error {
  override readonly name = 'RetinoscopeError';

  constructor(
    readonly kind: ErrorKind,
    message: string,
    /** Structured facts: file, field, expected, found. Plain data only. */
    readonly detail: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Throws the cancellation error if `signal` has fired. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new RetinoscopeError('cancelled', 'Cancelled.');
}
