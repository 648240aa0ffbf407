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
  dw: number,
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
  convolve4x8: Convolve;
  convolve8x4: Convolve;
  weightGradient4x8: WeightGradient;
  weightGradient8x4: WeightGradient;
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
  rates(samples: number, o: number, alpha: number, beta: number, rate: number): void;
  poissonHead(
    samples: number,
    o: number,
    y: number,
    alpha: number,
    beta: number,
    activity: number,
    scale: number,
    rate: number,
    g: number,
    sums: number,
  ): void;
  readoutGradient(samples: number, size: number, h: number, g: number, dw: number): void;
  backThroughReadout(
    samples: number,
    positions: number,
    filters: number,
    block: number,
    h: number,
    w: number,
    g: number,
    dz: number,
    db: number,
  ): void;
  backThroughRectifier(
    rows: number,
    filters: number,
    block: number,
    dh: number,
    h: number,
    dz: number,
    db: number,
  ): void;
  padGradient(
    samples: number,
    height: number,
    width: number,
    block: number,
    dz: number,
    plane: number,
    columnBytes: number,
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
}
