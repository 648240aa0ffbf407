/**
 * What another library is asked for: one training step of a network on a batch that stays the same, with Adam.
 * Its data and parameters are handed over as plain arrays; it may place and compile them before it is timed.
 */
import type { Job } from './rows.js';

export interface PeerTask {
  readonly batch: number;
  readonly lags: number;
  /** Side of a frame, squares. */
  readonly side: number;
  readonly filters: number;
  /** Side of a filter, squares. */
  readonly filterSide: number;
  /** The batch's windows `[batch, lag, y, x]`. */
  readonly windows: Float32Array;
  /** Spike counts `[batch]`. */
  readonly counts: Float32Array;
  /** First layer `[filter, lag, y, x]`. */
  readonly weights: Float32Array;
  /** A second layer of as many filters, 3 × 3, `[filter, channel, y, x]`. */
  readonly secondWeights?: Float32Array;
  /** Dense weights `[filter, y, x]` over the last layer. */
  readonly readout: Float32Array;
  /** Patches of the windows `[batch, y, x, lag, filter y, filter x]`, one for each position of a filter. */
  patches(): Float32Array;
}

/** One way of writing the step with a library. */
export interface PeerVariant {
  /** What it is called in the table: the library, and how the convolution is written where that is a choice. */
  readonly by: string;
  /** What it is given that the engine is not. */
  granted(task: PeerTaskSize): string;
  /** Why a task cannot be done or is not tried; undefined where it is. */
  refuses(task: PeerTaskSize): string | undefined;
  prepare(task: PeerTask): Promise<PeerJob>;
}

/** A step, compiled. */
export interface PeerJob extends Job {
  /** Mean Poisson loss of the parameters as they are: a check that the same network is trained. */
  loss(): number;
}

export interface PeerTaskSize {
  readonly batch: number;
  /** Convolutions. */
  readonly layers: number;
}

/** Another library, as peers/*.mjs give it. */
export interface Peer {
  readonly name: string;
  readonly variants: readonly PeerVariant[];
  /** Loads it, on one thread. */
  open(place: PeerPlace): Promise<void>;
}

export interface PeerPlace {
  /** Address or path, ending in a slash, of a package's own WebAssembly files. */
  readonly tensorflow: string;
}
