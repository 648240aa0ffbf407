/**
 * Features of filters: the response-weighted average of random noise (Yan et al. 2020), and its exact value
 * for the first layer.
 */
import { RetinoscopeError } from '../errors.js';
import { requireShape } from './maps.js';

export interface FeatureRequest {
  /** Values of one input: lags × height × width, or height × width of a filtered movie. */
  readonly inputSize: number;
  /** Filters (channels) whose maps `respond` gives. */
  readonly filters: number;
  /** Source of n values of N(0, 1); it decides the seed. */
  readonly normals: (n: number) => Float32Array;
  /**
   * Feature maps of a batch: from inputs `[sample, input]` to responses `[sample, filter, unit]`, any number
   * of units.
   */
  readonly respond: (inputs: Float32Array, samples: number) => Float32Array;
  /** 10,000 when absent. */
  readonly samples?: number;
  /** Samples given to `respond` at once; 250 when absent. */
  readonly batch?: number;
}

/**
 * Feature of each filter, shaped as the input: the mean over samples s and units u of r_su · x_s, x ~ N(0, 1).
 * For a response linear in the input this estimates the weights summed over units; its scale carries no
 * meaning. The error of a value is about ‖feature‖/√samples.
 * Throws `settings` for impossible sizes, `data` when the responses do not fit the batch.
 */
export function filterFeatures(request: FeatureRequest): Float32Array[] {
  const { inputSize, filters, normals, respond, samples = 10_000, batch = 250 } = request;
  for (const [name, size] of Object.entries({ inputSize, filters, samples, batch })) {
    if (!Number.isInteger(size) || size < 1) {
      throw new RetinoscopeError('settings', `${name} must be a whole number of at least 1.`, {
        [name]: size,
      });
    }
  }
  const sums = Array.from({ length: filters }, () => new Float64Array(inputSize));
  for (let done = 0; done < samples; ) {
    const count = Math.min(batch, samples - done);
    const inputs = normals(count * inputSize);
    const responses = respond(inputs, count);
    const units = responses.length / (count * filters);
    requireShape('batch of noise', inputs, [count, inputSize]);
    requireShape('batch of responses', responses, [count, filters, units]);
    for (let s = 0; s < count; s++) {
      for (let k = 0; k < filters; k++) {
        const at = (s * filters + k) * units;
        let mean = 0;
        for (let u = 0; u < units; u++) mean += responses[at + u]!;
        if (mean === 0) continue;
        mean /= units;
        const sum = sums[k]!;
        const from = s * inputSize;
        for (let i = 0; i < inputSize; i++) sum[i]! += mean * inputs[from + i]!;
      }
    }
    done += count;
  }
  return sums.map((sum) => Float32Array.from(sum, (v) => v / samples));
}

/**
 * A filter `[y, x]` smeared over its valid shifts in the input `[y, x]`: the mean of its embeddings at every
 * position. It is what `filterFeatures` tends to for the first layer: exactly so for the linear response,
 * and by Bussgang's theorem times Φ(b/‖w‖) behind a ReLU with bias b.
 */
export function smearFilter(
  filter: Float32Array,
  height: number,
  width: number,
  inputHeight: number,
  inputWidth: number,
): Float32Array {
  const mapHeight = inputHeight - height + 1;
  const mapWidth = inputWidth - width + 1;
  requireShape('filter', filter, [height, width]);
  if (!(mapHeight >= 1 && mapWidth >= 1)) {
    throw new RetinoscopeError(
      'data',
      `A filter of ${height} × ${width} does not fit into ${inputHeight} × ${inputWidth} squares.`,
      { height, width, inputHeight, inputWidth },
    );
  }
  const smeared = new Float32Array(inputHeight * inputWidth);
  const share = 1 / (mapHeight * mapWidth);
  // Each row of the filter is smeared along x, then added to the rows that it reaches.
  const line = new Float64Array(inputWidth);
  for (let row = 0; row < height; row++) {
    line.fill(0);
    for (let x = 0; x < width; x++) {
      const value = filter[row * width + x]! * share;
      for (let shift = 0; shift < mapWidth; shift++) line[x + shift]! += value;
    }
    for (let shift = 0; shift < mapHeight; shift++) {
      const at = (row + shift) * inputWidth;
      for (let x = 0; x < inputWidth; x++) smeared[at + x]! += line[x]!;
    }
  }
  return smeared;
}
