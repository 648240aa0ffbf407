/**
 * The network's mathematics in plain double precision, one scalar at a time: what the kernels are checked
 * against. Slow on purpose; used by tests only.
 */
import { type Loss, layerOutputs, type NetworkParameters, type NetworkShape } from '../network.js';
import { referenceHead, referenceLossOfRate } from './heads.js';

export interface ReferenceRule {
  /** `poisson` when absent. */
  readonly loss?: Loss;
  readonly l1Filters: number;
  readonly l2Filters: number;
  readonly l2Readout: number;
  readonly activityL1: number;
}

export interface ReferenceBatch {
  /** Movie `[time, y, x]`, already filtered in time for Version I. */
  readonly movie: ArrayLike<number>;
  /** Counts `[time]`. */
  readonly counts: ArrayLike<number>;
  /** Current frame of each sample. */
  readonly frames: ArrayLike<number>;
  /** What is added before each rectifier, `[sample][layer]` → `[filter, y, x]`. */
  readonly noise?: readonly (readonly ArrayLike<number>[])[];
}

interface Plane {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly values: Float64Array;
}

function input(shape: NetworkShape, movie: ArrayLike<number>, frame: number): Plane {
  const { lags, height, width } = shape;
  const values = new Float64Array(lags * height * width);
  for (let lag = 0; lag < lags; lag++) {
    for (let i = 0; i < height * width; i++) {
      values[lag * height * width + i] = movie[(frame - lag) * height * width + i];
    }
  }
  return { channels: lags, height, width, values };
}

/** Rate of one sample, with every layer's activity after its rectifier. */
function forward(
  shape: NetworkShape,
  parameters: NetworkParameters,
  first: Plane,
  noise?: readonly ArrayLike<number>[],
): { planes: Plane[]; output: number; head: ReturnType<typeof referenceHead>; nearest: number } {
  let nearest = Number.POSITIVE_INFINITY;
  const outputs = layerOutputs(shape);
  const planes = [first];
  for (const [i, layer] of shape.layers.entries()) {
    const before = planes[i];
    const { weights, bias } = parameters.layers[i];
    const { height, width } = outputs[i];
    const values = new Float64Array(layer.filters * height * width);
    let at = 0;
    for (let f = 0; f < layer.filters; f++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++, at++) {
          let z = bias[f];
          let w = f * before.channels * layer.height * layer.width;
          for (let c = 0; c < before.channels; c++) {
            for (let ky = 0; ky < layer.height; ky++) {
              for (let kx = 0; kx < layer.width; kx++) {
                z +=
                  weights[w++] *
                  before.values[(c * before.height + y + ky) * before.width + x + kx];
              }
            }
          }
          if (noise) z += noise[i][at];
          nearest = Math.min(nearest, Math.abs(z));
          values[at] = Math.max(z, 0);
        }
      }
    }
    planes.push({ channels: layer.filters, height, width, values });
  }
  let output = parameters.readoutBias;
  const last = planes[planes.length - 1].values;
  for (let i = 0; i < last.length; i++) output += last[i] * parameters.readout[i];
  const { alpha, beta } = parameters;
  return { planes, output, head: referenceHead(shape.head, output, alpha, beta), nearest };
}

/** Rates, spikes per frame, of the given frames. */
export function referenceRates(
  shape: NetworkShape,
  parameters: NetworkParameters,
  movie: ArrayLike<number>,
  frames: ArrayLike<number>,
): Float64Array {
  return Float64Array.from(
    { length: frames.length },
    (_, s) => forward(shape, parameters, input(shape, movie, frames[s])).head.rate,
  );
}

/**
 * Smallest distance of any unit of any layer from the kink of its rectifier, where a gradient may differ by
 * rounding alone.
 */
export function nearestKink(
  shape: NetworkShape,
  parameters: NetworkParameters,
  movie: ArrayLike<number>,
  frames: Uint32Array,
): number {
  return frames.reduce(
    (least, frame) =>
      Math.min(least, forward(shape, parameters, input(shape, movie, frame)).nearest),
    Number.POSITIVE_INFINITY,
  );
}

