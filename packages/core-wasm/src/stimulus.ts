/** Random numbers, laboratory generator, simulator, temporal filter and spike-triggered average: the host's side. */
export { type FrameSize, LabGenerator } from './lab-generator.js';
export { placeRandom, Random, seedRandom } from './random.js';
export { type Simulation, type SimulationOptions, simulate } from './simulate.js';
export { checkSpec } from './simulation-check.js';
export type { Counts } from './spike-train.js';
export {
  type SpikeTriggeredAverage,
  StaAccumulator,
  type StaSize,
  spikeTriggeredAverage,
} from './sta.js';
export { expandInto, filterInTime, filterInTimeInto } from './temporal-filter.js';
