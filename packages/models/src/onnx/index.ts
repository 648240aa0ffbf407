/** ONNX: writing fitted models, reading what a file says of itself, running a model. */
export { importOnnx } from './import.js';
export type { OnnxVariant } from './metadata.js';
export { readModelCard } from './read.js';
export {
  configureOnnxRuntime,
  type OnnxOutput,
  type OnnxRuntimeOptions,
  type OnnxSession,
  openOnnx,
} from './runtime.js';
export { exportOnnx } from './write.js';
