// Random numbers, laboratory generator, simulator, temporal filter and spike-triggered average.
export { fillBits, fillNormal, fillUniform } from './random';
export { laboratoryFrames, laboratorySkip } from './laboratory';
export { expandBits, filterTime } from './filter';
export { addResponses, drawSpikes, filterSums, maskRows, scale, spatialSums, spatialSumsOfBits, spatialSumsOfBytes } from './simulate';
export { addBits, countBits, nonZeros, sumWindows } from './sta';
