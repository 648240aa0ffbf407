/** ONNX: writing fitted models, reading what a file says of itself, running a model. */

export type { FeatureMap } from './evaluate.js';
export { type ModelFacts, modelFacts } from './facts.js';
export { inputTypes, isInputType, nearestValues } from './input.js';
export type { ModelNotes, OnnxVariant } from './metadata.js';
export { modelNotes } from './notes.js';
export {
  explainStimulus,
  exportOnnx,
  importOnnx,
  openOnnx,
  readModelCard,
  runStimulus,
} from './on-demand.js';
export type { Provider } from './provider.js';
export { mostModelBytes } from './read.js';
export type { OnnxCall, OnnxOutput, OnnxSession } from './runtime.js';
export { configureOnnxRuntime, type OnnxRuntimeOptions } from './runtime-options.js';
export type { StimulusInput } from './stimulus-input.js';
export type {
  Explanation,
  ExplanationRequest,
  StimulusRates,
  StimulusRun,
} from './stimulus-run.js';
