/**
 * Several workers behind one service: each call goes to the first idle one, the restarts of a fit run side by
 * side, and one fit is spread over several workers where that pays. Promises that a worker is started only when
 * every other is busy, that an idle one is reused, and that restarts × replicas never exceed the pool's size.
 */
import { RetinoscopeError, throwIfCancelled } from '@retinoscope/core-wasm';
import type { ReplicaClient, ServiceClient } from './client.js';
import { toRetinoscopeError } from './errors.js';
import type {
  FitProgress,
  FitRequest,
  FitResult,
  RetinoscopeService,
  ServiceCall,
} from './protocol.js';
import { fitReplicas, replicasOf, requireReplicas } from './replicas.js';
import { bestFit, RestartProgress } from './restarts.js';

export interface ServicePool extends ServiceClient {
  /** Workers at the most. */
  readonly size: number;
  /** One run from one seed, over `replicas` workers at once or as many as pay. */
  readonly fit: ServiceClient['fit'];
  /**
   * Fits from `settings.restarts` seeds, counted up from `settings.seed`, and gives the one of the smallest
   * validation loss. A restart that fails is left out; the call fails when all do or when it is cancelled.
   */
  fitRestarts(request: FitRequest, call?: ServiceCall<FitProgress>): Promise<FitResult>;
}

export interface PoolOptions {
  /** Whether workers that train one model together may share a memory, where the page allows it; true when absent. */
  readonly sharedMemory?: boolean;
}

/** Restarts of one call at the most. */
const mostRestarts = 1000;

export function poolOf(
  createClient: () => ReplicaClient,
  size: number,
  options: PoolOptions = {},
): ServicePool {
  return new Pool(createClient, Math.max(1, Math.floor(size) || 1), options);
}

class Pool implements ServicePool {
  readonly size: number;
  readonly #createClient: () => ReplicaClient;
  readonly #sharedMemory: boolean;
  readonly #clients: ReplicaClient[] = [];
  readonly #crashListeners = new Set<(error: RetinoscopeError) => void>();

  constructor(
    createClient: () => ReplicaClient,
    size: number,
    { sharedMemory = true }: PoolOptions,
  ) {
    this.#createClient = createClient;
    this.#sharedMemory = sharedMemory;
    this.size = size;
  }

  readonly describe: RetinoscopeService['describe'] = (...args) => this.#client().describe(...args);
  readonly simulate: RetinoscopeService['simulate'] = (...args) => this.#client().simulate(...args);
  readonly receptiveField: RetinoscopeService['receptiveField'] = (...args) =>
    this.#client().receptiveField(...args);
  readonly measure: RetinoscopeService['measure'] = (...args) => this.#client().measure(...args);
  readonly predict: RetinoscopeService['predict'] = (...args) => this.#client().predict(...args);
  readonly exportOnnx: RetinoscopeService['exportOnnx'] = (...args) =>
    this.#client().exportOnnx(...args);
  readonly onnxInput: RetinoscopeService['onnxInput'] = (...args) =>
    this.#client().onnxInput(...args);
  readonly openOnnx: RetinoscopeService['openOnnx'] = (...args) => this.#client().openOnnx(...args);
  readonly runOnnx: RetinoscopeService['runOnnx'] = (...args) => this.#client().runOnnx(...args);
  readonly runStimulus: RetinoscopeService['runStimulus'] = (...args) =>
    this.#client().runStimulus(...args);
  readonly explain: RetinoscopeService['explain'] = (...args) => this.#client().explain(...args);
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

  async fit(request: FitRequest, call: ServiceCall<FitProgress> = {}): Promise<FitResult> {
    const replicas = await this.#replicas(request, this.size, call);
    return this.#fitWith(request, replicas, call);
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
    const asked = request.replicas ?? 1;
    const beside = Math.min(restarts, Math.max(1, Math.floor(this.size / asked)));
    const replicas = await this.#replicas(request, Math.floor(this.size / beside), call);
    const lanes = Math.min(restarts, Math.max(1, Math.floor(this.size / replicas)));
    throwIfCancelled(call.signal);
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
          results[restart] = await this.#fitWith({ ...request, settings }, replicas, {
            signal,
            onProgress: (value) => progress.heard(restart, value),
          });
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

  /** One run over up to `replicas` idle workers; in one that is shared with other calls when none is idle. */
  #fitWith(
    request: FitRequest,
    replicas: number,
    call: ServiceCall<FitProgress>,
  ): Promise<FitResult> {
    const clients = replicas > 1 ? this.#idle(replicas) : [];
    if (clients.length < 2) return this.#client().fit(request, call);
    return fitReplicas(clients, request, call, this.#sharedMemory);
  }

  /** Workers for one run: as many as asked for or as pay, `available` at the most. */
  async #replicas(
    request: FitRequest,
    available: number,
    call: ServiceCall<FitProgress>,
  ): Promise<number> {
    const { replicas: asked } = request;
    if (asked === undefined) return replicasOf(this, request, available, call);
    requireReplicas(asked);
    return Math.min(asked, available);
  }

  /** The first idle client, else a new one, else the least busy. */
  #client(): ReplicaClient {
    const [idle] = this.#idle(1);
    if (idle) return idle;
    return this.#clients.reduce((least, client) =>
      client.pending < least.pending ? client : least,
    );
  }

  /** Up to `most` clients without a call, those that have a worker first. */
  #idle(most: number): ReplicaClient[] {
    const idle = this.#clients.filter((client) => client.pending === 0).slice(0, most);
    while (idle.length < most && this.#clients.length < this.size) {
      const client = this.#createClient();
      client.onCrash((error) => {
        for (const listener of [...this.#crashListeners]) listener(error);
      });
      this.#clients.push(client);
      idle.push(client);
    }
    return idle;
  }
}
