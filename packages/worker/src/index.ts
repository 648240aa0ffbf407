/** Entry for browsers: long calls in workers, with progress, cancellation and restart. */
import { type ClientOptions, createClient, type ServiceClient } from './client.js';
import { placed, type SpawnOptions } from './placement.js';
import { type PoolOptions, poolOf, type ServicePool } from './pool.js';
import { parallelism, spawner } from './spawn-browser.js';

export * from './exports.js';

export interface ServiceOptions extends ClientOptions, SpawnOptions {}

export interface CreatePoolOptions extends ServiceOptions, PoolOptions {}

/** A service in one worker, started by the first call. */
export function createService(options: ServiceOptions = {}): ServiceClient {
  const used = placed(options);
  return createClient(spawner(used), used);
}

/** A service in up to `size` workers; as many as there are processors when absent. */
export function createPool(size = parallelism(), options: CreatePoolOptions = {}): ServicePool {
  const used = placed(options);
  return poolOf(() => createClient(spawner(used), used), size, used);
}
