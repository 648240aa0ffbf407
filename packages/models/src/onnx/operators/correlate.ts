/**
 * The sums of products under convolutions and their gradients, in typed arrays: one weight after the other over
 * whole rows, four weights of a row at a time, in 64 bits. Planes that are all 0 cost nothing.
 */
import { type Triple, volume } from './window.js';

/** `source` `[z, y, x]` put into zeros of `extent`, `step` apart from `offset` on; what falls outside is left out. */
function place(
  source: Float32Array,
  from: number,
  lengths: Triple,
  target: Float64Array,
  to: number,
  extent: Triple,
  offset: Triple,
  step: Triple,
): boolean {
  let any = false;
  for (let z = 0; z < lengths[0]; z++) {
    const tz = offset[0] + z * step[0];
    if (tz < 0 || tz >= extent[0]) continue;
    for (let y = 0; y < lengths[1]; y++) {
      const ty = offset[1] + y * step[1];
      if (ty < 0 || ty >= extent[1]) continue;
      const row = from + (z * lengths[1] + y) * lengths[2];
      const placed = to + (tz * extent[1] + ty) * extent[2];
      for (let x = 0; x < lengths[2]; x++) {
        const tx = offset[2] + x * step[2];
        const value = source[row + x];
        if (value === 0 || tx < 0 || tx >= extent[2]) continue;
        target[placed + tx] = value;
        any = true;
      }
    }
  }
  return any;
}

export interface Correlation {
  readonly samples: number;
  readonly groups: number;
  /** Channels and filters of one group. */
  readonly channels: number;
  readonly filters: number;
  readonly lengths: Triple;
  /** Where the input lies in the zeros around it, and how far apart its elements are there. */
  readonly offset: Triple;
  readonly step: Triple;
  readonly kernel: Triple;
  readonly strides: Triple;
  readonly dilations: Triple;
  readonly output: Triple;
}

/**
 * `out[n, g·f, z, y, x] = bias[g·f] + Σ weights[g·f, c, k] · in[n, g·c, position · strides + k · dilations]`.
 * Input `[sample, group · channel, z, y, x]`, weights `[group · filter, channel, z, y, x]`.
 */
export function correlate(
  input: Float32Array,
  weights: Float32Array,
  bias: Float32Array | undefined,
  c: Correlation,
): Float32Array {
  const { samples, groups, channels, filters, lengths, kernel, strides, dilations, output } = c;
  const reach = (axis: 0 | 1 | 2) =>
    (output[axis] - 1) * strides[axis] + (kernel[axis] - 1) * dilations[axis] + 1;
  const extent: Triple = [reach(0), reach(1), reach(2)];
  const plane = volume(extent);
  const inputPlane = volume(lengths);
  const outputPlane = volume(output);
  const taps = volume(kernel);
  const result = new Float32Array(samples * groups * filters * outputPlane);
  const padded = new Float64Array(channels * plane);
  const sums = new Float64Array(outputPlane);
  for (let part = 0; part < samples * groups; part++) {
    padded.fill(0);
    const live: number[] = [];
    for (let channel = 0; channel < channels; channel++) {
      const from = (part * channels + channel) * inputPlane;
      const to = channel * plane;
      if (place(input, from, lengths, padded, to, extent, c.offset, c.step)) live.push(channel);
    }
    for (let filter = 0; filter < filters; filter++) {
      const f = (part % groups) * filters + filter;
      sums.fill(bias ? bias[f] : 0);
      for (const channel of live) {
        const at = (f * channels + channel) * taps;
        addPlane(sums, padded, channel * plane, extent, weights, at, c);
      }
      result.set(sums, (part * filters + filter) * outputPlane);
    }
  }
  return result;
}

/** Adds one channel's part to the sums of one filter. */
function addPlane(
  sums: Float64Array,
  padded: Float64Array,
  from: number,
  extent: Triple,
  weights: Float32Array,
  at: number,
  c: Correlation,
): void {
  const { kernel, strides, dilations, output } = c;
  const [depth, height, width] = kernel;
  const dx = dilations[2];
  const rowPitch = strides[1] * extent[2];
  for (let kz = 0; kz < depth; kz++) {
    const [z0, z1] = span(c, extent, 0, kz, kz);
    for (let ky = 0; ky < height; ky++) {
      const [y0, y1] = span(c, extent, 1, ky, ky);
      const w = at + (kz * height + ky) * width;
      for (let kx = 0; kx < width; kx += 4) {
        const last = Math.min(3, width - 1 - kx);
        const [x0, x1] = span(c, extent, 2, kx, kx + last);
        for (let z = z0; z < z1; z++) {
          const slab = from + (z * strides[0] + kz * dilations[0]) * extent[1] * extent[2];
          const first = slab + (y0 * strides[1] + ky * dilations[1]) * extent[2];
          const i = first + x0 * strides[2] + kx * dx;
          const o = (z * output[1] + y0) * output[2] + x0;
          const rows = y1 - y0;
          const columns = x1 - x0;
          if (last === 0) {
            const weight = weights[w + kx];
            addOne(sums, o, output[2], rows, columns, padded, i, rowPitch, strides[2], weight);
            continue;
          }
          addFour(
            sums,
            o,
            output[2],
            rows,
            columns,
            padded,
            i,
            rowPitch,
            strides[2],
            dx,
            Math.min(2, last) * dx,
            last * dx,
            weights[w + kx],
            weights[w + kx + 1],
            last >= 2 ? weights[w + kx + 2] : 0,
            last >= 3 ? weights[w + kx + 3] : 0,
          );
        }
      }
    }
  }
}

/** The outputs along an axis, from and to, that the weights `first` to `last` connect with more than padding. */
function span(
  { lengths, offset, step, strides, dilations, output }: Correlation,
  extent: Triple,
  axis: 0 | 1 | 2,
  first: number,
  last: number,
): readonly [number, number] {
  const low = Math.max(0, offset[axis]);
  const high = Math.min(extent[axis], offset[axis] + (lengths[axis] - 1) * step[axis] + 1);
  const from = Math.max(0, Math.ceil((low - last * dilations[axis]) / strides[axis]));
  const to = Math.ceil((high - first * dilations[axis]) / strides[axis]);
  return [from, Math.min(output[axis], to)];
}

/** Four weights of a row: the first at its place, the others `d1` to `d3` after it. */
function addFour(
  sums: Float64Array,
  firstSum: number,
  sumPitch: number,
  rows: number,
  columns: number,
  padded: Float64Array,
  first: number,
  rowPitch: number,
  stride: number,
  d1: number,
  d2: number,
  d3: number,
  w0: number,
  w1: number,
  w2: number,
  w3: number,
): void {
  for (let row = 0; row < rows; row++) {
    let i = first + row * rowPitch;
    let o = firstSum + row * sumPitch;
    for (const end = o + columns; o < end; o++) {
      sums[o] += w0 * padded[i] + w1 * padded[i + d1] + w2 * padded[i + d2] + w3 * padded[i + d3];
      i += stride;
    }
  }
}

function addOne(
  sums: Float64Array,
  firstSum: number,
  sumPitch: number,
  rows: number,
  columns: number,
  padded: Float64Array,
  first: number,
  rowPitch: number,
  stride: number,
  weight: number,
): void {
  for (let row = 0; row < rows; row++) {
    let i = first + row * rowPitch;
    let o = firstSum + row * sumPitch;
    for (const end = o + columns; o < end; o++) {
      sums[o] += weight * padded[i];
      i += stride;
    }
  }
}
