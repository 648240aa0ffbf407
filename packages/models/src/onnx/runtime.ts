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
import { affordableRuns } from './affordable.js';
import { type CostModel, shortName } from './cost/estimate.js';
import { graphOf } from './graph.js';
import {
  checkShape,
  checkValues,
  convertValues,
  type InputType,
  inputTypes,
  isInputType,
  smallestShape,
} from './input.js';
import { withCappedMemory } from './memory-cap.js';
import { joinOutputs, type OutputPart, readOutput } from './output.js';
import { parseOnnx } from './read.js';
import { requireRunnable } from './refuse.js';
import { isFatal, loadError, runtimeError, stoppedError } from './runtime-errors.js';
import { runtimeSettings } from './runtime-options.js';
import { identityModel } from './write.js';

type OnnxRuntime = typeof import('onnxruntime-web/wasm');

/** Asked of a run. */
export interface OnnxCall extends LongCall<WorkProgress> {
  /** Names of the outputs wanted; the model's first when left out. */
  readonly outputs?: readonly string[];
}

export interface OnnxOutput {
  /** The outputs asked for, in that order; their first axis as long as the input's when the model keeps a batch axis. */
  readonly outputs: readonly { readonly name: string; readonly output: Tensor }[];
  /** The first of them. */
  readonly output: Tensor;
  readonly outputName: string;
}

export interface OnnxSession {
  readonly card: ModelCard;
  /**
   * Runs the model, in parts where the batch is fixed or large. The signal is heeded between parts.
   * Errors: `model` for a shape that does not fit (naming the one accepted), more work than the limits allow (naming
   * how many samples fit), an output that the model lacks, or a failed run, `data` for values that are not finite or do not fit the type, `memory`, `cancelled`.
   */
  run(input: Tensor, call?: OnnxCall): Promise<OnnxOutput>;
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
 * unsupported operators, other than one tensor input, or a graph that `requireRunnable` refuses before ONNX Runtime
 * sees it; `memory` for values that are too large; `worker` when ONNX Runtime cannot be started.
 */
export async function openOnnx(
  bytes: Uint8Array,
  call: LongCall<WorkProgress> = {},
): Promise<OnnxSession> {
  const parsed = parseOnnx(bytes);
  const { card } = parsed;
  const graph = graphOf(parsed);
  const input = onlyInput(card);
  const cost = requireRunnable(graph, smallestShape(input));
  return enqueue(async () => {
    const ort = await loadRuntime(call);
    try {
      const session = await ort.InferenceSession.create(bytes, sessionOptions);
      return new Session(ort, session, card, input, cost);
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

function loadRuntime(call: LongCall<WorkProgress>): Promise<OnnxRuntime> {
  runtimeSettings.inUse = true;
  runtime ??= startRuntime(call).catch((error: unknown) => {
    runtime = undefined;
    runtimeSettings.inUse = false;
    throw error;
  });
  return runtime;
}

async function startRuntime(call: LongCall<WorkProgress>): Promise<OnnxRuntime> {
  const { wasm, wasmBinary, wasmBytes, threads = 1 } = runtimeSettings.options;
  const heard = (came: number) =>
    call.onProgress?.({
      kind: 'work',
      done: wasmBytes ? Math.min(1, came / wasmBytes) : 0,
      what: 'Loading ONNX Runtime',
      bytes: { came, ...(wasmBytes === undefined ? {} : { all: wasmBytes }) },
    });
  const address = wasm === undefined ? undefined : String(wasm);
  const local = address?.startsWith('file:');
  const [ort, binary] = await Promise.all([
    import('onnxruntime-web/wasm').catch((error: unknown) => {
      throw loadError('could not be loaded', error);
    }),
    wasmBinary ?? (address === undefined || local ? undefined : fetchWasm(address, heard)),
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
async function fetchWasm(address: string, heard: (came: number) => void): Promise<ArrayBuffer> {
  let found: string;
  try {
    const response = await fetch(address, { credentials: 'same-origin' });
    const bytes = await bodyOf(response, heard);
    const isWasm = bytes.byteLength >= 8 && new DataView(bytes).getUint32(0, true) === wasmMagic;
    if (response.ok && isWasm) return bytes;
    found = response.ok ? 'another kind of file' : `status ${response.status}`;
  } catch (error) {
    throw loadError(`could not be fetched from ${shortAddress(address)}`, error);
  }
  throw loadError(`was not found at ${shortAddress(address)} (${found})`);
}

/** Milliseconds between two reports of a download. */
const reportInterval = 100;

async function bodyOf(response: Response, heard: (came: number) => void): Promise<ArrayBuffer> {
  if (!response.body || !response.ok) return response.arrayBuffer();
  let came = 0;
  let told = 0;
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(part, controller) {
      came += part.length;
      const now = performance.now();
      if (now - told > reportInterval) {
        told = now;
        heard(came);
      }
      controller.enqueue(part);
    },
  });
  const bytes = await new Response(response.body.pipeThrough(counted)).arrayBuffer();
  heard(bytes.byteLength);
  return bytes;
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
    private readonly cost: CostModel,
  ) {}

  async run(tensor: Tensor, call: OnnxCall = {}): Promise<OnnxOutput> {
    throwIfCancelled(call.signal);
    checkShape(tensor, this.input);
    checkValues(tensor, this.input.type);
    const names = this.outputNames(call.outputs);
    const plan = affordableRuns(tensor, this.input, this.cost);
    const parts = new Map<string, OutputPart[]>(names.map((name) => [name, []]));
    for (let first = 0; first < plan.samples; first += plan.step) {
      if (first > 0) await nextTask();
      const count = Math.min(plan.step, plan.samples - first);
      const given = plan.pad ? plan.step : count;
      const made = await enqueue(async () => {
        throwIfCancelled(call.signal);
        this.throwIfReleased();
        const values = convertValues(tensor.data, this.input.type, {
          from: first * plan.sampleSize,
          to: (first + count) * plan.sampleSize,
          length: given * plan.sampleSize,
        });
        const dims = tensor.shape.map((length, axis) => (axis === 0 ? given : length));
        return this.runPart(new this.ort.Tensor(this.input.type, values, dims), names);
      });
      for (const [name, of] of parts)
        of.push({ tensor: readOutput(made[name], name), count, given });
      call.onProgress?.({
        kind: 'work',
        done: (first + count) / plan.samples,
        what: 'Running the model',
      });
    }
    const outputs = names.map((name) => ({
      name,
      output: joinOutputs(parts.get(name) ?? [], name),
    }));
    return { outputs, output: outputs[0].output, outputName: outputs[0].name };
  }

  private outputNames(asked: readonly string[] = []): readonly string[] {
    const names = this.card.outputs.map((output) => output.name);
    for (const name of asked) {
      if (names.includes(name)) continue;
      throw new RetinoscopeError(
        'model',
        `The model has no output "${shortName(name)}"; it has ${names.map((each) => `"${shortName(each)}"`).join(', ')}.`,
        { found: name, expected: names },
      );
    }
    return asked.length > 0 ? asked : names.slice(0, 1);
  }

  private async runPart(
    feed: InstanceType<OnnxRuntime['Tensor']>,
    names: readonly string[],
  ): Promise<InferenceSession.OnnxValueMapType> {
    try {
      return await this.session.run({ [this.input.name]: feed }, [...new Set(names)]);
    } catch (error) {
      throw noteFailure(runtimeError(error, this.card), error);
    }
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
