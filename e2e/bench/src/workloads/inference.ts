/** Rates predicted by the recorded cell's network (W3): the engine's kernels, and ONNX Runtime on the exported file. */
import { type Build, Engine } from '@retinoscope/core-wasm';
import { exportOnnx, type FittedModel } from '@retinoscope/models';
import { inferenceOperations } from '../arithmetic.js';
import type { Job, Row } from '../rows.js';
import { recordedCell } from './shapes.js';
import { binaryMovie, smallParameters, temporalKernel } from './stimuli.js';

const workload = 'W3 inference';
const frames = 2000;
/** Samples a run of ONNX Runtime. */
const batch = 256;

export function inferenceRow(build: Build): Row {
  return {
    workload,
    by: build,
    probe: build,
    unit: 'samples',
    operations: inferenceOperations(recordedCell),
    async prepare(): Promise<Job> {
      const engine = await Engine.create(recordedCell, { batch, build });
      const held = engine.addMovie(await binaryMovie(frames, recordedCell));
      engine.setParameters(await smallParameters(recordedCell));
      return { units: frames, run: () => engine.predict(held, 0, frames) };
    },
  };
}

/** The file that the project exports, run by onnxruntime-web on one thread. */
export function onnxInferenceRow(probe: Build): Row {
  return {
    workload,
    by: 'onnxruntime-web',
    probe,
    unit: 'samples',
    granted: `batches of ${batch}, gathered and float32 beforehand`,
    async prepare(): Promise<Job> {
      const ort = await import('onnxruntime-web/wasm');
      ort.env.wasm.numThreads = 1;
      ort.env.wasm.proxy = false;
      ort.env.logLevel = 'error';
      const session = await ort.InferenceSession.create(await modelFile(), {
        executionProviders: ['wasm'],
        graphOptimizationLevel: 'all',
        logSeverityLevel: 3,
      });
      const { height, width } = recordedCell;
      const values = Float32Array.from({ length: batch * height * width }, (_, i) =>
        (i * 7919) % 13 > 6 ? 0.5 : -0.5,
      );
      const stimulus = new ort.Tensor('float32', values, [batch, 1, height, width]);
      return {
        units: batch,
        run: () => session.run({ stimulus }),
        dispose: () => void session.release(),
      };
    },
  };
}

async function modelFile(): Promise<Uint8Array> {
  const { height, width, layers, head } = recordedCell;
  const temporalFilter = temporalKernel();
  const lags = temporalFilter.length;
  const model: FittedModel = {
    format: 'retinoscope-model',
    formatVersion: 1,
    softwareVersion: '0.0.0',
    architecture: { version: 1, lags, height, width, layers, head },
    parameters: await smallParameters(recordedCell),
    temporalFilter,
    provenance: {
      recording: 'white noise',
      cell: 0,
      crop: { x: 0, y: 0, width, height },
      frameRate: 30,
      seed: 4,
      settings: {},
      validationLoss: 0,
    },
  };
  return exportOnnx(model, 'filtered');
}
