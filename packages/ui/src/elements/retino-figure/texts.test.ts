import { experiments, experimentTable } from '@retinoscope/worker';
import { expect, test } from 'vitest';
import type { ExperimentState } from '../../controllers/experiment-runner.js';
import { figureName } from './layout.js';
import { progressLine, runLine, shareDone, spoken, tableRows } from './texts.js';

const setting = { size: 'glance' } as const;
const [experiment] = experiments;
const runs = experiment.runs(setting);

function state(change: Partial<ExperimentState>, finished = 0): ExperimentState {
  const rows = runs
    .slice(0, finished)
    .map(({ key, factors }) => ({ key, factors, seed: 1, measures: { cc: 0.5 }, drawn: {} }));
  return {
    experiment,
    setting,
    activity: 'idle',
    table: experimentTable(experiment, setting, rows),
    complete: finished === runs.length,
    canUndo: false,
    lasting: true,
    ...change,
  };
}

const progress = {
  runs: 10,
  done: 4,
  stored: 1,
  running: [{ key: 'a', done: 0.5 }],
  paused: false,
};

test('the line says what is finished, what is left, and for how long', () => {
  expect(progressLine(state({}))).toMatch(`${runs.length} runs of training`);
  expect(progressLine(state({}, 3))).toMatch(`3 of ${runs.length} runs are finished`);
  expect(progressLine(state({}, runs.length))).toMatch(`All ${runs.length} runs are finished`);
  const running = { activity: 'running', progress: { ...progress, secondsLeft: 79.2 } } as const;
  expect(progressLine(state(running))).toMatch(/^4 of \d+ runs finished, about 1 min 20 s left\.$/);
  expect(progressLine(state({ ...running, activity: 'paused' }))).toMatch(/^Paused\. 4 of/);
});

test('the share counts parts of the runs that go on', () => {
  expect(shareDone(progress)).toBeCloseTo(0.45);
  expect(shareDone({ ...progress, runs: 0 })).toBe(1);
  expect(runLine({ key: 'fig2-filters1-seed1', done: 0.5, secondsLeft: 2 })).toBe(
    'fig2-filters1-seed1: 50 %, 2 s left',
  );
});

test('what is spoken has no seconds, and at the end says how many claims hold', () => {
  expect(spoken(state({ activity: 'running', progress }))).toBe(
    `4 of ${runs.length} runs finished.`,
  );
  expect(spoken(state({}, runs.length))).toMatch(/^Finished\. \d+ of \d+ claims hold\.$/);
  expect(spoken(state({}, 1))).toBe('');
});

test('a table has a column for each factor and measure, and a dash for what is missing', () => {
  const row = (key: string, measures: Record<string, number | null>) => ({
    key,
    factors: { kind: key },
    seed: 2,
    measures,
  });
  const { names, rows } = tableRows({
    rows: [
      row('a', { cc: 0.51234, ccOfLN: null, ccOnCell3: 0.1 }),
      row('b', { ccOfLN: 0.2, noiseCeiling: null }),
    ],
  });
  expect(names).toEqual(['run', 'kind', 'seed', 'CC', 'CC of LN', 'CC on cell 3']);
  expect(rows).toEqual([
    ['a', 'a', '2', '0.5123', '–', '0.1'],
    ['b', 'b', '2', '–', '0.2', '–'],
  ]);
});

test('a figure is called by its number', () => expect(figureName('fig10')).toBe('Figure 10'));
