/** What the package offers of files. The readers are loaded by the first file: training a simulated cell needs none. */
import type { FileRef } from '../recording/types.js';
import type { FileSummary, Tensor } from './types.js';

/** A file's format, variables, shapes and types; see `inspect.ts`. */
export async function inspectFile(file: FileRef): Promise<FileSummary> {
  return (await import('./inspect.js')).inspectFile(file);
}

/** One array of a file; see `inspect.ts`. */
export async function readArray(file: FileRef, variable?: string): Promise<Tensor> {
  return (await import('./inspect.js')).readArray(file, variable);
}
