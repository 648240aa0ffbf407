/**
 * The one file that owns ONNX Runtime: loading, creating, running and releasing, one thing at a time.
 * Promises that untrusted models and inputs end in a result or a `RetinoscopeError`, and never fetch other files.
 * Does not interrupt a run that has entered WebAssembly, nor give its memory back to the system: end the worker for both.
 * An input is cut along its first axis, so a model that mixes samples of a batch gives other results in parts.
 */
import type { InferenceSession } from 'onnxruntime-web/wasm';
import { RetinoscopeError, throwIfCancelled } from '../errors.js';
import type { ModelCard, ModelValue, Tensor, TensorData } from '../files/types.js';
import type { LongCall, WorkProgress } from '../recording/types.js';
import { affordableRuns } from './affordable.js';
import { type CostModel, shortName } from './cost/estimate.js';
import { fetchWasm } from './fetch-wasm.js';
import { graphOf } from './graph.js';
import {
  checkShape,
  checkValues,
  convertValues,
  type InputType,
  inputTypes,
  isInputType,
  type RunPlan,
  smallestShape,
} from './input.js';
import { withCappedMemory } from './memory-cap.js';
import { asRow, isOfRows, joinOutputs, type OutputPart, readOutput } from './output.js';
import {
  type Provider,
  providerOf,
  relativeDifference,
  trialWork,
  wasmAtOnce,
} from './provider.js';
import { parseOnnx } from './read.js';
import { requireRunnable } from './refuse.js';
import { isFatal, loadError, runtimeError, stoppedError } from './runtime-errors.js';
import { createGpuSession, type GpuSession, gpuAdapter } from './runtime-gpu.js';
import { onnxFormat, runtimeSettings } from './runtime-options.js';
import { identityModel } from './write.js';

type OnnxRuntime = typeof import('onnxruntime-web/wasm');

/** Asked of a run. */
export interface OnnxCall extends LongCall<WorkProgress> {
  /** Names of the outputs wanted; the model's first when left out. */
  readonly outputs?: readonly string[];
  /** Outputs that are not one row for each sample are not given, where a run in parts would otherwise end in an error. */
  readonly rowsOnly?: boolean;
}

export interface OnnxOutput {
  /** The outputs asked for, in that order; their first axis as long as the input's when the model keeps a batch axis. */
  readonly outputs: readonly { readonly name: string; readonly output: Tensor }[];
  /** The first of them. */
  readonly output: Tensor;
  readonly outputName: string;
  /** What ran it, and why. */
  readonly provider: Provider;
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
  extra: onnxFormat,
};

