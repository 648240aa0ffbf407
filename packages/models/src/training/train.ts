/**
 * The training loop: runs steps to the end, lets messages be heard and reports on the way. Promises that a
 * cancelled training rejects within a slice, and that a paused one takes no step but those asked for.
 */
import type { Engine } from '@retinoscope/core-wasm';
import { throwIfCancelled } from '../errors.js';
import type { LongCall } from '../recording/index.js';
import { breathe } from './breathe.js';
import { filterMaps } from './filters.js';
import type { TrainingGate } from './gate.js';
import type { TrainingRun } from './run.js';
import type { FitProgress, FitSpec, ReceptiveField, Replicas } from './types.js';

export interface Training {
  readonly run: TrainingRun;
  readonly engine: Engine;
  readonly field: ReceptiveField;
  readonly spec: FitSpec;
  readonly replicas?: Replicas;
}

export interface TrainingCall extends LongCall<FitProgress> {
  readonly control?: TrainingGate;
}

/** Milliseconds of training between two looks at messages and the clock. */
const sliceMilliseconds = 25;
/** Milliseconds between two progress reports. */
const reportEvery = 100;

/** Runs to the end, reporting and listening on the way; seconds spent in training itself. */
export async function train(
  { run, engine, field, spec, replicas }: Training,
  { signal, onProgress, control }: TrainingCall,
): Promise<number> {
  const { settings, snapshotEvery } = spec;
  let milliseconds = 0;
  let reported = Number.NEGATIVE_INFINITY;
  let shown = Number.NEGATIVE_INFINITY;
  const interval = Math.min(reportEvery, snapshotEvery ?? reportEvery);
  const report = (validated = false) => {
    const now = performance.now();
    const paused = control?.paused ?? false;
    if (!validated && !paused && now - reported < interval && !run.finished) return;
    reported = now;
    const snapshot = snapshotEvery !== undefined && (now - shown >= snapshotEvery || paused);
    if (snapshot) shown = now;
    const seconds = milliseconds / 1000;
    const last = run.history[run.history.length - 1];
    onProgress?.({
      kind: 'training',
      restart: 0,
      step: run.step,
      steps: settings.steps,
      seconds,
      secondsLeft: run.finished
        ? 0
        : (seconds / Math.max(run.step, 1)) * (settings.steps - run.step),
      samplesPerSecond: seconds > 0 ? (run.step * settings.batch) / seconds : 0,
      loss: run.recentLoss(),
      validation: validated ? { loss: last.validationLoss, cc: last.validationCC } : undefined,
      filters: snapshot ? filterMaps(engine, field.temporal) : undefined,
      paused,
      replicas,
    });
  };
  while (!run.finished) {
    throwIfCancelled(signal);
    if (control && !control.take()) {
      report();
      await control.opened(signal);
      continue;
    }
    const started = performance.now();
    let validated = false;
    do {
      const advance = run.advance();
      validated = (advance instanceof Promise ? await advance : advance) !== undefined;
    } while (
      !run.finished &&
      !validated &&
      !control?.paused &&
      performance.now() - started < sliceMilliseconds
    );
    milliseconds += performance.now() - started;
    report(validated);
    await breathe();
  }
  return milliseconds / 1000;
}
