/** What both entries give beside the making of workers: the protocol's types, and of the domain what callers need. */
export {
  type Architecture,
  type BlockRange,
  builtInCell,
  type Crop,
  type DatasetSource,
  type ErrorKind,
  type FileFormat,
  type FileRef,
  type FileSummary,
  type FittedModel,
  type Head,
  type LayerShape,
  type ModelCard,
  type ModelValue,
  type OnnxRuntimeOptions,
  type RecordedSource,
  RetinoscopeError,
  type SimulatedSource,
  type SimulationPreset,
  type SimulationSpec,
  type Tensor,
  type TensorData,
  type TrainingPreset,
  type TrainingSettings,
  throwIfCancelled,
  trainingPresets,
  type VariableSummary,
  type Version,
  type WorkProgress,
} from '@retinoscope/models';
export type { ClientOptions, ServiceClient } from './client.js';
export { toRetinoscopeError } from './errors.js';
export type { ServicePool } from './pool.js';
export type * from './protocol.js';
