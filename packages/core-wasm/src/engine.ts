/**
 * The training engine: holds movies, a network and Adam's state in one arena, and takes whole steps.
 * Promises that a step allocates nothing, that its result depends only on the parameters, the samples and the
 * seed, and that a job too large is refused before it starts. Does not choose samples, rates or when to stop.
 */
import { fromVector, toVector, type VectorLayout, vectorLayout } from './engine-layout.js';
import { framesAtOnce, type Part, Passes } from './engine-passes.js';
import { RetinoscopeError } from './errors.js';
import { type HeldMovie, roundUp8 } from './first-layer.js';
import { headPass, headRates, requireCounts, requireHead } from './heads.js';
import { type Build, type Core, loadCore } from './load.js';
import { frameBytes, type Movie } from './movie.js';
import {
  headLosses,
  type Loss,
  type NetworkParameters,
  type NetworkShape,
  requireShape,
} from './network.js';
import { seedRandom } from './random.js';
import { expandInto, filterInTimeInto } from './temporal-filter.js';

/** What one step does. */
export interface StepRule {
  /** What it lowers, beside the penalties; the first that goes with the head when absent. */
  readonly loss?: Loss;
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
  /** Steps taken since the parameters were set: Adam's t. */
  private taken = 0;
  private readonly frameValues: number;

  private constructor(
    readonly shape: NetworkShape,
    private readonly core: Core,
    private readonly layout: VectorLayout,
    private readonly passes: Passes,
    private readonly batch: number,
  ) {
    this.frameValues = shape.height * shape.width;
  }

  /** An engine for `shape` and batches of up to `batch` samples; `seed` is the training noise's. */
  static async create(
    shape: NetworkShape,
    options: { batch: number; seed?: number; build?: Build },
  ): Promise<Engine> {
    requireShape(shape);
    const core = await loadCore(options.build);
    const layout = vectorLayout(shape);
    const passes = new Passes(shape, core, layout, options.batch);
    seedRandom(core, passes.randomState, options.seed ?? 1, noiseStream);
    return new Engine(shape, core, layout, passes, options.batch);
  }

  get build(): Build {
    return this.core.build;
  }

  /**
   * Takes in a movie `[time, y, x]` and the counts `[time]`; with `temporalFilter` (index = lag) each square is
   * first filtered in time (Version I). A binary movie stays bits: the filter is then applied to what the first layer
   * makes of the frames. `shuffled` says that batches will not be made of runs of contiguous frames: then a filtered
   * movie is held as values, since each sample would need its whole history convolved.
   */
  addMovie(
    movie: Movie,
    options: {
      counts?: ArrayLike<number>;
      temporalFilter?: Float32Array;
      shuffled?: boolean;
    } = {},
  ): HeldMovie {
    const { frames, height, width } = movie;
    if (height !== this.shape.height || width !== this.shape.width) {
      throw new RetinoscopeError(
        'data',
        `The movie is ${width}×${height} squares; this network takes ${this.shape.width}×${this.shape.height}.`,
      );
    }
    const { counts, temporalFilter } = options;
    if (counts && counts.length !== frames) {
      throw new RetinoscopeError(
        'data',
        `The movie has ${frames} frames and the response ${counts.length}; they must be equal.`,
      );
    }
    if (temporalFilter && (this.shape.lags > 1 || this.shape.rank)) {
      throw new RetinoscopeError(
        'settings',
        'A network that learns its own time course takes the movie as it is, without a temporal filter.',
      );
    }
    if (counts && this.shape.head === 'logistic') requireCounts('binomial', counts);
    const { arena } = this.core;
    const response = this.placeCounts(counts ?? new Uint8Array(frames));
    if (movie.kind === 'binary' && !(temporalFilter && options.shuffled)) {
      const bytes = frames * frameBytes(height, width);
      const pointer = arena.place(movie.bits.subarray(0, bytes));
      return {
        frames,
        kind: 'bits',
        pointer,
        ...response,
        low: movie.low,
        rise: movie.high - movie.low,
        taps: temporalFilter && this.placeTaps(temporalFilter),
      };
    }
    // The last filter taps of a weight-gradient call may read up to 7 values past the frame.
    const pointer = arena.allocate(frames * this.frameValues * 4 + 64);
    if (temporalFilter) filterInTimeInto(this.core, movie, temporalFilter, pointer);
    else expandInto(this.core, movie, pointer);
    return { frames, kind: 'values', pointer, ...response, low: 0, rise: 1 };
  }

