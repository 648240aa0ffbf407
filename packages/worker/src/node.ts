/** Entry for Node: long calls in workers, with progress, cancellation and restart. */
import { type ClientOptions, createClient, type ServiceClient } from './client.js';
import { type PoolOptions, poolOf, type ServicePool } from './pool.js';
import { parallelism, type SpawnOptions, spawner } from './spawn-node.js';

export * from './exports.js';

export interface ServiceOptions extends ClientOptions, SpawnOptions {}

export interface CreatePoolOptions extends ServiceOptions, PoolOptions {}

/** A service in one worker, started by the first call. */
export function createService(options: ServiceOptions = {}): ServiceClient {
  return createClient(spawner(options), options);
}

/** A service in up to `size` workers; as many as there are processors when absent. */
export function createPool(size = parallelism(), options: CreatePoolOptions = {}): ServicePool {
  return poolOf(() => createClient(spawner(options), options), size, options);
}
