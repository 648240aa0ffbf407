/** Files in and out: one reader a format, all giving `Tensor`s. No meaning is given to what is read. */
export { openBlob } from './blob.js';
export { formatBytes, maximumFileBytes, memoryBudget, requireMemory } from './limits.js';
export { writeNpy } from './npy.js';
export { writeNpz } from './npz.js';
export { inspectFile, readArray } from './on-demand.js';
export { sniffFormat } from './sniff.js';
export type * from './types.js';
