/**
 * The script of one line: `<script type="module" src="…/retinoscope.js"></script>`, on any page, from any origin.
 * Defines retino-predictor, whose first paint is light; every other element is loaded once one of its name is in
 * sight. Promises that a second copy of itself, of whatever version, changes nothing, and that frames of this
 * project's pages grow with their content.
 */
import { placeFiles } from '@retinoscope/worker/placement';
import workerUrl from '@retinoscope/worker/service.worker?worker&url';
import gpuWasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import ortWasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { claimPage } from '../dist/embedding/claim.js';
import { watchFrames } from '../dist/embedding/frames.js';
import { loadWhenSeen } from '../dist/embedding/load-when-seen.js';
import { placeSite } from '../dist/embedding/site.js';

/** Written in by the build. */
declare const __ORT_BYTES__: number;

const own = new URL(import.meta.url);

if (own.search + own.hash !== '') {
  // What is loaded on demand imports this module by its plain address: by another, a page would have two of it.
  own.search = '';
  own.hash = '';
  void import(/* @vite-ignore */ own.href);
} else if (claimPage()) {
  placeFiles({
    workerUrl: new URL(workerUrl, import.meta.url),
    onnx: {
      wasm: new URL(ortWasm, import.meta.url).href,
      wasmBytes: __ORT_BYTES__,
      gpuWasm: new URL(gpuWasm, import.meta.url).href,
    },
  });
  // This script stands two folders below the site's top.
  placeSite(new URL('../../', import.meta.url));
  void import('../dist/elements/retino-predictor/retino-predictor.js');
  loadWhenSeen(document, () => import('../dist/index.js'));
  watchFrames(window);
}
