/** Measures of how well a rate predicts spikes. Pure functions; nothing here runs a model. */
export * from './correlation.js';
export * from './loss.js';
export * from './poisson.js';
export * from './repeats.js';
export type { Samples } from './samples.js';
