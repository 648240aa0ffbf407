/**
 * The page's or command's side of the boundary: a RetinoscopeService whose work is done by a worker.
 * Promises that the worker is started by the first call and reused, that a call always settles, that a
 * cancelled one does so within the grace period, and that the call after a crash or an end starts anew.
 * Does not queue: calls at the same time share the one worker.
 */
import { RetinoscopeError } from '@retinoscope/core-wasm';
import type { DatasetSource, OnnxRuntimeOptions } from '@retinoscope/models';
import { cancelled, installErrorTransfer, toRetinoscopeError } from './errors.js';
import type { SpawnWorker } from './handle.js';
import { LiveWorker, type ProgressPort, progressPort } from './live-worker.js';
import type { RetinoscopeService, ServiceCall } from './protocol.js';
import { type Method, sourceKey, type WorkerService } from './wire.js';

export interface ServiceClient extends RetinoscopeService {
  /** Ends the worker and rejects what is pending; the next call starts a new worker. */
  terminate(): void;
  /** Hears of every crash of the worker; the returned function stops listening. */
  onCrash(listener: (error: RetinoscopeError) => void): () => void;
  /** Calls that have not settled. */
  readonly pending: number;
}

/** What a pool asks of its clients: to take part in a fit by several workers as well. */
export type ReplicaClient = ServiceClient & Pick<WorkerService, 'fitReplica'>;

export interface ClientOptions {
  /** Milliseconds a worker is given to heed a cancellation before it is ended; 1000 when absent. */
  readonly cancelGrace?: number;
  /** Where ONNX Runtime finds its files: as a build serves them. A relative address is taken from the page. */
  readonly onnx?: OnnxRuntimeOptions | (() => Promise<OnnxRuntimeOptions>);
}

interface PendingCall {
  /** Sends the call to the current worker. */
  send(): void;
  fail(error: RetinoscopeError): void;
  readonly cancelled: boolean;
}

interface CallSpec {
  readonly method: Method;
  readonly args: readonly unknown[];
  readonly source?: DatasetSource;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: never) => void;
  /** Moved with the call, which can therefore not start over in another worker. */
  readonly ports?: readonly MessagePort[];
}

export function createClient(spawn: SpawnWorker, options: ClientOptions = {}): ReplicaClient {
  installErrorTransfer();
  return new Client(spawn, options);
}

/** With an address that means the same in the worker. */
function absolute(onnx: OnnxRuntimeOptions): OnnxRuntimeOptions {
  if (onnx.wasm === undefined) return onnx;
  const page = (globalThis as { location?: { href: string } }).location;
  return { ...onnx, wasm: new URL(onnx.wasm, page?.href).href };
}

class Client implements ReplicaClient {
  readonly #spawn: SpawnWorker;
  readonly #cancelGrace: number;
  readonly #onnx?: OnnxRuntimeOptions | (() => Promise<OnnxRuntimeOptions>);
  readonly #pending = new Map<number, PendingCall>();
  readonly #crashListeners = new Set<(error: RetinoscopeError) => void>();
  #worker?: LiveWorker;
  #lastId = 0;

  constructor(spawn: SpawnWorker, { cancelGrace = 1000, onnx }: ClientOptions) {
    this.#spawn = spawn;
    this.#cancelGrace = cancelGrace;
    this.#onnx = typeof onnx === 'function' ? onnx : onnx && absolute(onnx);
  }

  readonly describe: RetinoscopeService['describe'] = (source, call) =>
    this.#call({ method: 'describe', args: [source], source, ...pick(call) });

  readonly simulate: RetinoscopeService['simulate'] = (request, call) =>
    this.#call({ method: 'simulate', args: [request], ...pick(call) });

