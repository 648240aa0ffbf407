/**
 * The service itself, on the thread it is called on: each call handed to the domain. Promises the protocol's
 * meaning of every call, and that the last datasets stay open. Knows no worker and no platform.
 */
import {
  computeReceptiveField,
  configureOnnxRuntime,
  type Dataset,
  type DatasetSource,
  explainStimulus,
  exportOnnx,
  fitCell,
  inspectFile,
  type OnnxRuntimeOptions,
  onnxWindows,
  openDataset,
  predictDataset,
  type Replica,
  readArray,
  readModelCard,
  runStimulus,
  simulateNpz,
  TrainingGate,
  throwIfCancelled,
  trainReplica,
  type WorkProgress,
} from '@retinoscope/models';
import { DatasetMemo } from './datasets.js';
import { describeDataset } from './describe.js';
import { OnnxSessions } from './onnx-sessions.js';
import type { FitProgress, FitRequest, FitResult } from './protocol.js';
import { joinReplicas } from './replica.js';
import { sourceKey, type WorkerCall, type WorkerService } from './wire.js';

export interface LocalService extends WorkerService {
  /** Error `settings` when ONNX Runtime was already loaded with other options. */
  configure(onnx: OnnxRuntimeOptions): void;
  /** Everything that is kept between calls; results may share its arrays. */
  kept(): unknown;
}

export function createLocalService(): LocalService {
  const memo = new DatasetMemo(openDataset);
  const gates = new Set<TrainingGate>();
  const sessions = new OnnxSessions();

  /** Opens the dataset of a call; its progress and cancellation are the call's. */
  const open = (source: DatasetSource, call: WorkerCall<WorkProgress> = {}): Promise<Dataset> =>
    memo.open(source, call.sourceKey ?? sourceKey(source), call);

  /** A fit that `control` reaches; `replica` says its place among several. */
  const fit = async (
    { source, ...spec }: FitRequest,
    call: WorkerCall<FitProgress> = {},
    replica?: Replica,
  ): Promise<FitResult> => {
    const control = new TrainingGate();
    gates.add(control);
    try {
      const dataset = await open(source, call);
      const { signal, onProgress } = call;
      return await fitCell(dataset, spec, { signal, onProgress, control, replica });
    } finally {
      gates.delete(control);
    }
  };

  return {
    configure: configureOnnxRuntime,

    kept: () =>
      memo.datasets.map(({ training, test, truth }) => [training.counts, test?.counts, truth]),

    async describe(source, call) {
      return describeDataset(await open(source, call));
    },

    async simulate({ spec, frames, seed }, call) {
      return simulateNpz(spec, { frames, seed }, call);
    },

    async receptiveField({ source, ...selection }, call) {
      return computeReceptiveField(await open(source, call), selection, call);
    },

    fit: (request, call) => fit(request, call),

    async fitReplica(request, link, call) {
      const replica = joinReplicas(link, call?.signal);
      try {
        if (replica.index === 0) {
          const result = await fit(request, call, replica);
          return { model: result.model, result };
        }
        const { source, ...spec } = request;
        const dataset = await open(source, call);
        return { model: await trainReplica(dataset, spec, { signal: call?.signal, replica }) };
      } finally {
        replica.close();
      }
    },

    async control(command) {
      for (const gate of gates) gate[command]();
      return gates.size > 0;
    },

    async measure({ run, result }, call) {
      const { measureRun } = await import('./measuring.js');
      const own = run.request.source;
      // The call's key stands for the run's own dataset alone.
      const opened = (source: DatasetSource) =>
        open(source, source === own ? call : { ...call, sourceKey: undefined });
      return measureRun(run, result, { open: opened, signal: call?.signal });
    },

    async predict({ model, source, part }, call) {
      return predictDataset(model, await open(source, call), part, call);
    },

    async exportOnnx(model, variant, notes) {
      return exportOnnx(model, variant, notes);
    },

    async onnxInput({ model, source, variant, first, count }) {
      return onnxWindows(model, await open(source), variant, first, count);
    },

    async openOnnx(model) {
      return readModelCard(model);
    },

    runOnnx({ model, input }, call) {
      return sessions.use(model, call, async (session) => {
        const started = performance.now();
        const { output, outputName, provider } = await session.run(input, call);
        return { output, outputName, provider, seconds: (performance.now() - started) / 1000 };
      });
    },

    runStimulus({ model, ...stimulus }, call) {
      return sessions.use(model, call, async (session) => {
        const started = performance.now();
        const run = await runStimulus(session, stimulus, call);
        return { ...run, seconds: (performance.now() - started) / 1000 };
      });
    },

    async explain({ model, ...request }, call) {
      throwIfCancelled(call?.signal);
      return explainStimulus(model, request);
    },

    async inspect(file) {
      return inspectFile(file);
    },

    async readArray(file, variable) {
      return readArray(file, variable);
    },
  };
}
