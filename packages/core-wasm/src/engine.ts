/**
 * The training engine: holds movies, a network and Adam's state in one arena, and takes whole steps.
 * Promises that a step allocates nothing, that its result depends only on the parameters, the samples and the
 * seed, and that a job too large is refused before it starts. Does not choose samples, rates or when to stop.
 */
import {
  type Buffers,
  fromVector,
  type LayerLayout,
  layOut,
  toVector,
  type VectorLayout,
  vectorLayout,
} from './engine-layout.js';
import { RetinoscopeError } from './errors.js';
import { type Build, type Core, loadCore } from './load.js';
import type { Movie } from './movie.js';
import { type NetworkParameters, type NetworkShape, requireShape } from './network.js';
import { seedRandom } from './random.js';
import { expandInto, filterInTimeInto } from './temporal-filter.js';

/** What one step does beside following the gradient of the Poisson loss. */
export interface StepRule {
  readonly learningRate: number;
  /** λ of λ·Σ|w| over the filters. */
  readonly l1Filters: number;
  /** λ of λ·Σw² over the filters. */
  readonly l2Filters: number;
  /** λ of λ·Σw² over the readout. */
  readonly l2Readout: number;
  /** λ of λ·mean(rate). */
  readonly activityL1: number;
  /** SD of the Gaussian noise before each rectifier. */
  readonly noise: number;
  readonly nonNegativeReadout: boolean;
}

/** A movie held by the engine, with the counts of the cell that saw it. */
export interface HeldMovie {
  readonly frames: number;
  readonly pointer: number;
  readonly counts: number;
}

export class Engine {
  private readonly frameBytes: number;
  /** Steps taken since the parameters were set: Adam's t. */
  private taken = 0;

  private constructor(
    readonly shape: NetworkShape,
    private readonly core: Core,
    private readonly layout: VectorLayout,
    private readonly at: Buffers,
    private readonly batch: number,
  ) {
    this.frameBytes = shape.height * shape.width * 4;
  }

  /** An engine for `shape` and batches of up to `batch` samples; `seed` is the training noise's. */
  static async create(
    shape: NetworkShape,
    options: { batch: number; seed?: number; build?: Build },
  ): Promise<Engine> {
    requireShape(shape);
    const core = await loadCore(options.build);
    const layout = vectorLayout(shape);
    const at = layOut(shape, layout, options.batch, core.arena);
    seedRandom(core, at.randomState, options.seed ?? 1, noiseStream);
    return new Engine(shape, core, layout, at, options.batch);
  }

  get build(): Build {
    return this.core.build;
  }

  /** Bytes that a movie of this many frames takes. */
  static movieBytes(shape: NetworkShape, frames: number): number {
    return frames * shape.height * shape.width * 4;
  }

  /**
   * Takes in a movie `[time, y, x]` and the counts `[time]`; with `temporalFilter` (index = lag) each square is
   * first filtered in time (Version I).
   */
  addMovie(
    movie: Movie,
    options: { counts?: ArrayLike<number>; temporalFilter?: Float32Array } = {},
  ): HeldMovie {
    const { frames, height, width } = movie;
    if (height !== this.shape.height || width !== this.shape.width) {
      throw new RetinoscopeError(
        'data',
        `The movie is ${width}×${height} squares; this network takes ${this.shape.width}×${this.shape.height}.`,
      );
    }
    const { counts } = options;
    if (counts && counts.length !== frames) {
      throw new RetinoscopeError(
        'data',
        `The movie has ${frames} frames and the response ${counts.length}; they must be equal.`,
      );
    }
    const { arena } = this.core;
    // The last filter taps of a weight-gradient call may read up to 7 values past the frame.
    const pointer = arena.allocate(frames * this.frameBytes + 64);
    const responses = arena.allocate(frames * 4);
    if (options.temporalFilter) filterInTimeInto(this.core, movie, options.temporalFilter, pointer);
    else expandInto(this.core, movie, pointer);
    const held = arena.f32(responses, frames);
    if (counts) held.set(counts);
    else held.fill(0);
    return { frames, pointer, counts: responses };
  }

  /** Sets the parameters and forgets Adam's moments. */
  setParameters(parameters: NetworkParameters): void {
    this.setVector(toVector(parameters, this.layout));
    for (const pointer of [this.at.firstMoment, this.at.secondMoment]) this.vector(pointer).fill(0);
    this.taken = 0;
  }

