import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { inspectFile } from '../files/inspect.js';
import { writeNpz } from '../files/npz.js';
import type { FileSummary } from '../files/types.js';
import { openDataset } from './dataset.js';
import {
  importProblem,
  importQuestions,
  type ManifestProposal,
  proposeFromSummaries,
  proposePart,
} from './importer.js';
import type { FileRef } from './types.js';

const summary = (name: string, arrays: Record<string, [type: string, ...shape: number[]]>) =>
  ({
    name,
    format: 'hdf5',
    bytes: 1,
    variables: Object.entries(arrays).map(([variable, [type, ...shape]]) => ({
      name: variable,
      shape,
      type,
    })),
  }) as FileSummary;

const proposalFor = async (files: readonly FileRef[]) =>
  proposeFromSummaries(await Promise.all(files.map(inspectFile)));

const fields = (proposal: ManifestProposal) =>
  importQuestions(proposal.manifest, proposal)
    .filter(({ required }) => required)
    .map(({ field }) => field);

test('time is the size that stimulus and responses share; the rest is asked', () => {
  const proposal = proposeFromSummaries([
    summary('movie.h5', { stim: ['int8', 40, 30, 9000] }),
    summary('spikes.h5', { counts: ['uint8', 9000, 7], depth: ['float64', 7] }),
  ]);
  expect(proposal.manifest).toEqual({
    format: 'retinoscope-recording',
    formatVersion: 1,
    name: 'movie',
    training: {
      stimulus: { kind: 'file', file: 'movie.h5', variable: 'stim', axes: ['x', 'y', 'time'] },
      responses: { file: 'spikes.h5', variable: 'counts', axes: ['time', 'cell'] },
    },
  });
  expect(fields(proposal)).toEqual([
    'frameRate',
    'training.stimulus.axes',
    'training.responses.axes',
  ]);
  expect(proposal.stimuli.map(({ variable }) => variable)).toEqual(['stim']);
  expect(proposal.responses.map(({ variable }) => variable)).toContain('depth');
});

test('blocks are shared too, and repeats over another stimulus are the test part', () => {
  const { manifest } = proposeFromSummaries([
    summary('all.h5', {
      running: ['uint8', 50, 1500, 20, 24],
      frozen: ['uint8', 300, 20, 24],
      spikes: ['uint8', 11, 50, 1500],
      repeats: ['uint8', 11, 300, 60],
    }),
  ]);
  expect(manifest.training?.stimulus.axes).toEqual(['block', 'time', 'x', 'y']);
  expect(manifest.training?.responses).toMatchObject({
    variable: 'spikes',
    axes: ['cell', 'block', 'time'],
  });
  expect(manifest.test).toMatchObject({
    stimulus: { variable: 'frozen', axes: ['time', 'y', 'x'] },
    responses: { variable: 'repeats', axes: ['cell', 'time', 'repeat'] },
  });
});

test('arrays that share no size are listed, and the training part is asked for', () => {
  const proposal = proposeFromSummaries([
    summary('a.h5', { stim: ['float32', 10, 20, 30], counts: ['uint8', 7] }),
  ]);
  expect(proposal.manifest.training).toBeUndefined();
  expect(fields(proposal)).toEqual(['frameRate', 'training']);
});

test('files without an array are refused', () => {
  expect(() => proposeFromSummaries([summary('a.h5', { cells: ['cell', 3, 3, 3] })])).toThrowError(
    /None of the files holds a numeric array/,
  );
});

test('the layout of Yan et al. 2020: X [frames, height, width], y [trials, frames]', () => {
  const { manifest } = proposeFromSummaries([
    summary('test.hdf5', {
      X: ['float32', 300, 8, 8],
      r: ['float32', 300],
      y: ['float32', 20, 300],
    }),
    summary('train.hdf5', {
      X: ['float32', 6000, 8, 8],
      r: ['float32', 6000],
      y: ['float32', 1, 6000],
    }),
  ]);
  expect(manifest.training).toEqual({
    stimulus: { kind: 'file', file: 'train.hdf5', variable: 'X', axes: ['time', 'y', 'x'] },
    responses: { file: 'train.hdf5', variable: 'y', axes: ['block', 'time'] },
  });
  expect(manifest.test?.responses).toMatchObject({ variable: 'y', axes: ['repeat', 'time'] });
});

