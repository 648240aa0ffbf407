/** The domain: recordings, architectures, training, metrics, interpretation, files and ONNX. No screen, no thread. */
export type {
  BinaryMovie,
  CellSpec,
  Crop,
  FloatMovie,
  Head,
  LayerShape,
  Loss,
  Movie,
  NetworkParameters,
  SimulationSpec,
  SubunitSpec,
} from '@retinoscope/core-wasm';
export { headLosses } from '@retinoscope/core-wasm';
export * from './architecture/index.js';
export * from './errors.js';
export * from './experiments/index.js';
export * from './files/index.js';
export * from './interpretation/index.js';
export * from './metrics/index.js';
export * from './onnx/index.js';
export * from './recording/index.js';
export * from './simulation/index.js';
export * from './stimuli/index.js';
export * from './training/index.js';
export { softwareVersion } from './version.js';
