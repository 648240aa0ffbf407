/**
 * What is posted between a client and its worker: one generic call, a cancellation, and the worker's ready
 * message. The requests and results inside are those of the protocol.
 */
import type { DatasetSource, FittedModel, OnnxRuntimeOptions } from '@retinoscope/models';
import type { ReplicaLink } from './peers.js';
import type {
  FitProgress,
  FitRequest,
  FitResult,
  RetinoscopeService,
  ServiceCall,
} from './protocol.js';

/** What a worker answers: the protocol, and a part in a fit by several workers, which only a pool asks for. */
export interface WorkerService extends RetinoscopeService {
  /** The result is replica 0's alone; the ports of `link` are moved with the call. */
  fitReplica(
    request: FitRequest,
    link: ReplicaLink,
    call?: ServiceCall<FitProgress>,
  ): Promise<ReplicaResult>;
}

export interface ReplicaResult {
  readonly model: FittedModel;
  readonly result?: FitResult;
}

export type Method = keyof WorkerService;

export interface Envelope {
  /** Unique in the client. */
  readonly id: number;
  readonly method: Method;
  /** Every argument before the `call`. */
  readonly args: readonly unknown[];
  /** Identity of the dataset asked about; equal keys mean the same dataset. */
  readonly sourceKey?: string;
}

/** What the worker exposes. `progress` is a port of the caller's, released by the worker at the end. */
export interface WorkerSide {
  call(envelope: Envelope, progress?: MessagePort): Promise<unknown>;
  /** Fires the signal of a running call; does nothing when it has ended. */
  cancel(id: number): void;
  /** Where ONNX Runtime finds its files; to be said before the first call. */
  configure(onnx: OnnxRuntimeOptions): void;
}

/** A call as the service in the worker gets it. */
export interface WorkerCall<Progress> extends ServiceCall<Progress> {
  readonly sourceKey?: string;
}

/** Posted by a worker once it listens; messages before it would be lost. */
export const readyMessage = { retinoscope: 'ready' } as const;

export function isReady(message: unknown): boolean {
  return (
    typeof message === 'object' &&
    message !== null &&
    'retinoscope' in message &&
    message.retinoscope === readyMessage.retinoscope
  );
}

const blobs = new WeakMap<Blob, number>();
let lastBlob = 0;

/**
 * A key of `source`, on the thread that made it: a Blob is known by its identity, which posting it loses.
 * Undefined for what has no JSON form.
 */
export function sourceKey(source: DatasetSource): string | undefined {
  try {
    return JSON.stringify(source, (_, value: unknown) => {
      if (value instanceof Blob) return { blob: blobNumber(value) };
      if (ArrayBuffer.isView(value)) return Array.from(value as Float32Array);
      return value;
    });
  } catch {
    return undefined;
  }
}

function blobNumber(blob: Blob): number {
  let number = blobs.get(blob);
  if (number === undefined) {
    number = ++lastBlob;
    blobs.set(blob, number);
  }
  return number;
}