/** Seconds that WebGPU may take to compile a model before it is given up. */
const mostWarmUp = 5;

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
      return new Session(ort, session, bytes, card, input, cost);
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
  /** Known once WebGPU was tried, or there is none. */
  private provider: Provider | undefined;
  private gpu: GpuSession | undefined;

  constructor(
    private readonly ort: OnnxRuntime,
    private readonly session: InferenceSession,
    private readonly model: Uint8Array,
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
    const heavy = this.workOf(tensor, plan) >= trialWork;
    const oneByOne = plan.pad && plan.step === 1;
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
        return this.runPart(values, dims, names, heavy, call);
      });
      for (const [name, of] of parts) {
        const output = readOutput(made[name], name);
        of.push({ tensor: call.rowsOnly && oneByOne ? asRow(output) : output, count, given });
      }
      call.onProgress?.({
        kind: 'work',
        done: (first + count) / plan.samples,
        what: 'Running the model',
      });
    }
    const partsOf = (name: string) => parts.get(name) ?? [];
    const outputs = names
      .filter((name) => !call.rowsOnly || partsOf(name).every(isOfRows))
      .map((name) => ({ name, output: joinOutputs(partsOf(name), name) }));
    if (outputs.length === 0) throw noRows(names);
    const provider = this.provider ?? wasmAtOnce;
    return { outputs, output: outputs[0].output, outputName: outputs[0].name, provider };
  }

  /** Multiply-adds of all runs of a plan. */
  private workOf(tensor: Tensor, { samples, step }: RunPlan): number {
    const shape = tensor.shape.map((length, axis) => (axis === 0 ? step : length));
    return this.cost(shape).multiplyAdds * Math.ceil(samples / step);
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
    values: TensorData,
    dims: readonly number[],
    names: readonly string[],
    heavy: boolean,
    call: OnnxCall,
  ): Promise<InferenceSession.OnnxValueMapType> {
    if (this.gpu) {
      try {
        return await this.gpu.run(this.input, values, dims, names);
      } catch {
        this.endGpu('WebGPU stopped in the middle of its work.');
      }
    }
    const started = performance.now();
    const made = await this.runInWasm(values, dims, names);
    const wasmSeconds = (performance.now() - started) / 1000;
    if (heavy && !this.provider) {
      this.provider = await this.tryGpu(values, dims, made, wasmSeconds, call);
    }
    return made;
  }

  private async runInWasm(
    values: TensorData,
    dims: readonly number[],
    names: readonly string[],
  ): Promise<InferenceSession.OnnxValueMapType> {
    const feed = new this.ort.Tensor(this.input.type, values, dims);
    try {
      return await this.session.run({ [this.input.name]: feed }, [...new Set(names)]);
    } catch (error) {
      throw noteFailure(runtimeError(error, this.card), error);
    }
  }

  /** The same run on WebGPU, twice: the first one compiles. */
  private async tryGpu(
    values: TensorData,
    dims: readonly number[],
    made: InferenceSession.OnnxValueMapType,
    wasmSeconds: number,
    call: OnnxCall,
  ): Promise<Provider> {
    const heard = (came: number) =>
      call.onProgress?.({ kind: 'work', done: 0, what: 'Loading WebGPU’s build', bytes: { came } });
    const names = Object.keys(made);
    try {
      const adapter = await gpuAdapter();
      if (adapter === undefined) return { name: 'wasm', reason: 'There is no WebGPU adapter.' };
      const { gpuWasm, wasmBinary } = runtimeSettings.options;
      if (wasmBinary) return { name: 'wasm', reason: 'This page holds no build for WebGPU.' };
      const fetched = gpuWasm === undefined ? undefined : await fetchWasm(String(gpuWasm), heard);
      const gpu = await createGpuSession(this.model, fetched);
      this.gpu = gpu;
      const warm = performance.now();
      await gpu.run(this.input, values, dims, names);
      const warmSeconds = (performance.now() - warm) / 1000;
      if (warmSeconds > mostWarmUp + 5 * wasmSeconds) {
        this.endGpu(`WebGPU (${adapter}) took too long to begin.`);
        return this.provider ?? wasmAtOnce;
      }
      const started = performance.now();
      const again = await gpu.run(this.input, values, dims, names);
      const gpuSeconds = (performance.now() - started) / 1000;
      const differences = names.map((name) =>
        relativeDifference(numbersOf(made, name), numbersOf(again, name)),
      );
      const difference = Math.max(...differences);
      const provider = providerOf({ wasmSeconds, gpuSeconds, difference, adapter });
      if (provider.name === 'wasm') this.endGpu(provider.reason);
      return provider;
    } catch {
      this.endGpu('WebGPU could not run this model.');
      return this.provider ?? wasmAtOnce;
    }
  }

  private endGpu(reason: string): void {
    this.provider = { name: 'wasm', reason };
    this.gpu?.release().catch(() => undefined);
    this.gpu = undefined;
  }

  dispose(): Promise<void> {
    this.released ??= queue.then(() => {
      this.gpu?.release().catch(() => undefined);
      return failure ? undefined : this.session.release();
    });
    queue = this.released.catch(() => undefined);
    return this.released;
  }

  private throwIfReleased(): void {
    if (this.released) {
      throw new RetinoscopeError('model', 'The model was closed; open it again to run it.');
    }
  }
}

function noRows(names: readonly string[]): RetinoscopeError {
  return new RetinoscopeError(
    'model',
    `No output of the model has a row for each sample of its input: ${names.map((name) => `"${shortName(name)}"`).join(', ')}. A model that gives a rate for each sample is accepted.`,
    { found: names },
  );
}

function numbersOf(values: InferenceSession.OnnxValueMapType, name: string): Float32Array {
  return Float32Array.from(readOutput(values[name], name).data, Number);
}

/** Lets messages in between parts, an abort among them. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
