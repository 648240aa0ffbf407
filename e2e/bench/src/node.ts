/** Times the rows in this Node. */
import { setFlagsFromString } from 'node:v8';
import { bestBuild } from '@retinoscope/core-wasm';
import { loadPeers } from './peers.js';
import { tensorflowFolder } from './peers-folder.js';
import type { TimedPlace } from './rows.js';
import { runSuite, type SuiteOptions } from './suite.js';

export interface RunOptions extends SuiteOptions {
  /** Time the other libraries too; they are installed. */
  readonly peers: boolean;
  readonly onProgress: (message: string) => void;
}

export async function runInNode(options: RunOptions): Promise<TimedPlace> {
  if (options.builds.includes('relaxed')) allowRelaxed();
  const timed = await runSuite(options, {
    peers: options.peers ? await loadPeers() : [],
    tensorflow: tensorflowFolder,
    onProgress: options.onProgress,
  });
  return { place: 'Node', version: process.versions.node, ...timed };
}

/** Node 20 runs relaxed SIMD only when asked to. */
export function allowRelaxed(): void {
  if (bestBuild() !== 'relaxed') setFlagsFromString('--experimental-wasm-relaxed-simd');
}
