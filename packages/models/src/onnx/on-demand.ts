/**
 * What the package offers of ONNX. The code behind a function is loaded by its first call, so that a worker which
 * only trains never has it.
 */
import type { FittedModel } from '../architecture/types.js';
import type { ModelCard } from '../files/types.js';
import type { OnnxVariant } from './metadata.js';
import type { OnnxSession } from './runtime.js';

/** The ONNX file of `model`; see `write.ts`. */
export async function exportOnnx(model: FittedModel, variant: OnnxVariant): Promise<Uint8Array> {
  return (await import('./write.js')).exportOnnx(model, variant);
}

/** The fitted model in a file that `exportOnnx` wrote; see `import.ts`. */
export async function importOnnx(bytes: Uint8Array): Promise<FittedModel> {
  return (await import('./import.js')).importOnnx(bytes);
}

/** What a file says of itself; see `read.ts`. */
export async function readModelCard(bytes: Uint8Array): Promise<ModelCard> {
  return (await import('./read.js')).readModelCard(bytes);
}

/** Opens a model for running; see `runtime.ts`. */
export async function openOnnx(bytes: Uint8Array): Promise<OnnxSession> {
  return (await import('./runtime.js')).openOnnx(bytes);
}
