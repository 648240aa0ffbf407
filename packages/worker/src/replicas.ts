/**
 * One fit by several workers at once, from the side that waits for it. Promises that all of them settle before
 * the fit does, that when one fails, crashes or is cancelled the others are stopped and its error is the fit's,
 * and that a result is given only when every replica ended with the same parameters to the bit.
 */
import { RetinoscopeError } from '@retinoscope/core-wasm';
import {
  defaultLags,
  fitMemory,
  isDrawn,
  memoryBudget,
  replicasThatPay,
  type SimulatedSource,
  type StimulusSize,
  specificationOf,
} from '@retinoscope/models';
import type { ReplicaClient } from './client.js';
import { toRetinoscopeError } from './errors.js';
import { linkReplicas } from './peers.js';
import type {
  FitProgress,
  FitRequest,
  FitResult,
  RetinoscopeService,
  ServiceCall,
} from './protocol.js';

/** Replicas of one fit at the most. */
const mostReplicas = 64;

export function requireReplicas(replicas: number): void {
  if (Number.isInteger(replicas) && replicas >= 1 && replicas <= mostReplicas) return;
  throw new RetinoscopeError(
    'settings',
    `The number of replicas is ${replicas}; a whole number from 1 to ${mostReplicas} is accepted.`,
    { field: 'replicas', expected: [1, mostReplicas], found: replicas },
  );
}

/**
 * Workers of `available` for a fit that does not say how many: as many as pay and have memory together. Opens
 * the dataset where it is asked how large it is.
 */
export async function replicasOf(
  service: Pick<RetinoscopeService, 'describe'>,
  request: FitRequest,
  available: number,
  { signal, onProgress }: ServiceCall<FitProgress>,
): Promise<number> {
  const { source, crop, version, lags = defaultLags, rank, layers, settings } = request;
  if (available < 2 || settings.noise > 0) return 1;
  const opened = () => service.describe(source, { signal, onProgress });
  const { height, width } =
    crop ?? (source.kind === 'simulated' ? simulatedSize(source.cell) : await opened());
  const channels = version === 1 ? 1 : (rank ?? lags);
  const paying = replicasThatPay({ channels, height, width, layers, settings }, available);
  if (paying === 1) return 1;
  const { total } = fitMemory(await opened(), request, { drawn: isDrawn(source) });
  return Math.max(1, Math.min(paying, Math.floor(memoryBudget / total)));
}

function simulatedSize(cell: SimulatedSource['cell']): StimulusSize {
  return specificationOf(cell);
}

/** Replica 0, of the first client, reports progress, is paused and stepped, and gives the result. */
export async function fitReplicas(
  clients: readonly ReplicaClient[],
  request: FitRequest,
  { signal, onProgress }: ServiceCall<FitProgress>,
  sharedMemory: boolean,
): Promise<FitResult> {
  const controller = new AbortController();
  const stop = () => controller.abort();
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  const links = linkReplicas(clients.length, sharedMemory);
  try {
    const ends = await Promise.allSettled(
      clients.map(async (client, index) => {
        const call = {
          signal: controller.signal,
          onProgress: index === 0 ? onProgress : undefined,
        };
        try {
          return await client.fitReplica(request, links[index], call);
        } catch (thrown) {
          stop();
          throw toRetinoscopeError(thrown);
        }
      }),
    );
    const errors = ends.flatMap((end) =>
      end.status === 'rejected' ? (end.reason as RetinoscopeError) : [],
    );
    // Those that were stopped say that they were cancelled.
    const [error = errors[0]] = errors.filter(({ kind }) => kind !== 'cancelled');
    if (error) throw error;
    const [first, ...others] = ends.flatMap((end) => (end.status === 'fulfilled' ? end.value : []));
    const { parameters } = first.model;
    if (!others.every(({ model }) => same(parameters, model.parameters))) throw driftedApart();
    if (!first.result) throw new Error('Replica 0 gave no result.');
    return first.result;
  } finally {
    signal?.removeEventListener('abort', stop);
    // Does nothing to those that were moved to a worker.
    for (const { ports } of links) for (const port of ports) port.close();
  }
}

/** Whether plain data are equal, numbers and values of arrays to the bit. */
function same(a: unknown, b: unknown): boolean {
  if (a instanceof Float32Array && b instanceof Float32Array) {
    return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
  }
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return Object.is(a, b);
  const [ours, theirs] = [Object.entries(a), new Map(Object.entries(b))];
  return (
    ours.length === theirs.size && ours.every(([field, value]) => same(value, theirs.get(field)))
  );
}

function driftedApart(): RetinoscopeError {
  return new RetinoscopeError(
    'worker',
    'The workers that trained this model together ended with different parameters, so the result was dropped. Train it with one worker (replicas: 1).',
  );
}