  parameters(): NetworkParameters {
    return fromVector(this.vector(this.at.parameters), this.layout);
  }

  /** The parameters as the engine lays them out, to come back to by `setVector`; Adam's moments stay. */
  snapshot(): Float32Array {
    return this.vector(this.at.parameters).slice();
  }

  setVector(vector: Float32Array): void {
    this.vector(this.at.parameters).set(vector);
  }

  /**
   * One step of Adam on the samples whose current frames are `frames`; mean Poisson loss of the batch before it.
   * Each frame must have `lags − 1` frames before it.
   */
  step(movie: HeldMovie, frames: Uint32Array, rule: StepRule): number {
    const loss = this.accumulate(movie, frames, rule);
    this.taken++;
    const { kernels } = this.core;
    const { at, layout } = this;
    const c1 = 1 / (1 - 0.9 ** this.taken);
    const c2 = 1 / (1 - 0.999 ** this.taken);
    const update = (index: number, count: number, floor: number) => {
      const byte = index * 4;
      kernels.adam(
        count,
        at.parameters + byte,
        at.gradient + byte,
        at.firstMoment + byte,
        at.secondMoment + byte,
        rule.learningRate,
        c1,
        c2,
        floor,
      );
    };
    const free = Number.NEGATIVE_INFINITY;
    update(0, layout.readoutAt, free);
    update(layout.readoutAt, layout.readoutCount, rule.nonNegativeReadout ? 0 : free);
    update(layout.tailAt, 4, free);
    return loss;
  }

  /** The gradient that a step would follow, in the parameters' own order, and the mean Poisson loss. */
  gradient(
    movie: HeldMovie,
    frames: Uint32Array,
    rule: StepRule,
  ): { loss: number; gradient: NetworkParameters } {
    const loss = this.accumulate(movie, frames, rule);
    return { loss, gradient: fromVector(this.vector(this.at.gradient), this.layout) };
  }

  /** Rates, spikes per frame, of the `count` frames from `first`. */
  predict(movie: HeldMovie, first: number, count: number): Float32Array {
    const { at } = this;
    const { arena, kernels } = this.core;
    const rates = new Float32Array(count);
    const [, alpha, beta] = this.tail();
    this.eachBlock(movie, { first, count, stride: 1 }, (start, samples) => {
      kernels.rates(roundUp8(samples), at.output, alpha, beta, at.rate);
      rates.set(arena.f32(at.rate, samples), start);
    });
    return rates;
  }

  /** Writes other frames `[time, y, x]`, as many or fewer, over a held movie. */
  refill(movie: HeldMovie, frames: Float32Array): void {
    this.core.arena.f32(movie.pointer, movie.frames * (this.frameBytes / 4)).set(frames);
  }

  /**
   * First-layer responses after the rectifier, `[sample, filter, position]`, of `count` frames, the first with
   * just its history before it and each `stride` frames after the one before.
   */
  firstLayer(movie: HeldMovie, count: number, stride: number): Float32Array {
    const layer = this.layout.layers[0];
    const responses = new Float32Array(count * layer.filters * layer.positions);
    const first = this.shape.lags - 1;
    this.eachBlock(movie, { first, count, stride }, (start, samples) => {
      const activity = this.core.arena.f32(
        this.at.layers[0].activity,
        samples * layer.positions * layer.padded,
      );
      let at = start * layer.filters * layer.positions;
      for (let s = 0; s < samples; s++) {
        for (let f = 0; f < layer.filters; f++) {
          for (let p = 0; p < layer.positions; p++) {
            responses[at++] = activity[(s * layer.positions + p) * layer.padded + f];
          }
        }
      }
    });
    return responses;
  }

  /**
   * Mean over the `count` frames from `first` of the gradient of the readout's output by each unit of the first
   * layer, `[filter, y, x]`: the readout itself when there is one layer.
   */
  firstLayerWeight(movie: HeldMovie, first: number, count: number): Float32Array {
    const { at, layout } = this;
    const layer = layout.layers[0];
    const mean = new Float32Array(layer.filters * layer.positions);
    if (layout.layers.length === 1) return this.parameters().readout;
    for (const [i, later] of layout.layers.entries()) this.turn(i, later);
    this.eachBlock(movie, { first, count, stride: 1 }, (_, samples) => {
      const { arena } = this.core;
      arena.f32(at.outputGradient, samples).fill(1 / count);
      this.backward(samples);
      const back = at.layers[1].back;
      if (!back) return;
      const gradient = arena.f32(back.inputGradient, samples * layer.positions * layer.padded);
      for (let row = 0; row < samples * layer.positions; row++) {
        for (let f = 0; f < layer.filters; f++) {
          mean[f * layer.positions + (row % layer.positions)] += gradient[row * layer.padded + f];
        }
      }
    });
    return mean;
  }

