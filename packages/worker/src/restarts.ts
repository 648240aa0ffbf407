/** Restarts of a fit as one job: which result is the best, and one progress out of many. */
import type { FitProgress, FitResult, TrainingProgress } from './protocol.js';

/** The smallest validation loss; a loss that is not a number loses to any other, and the first of equals wins. */
export function bestFit(results: readonly FitResult[]): FitResult {
  return results.reduce((best, result) => (rank(result) < rank(best) ? result : best));
}

function rank({ validationLoss }: FitResult): number {
  return Number.isNaN(validationLoss) ? Number.POSITIVE_INFINITY : validationLoss;
}

/**
 * Combines the progress of `restarts` runs, `lanes` at a time. Training progress is passed on with its restart,
 * with the seconds left until the last restart ends and the samples per second of all that run; the progress of
 * other work only while nothing trains, as that of the slowest run.
 */
export class RestartProgress {
  readonly #training = new Map<number, TrainingProgress>();
  readonly #work = new Map<number, number>();
  #started = 0;

  constructor(
    private readonly restarts: number,
    private readonly lanes: number,
    private readonly report: (progress: FitProgress) => void,
  ) {}

  started(): void {
    this.#started++;
  }

  ended(restart: number): void {
    this.#training.delete(restart);
    this.#work.delete(restart);
  }

  heard(restart: number, progress: FitProgress): void {
    if (progress.kind === 'training') {
      this.#work.delete(restart);
      this.#training.set(restart, progress);
      this.report({ ...progress, restart, ...this.#overall(progress) });
      return;
    }
    this.#training.delete(restart);
    this.#work.set(restart, progress.done);
    if (this.#training.size === 0) {
      this.report({ ...progress, done: Math.min(...this.#work.values()) });
    }
  }

  #overall(latest: TrainingProgress): { secondsLeft: number; samplesPerSecond: number } {
    const running = [...this.#training.values()];
    const rounds = Math.ceil((this.restarts - this.#started) / this.lanes);
    return {
      secondsLeft:
        Math.max(...running.map((run) => run.secondsLeft)) +
        rounds * (latest.seconds + latest.secondsLeft),
      samplesPerSecond: running.reduce((sum, run) => sum + run.samplesPerSecond, 0),
    };
  }
}
