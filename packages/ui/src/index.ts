/** Elements to see, train and apply models of visual neurons. Importing this defines all of them. */
export {
  type Activity,
  blockText,
  type ChosenSettings,
  type FitOverrides,
  type FitSettings,
  headNames,
  type JobResult,
  jobResult,
  lossNames,
  type Permalink,
  type Phase,
  presets,
  type Runs,
  readPermalink,
  resultLine,
  Session,
  type SessionOptions,
  type SessionService,
  type SessionState,
  sessionArrays,
  sessionNpz,
  sessionReport,
  settingRanges,
  type TracePoint,
  trainingPresetNames,
  validPreset,
  validSettings,
  writePermalink,
} from './controllers/index.js';
export { RetinoCell } from './elements/retino-cell/retino-cell.js';
export { RetinoEmbed } from './elements/retino-embed/retino-embed.js';
export { RetinoFigure } from './elements/retino-figure/retino-figure.js';
export { RetinoFilters } from './elements/retino-filters/retino-filters.js';
export { RetinoNaturalImages } from './elements/retino-natural-images/retino-natural-images.js';
export { RetinoPicture } from './elements/retino-picture/retino-picture.js';
export type {
  Prediction,
  PredictorStimulus,
} from './elements/retino-predictor/predicting.js';
export { RetinoPredictor } from './elements/retino-predictor/retino-predictor.js';
export { RetinoPruning } from './elements/retino-pruning/retino-pruning.js';
export { RetinoReceptiveField } from './elements/retino-receptive-field/retino-receptive-field.js';
export { speeds } from './elements/retino-replay/film.js';
export { type ReplayedFrame, RetinoReplay } from './elements/retino-replay/retino-replay.js';
export { RetinoResponse } from './elements/retino-response/retino-response.js';
export { RetinoSweep } from './elements/retino-sweep/retino-sweep.js';
export { RetinoTrainer } from './elements/retino-trainer/retino-trainer.js';
export { RetinoTransfer } from './elements/retino-transfer/retino-transfer.js';
export * from './plots/index.js';
export * from './styles/index.js';
