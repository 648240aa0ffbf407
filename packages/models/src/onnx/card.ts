/** What an ONNX file says of itself, without the rest of the domain: small enough for a first paint. */
export { RetinoscopeError } from '../errors.js';
export type { ModelCard, ModelValue } from '../files/types.js';
export { softwareVersion } from '../version.js';
export { type FactChoices, type ModelFacts, modelFacts } from './facts.js';
export { mostModelBytes, readModelCard } from './read.js';
