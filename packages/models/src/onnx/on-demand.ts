/**
 * What the package offers of ONNX. The code behind a function is loaded by its first call, so that a worker which
 * only trains never has it.
 */
import type { FittedModel } from '../architecture/types.js';
import type { ModelCard } from '../files/types.js';
import type { LongCall, WorkProgress } from '../recording/types.js';
import type { ModelNotes, OnnxVariant } from './metadata.js';
import type { OnnxSession } from './runtime.js';
import type { Explanation, ExplanationRequest, StimulusRun } from './stimulus-run.js';

/** The ONNX file of `model`; see `write.ts`. */
export async function exportOnnx(
  model: FittedModel,
  variant: OnnxVariant,
  notes?: ModelNotes,
): Promise<Uint8Array> {
  return (await import('./write.js')).exportOnnx(model, variant, notes);
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
export async function openOnnx(
  bytes: Uint8Array,
  call?: LongCall<WorkProgress>,
): Promise<OnnxSession> {
  return (await import('./runtime.js')).openOnnx(bytes, call);
}

/** Rates for a movie; see `stimulus-run.ts`. */
export async function runStimulus(
  ...given: Parameters<typeof import('./stimulus-run.js').runStimulus>
): Promise<StimulusRun> {
  return (await import('./stimulus-run.js')).runStimulus(...given);
}

/** What drove a rate; see `stimulus-run.ts`. */
export async function explainStimulus(
  bytes: Uint8Array,
  request: ExplanationRequest,
): Promise<Explanation> {
  return (await import('./stimulus-run.js')).explainStimulus(bytes, request);
}
