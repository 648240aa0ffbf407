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
  const script = URL.createObjectURL(worker);
  placeFiles({
    createWorker: () => new Worker(script),
    onnx: async () => ({ wasmBinary: await unpackRuntime() }),
  });
  await import('../dist/index.js');
}
