/**
 * One worker for all predictors of a page. Promises that it is started by the first call, ended when nobody uses it
 * any more, and also after it was idle for a while; the next call starts it again.
 */
import {
  createService,
  type RetinoscopeService,
  type ServiceClient,
  toRetinoscopeError,
} from '@retinoscope/worker';

/** Idle milliseconds after which the worker's memory is given back. */
const idleTime = 60_000;

let client: ServiceClient | undefined;
let users = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

export interface ServiceLease {
  /** Calls `work` with the service; the worker is not ended before it is done. */
  use<Result>(work: (service: RetinoscopeService) => Promise<Result>): Promise<Result>;
  /** Ends the worker when nobody else uses it. A second call does nothing. */
  release(): void;
}

export function leaseService(): ServiceLease {
  users++;
  let released = false;
  return {
    async use(work) {
      client ??= createService();
      const used = client;
      clearTimeout(timer);
      try {
        return await work(used);
      } catch (thrown) {
        // A runtime that stopped does not start again in its worker.
        const stopped = toRetinoscopeError(thrown).kind === 'worker';
        if (stopped && used === client && used.pending === 0) end();
        throw thrown;
      } finally {
        if (used === client && used.pending === 0) {
          clearTimeout(timer);
          timer = setTimeout(end, idleTime);
        }
      }
    },
    release() {
      if (released) return;
      released = true;
      users--;
      // An element that is only moved leaves and comes back within the task.
      queueMicrotask(() => {
        if (users === 0) end();
      });
    },
  };
}

function end(): void {
  clearTimeout(timer);
  client?.terminate();
  client = undefined;
}
