/** Exports of assembly/winograd.ts; equations, shapes and costs stand with each kernel there. */
export interface WinogradKernels {
  winogradToPoints(
    overlap: number,
    samples: number,
    height: number,
    width: number,
    channels: number,
    image: number,
    zeros: number,
    scratch: number,
    planes: number,
    blockStride: number,
    planeStride: number,
  ): void;
  winogradFromPoints(
    overlap: number,
    samples: number,
    height: number,
    width: number,
    channels: number,
    planes: number,
    blockStride: number,
    planeStride: number,
    bias: number,
    least: number,
    zeros: number,
    scratch: number,
    image: number,
    spill: number,
  ): void;
  winogradProduct(
    samples: number,
    outHeight: number,
    outWidth: number,
    channels: number,
    filters: number,
    v: number,
    vBlockStride: number,
    vPlaneStride: number,
    w: number,
    out: number,
    outBlockStride: number,
    outPlaneStride: number,
    du: number,
  ): void;
  winogradWeights(
    channels: number,
    filters: number,
    weights: number,
    runStride: number,
    scratch: number,
    u: number,
    turned: number,
  ): void;
  winogradWeightGradient(
    channels: number,
    filters: number,
    du: number,
    scratch: number,
    gradient: number,
    runStride: number,
  ): void;
}
