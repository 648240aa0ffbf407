import type { FitResult } from '@retinoscope/worker';
import { builtInCell, trainingPresets } from '@retinoscope/worker';
import { expect, test } from 'vitest';
import { noRuns } from './course.js';
import { sessionArrays, sessionNpz, sessionReport } from './report.js';
import type { SessionState } from './session.js';

const zeros = (length: number) => new Float32Array(length);

const fit = {
  model: {
    softwareVersion: '0.1.0',
    architecture: {
      version: 2,
      lags: 20,
      height: 8,
      width: 10,
      layers: [
        { filters: 4, height: 5, width: 5 },
        { filters: 3, height: 3, width: 3 },
      ],
    },
    parameters: {
      layers: [
        { weights: zeros(4 * 20 * 25), bias: zeros(4) },
        { weights: zeros(3 * 4 * 9), bias: zeros(3) },
      ],
      readout: zeros(3 * 2 * 4),
      readoutBias: 0.5,
      alpha: 0.2,
      beta: 5,
    },
  },
  filters: Array.from({ length: 4 }, () => ({
    embedded: zeros(80),
    moransI: 0.5,
    effective: true,
  })),
  receptiveField: { lags: 20, height: 8, width: 10, sta: zeros(1600) },
  test: { observed: zeros(30), network: zeros(30), ln: zeros(30) },
  evaluation: { rateCC: 0.99 },
  history: [],
} as unknown as FitResult;

test('every array is as long as its shape says', () => {
  const arrays = sessionArrays(fit);
  expect(arrays.layer0_weights.shape).toEqual([4, 20, 5, 5]);
  expect(arrays.layer1_weights.shape).toEqual([3, 4, 3, 3]);
  expect(arrays.readout.shape).toEqual([3, 2, 4]);
  for (const [name, { shape, data }] of Object.entries(arrays)) {
    expect(
      shape.reduce((product, size) => product * size, 1),
      name,
    ).toBe(data.length);
  }
  const npz = sessionNpz(fit);
  expect([...npz.subarray(0, 2)]).toEqual([0x50, 0x4b]);
});

test('the report is JSON without pictures, and names files without their content', () => {
  const state: SessionState = {
    cell: 0,
    ...noRuns,
    activity: 'idle',
    fit,
    source: { kind: 'recording', manifest: {}, files: [{ name: 'a.mat', blob: new Blob(['x']) }] },
    summary: {
      name: 'r',
      frameRate: 30,
      height: 8,
      width: 10,
      blocks: 1,
      blockFrames: 9,
      binary: true,
      cells: [{ name: 'c', spikes: 3, spikesPerFrame: 0.1 }],
    },
  };
  const report = JSON.parse(JSON.stringify(sessionReport(state)));
  expect(report).toMatchObject({
    format: 'retinoscope-report',
    recording: { name: 'r', cellName: 'c', source: { files: ['a.mat'] } },
    result: { rateCC: 0.99 },
  });
  expect(JSON.stringify(report).length).toBeLessThan(3000);
  const fitRequest = {
    source: builtInCell,
    cell: 0,
    version: 2,
    rank: 1,
    layers: [],
    head: 'logistic',
    settings: trainingPresets.recovery,
  } as const;
  expect(sessionReport({ ...state, fitRequest }).training).toMatchObject({
    network: 'Version II, separable',
    rank: 1,
    head: 'logistic',
    loss: 'binomial',
  });
  const simulated = sessionReport({ ...state, source: builtInCell });
  expect(simulated.recording).toMatchObject({ source: builtInCell });
});
