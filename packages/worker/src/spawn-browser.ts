/** Makes module workers in browsers. The only place that does. */
import { type SpawnWorker, trackListeners, type WorkerHandle } from './handle.js';

export interface SpawnOptions {
  /** The worker's script, where it is not beside this module; another origin must allow CORS. */
  readonly workerUrl?: string | URL;
  /** Makes the worker, for builds that inline its script; browsers only. */
  readonly createWorker?: () => Worker;
}

export function spawner({ workerUrl, createWorker }: SpawnOptions): SpawnWorker {
  if (createWorker) return () => handleOf(createWorker());
  if (workerUrl) return () => handleOf(workerAt(new URL(workerUrl, location.href)));
  return () =>
    handleOf(new Worker(new URL('./service.worker.js', import.meta.url), { type: 'module' }));
}

/** Workers to run side by side. */
export function parallelism(): number {
  return navigator.hardwareConcurrency || 2;
}

/** A worker's script must be of the page's origin: one from elsewhere is imported by a script that is. */
function workerAt(url: URL): Worker {
  if (url.origin === location.origin || url.protocol === 'blob:' || url.protocol === 'data:') {
    return new Worker(url, { type: 'module' });
  }
  const source = `import ${JSON.stringify(url.href)};`;
  const local = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(local, { type: 'module' });
  worker.addEventListener('message', () => URL.revokeObjectURL(local), { once: true });
  return worker;
}

function handleOf(worker: Worker): WorkerHandle {
  const endpoint = trackListeners(worker);
  return {
    endpoint,
    onEnd(listener) {
      const once = (reason: string) => {
        worker.onerror = null;
        worker.onmessageerror = null;
        listener(reason, {});
      };
      worker.onerror = (event) => {
        event.preventDefault();
        once(event.message || 'its script could not be loaded');
      };
      worker.onmessageerror = () => once('a message could not be read');
    },
    terminate() {
      endpoint.removeAll();
      worker.onerror = null;
      worker.onmessageerror = null;
      worker.terminate();
    },
  };
}
