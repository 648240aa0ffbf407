/** ONNX: writing fitted models, reading what a file says of itself, running a model. */
export type { OnnxVariant } from './metadata.js';
export { exportOnnx, importOnnx, openOnnx, readModelCard } from './on-demand.js';
export type { OnnxOutput, OnnxSession } from './runtime.js';
export { configureOnnxRuntime, type OnnxRuntimeOptions } from './runtime-options.js';
