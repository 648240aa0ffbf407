/** Architectures and fitted models as plain data. Nothing here computes. */
export type * from './types.js';
