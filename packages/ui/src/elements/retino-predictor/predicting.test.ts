import type { FitResult, OnnxRunRequest, RetinoscopeService } from '@retinoscope/worker';
import { builtInCell, type ModelCard } from '@retinoscope/worker';
import { expect, test } from 'vitest';
import { noRuns } from '../../controllers/course.js';
import type { SessionState } from '../../controllers/session.js';
import type { OpenedModel } from './opened-model.js';
import { type Prediction, type PredictionRequest, predict } from './predicting.js';

const card: ModelCard = {
  producer: 'test',
  opset: 17,
  inputs: [{ name: 'stimulus', type: 'float32', shape: ['batch', 2, 1, 1] }],
  outputs: [{ name: 'rate', type: 'float32', shape: ['batch', 1] }],
  operators: [],
  metadata: {},
};
const model: OpenedModel = { name: 'm', bytes: Uint8Array.of(1), card, own: true };

const network = Float32Array.from({ length: 30 }, (_, t) => t / 100);
const state = {
  cell: 0,
  ...noRuns,
  activity: 'idle',
  source: builtInCell,
  fit: {
    model: { architecture: { lags: 2, height: 1, width: 1 } },
    test: { first: 20, frames: 30, network },
  } as unknown as FitResult,
} as const satisfies SessionState;

/** A runtime that adds `error` to the trainer's rates of the frames asked for. */
function service(error: number): RetinoscopeService {
  let first = 0;
  return {
    onnxInput: async (request: { first: number; count: number }) => {
      first = request.first;
      return { shape: [request.count, 2, 1, 1], data: new Float32Array(2 * request.count) };
    },
    runOnnx: async ({ input }: OnnxRunRequest) => ({
      output: {
        shape: [input.shape[0], 1],
        data: Float32Array.from({ length: input.shape[0] }, (_, t) => (first + t) / 100 + error),
      },
      outputName: 'rate',
      seconds: 0.5,
      provider: { name: 'wasm', reason: 'It is a test.' },
    }),
    inspect: async () => ({
      name: 'windows.npz',
      format: 'npz',
      bytes: 100,
      variables: [
        { name: 'output', shape: [3, 1], type: 'float32' },
        { name: 'input', shape: [3, 2], type: 'float32' },
      ],
    }),
    readArray: async (_file: unknown, variable: string) => ({
      shape: [3, variable === 'input' ? 2 : 1],
      data: new Float32Array(variable === 'input' ? 6 : 3),
    }),
  } as unknown as RetinoscopeService;
}

const { signal } = new AbortController();

/** One service that runs the model and has the recording. */
function predictBy(one: RetinoscopeService, request: PredictionRequest): Promise<Prediction> {
  return predict(one, one, request, { signal });
}

test('the test part is compared with the trainer frame by frame, from its first frame', async () => {
  const request = { model, stimulus: 'test', seed: 1, state } as const;
  const prediction = await predictBy(service(0.25), request);
  expect(prediction).toMatchObject({ first: 20, outputName: 'rate', seconds: 0.5 });
  expect(prediction.rates.windows).toBe(10);
  expect(prediction.difference).toBeCloseTo(0.25, 6);
});

test('noise, and the array of a file that fits, are predicted without a comparison', async () => {
  const noise = await predictBy(service(0), { model, stimulus: 'noise', seed: 3, state });
  expect(noise.rates.windows).toBe(1000);
  expect(noise).not.toHaveProperty('difference');
  const file = new File([], 'windows.npz');
  const request = { model, stimulus: 'file', seed: 1, file, state } as const;
  expect((await predictBy(service(0), request)).rates.windows).toBe(3);
});

test('a missing test part or file is refused by what would be accepted', async () => {
  await expect(
    predictBy(service(0), { model, stimulus: 'test', seed: 1, state: undefined }),
  ).rejects.toThrow('White noise or a file');
  await expect(predictBy(service(0), { model, stimulus: 'file', seed: 1, state })).rejects.toThrow(
    'npy or npz',
  );
});
