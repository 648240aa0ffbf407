/** Training: settings, the loop, and the whole fit of one cell with its evaluation. */
export * from './defaults.js';
export { type FitCall, fitCell } from './fit.js';
export { TrainingGate } from './gate.js';
export { onnxWindows, predictDataset } from './predict.js';
export { computeReceptiveField, defaultLags } from './receptive-field.js';
export * from './settings.js';
export type * from './types.js';
