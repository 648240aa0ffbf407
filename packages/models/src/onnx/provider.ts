/** Which of ONNX Runtime's providers a model is run by, from what was measured. Pure. */

/** What runs a model, and why, in a sentence. */
export interface Provider {
  readonly name: 'wasm' | 'webgpu';
  readonly reason: string;
}

export interface Trial {
  /** Seconds of the same run. */
  readonly wasmSeconds: number;
  readonly gpuSeconds: number;
  /** Largest difference of the outputs, relative to the largest output, at least 1. */
  readonly difference: number;
  /** Name of the adapter. */
  readonly adapter: string;
}

/** Multiply-adds of a call from which on a trial of WebGPU pays: about half a second to a second of WebAssembly. */
export const trialWork = 2e9;
const mostDifference = 1e-3;

export function providerOf({ wasmSeconds, gpuSeconds, difference, adapter }: Trial): Provider {
  if (!(difference <= mostDifference)) {
    return { name: 'wasm', reason: `WebGPU (${adapter}) gave other numbers.` };
  }
  const ratio = wasmSeconds / gpuSeconds;
  return ratio > 1
    ? { name: 'webgpu', reason: `${ratio.toFixed(1)} times faster on ${adapter}, as measured.` }
    : {
        name: 'wasm',
        reason: `WebGPU (${adapter}) was ${(1 / ratio).toFixed(1)} times slower, as measured.`,
      };
}

export const wasmAtOnce: Provider = {
  name: 'wasm',
  reason: 'The work is too small for WebGPU to pay.',
};

/** max |a − b| relative to max(1, max |a|); infinite where they are not of one length, or one is no number. */
export function relativeDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 1;
  let difference = 0;
  for (let i = 0; i < a.length; i++) {
    const each = Math.abs(a[i] - b[i]);
    if (Number.isNaN(each)) return Number.POSITIVE_INFINITY;
    largest = Math.max(largest, Math.abs(a[i]));
    difference = Math.max(difference, each);
  }
  return difference / largest;
}
