/** Progress of a long call as a bar on stderr, where that is a terminal; elsewhere nothing is written. */
import type { FitProgress } from '@retinoscope/worker';
import { Presets, SingleBar } from 'cli-progress';

export interface ProgressBar {
  update(progress: FitProgress): void;
  /** Takes the bar away. */
  stop(): void;
}

export function progressBar(restarts = 1, stream = process.stderr): ProgressBar {
  if (!stream.isTTY) return { update: () => undefined, stop: () => undefined };
  const bar = new SingleBar(
    {
      format: '{what} [{bar}] {percentage}% {note}',
      stream,
      clearOnComplete: true,
      hideCursor: true,
      gracefulExit: false,
      barsize: 30,
    },
    Presets.shades_classic,
  );
  const steps = new Map<number, number>();
  let started = false;
  return {
    update(progress) {
      const shown = progress.kind === 'work' ? work(progress) : training(progress, steps, restarts);
      const payload = { what: shown.what, note: shown.note };
      if (started) bar.update(shown.done * 1000, payload);
      else bar.start(1000, shown.done * 1000, payload);
      started = true;
    },
    stop: () => bar.stop(),
  };
}

interface Shown {
  readonly done: number;
  readonly what: string;
  readonly note: string;
}

function work({ done, what }: Extract<FitProgress, { kind: 'work' }>): Shown {
  return { done, what, note: '' };
}

/** Of `restarts` runs, whose shares done are kept in `shares`. */
function training(
  progress: Extract<FitProgress, { kind: 'training' }>,
  shares: Map<number, number>,
  restarts: number,
): Shown {
  shares.set(progress.restart, progress.step / progress.steps);
  const done = [...shares.values()].reduce((sum, share) => sum + share, 0) / restarts;
  const rate = Math.round(progress.samplesPerSecond / 1000);
  return {
    done,
    what: 'Training',
    note: `loss ${progress.loss.toFixed(5)}, ${rate}k samples/s, ${Math.ceil(progress.secondsLeft)} s left`,
  };
}
