import { expect, test } from 'vitest';
import type { Prediction } from '../elements/retino-predictor/predicting.js';
import { noRuns } from './course.js';
import { jobResult, resultLine } from './job-result.js';
import type { SessionState } from './session.js';

const state = (fit: unknown): SessionState => ({
  cell: 0,
  ...noRuns,
  activity: 'idle',
  fit: fit as SessionState['fit'],
});
const prediction = { difference: 2.98e-7 } as Prediction;

test('a simulated cell is told by its true subunits and its true rate', () => {
  const fit = {
    matchedCosines: [0.998, 0.991],
    evaluation: { rateCC: 0.994, psthCC: 0.3 },
    distinctSubunits: 4,
  };
  const result = jobResult(state(fit), prediction, 9.04);
  expect(result).toMatchObject({ minCosine: 0.991, rateCC: 0.994, onnxDifference: 2.98e-7 });
  expect(result && resultLine(result)).toBe(
    '4 subunits found, smallest cosine 0.991, rate CC 0.994, ONNX Runtime agrees within 3e-7, done in 9.0 s.',
  );
});

test('a recorded cell is told by its PSTH', () => {
  const result = jobResult(
    state({ evaluation: { psthCC: 0.75 }, distinctSubunits: 1 }),
    prediction,
    71,
  );
  expect(result && resultLine(result)).toBe(
    '1 subunit found, CC with the PSTH 0.750, ONNX Runtime agrees within 3e-7, done in 71 s.',
  );
});

test('nothing is told before a fit was compared', () => {
  expect(jobResult(state(undefined), prediction, 1)).toBeUndefined();
  expect(jobResult(state({ evaluation: {} }), {} as Prediction, 1)).toBeUndefined();
});
