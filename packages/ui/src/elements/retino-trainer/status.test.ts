import { type FitResult, RetinoscopeError } from '@retinoscope/worker';
import { expect, test } from 'vitest';
import { noRuns } from '../../controllers/course.js';
import type { SessionState } from '../../controllers/session.js';
import {
  facts,
  lossNameOf,
  progressLine,
  runsCaption,
  shareDone,
  speedLine,
  spokenStatus,
} from './status.js';

const idle: SessionState = { cell: 0, ...noRuns, activity: 'idle' };

const at = (step: number, paused = false) => ({
  kind: 'training' as const,
  restart: 0,
  step,
  steps: 2400,
  seconds: 1,
  secondsLeft: 7.6,
  samplesPerSecond: 251_234,
  loss: 0.2,
  paused,
});

test('nothing is shown while nothing goes on', () => {
  expect(shareDone(idle)).toBeUndefined();
  expect(progressLine(idle)).toBe('');
  expect(spokenStatus(idle)).toBe('');
});

test('the line tells step, speed and time left; a paused training has no time left', () => {
  const training: SessionState = {
    ...idle,
    activity: 'training',
    progress: at(1200),
    phase: { done: 0.5, what: 'Training a network' },
  };
  expect(shareDone(training)).toBe(0.5);
  expect(progressLine(training)).toBe('Step 1\u202f200 of 2\u202f400');
  expect(speedLine(at(1200))).toBe('251\u202f234 samples/s, 7.6 s left');
  expect(progressLine({ ...training, activity: 'paused' })).toBe(
    'Paused at step 1\u202f200 of 2\u202f400',
  );
  expect(speedLine(at(1200, true))).toBe('251\u202f234 samples/s');
});

test('work other than training shows what is being done', () => {
  const opening: SessionState = {
    ...idle,
    activity: 'opening',
    phase: { done: 0.25, what: 'Simulating 600,000 frames' },
  };
  expect(shareDone(opening)).toBe(0.25);
  expect(progressLine(opening)).toBe('Simulating 600,000 frames');
});

test('what is spoken changes ten times in a training, not at every step', () => {
  const said = new Set<string>();
  for (let step = 0; step < 2400; step += 10) {
    const phase = { done: step / 2400, what: 'Training a network' };
    said.add(spokenStatus({ ...idle, activity: 'training', progress: at(step), phase }));
  }
  expect(said.size).toBe(10);
});

test('a failure is spoken with what to do about it', () => {
  const error = new RetinoscopeError('settings', 'Filters must be at most 8 squares wide.');
  expect(spokenStatus({ ...idle, error })).toBe('Failed. Filters must be at most 8 squares wide.');
});

test('of several runs it says which is shown, and once it is done that it was kept', () => {
  const fitRequest = { settings: { restarts: 3 } } as SessionState['fitRequest'];
  const state: SessionState = { ...idle, fitRequest, run: 1, otherTraces: [[]] };
  expect(runsCaption(idle)).toBe('');
  expect(runsCaption({ ...state, activity: 'training' })).toBe(
    'Run 2 of 3; the other runs are drawn faintly.',
  );
  expect(runsCaption({ ...state, fit: {} as SessionState['fit'] })).toContain('Run 2 of 3, kept');
  const training: SessionState = { ...state, activity: 'training', progress: at(1200) };
  expect(progressLine(training)).toContain('Run 2 of 3, step');
});

test('the results name the network, its output and its loss; so do the curves', () => {
  const fit = {
    model: {
      architecture: { version: 2, rank: 1, head: 'exponential' },
      provenance: { settings: { loss: 'squared-error' } },
    },
    evaluation: {},
    filters: [],
  } as unknown as FitResult;
  expect(Object.fromEntries(facts(fit))).toMatchObject({
    Network: 'Version II, separable',
    Output: 'Exponential',
    Loss: 'Squared error',
  });
  const trainedOn = (head: string, loss?: string): SessionState =>
    ({ ...idle, fitRequest: { head, settings: { loss } } }) as SessionState;
  expect(lossNameOf(idle)).toBeUndefined();
  expect(lossNameOf(trainedOn('exponential', 'squared-error'))).toBe('Squared error loss');
  expect(lossNameOf(trainedOn('logistic'))).toBe('Binomial loss');
});