  private eachBlock(
    movie: HeldMovie,
    { first, count, stride }: { first: number; count: number; stride: number },
    done: (start: number, samples: number) => void,
  ): void {
    const { at } = this;
    for (let start = 0; start < count; start += at.blockSamples) {
      const samples = Math.min(at.blockSamples, count - start);
      const frames = this.core.arena.u32(at.frames, roundUp8(samples));
      for (let s = 0; s < frames.length; s++) {
        frames[s] = first + Math.min(start + s, count - 1) * stride;
      }
      this.forward(movie, at.frames, samples, 0);
      done(start, samples);
    }
  }

  private accumulate(movie: HeldMovie, frames: Uint32Array, rule: StepRule): number {
    const { at, layout } = this;
    const { arena, kernels } = this.core;
    const total = frames.length;
    if (total > this.batch) {
      throw new RangeError(`A batch of ${total} samples; this engine was made for ${this.batch}.`);
    }
    const held = arena.u32(at.frames, roundUp8(total));
    held.set(frames);
    held.fill(frames[total - 1], total);
    this.vector(at.gradient).fill(0);
    arena.f32(at.sums, 4).fill(0);
    for (const [i, layer] of layout.layers.entries()) this.turn(i, layer);
    const scale = 1 / total;
    const [, alpha, beta] = this.tail();
    for (let start = 0; start < total; start += at.blockSamples) {
      const samples = Math.min(at.blockSamples, total - start);
      const block = at.frames + start * 4;
      this.forward(movie, block, samples, rule.noise);
      kernels.gather(samples, block, movie.counts, at.counts);
      kernels.poissonHead(
        samples,
        at.output,
        at.counts,
        alpha,
        beta,
        rule.activityL1,
        scale,
        at.rate,
        at.outputGradient,
        at.sums,
      );
      this.backward(samples);
    }
    const [loss, alphaGradient, betaGradient, biasGradient] = arena.f32(at.sums, 4);
    this.vector(at.gradient).set([biasGradient, alphaGradient, betaGradient], layout.tailAt);
    this.regularise(rule);
    return loss * scale;
  }

  private forward(movie: HeldMovie, frames: number, samples: number, noise: number): void {
    const { at, layout, shape } = this;
    const { kernels } = this.core;
    const padded = roundUp8(samples);
    const first = layout.layers[0];
    kernels.rowPointers(
      padded,
      frames,
      movie.pointer,
      shape.lags - 1,
      this.frameBytes,
      first.positions,
      at.positionOffsets,
      at.layers[0].pointers,
    );
    for (const [i, layer] of layout.layers.entries()) {
      const buffers = at.layers[i];
      const rows = padded * layer.positions;
      const convolve = layer.block === 8 ? kernels.convolve4x8 : kernels.convolve8x4;
      for (let f = 0; f < layer.padded; f += layer.block) {
        convolve(
          rows,
          buffers.pointers,
          layer.runs,
          buffers.offsets,
          layer.runLength,
          layer.runStride,
          this.weights(layer, f),
          at.parameters + (layer.biasAt + f) * 4,
          buffers.activity + f * 4,
          layer.padded * 4,
          noise > 0 ? 0 : 1,
        );
      }
      if (noise > 0) {
        kernels.fillNormal(at.randomState, at.noise, rows * layer.padded);
        kernels.rectifyWithNoise(
          rows,
          layer.padded,
          noise,
          at.noise,
          at.mask + layer.biasAt * 4,
          buffers.activity,
        );
      }
    }
    const last = layout.layers.length - 1;
    kernels.readout(
      padded,
      layout.readoutCount,
      at.layers[last].activity,
      at.parameters + layout.readoutAt * 4,
      this.tail()[0],
      at.output,
    );
  }

