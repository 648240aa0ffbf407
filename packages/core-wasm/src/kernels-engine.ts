/** Exports of assembly/engine.ts; equations, shapes and costs stand with each kernel there. */

type Convolve = (
  rows: number,
  pointers: number,
  runs: number,
  offsets: number,
  runLength: number,
  runStride: number,
  weights: number,
  bias: number,
  out: number,
  outStride: number,
  rectify: number,
) => void;

type WeightGradient = (
  rows: number,
  pointers: number,
  runs: number,
  offsets: number,
  runLength: number,
  runStride: number,
  dz: number,
  dzStride: number,
  dw: number,
) => void;

type BuildTables = (
  entry: number,
  vector: number,
  perOutput: number,
  runs: number,
  first: number,
  bits: number,
  taps: number,
  scale: number,
  weights: number,
  runStride: number,
  tapBytes: number,
  blockBytes: number,
  perBlock: number,
  tables: number,
) => void;

type FoldTables = (
  entry: number,
  vector: number,
  perOutput: number,
  runs: number,
  first: number,
  bits: number,
  taps: number,
  scale: number,
  low: number,
  weights: number,
  runStride: number,
  tapBytes: number,
  blockBytes: number,
  perBlock: number,
  tables: number,
) => void;

type TableForward = (
  frames: number,
  base: number,
  frameStride: number,
  rowBytes: number,
  height: number,
  columns: number,
  bit: number,
  bitStep: number,
  runs: number,
  bits: number,
  tables: number,
  start: number,
  z: number,
  columnStep: number,
  rowStep: number,
  zStride: number,
  floor: number,
) => void;

type TableScatter = (
  frames: number,
  base: number,
  frameStride: number,
  rowBytes: number,
  height: number,
  columns: number,
  bit: number,
  bitStep: number,
  runs: number,
  bits: number,
  tables: number,
  dz: number,
  columnStep: number,
  rowStep: number,
  dzStride: number,
) => void;

export interface EngineKernels {
  rowPointers(
    samples: number,
    frames: number,
    movie: number,
    history: number,
    frameBytes: number,
    positions: number,
    positionOffsets: number,
    out: number,
  ): void;
  gather(samples: number, frames: number, values: number, out: number): void;
  gatherBytes(samples: number, frames: number, values: number, out: number): void;
  convolve4x8: Convolve;
  convolve8x4: Convolve;
  weightGradient4x8: WeightGradient;
  weightGradient8x4: WeightGradient;
  widenWeights(
    runs: number,
    taps: number,
    weights: number,
    runStride: number,
    out: number,
    outRunStride: number,
  ): void;
  narrowGradient(
    runs: number,
    taps: number,
    gradient: number,
    runStride: number,
    wide: number,
    wideRunStride: number,
  ): void;
  turnWeights(
    height: number,
    width: number,
    channels: number,
    filters: number,
    channelBlock: number,
    filterBlock: number,
    weights: number,
    weightRunStride: number,
    out: number,
    outRunStride: number,
  ): void;
  readout(samples: number, size: number, h: number, w: number, b: number, o: number): void;
  backThroughReadout(
    samples: number,
    positions: number,
    filters: number,
    h: number,
    w: number,
    g: number,
    dz: number,
    dzStride: number,
    dw: number,
    db: number,
  ): void;
  backThroughRectifier(
    samples: number,
    positions: number,
    filters: number,
    h: number,
    dh: number,
    dz: number,
    dzStride: number,
    db: number,
  ): void;
  padGradient(
    samples: number,
    height: number,
    rowLength: number,
    dz: number,
    plane: number,
    rowBytes: number,
    sampleBytes: number,
  ): void;
  rectifyWithNoise(
    rows: number,
    filters: number,
    sigma: number,
    noise: number,
    mask: number,
    h: number,
  ): void;
  regularise(count: number, w: number, g: number, mask: number, l1: number, l2: number): void;
  adam(
    count: number,
    w: number,
    g: number,
    m: number,
    v: number,
    rate: number,
    c1: number,
    c2: number,
    floor: number,
  ): void;

  buildTables: BuildTables;
  foldTables: FoldTables;
  shiftBias(
    runs: number,
    taps: number,
    vectors: number,
    scale: number,
    weights: number,
    runStride: number,
    bias: number,
    out: number,
  ): void;
  tableForward1: TableForward;
  tableForward2: TableForward;
  tableForward4: TableForward;
  tableScatter1: TableScatter;
  tableScatter2: TableScatter;
  tableScatter4: TableScatter;
  gatherFrames(
    samples: number,
    frames: number,
    movie: number,
    lags: number,
    bytes: number,
    lagStride: number,
    out: number,
  ): void;

  padTaps(count: number, bytes: number, reversed: number, taps: number, out: number): void;
  filterOutputs(
    outputs: number,
    inputs: number,
    shift: number,
    positions: number,
    tile: number,
    copies: number,
    input: number,
    inputStride: number,
    inputPosition: number,
    taps: number,
    padded: number,
    tapBytes: number,
    copyTaps: number,
    start: number,
    out: number,
    outStride: number,
    outPosition: number,
    floor: number,
  ): void;
  tapGradient(
    outputs: number,
    positions: number,
    vectors: number,
    lags: number,
    input: number,
    inputStride: number,
    inputPosition: number,
    dz: number,
    dzStride: number,
    dzPosition: number,
    dk: number,
    tapBytes: number,
  ): void;
}