  readonly receptiveField: RetinoscopeService['receptiveField'] = (request, call) =>
    this.#call({
      method: 'receptiveField',
      args: [request],
      source: request.source,
      ...pick(call),
    });

  readonly fit: RetinoscopeService['fit'] = (request, call) =>
    this.#call({ method: 'fit', args: [request], source: request.source, ...pick(call) });

  readonly fitReplica: WorkerService['fitReplica'] = (request, link, call) =>
    this.#call({
      method: 'fitReplica',
      args: [request, link],
      source: request.source,
      ports: link.ports,
      ...pick(call),
    });

  readonly control: RetinoscopeService['control'] = async (command) =>
    this.#worker ? this.#call<boolean>({ method: 'control', args: [command] }) : false;

  readonly measure: RetinoscopeService['measure'] = (request, call) =>
    this.#call({
      method: 'measure',
      args: [request],
      source: request.run.request.source,
      ...pick(call),
    });

  readonly predict: RetinoscopeService['predict'] = (request, call) =>
    this.#call({ method: 'predict', args: [request], source: request.source, ...pick(call) });

  readonly exportOnnx: RetinoscopeService['exportOnnx'] = (model, variant, notes) =>
    this.#call({ method: 'exportOnnx', args: [model, variant, notes] });

  readonly onnxInput: RetinoscopeService['onnxInput'] = (request) =>
    this.#call({ method: 'onnxInput', args: [request], source: request.source });

  readonly openOnnx: RetinoscopeService['openOnnx'] = (model) =>
    this.#call({ method: 'openOnnx', args: [model] });

  readonly runOnnx: RetinoscopeService['runOnnx'] = (request, call) =>
    this.#call({ method: 'runOnnx', args: [request], ...pick(call) });

  readonly runStimulus: RetinoscopeService['runStimulus'] = (request, call) =>
    this.#call({ method: 'runStimulus', args: [request], ...pick(call) });

  readonly explain: RetinoscopeService['explain'] = (request, call) =>
    this.#call({ method: 'explain', args: [request], ...pick(call) });

  readonly inspect: RetinoscopeService['inspect'] = (file) =>
    this.#call({ method: 'inspect', args: [file] });

  readonly readArray: RetinoscopeService['readArray'] = (file, variable) =>
    this.#call({ method: 'readArray', args: [file, variable] });

  get pending(): number {
    return this.#pending.size;
  }

  onCrash(listener: (error: RetinoscopeError) => void): () => void {
    this.#crashListeners.add(listener);
    return () => this.#crashListeners.delete(listener);
  }

  terminate(): void {
    this.#endWorker();
    const error = new RetinoscopeError('worker', 'The worker was ended before the call was done.');
    for (const call of [...this.#pending.values()]) call.fail(error);
  }

  #call<Result>({ method, args, source, signal, onProgress, ports }: CallSpec): Promise<Result> {
    if (signal?.aborted) return Promise.reject(cancelled());
    return new Promise<Result>((resolve, reject) => {
      const id = ++this.#lastId;
      const envelope = { id, method, args, sourceKey: source && sourceKey(source) };
      let sentTo: LiveWorker | undefined;
      let progress: ProgressPort | undefined;
      let refusal: RetinoscopeError | undefined;
      let grace: ReturnType<typeof setTimeout> | undefined;

      const settle = (end: () => void) => {
        if (!this.#pending.delete(id)) return;
        clearTimeout(grace);
        signal?.removeEventListener('abort', onAbort);
        progress?.close();
        if (this.#pending.size === 0) this.#worker?.hold(false);
        end();
      };
      const fail = (error: RetinoscopeError) => settle(() => reject(refusal ?? error));
      const stop = (error: RetinoscopeError) => {
        if (refusal) return;
        refusal = error;
        const worker = sentTo;
        if (!worker) return fail(error);
        worker.cancel(id);
        grace = setTimeout(() => this.#replaceWorker(worker), this.#cancelGrace);
      };
      const onAbort = () => stop(cancelled());
      const heard = (value: unknown) => {
        if (refusal || !this.#pending.has(id)) return;
        try {
          onProgress?.(value as never);
        } catch (thrown) {
          stop(toRetinoscopeError(thrown));
        }
      };
      const send = () => {
        if (ports && sentTo) return fail(interrupted());
        try {
          const worker = this.#startedWorker();
          worker.hold(true);
          sentTo = undefined;
          progress?.close();
          const start = () => {
            if (worker !== this.#worker || !this.#pending.has(id)) return;
            sentTo = worker;
            progress = onProgress && progressPort(heard);
            worker.call(envelope, progress, ports).then(
              (value) => settle(() => (refusal ? reject(refusal) : resolve(value as Result))),
              (thrown: unknown) => fail(toRetinoscopeError(thrown)),
            );
          };
          worker.ready.then(start, (thrown: unknown) => fail(toRetinoscopeError(thrown)));
        } catch (thrown) {
          fail(toRetinoscopeError(thrown));
        }
      };

      signal?.addEventListener('abort', onAbort, { once: true });
      this.#pending.set(id, {
        send,
        fail,
        get cancelled() {
          return refusal !== undefined;
        },
      });
      send();
    });
  }

  #startedWorker(): LiveWorker {
    try {
      this.#worker ??= new LiveWorker({
        spawn: this.#spawn,
        onnx: this.#onnx,
        onCrash: (worker, error) => this.#crashed(worker, error),
      });
      return this.#worker;
    } catch (thrown) {
      const { message } = toRetinoscopeError(thrown);
      const said = `A worker could not be started. ${message}`;
      throw new RetinoscopeError('worker', said, {}, { cause: thrown });
    }
  }

  #crashed(worker: LiveWorker, error: RetinoscopeError): void {
    if (worker !== this.#worker) return;
    this.#endWorker();
    for (const call of [...this.#pending.values()]) call.fail(error);
    for (const listener of [...this.#crashListeners]) listener(error);
  }

  /** Ends a worker that did not heed a cancellation; the calls that were not cancelled start over in a new one. */
  #replaceWorker(worker: LiveWorker): void {
    if (worker !== this.#worker) return;
    this.#endWorker();
    for (const call of [...this.#pending.values()]) {
      if (call.cancelled) call.fail(cancelled());
      else call.send();
    }
  }

  #endWorker(): void {
    this.#worker?.end();
    this.#worker = undefined;
  }
}

function interrupted(): RetinoscopeError {
  return new RetinoscopeError(
    'worker',
    'A worker that trained this model with others had to be ended for another call. Start the training again.',
  );
}

function pick<Progress>(call: ServiceCall<Progress> | undefined): Partial<CallSpec> {
  return { signal: call?.signal, onProgress: call?.onProgress };
}
