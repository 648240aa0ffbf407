/**
 * The other replicas of a fit, as one of them sees them: a port to each. Promises that messages wait in the
 * order they came until they are asked for, that whoever waits for one is told when this replica is cancelled,
 * and that nothing is heard or held once it is closed.
 */
import { RetinoscopeError } from '@retinoscope/core-wasm';
import type { Replica } from '@retinoscope/models';
import { cancelled } from './errors.js';

/** One replica's place among those of a fit, and its ways to the others. */
export interface ReplicaLink extends Pick<Replica, 'index' | 'count'> {
  /** To each other replica, in the order of their indices. */
  readonly ports: readonly MessagePort[];
  /** Whether gradients may lie in a shared memory, where there is one; in messages otherwise. */
  readonly sharedMemory: boolean;
}

/** Links of `count` replicas, each to all others, to be moved into their threads. */
export function linkReplicas(count: number, sharedMemory: boolean): ReplicaLink[] {
  const ports = Array.from({ length: count }, () => new Array<MessagePort>(count));
  for (let a = 0; a < count; a++) {
    for (let b = a + 1; b < count; b++) {
      const { port1, port2 } = new MessageChannel();
      ports[a][b] = port1;
      ports[b][a] = port2;
    }
  }
  return ports.map((row, index) => ({
    index,
    count,
    ports: row.filter((_, peer) => peer !== index),
    sharedMemory,
  }));
}

interface Peer {
  readonly port: MessagePort;
  readonly arrived: unknown[];
  waiting?: { resolve(message: unknown): void; reject(error: RetinoscopeError): void };
}

export class Peers {
  readonly index: number;
  readonly count: number;
  /** By replica; this one's own place is empty. */
  readonly #peers: readonly (Peer | undefined)[];
  readonly #signal?: AbortSignal;
  #stopped?: RetinoscopeError;

  constructor({ index, count, ports }: ReplicaLink, signal?: AbortSignal) {
    this.index = index;
    this.count = count;
    this.#signal = signal;
    this.#peers = Array.from({ length: count }, (_, peer) => {
      if (peer === index) return undefined;
      return this.#listen(ports[peer < index ? peer : peer - 1]);
    });
    if (signal?.aborted) this.#cancel();
    signal?.addEventListener('abort', this.#cancel);
  }

  /** Indices of the others. */
  get others(): number[] {
    return this.#peers.flatMap((peer, index) => (peer ? index : []));
  }

  send(to: number, message: unknown, transfer: Transferable[] = []): void {
    this.#peers[to]?.port.postMessage(message, transfer);
  }

  /** The next message of replica `from`; one call at a time for each. */
  async receive(from: number): Promise<unknown> {
    const peer = this.#peers[from];
    if (peer && peer.arrived.length > 0) return peer.arrived.shift();
    this.throwIfStopped();
    return new Promise((resolve, reject) => {
      if (peer) peer.waiting = { resolve, reject };
    });
  }

  throwIfStopped(): void {
    if (this.#stopped) throw this.#stopped;
  }

  /** Lets go of the ports; whoever still waits is told `reason`. */
  close(reason: RetinoscopeError = cancelled()): void {
    this.#signal?.removeEventListener('abort', this.#cancel);
    this.#stop(reason);
    for (const peer of this.#peers) {
      if (!peer) continue;
      peer.port.onmessage = null;
      peer.port.onmessageerror = null;
      peer.port.close();
    }
  }

  readonly #cancel = () => this.#stop(cancelled());

  #stop(error: RetinoscopeError): void {
    this.#stopped ??= error;
    for (const peer of this.#peers) {
      peer?.waiting?.reject(this.#stopped);
      if (peer) peer.waiting = undefined;
    }
  }

  #listen(port: MessagePort): Peer {
    const peer: Peer = { port, arrived: [] };
    port.onmessage = ({ data }: MessageEvent) => {
      const { waiting } = peer;
      peer.waiting = undefined;
      if (waiting) waiting.resolve(data);
      else peer.arrived.push(data);
    };
    port.onmessageerror = () =>
      this.#stop(
        new RetinoscopeError('worker', 'A message between the workers of a fit could not be read.'),
      );
    return peer;
  }
}