  private backward(samples: number): void {
    const { at, layout } = this;
    const { kernels } = this.core;
    const last = layout.layers.length - 1;
    kernels.readoutGradient(
      samples,
      layout.readoutCount,
      at.layers[last].activity,
      at.outputGradient,
      at.gradient + layout.readoutAt * 4,
    );
    for (let i = last; i >= 0; i--) {
      const layer = layout.layers[i];
      const buffers = at.layers[i];
      const rows = samples * layer.positions;
      const weightGradient =
        layer.block === 8 ? kernels.weightGradient4x8 : kernels.weightGradient8x4;
      for (let f = 0; f < layer.padded; f += layer.block) {
        const activity = buffers.activity + f * 4;
        const biasGradient = at.gradient + (layer.biasAt + f) * 4;
        if (i === last) {
          kernels.backThroughReadout(
            samples,
            layer.positions,
            layer.padded,
            layer.block,
            activity,
            at.parameters + (layout.readoutAt + f) * 4,
            at.outputGradient,
            at.dz,
            biasGradient,
          );
        } else {
          kernels.backThroughRectifier(
            rows,
            layer.padded,
            layer.block,
            (at.layers[i + 1].back?.inputGradient ?? 0) + f * 4,
            activity,
            at.dz,
            biasGradient,
          );
        }
        weightGradient(
          rows,
          buffers.pointers,
          layer.runs,
          buffers.offsets,
          layer.runLength,
          layer.runStride,
          at.dz,
          at.gradient + layer.weightsAt * 4 + (f / layer.block) * layer.blockBytes,
        );
        const { back } = buffers;
        if (back) {
          kernels.padGradient(
            samples,
            layer.outHeight,
            layer.outWidth,
            layer.block,
            at.dz,
            back.inner + f * 4,
            back.columnBytes,
            back.rowBytes,
            back.sampleBytes,
          );
        }
      }
      if (buffers.back) this.inputGradient(i, samples);
    }
  }

  /** ∂L/∂input of layer i: the full correlation of its gradient with its filters. */
  private inputGradient(i: number, samples: number): void {
    const { at, layout } = this;
    const { kernels } = this.core;
    const layer = layout.layers[i];
    const before = layout.layers[i - 1];
    const { back } = at.layers[i];
    if (!back) return;
    const convolve = before.block === 8 ? kernels.convolve4x8 : kernels.convolve8x4;
    const blockBytes = layer.kernelHeight * back.turnedRunStride;
    for (let c = 0; c < before.padded; c += before.block) {
      convolve(
        roundUp8(samples) * before.positions,
        back.pointers,
        layer.kernelHeight,
        back.offsets,
        layer.kernelWidth * layer.padded,
        back.turnedRunStride,
        back.turned + (c / before.block) * blockBytes,
        at.zeros,
        back.inputGradient + c * 4,
        before.padded * 4,
        0,
      );
    }
  }

  private turn(i: number, layer: LayerLayout): void {
    const { back } = this.at.layers[i];
    if (!back) return;
    const before = this.layout.layers[i - 1];
    this.core.kernels.turnWeights(
      layer.kernelHeight,
      layer.kernelWidth,
      before.padded,
      layer.padded,
      before.block,
      layer.block,
      this.at.parameters + layer.weightsAt * 4,
      layer.runStride,
      back.turned,
      back.turnedRunStride,
    );
  }

  private regularise(rule: StepRule): void {
    const { at, layout } = this;
    const part = (index: number, count: number, l1: number, l2: number) => {
      const byte = index * 4;
      this.core.kernels.regularise(
        count,
        at.parameters + byte,
        at.gradient + byte,
        at.mask + byte,
        l1,
        l2,
      );
    };
    for (const layer of layout.layers) {
      part(layer.weightsAt, layer.weightCount, rule.l1Filters, rule.l2Filters);
      part(layer.biasAt, layer.padded, 0, 0);
    }
    part(layout.readoutAt, layout.readoutCount, 0, rule.l2Readout);
    part(layout.tailAt, 4, 0, 0);
  }

  private weights(layer: LayerLayout, filter: number): number {
    return this.at.parameters + layer.weightsAt * 4 + (filter / layer.block) * layer.blockBytes;
  }

  /** Readout bias, α, β. */
  private tail(): Float32Array {
    return this.core.arena.f32(this.at.parameters + this.layout.tailAt * 4, 3);
  }

  private vector(pointer: number): Float32Array {
    return this.core.arena.f32(pointer, this.layout.length);
  }
}

/** The stream of random numbers that training noise is drawn from. */
const noiseStream = 3;

const roundUp8 = (value: number): number => (value + 7) & ~7;