/** Mean loss, and the same with all penalties: what the gradient is of. */
export function referenceLoss(
  shape: NetworkShape,
  parameters: NetworkParameters,
  batch: ReferenceBatch,
  rule: ReferenceRule,
): { loss: number; objective: number } {
  let loss = 0;
  let activity = 0;
  for (let s = 0; s < batch.frames.length; s++) {
    const first = input(shape, batch.movie, batch.frames[s]);
    const { rate } = forward(shape, parameters, first, batch.noise?.[s]).head;
    loss += referenceLossOfRate(rule.loss ?? 'poisson', rate, batch.counts[batch.frames[s]]).loss;
    activity += rate;
  }
  loss /= batch.frames.length;
  let objective = loss + (rule.activityL1 * activity) / batch.frames.length;
  for (const { weights } of parameters.layers) {
    for (const w of weights) objective += rule.l1Filters * Math.abs(w) + rule.l2Filters * w * w;
  }
  for (const w of parameters.readout) objective += rule.l2Readout * w * w;
  return { loss, objective };
}

export interface ReferenceGradient {
  readonly layers: readonly { readonly weights: Float64Array; readonly bias: Float64Array }[];
  readonly readout: Float64Array;
  readoutBias: number;
  alpha: number;
  beta: number;
}

/** Gradient of the objective by the chain rule; α and β are 0 where the head has none. */
export function referenceGradient(
  shape: NetworkShape,
  parameters: NetworkParameters,
  batch: ReferenceBatch,
  rule: ReferenceRule,
): ReferenceGradient {
  const gradient: ReferenceGradient = {
    layers: parameters.layers.map(({ weights, bias }) => ({
      weights: new Float64Array(weights.length),
      bias: new Float64Array(bias.length),
    })),
    readout: new Float64Array(parameters.readout.length),
    readoutBias: 0,
    alpha: 0,
    beta: 0,
  };
  for (let s = 0; s < batch.frames.length; s++) {
    const first = input(shape, batch.movie, batch.frames[s]);
    const { planes, head } = forward(shape, parameters, first, batch.noise?.[s]);
    const count = batch.counts[batch.frames[s]];
    const own = referenceLossOfRate(rule.loss ?? 'poisson', head.rate, count);
    const byRate = (own.byRate + rule.activityL1) / batch.frames.length;
    gradient.alpha += byRate * head.byAlpha;
    gradient.beta += byRate * head.byBeta;
    const byOutput = byRate * head.byOutput;
    gradient.readoutBias += byOutput;
    let back = new Float64Array(parameters.readout.length);
    const last = planes[planes.length - 1].values;
    for (let i = 0; i < last.length; i++) {
      gradient.readout[i] += byOutput * last[i];
      back[i] = byOutput * parameters.readout[i];
    }
    for (let i = shape.layers.length - 1; i >= 0; i--) {
      back = layerBack(shape, parameters, gradient, planes, i, back);
    }
  }
  for (const [i, { weights }] of parameters.layers.entries()) {
    for (let w = 0; w < weights.length; w++) {
      gradient.layers[i].weights[w] +=
        rule.l1Filters * Math.sign(weights[w]) + 2 * rule.l2Filters * weights[w];
    }
  }
  for (let w = 0; w < parameters.readout.length; w++) {
    gradient.readout[w] += 2 * rule.l2Readout * parameters.readout[w];
  }
  return gradient;
}

/** Adds layer i's gradients for one sample and gives the gradient of its input. */
function layerBack(
  shape: NetworkShape,
  parameters: NetworkParameters,
  gradient: ReferenceGradient,
  planes: readonly Plane[],
  i: number,
  byOutput: Float64Array,
): Float64Array<ArrayBuffer> {
  const layer = shape.layers[i];
  const before = planes[i];
  const after = planes[i + 1];
  const { weights } = parameters.layers[i];
  const own = gradient.layers[i];
  const back = new Float64Array(before.values.length);
  let at = 0;
  for (let f = 0; f < layer.filters; f++) {
    for (let y = 0; y < after.height; y++) {
      for (let x = 0; x < after.width; x++, at++) {
        const d = after.values[at] > 0 ? byOutput[at] : 0;
        if (d === 0) continue;
        own.bias[f] += d;
        let w = f * before.channels * layer.height * layer.width;
        for (let c = 0; c < before.channels; c++) {
          for (let ky = 0; ky < layer.height; ky++) {
            for (let kx = 0; kx < layer.width; kx++, w++) {
              const from = (c * before.height + y + ky) * before.width + x + kx;
              own.weights[w] += d * before.values[from];
              back[from] += d * weights[w];
            }
          }
        }
      }
    }
  }
  return back;
}