  /** Counts of spikes take a byte each; what is not a count a float32. */
  private placeCounts(counts: ArrayLike<number>): Pick<HeldMovie, 'counts' | 'countBytes'> {
    const { arena } = this.core;
    const bytes = Uint8Array.from(counts);
    for (let t = 0; t < bytes.length; t++) {
      if (bytes[t] !== counts[t]) {
        return { counts: arena.place(Float32Array.from(counts)), countBytes: 4 };
      }
    }
    return { counts: arena.place(bytes), countBytes: 1 };
  }

  /** Lays a temporal filter out for every padded filter, `[lag, padded filter]`. */
  private placeTaps(filter: Float32Array): HeldMovie['taps'] {
    const { padded } = this.layout.layers[0];
    const taps = new Float32Array(filter.length * padded);
    for (const [lag, value] of filter.entries()) taps.fill(value, lag * padded, (lag + 1) * padded);
    return { pointer: this.core.arena.place(taps), lags: filter.length };
  }

  /** Sets the parameters and forgets Adam's moments. */
  setParameters(parameters: NetworkParameters): void {
    this.setVector(toVector(parameters, this.shape, this.layout));
    for (const pointer of [this.passes.firstMoment, this.passes.secondMoment])
      this.vector(pointer).fill(0);
    this.taken = 0;
  }

  parameters(): NetworkParameters {
    return fromVector(this.vector(this.passes.parameters), this.shape, this.layout);
  }

  /** The parameters as the engine lays them out, to come back to by `setVector`; Adam's moments stay. */
  snapshot(): Float32Array {
    return this.vector(this.passes.parameters).slice();
  }

  setVector(vector: Float32Array): void {
    this.vector(this.passes.parameters).set(vector);
  }

  /**
   * One step of Adam on the samples whose current frames are `frames`; mean loss of the batch before it.
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
    if (this.shape.sharedProfile) this.shareProfile();
    this.taken++;
    const { kernels } = this.core;
    const { passes: at, layout } = this;
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
    const before = at.tail().slice();
    const free = Number.NEGATIVE_INFINITY;
    update(0, layout.readoutAt, free);
    update(layout.readoutAt, layout.readoutCount, rule.nonNegativeReadout ? 0 : free);
    update(layout.tailAt, 4, free);
    const tail = at.tail();
    for (const i of [1, 2]) {
      const most = mostHeadChange * before[i];
      const moved = Math.min(before[i] + most, Math.max(before[i] - most, tail[i]));
      tail[i] = Math.max(moved, leastHeadParameter);
    }
  }

  /** The gradient of the last `accumulate`, in the engine's own order; a live view, valid until the next movie. */
  accumulatedGradient(): Float32Array {
    return this.vector(this.passes.gradient);
  }

  /** The gradient that a step would follow, in the parameters' own order, and the mean loss. */
  gradient(
    movie: HeldMovie,
    frames: Uint32Array,
    rule: StepRule,
  ): { loss: number; gradient: NetworkParameters } {
    const loss = this.accumulate(movie, frames, rule);
    this.regularise(rule);
    if (this.shape.sharedProfile) this.shareProfile();
    return {
      loss,
      gradient: fromVector(this.vector(this.passes.gradient), this.shape, this.layout),
    };
  }

  /** Rates, spikes per frame, of the `count` frames from `first`. */
  predict(movie: HeldMovie, first: number, count: number): Float32Array {
    const { core, passes, shape } = this;
    const rates = new Float32Array(count);
    const [, alpha, beta] = passes.tail();
    this.eachPart(movie, { first, count, stride: 1 }, ({ start, samples }) => {
      headRates(core, shape.head, roundUp8(samples), passes.output, alpha, beta, passes.rate);
      rates.set(core.arena.f32(passes.rate, samples), start);
    });
    return rates;
  }

  /** Writes other frames `[time, y, x]`, as many or fewer, over a held movie. */
  refill(movie: HeldMovie, frames: Float32Array): void {
    if (movie.kind !== 'values') throw new RangeError('Only a real-valued movie can be refilled.');
    this.core.arena.f32(movie.pointer, movie.frames * this.frameValues).set(frames);
  }