test('a proposal and a frame rate open as a dataset', async () => {
  const npz = writeNpz({
    stim: { shape: [60, 4, 5], data: Int8Array.from({ length: 1200 }, (_, i) => (i % 3 ? 1 : -1)) },
    spikes: { shape: [60, 2], data: Uint8Array.from({ length: 120 }, (_, i) => i % 2) },
  });
  const files = [{ name: 'cell.npz', blob: new Blob([new Uint8Array(npz)]) }];
  const { manifest } = await proposalFor(files);
  const source = { kind: 'recording', manifest: { ...manifest, frameRate: 30 }, files } as const;
  const { training } = await openDataset(source);
  expect(training.stimulus).toMatchObject({ width: 5, height: 4, blockFrames: 60 });
  expect(training.counts).toEqual([new Float32Array(60), new Float32Array(60).fill(1)]);
});

describe('a proposal that a person changes', () => {
  const proposal = proposeFromSummaries([
    summary('movie.h5', { stim: ['uint8', 3000, 30, 40], dt: ['float64', 2] }),
    summary('spikes.mat', { counts: ['uint8', 5, 3000], depth: ['float64', 5, 7] }),
  ]);
  const training = proposal.manifest.training!;
  const problem = (change: {
    stimulus?: Partial<typeof training.stimulus>;
    responses?: Partial<typeof training.responses>;
  }) =>
    importProblem(
      {
        ...proposal.manifest,
        frameRate: 30,
        training: {
          stimulus: { ...training.stimulus, ...change.stimulus },
          responses: { ...training.responses, ...change.responses },
        },
      },
      proposal,
    );

  test('lacks only its frame rate', () => {
    expect(importProblem(proposal.manifest, proposal)).toBe('The frame rate is needed.');
    expect(problem({})).toBeUndefined();
  });

  test('is refused by name when it does not hold together', () => {
    expect(problem({ responses: training.stimulus })).toContain('same variable');
    expect(problem({ stimulus: { axes: ['time', 'y', 'y'] } })).toContain('training.stimulus.axes');
    expect(problem({ stimulus: { axes: ['x', 'y', 'block'] } })).toContain('stimulus.axes');
    expect(problem({ responses: { axes: ['cell', 'block'] } })).toContain('responses.axes');
    expect(problem({ stimulus: { axes: ['y', 'time', 'x'] } })).toContain('30 frames');
    expect(problem({ responses: { axes: ['repeat', 'time'] } })).toContain('cell, time, block');
  });

  test('of two variables that share no size, time is the longest axis of each', () => {
    const [stimulus] = proposal.stimuli;
    const depth = proposal.responses.find(({ variable }) => variable === 'depth')!;
    expect(proposePart(stimulus, depth)).toMatchObject({
      stimulus: { axes: ['time', 'y', 'x'] },
      responses: { axes: ['cell', 'time'] },
    });
    expect(problem({ responses: proposePart(stimulus, depth).responses })).toContain(
      '7; they must',
    );
  });

  test('without a training part it says so', () => {
    const { training: _, ...rest } = proposal.manifest;
    expect(importProblem({ ...rest, frameRate: 30 }, proposal)).toContain('training stimulus');
  });
});

const data = '../shared/data/salamander';

describe.skipIf(!existsSync(data))('the salamander files of ../shared/data', () => {
  test('the frozen part is found, and the missing running stimulus is asked for', async () => {
    const files = ['cells.mat', 'stim_frz.h5'].map((name) => ({ name, path: `${data}/${name}` }));
    const proposal = await proposalFor(files);
    expect(proposal.manifest.test).toEqual({
      stimulus: {
        kind: 'file',
        file: 'stim_frz.h5',
        variable: 'stim_frz',
        axes: ['x', 'y', 'time'],
      },
      responses: { file: 'cells.mat', variable: 'spk2', axes: ['cell', 'time', 'repeat'] },
    });
    expect(fields(proposal)).toContain('training');
  });
});
