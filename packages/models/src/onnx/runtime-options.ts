/** Where ONNX Runtime finds its WebAssembly: known before the runtime is loaded. */
import { RetinoscopeError } from '../errors.js';

export interface OnnxRuntimeOptions {
  /** Absolute address of `ort-wasm-simd-threaded.wasm`; ONNX Runtime's own place when absent. */
  readonly wasm?: string | URL;
  /** Bytes of that file once it is unpacked, for progress: a server that compresses does not tell them. */
  readonly wasmBytes?: number;
  /** Absolute address of `ort-wasm-simd-threaded.asyncify.wasm`, for WebGPU; ONNX Runtime's own place when absent. */
  readonly gpuWasm?: string | URL;
  /** The bytes of `wasm`, where nothing can be fetched. */
  readonly wasmBinary?: ArrayBuffer;
  /** Threads, where the page is cross-origin isolated; 1 elsewhere and by default. */
  readonly threads?: number;
}

/**
 * Models are ONNX, whatever their bytes look like: a file may be ONNX, which is what is checked before it runs, and a
 * model in ONNX Runtime's own format at the same time.
 */
export const onnxFormat = { session: { load_model_format: 'ONNX' } };

/** `inUse`: the runtime is loaded, or being so, with `options`. */
export const runtimeSettings: { options: OnnxRuntimeOptions; inUse: boolean } = {
  options: {},
  inUse: false,
};

/**
 * Says where the runtime's WebAssembly is, before the first model is opened.
 * Error `settings` when other options are given after ONNX Runtime was loaded.
 */
export function configureOnnxRuntime(given: OnnxRuntimeOptions): void {
  const { options, inUse } = runtimeSettings;
  const same =
    String(given.wasm) === String(options.wasm) &&
    String(given.gpuWasm) === String(options.gpuWasm) &&
    given.wasmBinary === options.wasmBinary &&
    given.threads === options.threads;
  if (same) return;
  if (inUse) {
    throw new RetinoscopeError(
      'settings',
      'ONNX Runtime is already loaded; set its options before the first model is opened.',
    );
  }
  runtimeSettings.options = given;
}
