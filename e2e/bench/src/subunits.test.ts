import { expect, test } from 'vitest';
import { criteria, type SubunitFit, subunitTable } from './subunits.js';

const fit: SubunitFit = {
  preset: 'paper',
  seed: 1,
  filters: 4,
  seconds: 0.5,
  scaledSeconds: 0.9,
  samples: 3e6,
  cosines: [0.99, 0.98, 0.97, 0.96],
  rateCC: 0.99,
  validationLoss: 0.17,
  reached: true,
  probe: 45,
};

test('seeds that reached the subunits, and those that did so in time', () => {
  const slow = { ...fit, seed: 2, scaledSeconds: 1.1 };
  const missed = { ...fit, seed: 3, reached: false };
  const text = subunitTable(criteria[0], [fit, slow, missed]);
  expect(text).toContain('paper, k = 4: every cosine ≥ 0.95 and CC ≥ 0.98 within 1 s');
  expect(text).toContain('0.990 0.980 0.970 0.960');
  expect(text).toContain('reached 2 of 3, in time 1; aimed at 3');
});
