/**
 * One training run: steps, validations, the best parameters so far, and when to stop.
 * Promises that the result depends on data, settings and seed alone, not on how it was interrupted.
 * Knows no clock and no screen.
 */
import {
  type Engine,
  type HeldMovie,
  type NetworkParameters,
  type NetworkShape,
  Random,
} from '@retinoscope/core-wasm';
import { RetinoscopeError } from '../errors.js';
import { correlation, poissonLoss } from '../metrics/index.js';
import { initialParameters } from './initialise.js';
import { type FrameSplit, Sampler } from './sampling.js';
import { learningRate } from './schedule.js';
import type { TrainingSettings } from './settings.js';
import type { HistoryPoint } from './types.js';

/** Streams of random numbers of one seed. */
const stream = { weights: 1, order: 2 } as const;

export class TrainingRun {
  readonly history: HistoryPoint[] = [];
  step = 0;
  finished = false;
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
    private readonly counts: Float32Array,
    private readonly split: FrameSplit,
    private readonly settings: TrainingSettings,
    private readonly sampler: Sampler,
  ) {
    this.best = { loss: Number.POSITIVE_INFINITY, vector: engine.snapshot() };
  }

  /** Starts from the seed's initial parameters. `counts` `[time]` are the movie's. */
  static async create(
    engine: Engine,
    shape: NetworkShape,
    movie: HeldMovie,
    counts: Float32Array,
    split: FrameSplit,
    settings: TrainingSettings,
  ): Promise<TrainingRun> {
    const weights = await Random.create(settings.seed, stream.weights);
    const order = await Random.create(settings.seed, stream.order);
    engine.setParameters(initialParameters(shape, settings, weights));
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
    return new TrainingRun(engine, movie, counts, split, settings, sampler);
  }

  /** Takes one step; the validation, when this step has one. */
  advance(): HistoryPoint | undefined {
    const { settings } = this;
    const loss = this.engine.step(this.movie, this.sampler.next(), {
      ...settings,
      learningRate: learningRate(settings, this.step),
    });
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
    const due = this.step % settings.validationEvery === 0 || last;
    const point = due ? this.validate() : undefined;
    if (last || (settings.patience > 0 && this.waited >= settings.patience)) this.finished = true;
    return point;
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

  private validate(): HistoryPoint {
    const { validation } = this.split;
    // Validation frames are the last of the movie; those between blocks are predicted and left out.
    const first = validation[0];
    const all = this.engine.predict(
      this.movie,
      first,
      validation[validation.length - 1] - first + 1,
    );
    const rates = Float32Array.from(validation, (frame) => all[frame - first]);
    const counts = Float32Array.from(validation, (frame) => this.counts[frame]);
    const validationLoss = poissonLoss(rates, counts);
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
