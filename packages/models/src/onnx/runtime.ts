/**
 * The one file that owns ONNX Runtime: loading, creating, running and releasing, one thing at a time.
 * Promises that untrusted models and inputs end in a result or a `RetinoscopeError`, and never fetch other files.
 * Does not interrupt a run that has entered WebAssembly, nor give its memory back to the system: end the worker for both.
 * An input is cut along its first axis, so a model that mixes samples of a batch gives other results in parts.
 */
import type { InferenceSession } from 'onnxruntime-web/wasm';
import { RetinoscopeError, throwIfCancelled } from '../errors.js';
import type { ModelCard, ModelValue, Tensor } from '../files/types.js';
import type { LongCall, WorkProgress } from '../recording/types.js';
import {
  checkShape,
  checkValues,
  convertValues,
  type InputType,
  inputTypes,
  isInputType,
  planRuns,
} from './input.js';
import { withCappedMemory } from './memory-cap.js';
import { joinOutputs, type OutputPart, readOutput } from './output.js';
import { parseOnnx } from './read.js';
import { isFatal, loadError, runtimeError, stoppedError } from './runtime-errors.js';
import { runtimeSettings } from './runtime-options.js';
import { identityModel } from './write.js';

type OnnxRuntime = typeof import('onnxruntime-web/wasm');

export interface OnnxOutput {
  /** The model's first output; its first axis as long as the input's when the model keeps a batch axis. */
  readonly output: Tensor;
  readonly outputName: string;
}

export interface OnnxSession {
  readonly card: ModelCard;
  /**
   * Runs the model, in parts where the batch is fixed or large. The signal is heeded between parts.
   * Errors: `model` for a shape that does not fit (naming the one accepted) or a failed run,
   * `data` for values that are not finite or do not fit the type, `memory`, `cancelled`.
   */
  run(input: Tensor, call?: LongCall<WorkProgress>): Promise<OnnxOutput>;
  /** Releases the model; a second call does nothing. */
  dispose(): Promise<void>;
}

/** One execution provider; errors only in the log. */
const sessionOptions: InferenceSession.SessionOptions = {
  executionProviders: ['wasm'],
  logSeverityLevel: 3,
};

let runtime: Promise<OnnxRuntime> | undefined;
let failure: RetinoscopeError | undefined;
let queue: Promise<unknown> = Promise.resolve();

/**
 * Opens a model for running. Errors: `file` for bytes that are not ONNX, `model` for external data,
 * unsupported operators, or other than one tensor input; `worker` when ONNX Runtime cannot be started.
 */
export async function openOnnx(bytes: Uint8Array): Promise<OnnxSession> {
  const { card, external } = parseOnnx(bytes);
  if (external !== undefined) {
    throw new RetinoscopeError(
      'model',
      `The model keeps its tensor "${external}" in another file; only models with all their data in one .onnx file are accepted.`,
      { tensor: external },
    );
  }
  const input = onlyInput(card);
  return enqueue(async () => {
    const ort = await loadRuntime();
    try {
      const session = await ort.InferenceSession.create(bytes, sessionOptions);
      return new Session(ort, session, card, input);
    } catch (error) {
      throw noteFailure(runtimeError(error, card), error);
    }
  });
}

/** Creation, runs and releases share one wasm heap and must not overlap. */
function enqueue<T>(task: () => Promise<T>): Promise<T> {
  const result = queue.then(() => {
    if (failure) throw failure;
    return task();
  });
  queue = result.catch(() => undefined);
  return result;
}

function noteFailure(error: RetinoscopeError, cause: unknown): RetinoscopeError {
  if (isFatal(cause)) failure = stoppedError(cause);
  return failure ?? error;
}

function loadRuntime(): Promise<OnnxRuntime> {
  runtimeSettings.inUse = true;
  runtime ??= startRuntime().catch((error: unknown) => {
    runtime = undefined;
    runtimeSettings.inUse = false;
    throw error;
  });
  return runtime;
}

async function startRuntime(): Promise<OnnxRuntime> {
  const { wasm, wasmBinary, threads = 1 } = runtimeSettings.options;
  const address = wasm === undefined ? undefined : String(wasm);
  const local = address?.startsWith('file:');
  const [ort, binary] = await Promise.all([
    import('onnxruntime-web/wasm').catch((error: unknown) => {
      throw loadError('could not be loaded', error);
    }),
    wasmBinary ?? (address === undefined || local ? undefined : fetchWasm(address)),
  ]);
  ort.env.logLevel = 'error';
  ort.env.wasm.proxy = false;
  ort.env.wasm.numThreads = globalThis.crossOriginIsolated === true ? Math.max(1, threads) : 1;
  ort.env.wasm.wasmBinary = binary;
  ort.env.wasm.wasmPaths = local ? { wasm: address } : undefined;
  try {
    // The runtime starts with its first model; ours keeps failures to start apart from failures of models.
    const first = await withCappedMemory(() =>
      ort.InferenceSession.create(identityModel(), sessionOptions),
    );
    await first.release();
  } catch (error) {
    // ONNX Runtime does not try twice to start.
    failure = loadError('could not be started', error);
    throw failure;
  }
  ort.env.wasm.wasmBinary = undefined;
  return ort;
}

