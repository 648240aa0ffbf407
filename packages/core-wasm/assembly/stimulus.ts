// Random numbers, laboratory generator, simulator, temporal filter and spike-triggered average.
export { fillBits, fillNormal, fillUniform } from './random';
export { laboratoryFrames, laboratorySkip } from './laboratory';
export { expandBits, filterTime } from './filter';
export { drawSpikes, maskRows, scale, spatialSums, spatialSumsOfBits, subunitResponses } from './simulate';
export { countBits, projectBits, projectFrames, sumWindows } from './sta';
