/** The exports of the WebAssembly module, family by family; pointers are byte offsets into its memory. */
import type { EngineKernels } from './kernels-engine.js';
import type { HeadKernels } from './kernels-heads.js';
import type { StimulusKernels } from './kernels-stimulus.js';
import type { WinogradKernels } from './kernels-winograd.js';

export interface Kernels extends EngineKernels, HeadKernels, StimulusKernels, WinogradKernels {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
}
