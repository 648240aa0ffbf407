/**
 * ONNX Runtime's WebGPU build, for `runtime.ts` alone: a runtime of its own, larger, loaded when a heavy model is run
 * where there is an adapter. Whatever goes wrong here is for its caller to do without.
 */
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-web/wasm';
import { withCappedMemory } from './memory-cap.js';
import { onnxFormat } from './runtime-options.js';

interface GpuAdapter {
  readonly info?: {
    readonly vendor?: string;
    readonly architecture?: string;
    readonly isFallbackAdapter?: boolean;
  };
}

interface GpuNavigator {
  readonly gpu?: { requestAdapter(): Promise<GpuAdapter | null> };
}

/**
 * The name of the adapter; undefined where there is none, though the browser may know WebGPU, and where it is one in
 * software, which is slower than WebAssembly by far.
 */
export async function gpuAdapter(): Promise<string | undefined> {
  const { gpu } = (globalThis.navigator ?? {}) as GpuNavigator;
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (!adapter || adapter.info?.isFallbackAdapter) return undefined;
  const { vendor, architecture } = adapter.info ?? {};
  return [vendor, architecture].filter(Boolean).join(' ') || 'an unnamed adapter';
}

export interface GpuSession {
  run(
    input: { readonly name: string; readonly type: OrtTensor.Type },
    values: OrtTensor.DataType,
    dims: readonly number[],
    outputs: readonly string[],
  ): Promise<InferenceSession.OnnxValueMapType>;
  release(): Promise<void>;
}

/** `wasm`: the bytes of its WebAssembly; from its own place when absent. */
export async function createGpuSession(
  model: Uint8Array,
  wasm: ArrayBuffer | undefined,
): Promise<GpuSession> {
  const ort = await import('onnxruntime-web/webgpu');
  ort.env.wasm.wasmBinary = wasm;
  ort.env.logLevel = 'error';
  ort.env.wasm.proxy = false;
  ort.env.wasm.numThreads = 1;
  const session = await withCappedMemory(() =>
    ort.InferenceSession.create(model, {
      executionProviders: ['webgpu'],
      logSeverityLevel: 3,
      extra: onnxFormat,
    }),
  );
  return {
    run({ name, type }, values, dims, outputs) {
      const feed = new ort.Tensor(type, values as Float32Array, dims);
      return session.run({ [name]: feed }, [...outputs]);
    },
    release: () => session.release(),
  };
}