  /**
   * First-layer responses after the rectifier, `[sample, filter, position]`, of `count` frames, the first with
   * just its history before it and each `stride` frames after the one before.
   */
  firstLayer(movie: HeldMovie, count: number, stride: number): Float32Array {
    const layer = this.layout.layers[0];
    const responses = new Float32Array(count * layer.filters * layer.positions);
    const first = this.shape.lags - 1;
    this.eachPart(movie, { first, count, stride }, (part) => {
      const activity = this.passes.firstActivity(part);
      let at = part.start * layer.filters * layer.positions;
      for (let s = 0; s < part.samples; s++) {
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
    const { passes, layout } = this;
    const layer = layout.layers[0];
    const mean = new Float32Array(layer.filters * layer.positions);
    if (layout.layers.length === 1) return this.parameters().readout;
    this.eachPart(movie, { first, count, stride: 1 }, (part) => {
      this.core.arena.f32(passes.outputGradient, part.samples).fill(1 / count);
      const gradient = passes.firstGradient(part);
      for (let row = 0; row < part.samples * layer.positions; row++) {
        for (let f = 0; f < layer.filters; f++) {
          mean[f * layer.positions + (row % layer.positions)] += gradient[row * layer.padded + f];
        }
      }
    });
    return mean;
  }

  /** Runs forward over `count` frames, `stride` apart; `visit` reads the buffers of each part. */
  private eachPart(
    movie: HeldMovie,
    { first, count, stride }: { first: number; count: number; stride: number },
    visit: (part: Part) => void,
  ): void {
    this.passes.prepare(movie);
    for (let from = 0; from < count; from += framesAtOnce) {
      const frames = new Uint32Array(Math.min(framesAtOnce, count - from));
      for (let i = 0; i < frames.length; i++) frames[i] = first + (from + i) * stride;
      this.passes.run(movie, frames, {}, ({ first: at, start, samples }) =>
        visit({ first: at, start: from + start, samples }),
      );
    }
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
    const { core, passes, layout } = this;
    const { arena } = core;
    const { head } = this.shape;
    const { loss = headLosses[head][0] } = rule;
    requireHead(head, loss);
    const total = frames.length;
    if (total > this.batch) {
      throw new RangeError(`A batch of ${total} samples; this engine was made for ${this.batch}.`);
    }
    this.vector(passes.gradient).fill(0);
    arena.f32(passes.sums, 4).fill(0);
    passes.prepare(movie);
    const scale = 1 / batch;
    const [, alpha, beta] = passes.tail();
    passes.run(movie, frames, { noise: rule.noise, train: true }, ({ samples }) => {
      headPass(
        core,
        { head, loss },
        samples,
        passes.output,
        passes.counts,
        alpha,
        beta,
        rule.activityL1,
        scale,
        passes.rate,
        passes.outputGradient,
        passes.sums,
      );
    });
    const [sum, alphaGradient, betaGradient, biasGradient] = arena.f32(passes.sums, 4);
    this.vector(passes.gradient).set([biasGradient, alphaGradient, betaGradient], layout.tailAt);
    return sum * scale;
  }

  private regularise(rule: StepRule): void {
    const { passes: at, layout } = this;
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
    if (layout.temporal) part(layout.temporal.at, layout.temporal.count, 0, rule.l2Filters);
    part(layout.readoutAt, layout.readoutCount, 0, rule.l2Readout);
    part(layout.tailAt, 4, 0, 0);
  }

  /** The gradient of a profile that all filters follow is the sum of theirs; equal steps keep it one profile. */
  private shareProfile(): void {
    const { temporal, layers } = this.layout;
    if (!temporal) return;
    const { filters, padded } = layers[0];
    const gradient = this.accumulatedGradient();
    for (let lag = 0; lag < temporal.lags; lag++) {
      const at = temporal.at + lag * padded;
      const sum = gradient.subarray(at, at + filters).reduce((a, b) => a + b, 0);
      gradient.fill(sum, at, at + filters);
    }
  }

  private vector(pointer: number): Float32Array {
    return this.core.arena.f32(pointer, this.layout.length);
  }
}

/**
 * α and β change by at most this share of themselves a step: a step of Adam may be as large as α is, and would
 * silence the cell.
 */
const mostHeadChange = 0.02;
/** α and β stay at least this, so that a rate is never negative. */
const leastHeadParameter = 1e-4;

/** The stream of random numbers that training noise is drawn from. */
export const noiseStream = 3;
