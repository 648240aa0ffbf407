/**
 * Sums over replicas in a memory that all of them see: each writes its values to a place of its own, tells its
 * arrival and waits for the others'. Promises never to hold the thread for longer than a short patience, after
 * which messages are heard between waits, so that a replica whose peers are paused, cancelled or gone does not
 * hang; and that the stop of one is told to all. Allocates nothing in a sum.
 */
import { RetinoscopeError } from '@retinoscope/core-wasm';
import { breathe, type Exchange } from '@retinoscope/models';
import { addTo } from './message-exchange.js';
import type { Peers } from './peers.js';

/** Milliseconds that the thread is held in one wait. */
const patience = 10;

/** Whether this thread can make a memory that its peers see: pages must be cross-origin isolated, Node need not. */
export function canShareMemory(): boolean {
  return typeof SharedArrayBuffer === 'function' && globalThis.crossOriginIsolated !== false;
}

/** Memory for `count` replicas and sums of up to `length` values; all of it zero. */
export function sharedMemory(count: number, length: number): SharedArrayBuffer {
  return new SharedArrayBuffer(layout(count, length).bytes);
}

/**
 * Byte offsets: whether one has stopped, and the sums that each has arrived at, int32; then for odd and for even
 * sums the scalars `[replica]`, float64, and the values `[replica, value]`, float32. A place is written again
 * two sums later, when every replica has arrived at the sum between and so has read it.
 */
function layout(count: number, length: number) {
  const stopped = 0;
  const arrived = stopped + 4;
  const scalars = Math.ceil((arrived + count * 4) / 8) * 8;
  const values = scalars + 2 * count * 8;
  return { stopped, arrived, scalars, values, bytes: values + 2 * count * length * 4 };
}

export class SharedExchange implements Exchange {
  readonly kind = 'shared memory';
  readonly index: number;
  readonly count: number;
  readonly #peers: Peers;
  readonly #stopped: Int32Array;
  /** By replica. */
  readonly #arrived: Int32Array;
  /** `[parity][replica]`. */
  readonly #scalars: readonly Float64Array[];
  readonly #values: readonly (readonly Float32Array[])[];
  #sums = 0;

  /** `memory` was made for as many replicas and this `length`. */
  constructor(peers: Peers, memory: SharedArrayBuffer, length: number) {
    const { index, count } = peers;
    const at = layout(count, length);
    this.index = index;
    this.count = count;
    this.#peers = peers;
    this.#stopped = new Int32Array(memory, at.stopped, 1);
    this.#arrived = new Int32Array(memory, at.arrived, count);
    const parities = [0, 1];
    this.#scalars = parities.map(
      (parity) => new Float64Array(memory, at.scalars + parity * count * 8, count),
    );
    this.#values = parities.map((parity) =>
      Array.from({ length: count }, (_, replica) => {
        const first = (parity * count + replica) * length;
        return new Float32Array(memory, at.values + first * 4, length);
      }),
    );
  }

  sum(values: Float32Array, scalar: number): number | Promise<number> {
    this.#peers.throwIfStopped();
    this.#sums++;
    const parity = this.#sums % 2;
    this.#values[parity][this.index].set(values);
    this.#scalars[parity][this.index] = scalar;
    Atomics.store(this.#arrived, this.index, this.#sums);
    Atomics.notify(this.#arrived, this.index);
    return this.#allArrived() ? this.#add(values) : this.#later(values);
  }

  /** Tells the others that this one takes no part in further sums. */
  stop(): void {
    Atomics.store(this.#stopped, 0, 1);
    for (let replica = 0; replica < this.count; replica++) Atomics.notify(this.#arrived, replica);
  }

  async #later(values: Float32Array): Promise<number> {
    do {
      await breathe();
      this.#peers.throwIfStopped();
    } while (!this.#allArrived());
    return this.#add(values);
  }

  /** Whether all arrive within the patience. A stop counts only for sums that cannot be had any more. */
  #allArrived(): boolean {
    const until = performance.now() + patience;
    for (let replica = 0; replica < this.count; replica++) {
      for (;;) {
        const at = Atomics.load(this.#arrived, replica);
        if (at >= this.#sums) break;
        if (Atomics.load(this.#stopped, 0) !== 0) throw peerStopped();
        const left = until - performance.now();
        if (left <= 0) return false;
        Atomics.wait(this.#arrived, replica, at, left);
      }
    }
    return true;
  }

  #add(values: Float32Array): number {
    const parity = this.#sums % 2;
    const length = values.length;
    const [first, ...others] = this.#values[parity];
    values.set(first.subarray(0, length));
    for (const other of others) addTo(values, other);
    return this.#scalars[parity].reduce((sum, scalar) => sum + scalar, 0);
  }
}

/** Not the cause of the failure: that is told by whoever stopped. */
function peerStopped(): RetinoscopeError {
  return new RetinoscopeError('cancelled', 'Another worker of this fit has stopped.');
}
