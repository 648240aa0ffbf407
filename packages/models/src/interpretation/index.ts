/** What a receptive field or a network shows: separation, significance, filters, matching, the LN baseline. Runs no network and trains none. */
export * from './feature.js';
export * from './filters.js';
export * from './ln.js';
export { cosine, peakSquare } from './maps.js';
export {
  distinctSubunits,
  type FilterGroup,
  type MergeOptions,
  matchSubunits,
  mergeDuplicates,
  type SubunitMatch,
} from './match.js';
export * from './morans-i.js';
export * from './separate.js';
export {
  projectOnTemporal,
  type Significance,
  type SpatialZOptions,
  significance,
  spatialZ,
} from './significance.js';
