import { type FileSummary, parseManifest } from '@retinoscope/models';
import { expect, test } from 'vitest';
import { candidates, importProblem, manifestOf, propose } from './importing.js';

const file = (name: string, variables: Record<string, number[]>): FileSummary => ({
  name,
  format: 'hdf5',
  bytes: 1000,
  variables: Object.entries(variables).map(([variable, shape]) => ({
    name: variable,
    shape,
    type: 'uint8',
  })),
});

const frames = file('movie.h5', { stim: [3000, 30, 40], dt: [1] });
const spikes = file('spikes.mat', { counts: [5, 3000], depth: [5, 7] });

test('time is the axis that stimulus and responses share; the squares are y, then x', () => {
  const all = candidates([spikes, frames]);
  const choices = propose('retina', all);
  expect(choices?.training).toEqual({
    stimulus: 'movie.h5 / stim',
    stimulusAxes: ['time', 'y', 'x'],
    responses: 'spikes.mat / counts',
    responseAxes: ['cell', 'time'],
  });
});

test('blocks are the other axis that both share', () => {
  const all = candidates([
    file('movie.npz', { frames: [12, 1500, 30, 40] }),
    file('cells.mat', { spk: [10, 1500, 12] }),
  ]);
  expect(propose('blocks', all)?.training).toMatchObject({
    stimulusAxes: ['block', 'time', 'y', 'x'],
    responseAxes: ['cell', 'time', 'block'],
  });
});

test('responses without repeats are preferred, since a training part takes none', () => {
  const all = candidates([
    file('movie.h5', { stim: [200, 150, 300] }),
    file('cells.mat', { running: [10, 1500, 219], frozen: [10, 300, 219], counts: [10, 300] }),
  ]);
  expect(propose('frozen', all)?.training).toMatchObject({
    stimulusAxes: ['y', 'x', 'time'],
    responses: 'cells.mat / counts',
    responseAxes: ['cell', 'time'],
  });
});

test('a proposal with a frame rate is a manifest that the reader accepts', () => {
  const all = candidates([frames, spikes]);
  const proposal = propose('retina', all);
  if (!proposal) throw new Error('no proposal');
  expect(importProblem(proposal, all)).toBe('The frame rate is needed.');
  const choices = { ...proposal, frameRate: 30, squareSize: 50 };
  expect(importProblem(choices, all)).toBeUndefined();
  expect(parseManifest(manifestOf(choices, all))).toMatchObject({
    name: 'retina',
    frameRate: 30,
    squareSize: 50,
    training: { stimulus: { file: 'movie.h5', variable: 'stim', axes: ['time', 'y', 'x'] } },
  });
});

test('choices that do not hold together are named', () => {
  const all = candidates([frames, spikes]);
  const proposal = propose('retina', all);
  if (!proposal) throw new Error('no proposal');
  const { training } = proposal;
  const problem = (change: Partial<typeof training>) =>
    importProblem({ ...proposal, frameRate: 30, training: { ...training, ...change } }, all);
  expect(problem({ responses: training.stimulus })).toContain('same variable');
  expect(problem({ stimulusAxes: ['time', 'y', 'y'] })).toContain('used once');
  expect(problem({ stimulusAxes: ['x', 'y', 'block'] })).toContain('x, y and time');
  expect(problem({ responseAxes: ['cell', 'block'] })).toContain('time axis');
  expect(problem({ stimulusAxes: ['y', 'time', 'x'] })).toContain('30 frames');
  expect(problem({ responseAxes: ['repeat', 'time'] })).toContain('test part');
});

test('files without a stimulus or without responses give no proposal', () => {
  expect(propose('none', candidates([spikes]))).toBeUndefined();
  expect(propose('none', candidates([frames]))).toBeUndefined();
  expect(propose('none', [])).toBeUndefined();
});
