/** The elements that an address or a snippet may make, in the order of the work. A list alone: a first paint has it. */
export const embeddableNames = [
  'retino-predictor',
  'retino-cell',
  'retino-receptive-field',
  'retino-trainer',
  'retino-filters',
  'retino-replay',
  'retino-response',
  'retino-figure',
  'retino-sweep',
  'retino-pruning',
  'retino-transfer',
  'retino-natural-images',
] as const;

export type EmbeddableName = (typeof embeddableNames)[number];
