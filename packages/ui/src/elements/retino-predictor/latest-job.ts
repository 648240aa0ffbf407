/**
 * One piece of work at a time: a new one supersedes that in hand. Promises that a superseded one changes nothing any
 * more, that one which takes too long is stopped, and that progress is shown only to who has waited a while.
 */
import { RetinoscopeError, toRetinoscopeError, type WorkProgress } from '@retinoscope/worker';

/** Milliseconds that a piece of work may take. */
const mostTime = 60_000;
/** Milliseconds of waiting after which its progress is shown. */
const patience = 300;

export interface Job {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: WorkProgress) => void;
  /** False once another took its place, or the element is gone. */
  readonly current: boolean;
}

export interface JobListener {
  /** Something that is shown is another. */
  changed(): void;
  failed(failure: RetinoscopeError): void;
  /** The work in hand has ended, in whatever way, and no other took its place. */
  ended(): void;
}

export class LatestJob {
  /** Of the last piece of work; shown beside what an earlier one gave. */
  failure?: RetinoscopeError;
  readonly #listener: JobListener;
  readonly #waiting: WorkProgress;
  #controller?: AbortController;
  #progress?: WorkProgress;

  /** `what` it is at, for a reader, before it tells by itself. */
  constructor(listener: JobListener, what = 'Predicting') {
    this.#listener = listener;
    this.#waiting = { kind: 'work', done: 0, what };
  }

  get busy(): boolean {
    return this.#controller !== undefined;
  }

  get progress(): WorkProgress | undefined {
    return this.#progress;
  }

  async run(work: (job: Job) => Promise<void>): Promise<void> {
    this.#controller?.abort();
    const controller = new AbortController();
    const isCurrent = () => controller === this.#controller;
    const heard = (progress: WorkProgress): void => {
      if (!isCurrent()) return;
      this.#progress = progress;
      this.#listener.changed();
    };
    this.#controller = controller;
    this.failure = undefined;
    this.#progress = undefined;
    this.#listener.changed();
    let late = false;
    const limit = setTimeout(() => {
      late = true;
      controller.abort();
    }, mostTime);
    const wait = setTimeout(() => heard(this.#progress ?? this.#waiting), patience);
    try {
      await work({
        signal: controller.signal,
        onProgress: heard,
        get current() {
          return isCurrent();
        },
      });
    } catch (thrown) {
      const failure = late ? tooSlow() : toRetinoscopeError(thrown);
      if (isCurrent() && failure.kind !== 'cancelled') {
        this.failure = failure;
        this.#listener.failed(failure);
      }
    } finally {
      clearTimeout(limit);
      clearTimeout(wait);
      if (isCurrent()) {
        this.#controller = undefined;
        this.#progress = undefined;
        this.#listener.changed();
        this.#listener.ended();
      }
    }
  }

  /** Stops the work in hand, which then ends. */
  cancel(): void {
    this.#controller?.abort();
  }

  /** Stops the work in hand and forgets it: nothing is told of it any more. */
  abandon(): void {
    this.#controller?.abort();
    this.#controller = undefined;
    this.#progress = undefined;
  }
}

function tooSlow(): RetinoscopeError {
  return new RetinoscopeError(
    'model',
    `The model did not answer within ${mostTime / 1000} s and was stopped. A smaller model or a shorter stimulus is accepted.`,
    { seconds: mostTime / 1000 },
  );
}