const wasmMagic = 0x6d736100;

/**
 * ONNX Runtime gives up for good when its own fetch fails, and a server's error page looks to it like broken code:
 * fetching here lets a second try succeed and says what was wrong.
 */
async function fetchWasm(address: string): Promise<ArrayBuffer> {
  let found: string;
  try {
    const response = await fetch(address, { credentials: 'same-origin' });
    const bytes = await response.arrayBuffer();
    const isWasm = bytes.byteLength >= 8 && new DataView(bytes).getUint32(0, true) === wasmMagic;
    if (response.ok && isWasm) return bytes;
    found = response.ok ? 'another kind of file' : `status ${response.status}`;
  } catch (error) {
    throw loadError(`could not be fetched from ${shortAddress(address)}`, error);
  }
  throw loadError(`was not found at ${shortAddress(address)} (${found})`);
}

function shortAddress(address: string): string {
  return address.length > 200 ? `${address.slice(0, 200)}…` : address;
}

function onlyInput(card: ModelCard): ModelValue & { readonly type: InputType } {
  const [input] = card.inputs;
  if (card.inputs.length !== 1) {
    const names = card.inputs.map((each) => `"${each.name}"`).join(', ');
    throw new RetinoscopeError(
      'model',
      card.inputs.length === 0
        ? 'The model has no input; models with one input are accepted.'
        : `The model has ${card.inputs.length} inputs (${names}); models with one input are accepted.`,
      { inputs: card.inputs.map((each) => each.name) },
    );
  }
  if (!isInputType(input.type)) {
    throw new RetinoscopeError(
      'model',
      `The model's input "${input.name}" is of type ${input.type}; ${inputTypes.join(', ')} are accepted.`,
      { name: input.name, found: input.type, expected: inputTypes },
    );
  }
  return { ...input, type: input.type };
}

class Session implements OnnxSession {
  private released: Promise<void> | undefined;

  constructor(
    private readonly ort: OnnxRuntime,
    private readonly session: InferenceSession,
    readonly card: ModelCard,
    private readonly input: ModelValue & { readonly type: InputType },
  ) {}

  async run(tensor: Tensor, call: LongCall<WorkProgress> = {}): Promise<OnnxOutput> {
    throwIfCancelled(call.signal);
    checkShape(tensor, this.input);
    checkValues(tensor, this.input.type);
    const plan = planRuns(tensor, this.input);
    const outputName = this.card.outputs[0].name;
    const parts: OutputPart[] = [];
    for (let first = 0; first < plan.samples; first += plan.step) {
      if (first > 0) await nextTask();
      const count = Math.min(plan.step, plan.samples - first);
      const given = plan.pad ? plan.step : count;
      const part = await enqueue(async () => {
        throwIfCancelled(call.signal);
        this.throwIfReleased();
        const values = convertValues(tensor.data, this.input.type, {
          from: first * plan.sampleSize,
          to: (first + count) * plan.sampleSize,
          length: given * plan.sampleSize,
        });
        const dims = tensor.shape.map((length, axis) => (axis === 0 ? given : length));
        return this.runPart(new this.ort.Tensor(this.input.type, values, dims), outputName);
      });
      parts.push({ tensor: part, count, given });
      call.onProgress?.({
        kind: 'work',
        done: (first + count) / plan.samples,
        what: 'Running the model',
      });
    }
    return { output: joinOutputs(parts, outputName), outputName };
  }

  private async runPart(feed: InstanceType<OnnxRuntime['Tensor']>, name: string): Promise<Tensor> {
    let outputs: InferenceSession.OnnxValueMapType;
    try {
      outputs = await this.session.run({ [this.input.name]: feed }, [name]);
    } catch (error) {
      throw noteFailure(runtimeError(error, this.card), error);
    }
    return readOutput(outputs[name], name);
  }

  dispose(): Promise<void> {
    this.released ??= queue.then(() => (failure ? undefined : this.session.release()));
    queue = this.released.catch(() => undefined);
    return this.released;
  }

  private throwIfReleased(): void {
    if (this.released) {
      throw new RetinoscopeError('model', 'The model was closed; open it again to run it.');
    }
  }
}

/** Lets messages in between parts, an abort among them. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
