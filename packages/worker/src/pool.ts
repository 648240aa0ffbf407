/**
 * Several workers behind one service: each call goes to the first idle one, and the restarts of a fit run side
 * by side. Promises that a worker is started only when every other is busy, and that an idle one is reused.
 */
import { RetinoscopeError, throwIfCancelled } from '@retinoscope/core-wasm';
import type { ServiceClient } from './client.js';
import { toRetinoscopeError } from './errors.js';
import type {
  FitProgress,
  FitRequest,
  FitResult,
  RetinoscopeService,
  ServiceCall,
} from './protocol.js';
import { bestFit, RestartProgress } from './restarts.js';

export interface ServicePool extends ServiceClient {
  /** Workers at the most. */
  readonly size: number;
  /**
   * Fits from `settings.restarts` seeds, counted up from `settings.seed`, and gives the one of the smallest
   * validation loss. A restart that fails is left out; the call fails when all do or when it is cancelled.
   */
  fitRestarts(request: FitRequest, call?: ServiceCall<FitProgress>): Promise<FitResult>;
}

/** Restarts of one call at the most. */
const mostRestarts = 1000;

export function poolOf(createClient: () => ServiceClient, size: number): ServicePool {
  return new Pool(createClient, Math.max(1, Math.floor(size) || 1));
}

class Pool implements ServicePool {
  readonly size: number;
  readonly #createClient: () => ServiceClient;
  readonly #clients: ServiceClient[] = [];
  readonly #crashListeners = new Set<(error: RetinoscopeError) => void>();

  constructor(createClient: () => ServiceClient, size: number) {
    this.#createClient = createClient;
    this.size = size;
  }

  readonly describe: RetinoscopeService['describe'] = (...args) => this.#client().describe(...args);
  readonly simulate: RetinoscopeService['simulate'] = (...args) => this.#client().simulate(...args);
  readonly receptiveField: RetinoscopeService['receptiveField'] = (...args) =>
    this.#client().receptiveField(...args);
  readonly fit: RetinoscopeService['fit'] = (...args) => this.#client().fit(...args);
  readonly predict: RetinoscopeService['predict'] = (...args) => this.#client().predict(...args);
  readonly exportOnnx: RetinoscopeService['exportOnnx'] = (...args) =>
    this.#client().exportOnnx(...args);
  readonly onnxInput: RetinoscopeService['onnxInput'] = (...args) =>
    this.#client().onnxInput(...args);
  readonly openOnnx: RetinoscopeService['openOnnx'] = (...args) => this.#client().openOnnx(...args);
  readonly runOnnx: RetinoscopeService['runOnnx'] = (...args) => this.#client().runOnnx(...args);
  readonly inspect: RetinoscopeService['inspect'] = (...args) => this.#client().inspect(...args);
  readonly readArray: RetinoscopeService['readArray'] = (...args) =>
    this.#client().readArray(...args);

  /** Reaches every fit that runs. */
  readonly control: RetinoscopeService['control'] = async (command) => {
    const reached = await Promise.all(this.#clients.map((client) => client.control(command)));
    return reached.includes(true);
  };

  get pending(): number {
    return this.#clients.reduce((sum, client) => sum + client.pending, 0);
  }

  onCrash(listener: (error: RetinoscopeError) => void): () => void {
    this.#crashListeners.add(listener);
    return () => this.#crashListeners.delete(listener);
  }

  terminate(): void {
    for (const client of this.#clients) client.terminate();
  }

  async fitRestarts(request: FitRequest, call: ServiceCall<FitProgress> = {}): Promise<FitResult> {
    const { restarts, seed } = request.settings;
    if (!Number.isInteger(restarts) || restarts < 1 || restarts > mostRestarts) {
      throw new RetinoscopeError(
        'settings',
        `The number of restarts is ${restarts}; a whole number from 1 to ${mostRestarts} is accepted.`,
        { field: 'restarts', expected: [1, mostRestarts], found: restarts },
      );
    }
    throwIfCancelled(call.signal);
    const lanes = Math.min(this.size, restarts);
    const controller = new AbortController();
    const cancel = () => controller.abort();
    call.signal?.addEventListener('abort', cancel, { once: true });
    let listenerError: unknown;
    const progress = new RestartProgress(restarts, lanes, (value) => {
      try {
        call.onProgress?.(value);
      } catch (thrown) {
        listenerError ??= thrown;
        cancel();
      }
    });
    const { signal } = controller;
    const results: FitResult[] = [];
    const failures: unknown[] = [];
    let next = 0;
    const lane = async () => {
      while (next < restarts && !signal.aborted) {
        const restart = next++;
        const settings = { ...request.settings, seed: seed + restart, restarts: 1 };
        progress.started();
        try {
          results[restart] = await this.#client().fit(
            { ...request, settings },
            { signal, onProgress: (value) => progress.heard(restart, value) },
          );
        } catch (thrown) {
          failures.push(thrown);
        }
        progress.ended(restart);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    call.signal?.removeEventListener('abort', cancel);
    if (listenerError !== undefined) throw toRetinoscopeError(listenerError);
    throwIfCancelled(signal);
    const fits = results.filter((result) => result !== undefined);
    if (fits.length === 0) throw toRetinoscopeError(failures[0]);
    return bestFit(fits);
  }

  /** The first idle client, else a new one, else the least busy. */
  #client(): ServiceClient {
    const idle = this.#clients.find((client) => client.pending === 0);
    if (idle) return idle;
    if (this.#clients.length < this.size) {
      const client = this.#createClient();
      client.onCrash((error) => {
        for (const listener of [...this.#crashListeners]) listener(error);
      });
      this.#clients.push(client);
      return client;
    }
    return this.#clients.reduce((least, client) =>
      client.pending < least.pending ? client : least,
    );
  }
}
