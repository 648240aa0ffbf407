/** Makes worker threads under Node. The only place that does. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { type SpawnWorker, trackListeners, type WorkerHandle } from './handle.js';

export interface SpawnOptions {
  /** The worker's script, where it is not beside this module. */
  readonly workerUrl?: string | URL;
}

export function spawner({ workerUrl }: SpawnOptions): SpawnWorker {
  if (workerUrl) return () => handleOf(new Worker(new URL(workerUrl)));
  return () => handleOf(new Worker(new URL('./node.worker.js', import.meta.url)));
}

/** Workers to run side by side. */
export const parallelism = availableParallelism;

/** A worker thread as the client sees it. */
export function handleOf(worker: Worker): WorkerHandle {
  const endpoint = trackListeners(nodeEndpoint(worker));
  return {
    endpoint,
    onEnd(listener) {
      let ended = false;
      const once = (reason: string, detail: Readonly<Record<string, unknown>>) => {
        if (ended) return;
        ended = true;
        listener(reason, detail);
      };
      worker.on('error', (error: Error & { code?: string }) =>
        once(error.message, { name: error.name, code: error.code }),
      );
      worker.on('messageerror', () => once('a message could not be read', {}));
      worker.on('exit', (exitCode) => once(`it ended with exit code ${exitCode}`, { exitCode }));
    },
    hold: (busy) => (busy ? worker.ref() : worker.unref()),
    terminate() {
      endpoint.removeAll();
      for (const event of ['error', 'messageerror', 'exit']) worker.removeAllListeners(event);
      // An error of a thread that is ending would otherwise be thrown in this one.
      worker.once('error', () => undefined);
      void worker.terminate();
    },
  };
}
