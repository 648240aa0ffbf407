/**
 * The training engine: holds movies, a network and Adam's state in one arena, and takes whole steps.
 * Promises that a step allocates nothing, that its result depends only on the parameters, the samples and the
 * seed, and that a job too large is refused before it starts. Does not choose samples, rates or when to stop.
 */
import {
  type Buffers,
  fromVector,
  layOut,
  toVector,
  type VectorLayout,
  vectorLayout,
} from './engine-layout.js';
import { type HeldMovie, Passes, roundUp8 } from './engine-passes.js';
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

export class Engine {
  private readonly frameBytes: number;
  /** Steps taken since the parameters were set: Adam's t. */
  private taken = 0;
  private readonly passes: Passes;

  private constructor(
    readonly shape: NetworkShape,
    private readonly core: Core,
    private readonly layout: VectorLayout,
    private readonly at: Buffers,
    private readonly batch: number,
  ) {
    this.frameBytes = shape.height * shape.width * 4;
    this.passes = new Passes(shape, core, layout, at);
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
    this.apply(rule);
    return loss;
  }

  /**
   * Adam on what `accumulatedGradient` holds, with the penalties of `rule`. `accumulate` and `apply` are the two
   * halves of a step, for a batch that several engines share.
   */
  apply(rule: StepRule): void {
    this.regularise(rule);
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
    const tail = this.passes.tail();
    for (const i of [1, 2]) tail[i] = Math.max(tail[i], leastHeadParameter);
  }

  /** The gradient of the last `accumulate`, in the engine's own order; a live view, valid until the next movie. */
  accumulatedGradient(): Float32Array {
    return this.vector(this.at.gradient);
  }

  /** The gradient that a step would follow, in the parameters' own order, and the mean Poisson loss. */
  gradient(
    movie: HeldMovie,
    frames: Uint32Array,
    rule: StepRule,
  ): { loss: number; gradient: NetworkParameters } {
    const loss = this.accumulate(movie, frames, rule);
    this.regularise(rule);
    return { loss, gradient: fromVector(this.vector(this.at.gradient), this.layout) };
  }

  /** Rates, spikes per frame, of the `count` frames from `first`. */
  predict(movie: HeldMovie, first: number, count: number): Float32Array {
    const { at } = this;
    const { arena, kernels } = this.core;
    const rates = new Float32Array(count);
    const [, alpha, beta] = this.passes.tail();
    this.passes.eachBlock(movie, { first, count, stride: 1 }, (start, samples) => {
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
    this.passes.eachBlock(movie, { first, count, stride }, (start, samples) => {
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
    this.passes.turn();
    this.passes.eachBlock(movie, { first, count, stride: 1 }, (_, samples) => {
      const { arena } = this.core;
      arena.f32(at.outputGradient, samples).fill(1 / count);
      this.passes.backward(samples);
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

  /**
   * The gradient of Σ loss / `batch` over the samples `frames`, without penalties, and that loss. `batch` is the
   * number of samples of the whole batch, when `frames` are a share of it.
   */
  accumulate(
    movie: HeldMovie,
    frames: Uint32Array,
    rule: StepRule,
    batch: number = frames.length,
  ): number {
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
    this.passes.turn();
    const scale = 1 / batch;
    const [, alpha, beta] = this.passes.tail();
    for (let start = 0; start < total; start += at.blockSamples) {
      const samples = Math.min(at.blockSamples, total - start);
      const block = at.frames + start * 4;
      this.passes.forward(movie, block, samples, rule.noise);
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
      this.passes.backward(samples);
    }
    const [loss, alphaGradient, betaGradient, biasGradient] = arena.f32(at.sums, 4);
    this.vector(at.gradient).set([biasGradient, alphaGradient, betaGradient], layout.tailAt);
    return loss * scale;
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

  private vector(pointer: number): Float32Array {
    return this.core.arena.f32(pointer, this.layout.length);
  }
}

/** α and β stay at least this, so that a rate is never negative. */
const leastHeadParameter = 1e-4;

/** The stream of random numbers that training noise is drawn from. */
export const noiseStream = 3;
