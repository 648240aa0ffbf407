/** Training: settings, the loop, and the whole fit of one cell with its evaluation. */
export { networkReceptiveField, type TestOfCell, testCC, testOf } from './apply.js';
export { breathe } from './breathe.js';
export type { Corruption } from './corruption.js';
export * from './defaults.js';
export {
  type Exchange,
  type Replica,
  replicasThatPay,
  shareOf,
  type Workload,
} from './exchange.js';
export { type FitCall, fitCell, type ReplicaCall, trainReplica } from './fit.js';
export { TrainingGate } from './gate.js';
export {
  type FitMemory,
  type FitMemoryData,
  type FitMemoryOptions,
  fitMemory,
  isDrawn,
  requireFitMemory,
} from './memory.js';
export { onnxWindows, Predictor, predictDataset } from './predict.js';
export { keepFilters, randomSubset } from './prune.js';
export { computeReceptiveField, defaultLags } from './receptive-field.js';
export * from './settings.js';
export type * from './types.js';
