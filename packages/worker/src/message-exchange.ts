/**
 * Sums over replicas by messages: each sends its values to every other, in buffers that are moved, not copied,
 * and that come back filled with the other's values. Needs no shared memory. Allocates no buffer after it is made.
 */
import { RetinoscopeError } from '@retinoscope/core-wasm';
import type { Exchange } from '@retinoscope/models';
import type { Peers } from './peers.js';

/** Before the values: number of the sum and the scalar, float64. */
const headerNumbers = 2;
const headerBytes = headerNumbers * Float64Array.BYTES_PER_ELEMENT;

export class MessageExchange implements Exchange {
  readonly kind = 'messages';
  readonly index: number;
  readonly count: number;
  readonly #peers: Peers;
  readonly #others: readonly number[];
  /** By replica: the buffer to be sent to it next. */
  readonly #buffers: ArrayBuffer[] = [];
  #sums = 0;

  /** For sums of up to `length` values. */
  constructor(peers: Peers, length: number) {
    this.index = peers.index;
    this.count = peers.count;
    this.#peers = peers;
    this.#others = peers.others;
    for (const other of this.#others) {
      const bytes = headerBytes + length * Float32Array.BYTES_PER_ELEMENT;
      this.#buffers[other] = new ArrayBuffer(bytes);
    }
  }

  sum(values: Float32Array, scalar: number): Promise<number> {
    this.#peers.throwIfStopped();
    this.#sums++;
    for (const other of this.#others) {
      const buffer = this.#buffers[other];
      new Float64Array(buffer, 0, headerNumbers).set([this.#sums, scalar]);
      new Float32Array(buffer, headerBytes).set(values);
      this.#peers.send(other, buffer, [buffer]);
    }
    return this.#gather(values, scalar);
  }

  /** In the order of the replicas: `values`, this one's own, comes between those before and those after it. */
  async #gather(values: Float32Array, scalar: number): Promise<number> {
    let before: Float32Array | undefined;
    let sum = 0;
    for (let replica = 0; replica < this.count; replica++) {
      if (replica === this.index) {
        if (before) addTo(values, before);
        sum += scalar;
        continue;
      }
      const buffer = (await this.#peers.receive(replica)) as ArrayBuffer;
      const [number, theirs] = new Float64Array(buffer, 0, headerNumbers);
      if (number !== this.#sums) throw outOfStep(this.#sums, number);
      const received = new Float32Array(buffer, headerBytes, values.length);
      if (replica > this.index) addTo(values, received);
      else if (before) addTo(before, received);
      else before = received;
      sum += theirs;
      this.#buffers[replica] = buffer;
    }
    return sum;
  }
}

/** Rounds to float32 at every term, so that all replicas round alike; a + b is b + a to the bit. */
export function addTo(sum: Float32Array, values: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] += values[i];
}

function outOfStep(expected: number, found: number): RetinoscopeError {
  return new RetinoscopeError(
    'worker',
    `The workers of this fit are out of step: sum ${found} came in the place of sum ${expected}. Start it again.`,
    { expected, found },
  );
}
