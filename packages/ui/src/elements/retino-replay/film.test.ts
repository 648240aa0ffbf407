import { builtInCell, type FitRequest, type FitResult } from '@retinoscope/worker';
import { expect, test } from 'vitest';
import { noRuns } from '../../controllers/course.js';
import type { SessionState } from '../../controllers/session.js';
import { type Film, filmOf, frameAt, frameText, played, validSpeed } from './film.js';

const fitRequest = {
  source: builtInCell,
  layers: [{ filters: 2, height: 1, width: 2 }],
  settings: { steps: 800 },
} as unknown as FitRequest;

const snapshots = [100, 200, 300, 400].map((step) => ({
  step,
  seconds: step / 1000,
  loss: 30 / step,
  filters: [Float32Array.of(step / 100, 0), Float32Array.of(0, -0.5)],
}));

const fit = {
  filters: [{ spatial: Float32Array.of(3, 0) }, { spatial: Float32Array.of(0, 0.5) }],
  history: [
    { step: 200, validationLoss: 0.4 },
    { step: 300, validationLoss: 0.2 },
    { step: 400, validationLoss: 0.3 },
  ],
  steps: 400,
  seconds: 0.4,
  validationLoss: 0.2,
} as unknown as FitResult;

const training: SessionState = { cell: 0, ...noRuns, snapshots, fitRequest, activity: 'training' };

function film(change: Partial<SessionState> = {}): Film {
  const made = filmOf({ ...training, ...change });
  if (!made) throw new Error('no film');
  return made;
}

test('there is no film before the first snapshot', () => {
  expect(filmOf({ cell: 0, ...noRuns, activity: 'idle' })).toBeUndefined();
  expect(filmOf({ ...training, snapshots: [] })).toBeUndefined();
});

test('the last frame is in training while it trains, the fitted filters once it is done', () => {
  const running = film({ fit });
  expect(running).toMatchObject({ live: true, steps: 800, limit: 4 });
  expect(frameText(running, 3)).toBe('In training, step 400 of 800: training loss 0.075');
  expect(frameText(running, 0)).toBe('Replay, step 100 of 800: training loss 0.3');
  const done = film({ fit, activity: 'idle' });
  expect(done).toMatchObject({ live: false, steps: 400 });
  expect(done.frames).toHaveLength(5);
  expect(done.frames[4]).toMatchObject({ kind: 'fitted', step: 300, seconds: 0.3 });
  expect(done.frames[4].maps).toEqual([fit.filters[0].spatial, fit.filters[1].spatial]);
  expect(frameText(done, 4)).toBe('Fitted filters, step 300 of 400: validation loss 0.2');
  expect(frameText(done, 3)).toBe('Replay, step 400 of 400: training loss 0.075');
});

test('snapshots of a filter whose effect is negative are shown with the sign of its effect', () => {
  const { frames } = film({ fit, activity: 'idle' });
  expect(frames.map(({ maps }) => maps.map((map) => [...map]))).toEqual([
    [
      [1, 0],
      [-0, 0.5],
    ],
    [
      [2, 0],
      [-0, 0.5],
    ],
    [
      [3, 0],
      [-0, 0.5],
    ],
    [
      [4, 0],
      [-0, 0.5],
    ],
    [
      [3, 0],
      [0, 0.5],
    ],
  ]);
});

test('the frame at a step is the last one before it; without a step, the last of all', () => {
  const done = film({ fit, activity: 'idle' });
  expect([0, 100, 250, 399, 400, 1000].map((step) => frameAt(done, step))).toEqual([
    0, 0, 1, 2, 3, 3,
  ]);
  expect(frameAt(done, undefined)).toBe(4);
});

test('at speed 1 the whole training takes 8 s, at speed 4 two', () => {
  const done = film({ fit, activity: 'idle' });
  expect(played(done, 100, 4, 1)).toBeCloseTo(250);
  expect(played(done, 100, 1, 4)).toBeCloseTo(250);
  expect(played(done, 100, 7.99, 1)).toBeLessThan(400);
  expect(played(done, 100, 8, 1)).toBeUndefined();
  expect(played(done, 100, 2, 4)).toBeUndefined();
});

test('a speed that is not offered is 1', () => {
  expect(['0.5', '2', '4', '3', '', undefined].map(validSpeed)).toEqual([0.5, 2, 4, 1, 1, 1]);
});
