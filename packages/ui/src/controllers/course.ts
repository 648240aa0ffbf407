/**
 * The course of a training with its restarts: the trace and the snapshots of each run, one of which is shown
 * clearly, and how much of the whole call is done. Promises a share that never falls within a call and words that do not flicker.
 */
import type { FitProgress, TrainingProgress, WorkProgress } from '@retinoscope/worker';
import { extendSnapshots, type Snapshot, snapshotBytes } from './snapshots.js';
import { extendTrace, type TracePoint } from './trace.js';

/** What is going on in a call and how much of it is done. */
export interface Phase {
  /** In [0, 1]. */
  readonly done: number;
  readonly what: string;
}

/** The runs of a training so far. */
export interface Runs {
  /** The run shown clearly, 0-based. */
  readonly run: number;
  readonly trace: readonly TracePoint[];
  /** The other runs, in no order. */
  readonly otherTraces: readonly (readonly TracePoint[])[];
  /** The filters of the run shown clearly in the course of its training. */
  readonly snapshots: readonly Snapshot[];
}

export const noRuns: Runs = { run: 0, trace: [], otherTraces: [], snapshots: [] };

/** Share of a call with phases that each count from 0 to 1: every phase takes half of what was left. */
class Halves {
  #left = 1;
  #last = 0;

  heard(done: number): number {
    if (done < this.#last) this.#left /= 2;
    this.#last = done;
    return 1 - this.#left + (this.#left * done) / 2;
  }
}

/** The phase of a call that is one piece of work, told by `what` or, without it, by its own words. */
export class WorkPhase {
  #done = 0;

  constructor(private readonly what?: string) {}

  heard({ done, what }: WorkProgress): Phase {
    this.#done = Math.max(this.#done, done);
    return { done: this.#done, what: this.what ?? what };
  }
}

/** Share of a training that its preparation takes, and that the steps take up to. */
const prepared = 0.1;
const stepped = 0.98;

export class TrainingCourse {
  readonly #restarts: number;
  readonly #traces = new Map<number, readonly TracePoint[]>();
  readonly #snapshots = new Map<number, readonly Snapshot[]>();
  readonly #shares = new Map<number, number>();
  readonly #preparation = new Halves();
  #followed?: number;
  #shown = 0;
  #done = 0;

  constructor(restarts: number) {
    this.#restarts = restarts;
  }

  /** True when `progress` is of the run that is shown: the first heard of, until it ends, then another. */
  follows(progress: TrainingProgress): boolean {
    const { restart, step, steps } = progress;
    const known = this.#traces.get(restart) ?? [];
    this.#traces.set(restart, extendTrace(known, progress));
    const seen = this.#snapshots.get(restart) ?? [];
    const share = snapshotBytes / this.#restarts;
    this.#snapshots.set(restart, extendSnapshots(seen, progress, share));
    this.#shares.set(restart, step / Math.max(steps, 1));
    this.#followed ??= restart;
    if (restart !== this.#followed) return false;
    this.#shown = restart;
    if (step >= steps) this.#followed = undefined;
    return true;
  }

  phase(progress: FitProgress): Phase {
    const started = this.#traces.size;
    const steps = [...this.#shares.values()].reduce((sum, share) => sum + share, 0);
    const share =
      started === 0 && progress.kind === 'work'
        ? prepared * this.#preparation.heard(progress.done)
        : prepared + ((stepped - prepared) * steps) / this.#restarts;
    this.#done = Math.max(this.#done, share);
    return { done: this.#done, what: this.#what(progress, started) };
  }

  /** With `run` shown, where it is known. */
  runs(run = this.#shown): Runs {
    const shown = this.#traces.has(run) ? run : this.#shown;
    return {
      run: shown,
      trace: this.#traces.get(shown) ?? [],
      otherTraces: [...this.#traces].filter(([each]) => each !== shown).map(([, trace]) => trace),
      snapshots: this.#snapshots.get(shown) ?? [],
    };
  }

  #what({ kind }: FitProgress, started: number): string {
    if (kind === 'training') return 'Training a network';
    if (started === 0) return 'Preparing the training';
    return started < this.#restarts ? 'Preparing the next run' : 'Testing the network';
  }
}
