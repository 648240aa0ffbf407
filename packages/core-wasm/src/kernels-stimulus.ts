/**
 * Random numbers, laboratory generator, simulator, temporal filter and spike-triggered average.
 * Layouts and preconditions are stated beside each kernel, in assembly/.
 */
export interface StimulusKernels {
  fillBits(state: number, out: number, n: number): void;
  fillUniform(state: number, out: number, n: number): void;
  fillNormal(state: number, out: number, n: number): void;

  laboratorySkip(work: number, frames: number, draws: number): void;
  laboratoryFrames(
    work: number,
    frames: number,
    height: number,
    width: number,
    x: number,
    y: number,
    columns: number,
    rows: number,
    scratch: number,
    out: number,
  ): void;

  expandBits(bits: number, rows: number, width: number, table: number, out: number): void;
  filterTime(
    input: number,
    frames: number,
    squares: number,
    reversed: number,
    taps: number,
    out: number,
  ): void;

  maskRows(bits: number, rows: number, rowBytes: number, mask: number): void;
  scale(values: number, n: number, factor: number): void;
  spatialSumsOfBytes(
    frames: number,
    count: number,
    frameBytes: number,
    places: number,
    n: number,
    tables: number,
    out: number,
  ): void;
  spatialSumsOfBits(
    frames: number,
    count: number,
    frameBytes: number,
    places: number,
    n: number,
    tables: number,
    out: number,
  ): void;
  spatialSums(
    frames: number,
    count: number,
    squares: number,
    places: number,
    n: number,
    weights: number,
    out: number,
  ): void;
  filterSums(sums: number, frames: number, reversed: number, taps: number, out: number): void;
  addResponses(drives: number, count: number, units: number, sum: number): void;
  drawSpikes(
    state: number,
    rates: number,
    count: number,
    threshold: number,
    gain: number,
    counts: number,
  ): void;

  nonZeros(values: number, n: number, out: number): number;
  countBits(windows: number, groups: number, columns: number, done: number, digits: number): void;
  addBits(bits: number, stride: number, columns: number, weight: number, out: number): void;
  sumWindows(windows: number, n: number, offset: number, length: number, sum: number): void;
}
