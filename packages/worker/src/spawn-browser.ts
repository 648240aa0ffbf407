/** Makes module workers in browsers. The only place that does. */
import { whenEnded } from './alive.js';
import { type SpawnWorker, trackListeners, type WorkerHandle } from './handle.js';
import type { SpawnOptions } from './placement.js';

export function spawner({ workerUrl, createWorker }: SpawnOptions): SpawnWorker {
  if (createWorker) return () => handleOf(createWorker());
  return () => {
    const name = `retinoscope-${Date.now()}-${Math.random()}`;
    if (workerUrl) return workerAt(new URL(workerUrl, location.href), name);
    // Bundlers find the script only where the address stands inside the call.
    return handleOf(
      new Worker(new URL('./service.worker.js', import.meta.url), { type: 'module', name }),
      name,
    );
  };
}

/** Workers to run side by side. */
export function parallelism(): number {
  return navigator.hardwareConcurrency || 2;
}

/** A worker's script must be of the page's origin: one from elsewhere is imported by a script that is. */
function workerAt(url: URL, name: string): WorkerHandle {
  // A worker from a data address is of no origin and shares no lock with the page.
  if (url.protocol === 'data:') return handleOf(new Worker(url, { type: 'module' }));
  // Not that of its address: a page in a sandbox is of no origin.
  if (url.origin === self.origin || url.protocol === 'blob:') {
    return handleOf(new Worker(url, { type: 'module', name }), name);
  }
  // Imported so, the script counts as a script for the page's policy; what a worker imports at its start counts as a
  // worker. A failure is thrown again where the page hears of it.
  const source = `import(${JSON.stringify(url.href)}).catch((error) => setTimeout(() => { throw error; }));`;
  const local = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  // A page without an origin, in a sandbox or from a disk, makes classic workers alone.
  const type = self.origin === 'null' ? 'classic' : 'module';
  const worker = new Worker(local, { type, name });
  worker.addEventListener('message', () => URL.revokeObjectURL(local), { once: true });
  return handleOf(worker, name);
}

/** `name`: the lock that the worker holds while it lives, if it does. */
function handleOf(worker: Worker, name?: string): WorkerHandle {
  const endpoint = trackListeners(worker);
  let stopWaiting = (): void => undefined;
  return {
    endpoint,
    onEnd(listener) {
      const once = (reason: string) => {
        stopWaiting();
        worker.onerror = null;
        worker.onmessageerror = null;
        listener(reason, {});
      };
      worker.onerror = (event) => {
        event.preventDefault();
        once(event.message || 'its script could not be loaded');
      };
      worker.onmessageerror = () => once('a message could not be read');
      if (name === undefined) return;
      const said = () => {
        stopWaiting = whenEnded(name, () => once('it was closed'));
      };
      worker.addEventListener('message', said, { once: true });
    },
    terminate() {
      stopWaiting();
      endpoint.removeAll();
      worker.onerror = null;
      worker.onmessageerror = null;
      worker.terminate();
    },
  };
}
