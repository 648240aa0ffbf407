/**
 * Loads the kernels: the one file that owns the WebAssembly module.
 * Promises an instance with a memory of its own for each job, of the fastest build that this engine can run.
 * Ending a job is dropping its instance; memory is never shared between jobs.
 */
import { Arena } from './arena.js';
import type { Kernels } from './kernels.js';

/** `simd`: WebAssembly SIMD. `relaxed`: fused multiply–add as well; results differ in the last digits. */
export type Build = 'simd' | 'relaxed';

export interface Core {
  readonly build: Build;
  readonly kernels: Kernels;
  readonly arena: Arena;
}

/*
 * (module (func (result v128)
 *   (f32x4.relaxed_madd (v128.const …0) (v128.const …0) (v128.const …0))))
 * with the constants made by i32.const 0, i32x4.splat.
 */
const relaxedProbe = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0, 65, 0, 253, 17,
  65, 0, 253, 17, 65, 0, 253, 17, 253, 133, 2, 11,
]);

/** The fastest build that this engine validates. */
export function bestBuild(): Build {
  return WebAssembly.validate(relaxedProbe) ? 'relaxed' : 'simd';
}

const modules = new Map<Build, Promise<WebAssembly.Module>>();

async function compile(build: Build): Promise<WebAssembly.Module> {
  const { bytes } =
    build === 'relaxed'
      ? await import('./generated/relaxed.js')
      : await import('./generated/simd.js');
  const packed = Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return WebAssembly.compile(await new Response(stream).arrayBuffer());
}

/** A fresh instance of the kernels. */
export async function loadCore(build: Build = bestBuild()): Promise<Core> {
  let module = modules.get(build);
  if (!module) {
    module = compile(build);
    modules.set(build, module);
    // A failed load is forgotten, so that the next call tries again.
    module.catch(() => modules.delete(build));
  }
  const instance = await WebAssembly.instantiate(await module, {});
  const kernels = instance.exports as unknown as Kernels;
  return { build, kernels, arena: new Arena(kernels.memory, kernels.heapBase()) };
}
