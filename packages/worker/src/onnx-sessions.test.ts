import { exportOnnx, type FittedModel, type OnnxSession } from '@retinoscope/models';
import { expect, test } from 'vitest';
import { cancelled } from './errors.js';
import { OnnxSessions } from './onnx-sessions.js';

const fitted: FittedModel = {
  format: 'retinoscope-model',
  formatVersion: 1,
  softwareVersion: '0.1.0',
  architecture: {
    version: 2,
    lags: 2,
    height: 3,
    width: 3,
    layers: [{ filters: 1, height: 2, width: 2 }],
    head: 'softplus',
  },
  parameters: {
    layers: [{ weights: new Float32Array(8).fill(0.25), bias: new Float32Array(1) }],
    readout: new Float32Array(4).fill(0.5),
    readoutBias: 0,
    alpha: 1,
    beta: 1,
  },
  provenance: {
    recording: 'cells',
    cell: 3,
    crop: { x: 1, y: 2, width: 3, height: 3 },
    frameRate: 30,
    seed: 7,
    settings: { steps: 10 },
    validationLoss: 0.5,
  },
};

const input = { shape: [1, 2, 3, 3], data: new Float32Array(18).fill(0.5) };
const same = async (session: OnnxSession) => session;

test('a run that fails leaves the model to who else is using it, and is tried anew by the next', async () => {
  const bytes = await exportOnnx(fitted, 'frames');
  const sessions = new OnnxSessions();
  let goOn = () => {};
  const gate = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const slow = sessions.use(bytes, undefined, async (session) => {
    await gate;
    return { session, run: await session.run(input) };
  });
  const wrong = sessions.use(bytes, undefined, (session) =>
    session.run({ shape: [1, 3], data: new Float32Array(3) }),
  );
  await expect(wrong).rejects.toMatchObject({ kind: 'model' });
  const next = await sessions.use(bytes, undefined, same);
  goOn();
  const { session, run } = await slow;
  expect(run.output.shape).toEqual([1, 1]);
  expect(next).not.toBe(session);
  // The one that failed is closed once nobody uses it.
  await expect(session.run(input)).rejects.toThrow('The model was closed');
  expect((await next.run(input)).output).toEqual(run.output);
});

test('a model stays open after a run that was given up', async () => {
  const bytes = await exportOnnx(fitted, 'frames');
  const sessions = new OnnxSessions();
  const first = await sessions.use(bytes, undefined, same);
  const given = sessions.use(bytes, undefined, () => Promise.reject(cancelled()));
  await expect(given).rejects.toMatchObject({ kind: 'cancelled' });
  expect(await sessions.use(bytes, undefined, same)).toBe(first);
});
