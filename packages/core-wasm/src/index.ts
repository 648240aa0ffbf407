/** Kernels in WebAssembly and their typed host. Knows arrays and shapes, nothing of files, threads or screens. */
export { blockSamples, lagsTakeTurns } from './block-size.js';
export { Engine, type StepRule } from './engine.js';
export { paddedFilters } from './engine-layout.js';
export * from './errors.js';
export type { HeldMovie } from './first-layer.js';
export { type Build, bestBuild, type Core, loadCore } from './load.js';
export * from './movie.js';
export * from './network.js';
export type * from './simulation-spec.js';
export * from './stimulus.js';
