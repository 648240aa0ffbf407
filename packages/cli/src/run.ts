/**
 * One run of a command: its workers, its progress, and its end. Promises that an interrupt cancels what is going
 * on, and that no worker and no bar is left whatever happens.
 */
import { createPool, type FitProgress, type ServicePool } from '@retinoscope/worker';
import { progressBar } from './progress.js';

export interface Run {
  readonly call: {
    readonly signal: AbortSignal;
    readonly onProgress: (progress: FitProgress) => void;
  };
}

export interface RunOptions {
  /** Workers at the most; 1 when absent. */
  readonly workers?: number;
  readonly restarts?: number;
}

export async function withService<Result>(
  { workers = 1, restarts = 1 }: RunOptions,
  work: (service: ServicePool, run: Run) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const interrupt = () => controller.abort();
  process.once('SIGINT', interrupt);
  const service = createPool(workers);
  const bar = progressBar(restarts);
  const onProgress = (progress: FitProgress) => bar.update(progress);
  try {
    return await work(service, { call: { signal: controller.signal, onProgress } });
  } finally {
    bar.stop();
    service.terminate();
    process.removeListener('SIGINT', interrupt);
  }
}
