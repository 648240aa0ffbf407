/** Recordings: the manifest, and opening one as a `Dataset`. No analysis. */
export { openDataset } from './dataset.js';
export {
  findCandidate,
  type ImportCandidate,
  importProblem,
  importQuestions,
  type ManifestProposal,
  type PartialManifest,
  type ProposedPart,
  proposeFromSummaries,
  proposePart,
} from './importer.js';
export { manifestJsonSchema, parseManifest, type RecordingManifest } from './manifest.js';
export { requireBlocks, requireCell, requireCrop, requireSpikes } from './requirements.js';
export * from './source.js';
export type * from './types.js';
