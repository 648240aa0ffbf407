/** What the measures take, and the checks they share. A mismatch is refused, never truncated. */
import { RetinoscopeError } from '../errors.js';

export type Samples = Float32Array | Float64Array;

export function requireSameLength(
  a: { readonly length: number },
  b: { readonly length: number },
  names: readonly [string, string],
): void {
  if (a.length !== b.length) {
    throw new RetinoscopeError(
      'data',
      `The ${names[0]} has ${a.length} values and the ${names[1]} ${b.length}; they must be as long as each other.`,
      { [names[0]]: a.length, [names[1]]: b.length },
    );
  }
}

/** Refuses counts that are not `[repeat, time]` of the given size. */
export function requireRepeats(counts: Samples, repeats: number, frames: number): void {
  const whole = Number.isInteger(repeats) && Number.isInteger(frames);
  if (!whole || repeats < 1 || frames < 1 || counts.length !== repeats * frames) {
    throw new RetinoscopeError(
      'data',
      `${counts.length} counts cannot be ${repeats} repeats of ${frames} frames; give repeats × frames counts, at least one of each.`,
      { counts: counts.length, repeats, frames },
    );
  }
}
