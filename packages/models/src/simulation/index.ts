/** Simulated cells: what they are, their recordings, and their files. The kernels are in core-wasm. */

export { simulateDataset } from './dataset.js';
export { type SimulatedFile, simulateNpz } from './export.js';
export {
  type NaturalImageKind,
  type NaturalImageOptions,
  naturalImages,
} from './natural-images.js';
export { drawSpikes } from './poisson.js';
export {
  type Population,
  populationSpec,
  simulationSpec,
  specificationOf,
} from './specification.js';
export {
  type BlockOptions,
  blockSubunits,
  type FieldSize,
  type GaussianOptions,
  gaussianSubunits,
  hexagonalMosaic,
  type Position,
  type SubunitOptions,
} from './subunits.js';
export {
  type Polarity,
  retinaTemporalKernel,
  type TemporalKernelOptions,
} from './temporal-kernel.js';
