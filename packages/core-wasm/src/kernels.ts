/** The exports of the WebAssembly module, family by family; pointers are byte offsets into its memory. */
import type { EngineKernels } from './kernels-engine.js';
import type { StimulusKernels } from './kernels-stimulus.js';

export interface Kernels extends EngineKernels, StimulusKernels {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
}
