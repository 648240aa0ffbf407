/** Large arrays outside the kernels' memory: had, or refused in words. */
import { RetinoscopeError } from './errors.js';

/** `make()`, which takes `bytes`; throws a `memory` error when they cannot be had. */
export function allocateArray<A>(bytes: number, make: () => A): A {
  try {
    return make();
  } catch (cause) {
    throw new RetinoscopeError(
      'memory',
      `This needs ${Math.ceil(bytes / 1e6)} MB at once, which cannot be had here; fewer frames, fewer lags or a smaller crop need less.`,
      { bytes },
      { cause },
    );
  }
}
