/**
 * The worker's side of the boundary: answers the calls of one client with a service. Promises to fire a
 * call's signal when it is cancelled, to deliver all progress before the result, to release the progress
 * port, and to move results. Knows no platform: the endpoint is given.
 */
import type { OnnxRuntimeOptions } from '@retinoscope/models';
import { type Endpoint, expose, releaseProxy, transfer, wrap } from 'comlink';
import { installErrorTransfer } from './errors.js';
import { buffersOf, pack } from './transfer.js';
import {
  type Envelope,
  readyMessage,
  type WorkerCall,
  type WorkerService,
  type WorkerSide,
} from './wire.js';

export interface ServeOptions {
  /** What the service keeps between calls; its buffers are copied into results, never moved. */
  readonly kept?: () => unknown;
  /** Takes the client's options, before the first call. */
  readonly configure?: (onnx: OnnxRuntimeOptions) => void;
}

export function serve(
  service: WorkerService,
  endpoint: Endpoint,
  options: ServeOptions = {},
): void {
  installErrorTransfer();
  const running = new Map<number, AbortController>();

  const side: WorkerSide = {
    async call({ id, method, args, sourceKey }: Envelope, port?: MessagePort) {
      const controller = new AbortController();
      running.set(id, controller);
      const progress = port && reporter(port);
      const call: WorkerCall<unknown> = {
        signal: controller.signal,
        onProgress: progress?.report,
        sourceKey,
      };
      try {
        const run = service[method] as (...args: unknown[]) => Promise<unknown>;
        const { value, buffers } = pack(
          await run.call(service, ...args, call),
          buffersOf(options.kept?.()),
        );
        await progress?.delivered();
        return isObject(value) ? transfer(value, buffers) : value;
      } finally {
        running.delete(id);
        progress?.release();
      }
    },
    configure(onnx) {
      options.configure?.(onnx);
    },
    cancel(id) {
      running.get(id)?.abort();
    },
  };

  expose(side, endpoint);
  endpoint.postMessage(readyMessage);
}

interface Reporter {
  report(progress: unknown): void;
  /** Settles once the caller has had the last report. */
  delivered(): Promise<void>;
  release(): void;
}

function reporter(port: MessagePort): Reporter {
  const remote = wrap<(progress: unknown) => void>(port);
  let last: Promise<void> = Promise.resolve();
  return {
    report(progress) {
      last = remote(pack(progress).value).catch(() => undefined);
    },
    delivered: () => last,
    release: () => remote[releaseProxy](),
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
