/**
 * One worker from its start to its end. Promises that no message is posted before the worker is ready, and
 * that nothing is left behind once it has ended. Calls in flight at its end never settle: its owner sees to them.
 */
import { RetinoscopeError } from '@retinoscope/core-wasm';
import type { OnnxRuntimeOptions } from '@retinoscope/models';
import { expose, type Remote, releaseProxy, transfer, wrap } from 'comlink';
import type { SpawnWorker, WorkerHandle } from './handle.js';
import { type Envelope, isReady, type WorkerSide } from './wire.js';

export interface ProgressPort {
  readonly port: MessagePort;
  close(): void;
}

/** `listener` behind a port that can be closed from this side, whatever becomes of the worker. */
export function progressPort(listener: (progress: unknown) => void): ProgressPort {
  const { port1, port2 } = new MessageChannel();
  expose(listener, port1);
  return { port: port2, close: () => port1.close() };
}

export interface LiveWorkerOptions {
  readonly spawn: SpawnWorker;
  readonly onnx?: OnnxRuntimeOptions | (() => Promise<OnnxRuntimeOptions>);
  readonly onCrash: (worker: LiveWorker, error: RetinoscopeError) => void;
}

export class LiveWorker {
  /** Settles once calls are heard; rejects when the options are refused. */
  readonly ready: Promise<void>;
  readonly #handle: WorkerHandle;
  /** Held here, as a call hangs once its proxy is collected. */
  readonly #remote: Remote<WorkerSide>;

  constructor({ spawn, onnx, onCrash }: LiveWorkerOptions) {
    this.#handle = spawn();
    const { endpoint } = this.#handle;
    const listening = new Promise<void>((resolve) => {
      const listener = (event: Event) => {
        if (!isReady((event as MessageEvent).data)) return;
        endpoint.removeEventListener('message', listener);
        resolve();
      };
      endpoint.addEventListener('message', listener);
    });
    this.#handle.onEnd((reason, detail) => {
      const message = `The worker ended unexpectedly: ${reason}. The next call starts a new one.`;
      onCrash(this, new RetinoscopeError('worker', message, { reason, ...detail }));
    });
    this.#remote = wrap<WorkerSide>(endpoint);
    this.ready = listening.then(async () => {
      const options = typeof onnx === 'function' ? await onnx() : onnx;
      if (options) await this.#remote.configure(options);
    });
    endpoint.start?.();
  }

  /** `ports` stand somewhere in the arguments and are moved with them. */
  call(
    envelope: Envelope,
    progress?: ProgressPort,
    ports: readonly MessagePort[] = [],
  ): Promise<unknown> {
    const moved = transfer(envelope, [...ports]);
    if (!progress) return this.#remote.call(moved);
    return this.#remote.call(moved, transfer(progress.port, [progress.port]));
  }

  cancel(id: number): void {
    void this.#remote.cancel(id);
  }

  hold(busy: boolean): void {
    this.#handle.hold?.(busy);
  }

  end(): void {
    this.#remote[releaseProxy]();
    this.#handle.terminate();
  }
}
