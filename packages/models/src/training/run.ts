/**
 * One training run: steps, validations, the best parameters so far, and when to stop.
 * Promises that the result depends on data, settings and seed alone, not on how it was interrupted, and beyond
 * rounding not on how many replicas share its batches. Knows no clock and no screen.
 */
import {
  type Engine,
  type HeldMovie,
  headLosses,
  type NetworkParameters,
  type NetworkShape,
  Random,
} from '@retinoscope/core-wasm';
import { RetinoscopeError } from '../errors.js';
import { correlation, meanLoss } from '../metrics/index.js';
import { type Exchange, shareOf } from './exchange.js';
import { initialParameters } from './initialise.js';
import type { StartingData } from './receptive-field-start.js';
import { type FrameSplit, Sampler } from './sampling.js';
import { learningRate } from './schedule.js';
import type { TrainingSettings } from './settings.js';
import type { HistoryPoint } from './types.js';

/** Streams of random numbers of one seed. */
const stream = { weights: 1, order: 2 } as const;

/** The validation, when the step had one; a promise where a shared batch had to wait for other replicas. */
export type Advance = HistoryPoint | undefined | Promise<HistoryPoint | undefined>;

export class TrainingRun {
  readonly history: HistoryPoint[] = [];
  step = 0;
  finished = false;
  private readonly validationCounts: Float32Array;
  private best: { loss: number; vector: Float32Array };
  private waited = 0;
  /** Mean training loss since the last validation. */
  private lossSum = 0;
  private lossSteps = 0;
  private recentSum = 0;
  private recentSteps = 0;
  private recent = Number.NaN;

  private constructor(
    private readonly engine: Engine,
    private readonly movie: HeldMovie,
    counts: Float32Array,
    private readonly split: FrameSplit,
    private readonly settings: TrainingSettings,
    private readonly sampler: Sampler,
    private readonly exchange: Exchange | undefined,
  ) {
    this.best = { loss: Number.POSITIVE_INFINITY, vector: engine.snapshot() };
    this.validationCounts = pick(counts, split.validation, 0);
  }

  /** Starts from the seed's initial parameters. `counts` `[time]` are the movie's; alone without an `exchange`. */
  static async create(
    engine: Engine,
    shape: NetworkShape,
    movie: HeldMovie,
    counts: Float32Array,
    split: FrameSplit,
    settings: TrainingSettings,
    start: StartingData,
    exchange?: Exchange,
  ): Promise<TrainingRun> {
    const weights = await Random.create(settings.seed, stream.weights);
    const order = await Random.create(settings.seed, stream.order);
    engine.setParameters(initialParameters(shape, settings, weights, start));
    let drawn: Float32Array = new Float32Array(0);
    let used = 0;
    const uniform = () => {
      if (used === drawn.length) {
        drawn = order.uniforms(1024);
        used = 0;
      }
      return drawn[used++];
    };
    const sampler = new Sampler(split.training, settings.batch, settings.sampling, uniform);
    return new TrainingRun(engine, movie, counts, split, settings, sampler, exchange);
  }

  /** Values of the longest vector that replicas of such a run sum. */
  static exchanged(engine: Engine, split: FrameSplit): number {
    return Math.max(engine.accumulatedGradient().length, spanOf(split.validation).count);
  }

  /** Takes one step. Without an exchange it never gives a promise. */
  advance(): Advance {
    const { engine, exchange, movie, settings } = this;
    const frames = this.sampler.next();
    const rule = { ...settings, learningRate: learningRate(settings, this.step) };
    if (!exchange) return this.stepped(engine.step(movie, frames, rule));
    const { start, end } = shareOf(frames.length, exchange);
    const share = frames.subarray(start, end);
    let loss = 0;
    if (share.length > 0) loss = engine.accumulate(movie, share, rule, frames.length);
    const gradient = engine.accumulatedGradient();
    if (share.length === 0) gradient.fill(0);
    return after(exchange.sum(gradient, loss), (sum) => {
      engine.apply(rule);
      return this.stepped(sum);
    });
  }

  /** Mean training loss of the steps since the last call; that of the last call when there were none. */
  recentLoss(): number {
    if (this.recentSteps > 0) this.recent = this.recentSum / this.recentSteps;
    this.recentSum = 0;
    this.recentSteps = 0;
    return this.recent;
  }

  /** The parameters with the lowest validation loss, set in the engine as well. */
  restoreBest(): NetworkParameters {
    this.engine.setVector(this.best.vector);
    return this.engine.parameters();
  }

  get validationLoss(): number {
    return this.best.loss;
  }

  /** After a step whose batch had the mean loss `loss`. */
  private stepped(loss: number): Advance {
    const { settings } = this;
    this.step++;
    if (!Number.isFinite(loss)) {
      throw new RetinoscopeError(
        'settings',
        `Training diverged at step ${this.step}: the loss is no longer a number. A lower learning rate than ${settings.learningRate} or larger batches may hold.`,
        { step: this.step },
      );
    }
    this.lossSum += loss;
    this.lossSteps++;
    this.recentSum += loss;
    this.recentSteps++;
    const last = this.step >= settings.steps;
    if (this.step % settings.validationEvery !== 0 && !last) return undefined;
    return after(this.validationRates(), (rates) => {
      const point = this.validated(rates);
      this.finished = last || (settings.patience > 0 && this.waited >= settings.patience);
      return point;
    });
  }

  /** Rates of all frames from the first validation frame to the last, each replica predicting its share. */
  private validationRates(): Float32Array | Promise<Float32Array> {
    const { engine, exchange, movie } = this;
    const { first, count } = spanOf(this.split.validation);
    if (!exchange) return engine.predict(movie, first, count);
    const { start, end } = shareOf(count, exchange);
    const rates = new Float32Array(count);
    if (end > start) rates.set(engine.predict(movie, first + start, end - start), start);
    return after(exchange.sum(rates, 0), () => rates);
  }

  private validated(all: Float32Array): HistoryPoint {
    const { validation } = this.split;
    const rates = pick(all, validation, spanOf(validation).first);
    const counts = this.validationCounts;
    const { loss = headLosses[this.engine.shape.head][0] } = this.settings;
    const validationLoss = meanLoss(loss, rates, counts);
    if (validationLoss < this.best.loss) {
      this.best = { loss: validationLoss, vector: this.engine.snapshot() };
      this.waited = 0;
    } else {
      this.waited++;
    }
    const point = {
      step: this.step,
      loss: this.lossSum / this.lossSteps,
      validationLoss,
      validationCC: correlation(rates, counts) ?? 0,
    };
    this.lossSum = 0;
    this.lossSteps = 0;
    this.history.push(point);
    return point;
  }
}

/** `values[frame − first]` of each frame; the values themselves where that is all of them in order. */
function pick(values: Float32Array, frames: Uint32Array, first: number): Float32Array {
  if (frames.length === values.length) return values;
  const picked = new Float32Array(frames.length);
  for (let i = 0; i < frames.length; i++) picked[i] = values[frames[i] - first];
  return picked;
}

/** Validation frames are the last of the movie; those between blocks are predicted and left out. */
function spanOf(frames: Uint32Array): { first: number; count: number } {
  return { first: frames[0], count: frames[frames.length - 1] - frames[0] + 1 };
}

/** `next` of `value`: at once where it is known, so that a run alone makes no promises. */
function after<T, R>(value: T | Promise<T>, next: (value: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
