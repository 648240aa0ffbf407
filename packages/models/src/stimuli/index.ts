/** New stimuli that a fitted model is asked about: generated, or pictures from outside. No screen. */
export { generateStimulus } from './generate.js';
export { stimulusKinds, validStimulusSpec } from './kinds.js';
export { presentPicture } from './movie.js';
export { greyOf, initialPlacement, placeFilm, placePicture } from './place.js';
export type * from './types.js';
export {
  type StimulusWindows,
  toModelValues,
  unitsSentence,
  type WindowOptions,
  windowsOf,
} from './windows.js';
