/** A worker of either platform, as the client sees it. Only the two `spawn` modules make one. */
import type { Endpoint } from 'comlink';

export interface WorkerHandle {
  readonly endpoint: Endpoint;
  /** Called at most once, with a reason, when the worker has crashed or ended by itself. */
  onEnd(listener: (reason: string, detail: Readonly<Record<string, unknown>>) => void): void;
  /** Whether a call is running: Node keeps a process alive for a busy worker only. */
  hold?(busy: boolean): void;
  /** Ends the worker at once and takes away every listener. */
  terminate(): void;
}

export type SpawnWorker = () => WorkerHandle;

/** `endpoint` with its listeners counted, so that they can be taken away: Comlink leaves its own behind. */
export function trackListeners(endpoint: Endpoint): Endpoint & { removeAll(): void } {
  const listeners: Parameters<Endpoint['addEventListener']>[] = [];
  return {
    postMessage: endpoint.postMessage.bind(endpoint),
    start: endpoint.start?.bind(endpoint),
    addEventListener(type, listener, options) {
      listeners.push([type, listener, options]);
      endpoint.addEventListener(type, listener, options);
    },
    removeEventListener(type, listener, options) {
      const at = listeners.findIndex((entry) => entry[0] === type && entry[1] === listener);
      if (at >= 0) listeners.splice(at, 1);
      endpoint.removeEventListener(type, listener, options);
    },
    removeAll() {
      for (const entry of listeners.splice(0)) endpoint.removeEventListener(...entry);
    },
  };
}
