/** The builds that tests run: both, where this Node can be told to run relaxed SIMD. Node only. */
import { setFlagsFromString } from 'node:v8';
import { type Build, bestBuild } from '../load.js';

// Node 20 has relaxed SIMD behind a flag, and reads the flag at each validation.
if (Number(process.versions.node.split('.')[0]) < 22) {
  setFlagsFromString('--experimental-wasm-relaxed-simd');
}

export const builds: readonly Build[] = bestBuild() === 'relaxed' ? ['simd', 'relaxed'] : ['simd'];
