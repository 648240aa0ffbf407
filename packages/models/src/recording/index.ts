/** Recordings: the manifest, and opening one as a `Dataset`. No analysis. */
export { openDataset } from './dataset.js';
export {
  type ImportCandidate,
  type ImportQuestion,
  type ManifestProposal,
  type PartialManifest,
  proposeFromSummaries,
  proposeManifest,
} from './importer.js';
export { manifestJsonSchema, parseManifest, type RecordingManifest } from './manifest.js';
export { requireBlocks, requireCell, requireCrop, requireSpikes } from './requirements.js';
export * from './source.js';
export type * from './types.js';
