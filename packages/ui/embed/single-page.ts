/**
 * The script inside of a page that is one file: everything comes from the page itself, and nothing is fetched.
 * `boot` of the page's own script (`build-single.mjs`) unpacks this module and calls `start`.
 */
import { placeFiles } from '@retinoscope/worker/placement';
import { claimPage } from '../dist/embedding/claim.js';

export interface Packed {
  /** The worker's script. */
  readonly worker: Blob;
  /** Unpacks ONNX Runtime's WebAssembly, once it is needed. */
  readonly unpackRuntime: () => Promise<ArrayBuffer>;
}

export async function start({ worker, unpackRuntime }: Packed): Promise<void> {
  if (!claimPage()) return;
  const script = await addressOf(worker);
  placeFiles({
    createWorker: () => new Worker(script),
    onnx: async () => ({ wasmBinary: await unpackRuntime() }),
  });
  await import('../dist/index.js');
}

/**
 * An address from which this page can make workers. WebKit takes none from a blob in a page without an origin whose
 * host is isolated, as in a notebook's sandboxed frame, but does from a data address, which is longer in memory.
 */
async function addressOf(worker: Blob): Promise<string> {
  if (self.origin !== 'null' || (await takesBlobs())) return URL.createObjectURL(worker);
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(worker);
  });
}

async function takesBlobs(): Promise<boolean> {
  const script = URL.createObjectURL(new Blob(['postMessage(1)'], { type: 'text/javascript' }));
  const probe = new Worker(script);
  try {
    return await new Promise((resolve) => {
      probe.onmessage = () => resolve(true);
      probe.onerror = () => resolve(false);
    });
  } finally {
    probe.terminate();
    URL.revokeObjectURL(script);
  }
}
