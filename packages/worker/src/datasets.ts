/** Datasets kept open between calls, since a request carries only where its dataset comes from. */
import { RetinoscopeError } from '@retinoscope/core-wasm';
import type { Dataset, DatasetSource, LongCall, WorkProgress } from '@retinoscope/models';

export type OpenDataset = (source: DatasetSource, call: LongCall<WorkProgress>) => Promise<Dataset>;

/** Keeps the last `capacity` datasets opened. Forgets a failure, so that a retry works. */
export class DatasetMemo {
  readonly #open: OpenDataset;
  readonly #capacity: number;
  /** Least recently used first. */
  readonly #kept = new Map<string, { promise: Promise<Dataset>; dataset?: Dataset }>();

  constructor(open: OpenDataset, capacity = 2) {
    this.#open = open;
    this.#capacity = capacity;
  }

  /** Those that are open now. */
  get datasets(): Dataset[] {
    return [...this.#kept.values()].flatMap(({ dataset }) => dataset ?? []);
  }

  async open(
    source: DatasetSource,
    key: string | undefined,
    call: LongCall<WorkProgress> = {},
  ): Promise<Dataset> {
    if (key === undefined) return this.#open(source, call);
    for (;;) {
      const kept = this.#kept.get(key);
      if (!kept) return this.#start(key, source, call);
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      try {
        return await kept.promise;
      } catch (thrown) {
        // The call that was opening it was cancelled; this one was not.
        const retry = thrown instanceof RetinoscopeError && thrown.kind === 'cancelled';
        if (!retry || call.signal?.aborted) throw thrown;
      }
    }
  }

  async #start(key: string, source: DatasetSource, call: LongCall<WorkProgress>): Promise<Dataset> {
    const entry: { promise: Promise<Dataset>; dataset?: Dataset } = {
      promise: this.#open(source, call),
    };
    this.#kept.set(key, entry);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#capacity) break;
      this.#kept.delete(oldest);
    }
    try {
      entry.dataset = await entry.promise;
      return entry.dataset;
    } catch (thrown) {
      if (this.#kept.get(key) === entry) this.#kept.delete(key);
      throw thrown;
    }
  }
}
