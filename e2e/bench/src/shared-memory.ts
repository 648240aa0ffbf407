/** Other libraries on one thread: where memory could be shared they would start workers for every processor. */

/** Calls `work` while `SharedArrayBuffer` is hidden; it is back when the result, or its promise, is. */
export function alone<Result>(work: () => Result): Result {
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, 'SharedArrayBuffer');
  if (!descriptor) return work();
  const restore = () => Object.defineProperty(globalThis, 'SharedArrayBuffer', descriptor);
  Object.defineProperty(globalThis, 'SharedArrayBuffer', { ...descriptor, value: undefined });
  let result: Result;
  try {
    result = work();
  } catch (error) {
    restore();
    throw error;
  }
  if (result instanceof Promise) return result.finally(restore) as Result;
  restore();
  return result;
}
