/**
 * Tells a page that a worker has ended by itself, of which browsers fire no event: the worker holds a lock for
 * as long as it lives, and the page waits for it. Where there are no locks (an insecure address) nothing is told.
 */

/** Holds the lock called `name` until this thread ends; settles once it is held, or cannot be. */
export async function holdWhileAlive(name: string): Promise<void> {
  if (!name || !navigator.locks) return;
  await new Promise<void>((held) => {
    const forever = () => {
      held();
      return new Promise<never>(() => undefined);
    };
    navigator.locks.request(name, forever).catch(() => held());
  });
}

/** Calls `ended` once the lock is free: only after its holder said that it holds it. The function given stops waiting. */
export function whenEnded(name: string, ended: () => void): () => void {
  const waiting = new AbortController();
  const { signal } = waiting;
  navigator.locks?.request(name, { signal }, ended).catch(() => undefined);
  return () => waiting.abort();
}
