import type { TestResponses } from '@retinoscope/worker';
import { describe, expect, test } from 'vitest';
import { facts, heading, responseCsv, statement } from './statements.js';

const recorded: TestResponses = {
  frames: 4,
  repeats: 2,
  first: 1,
  counts: new Float32Array([9, 1, 0, 2, 9, 0, 0, 1]),
  observed: new Float32Array([9, 0.5, 0, 1.5]),
  observedIs: 'PSTH',
  network: new Float32Array([9, 0.25, 0.5, 1]),
  ln: new Float32Array([9, 0.5, 0.5, 0.5]),
};
const simulated: TestResponses = { ...recorded, observedIs: 'true rate' };

describe('the title', () => {
  test('gives the CC against the PSTH, with the noise ceiling', () => {
    expect(heading({ psthCC: 0.752, lnCC: 0.61, noiseCeiling: 0.991 }, recorded)).toBe(
      'Response: CC 0.752 (network), 0.610 (LN); noise ceiling 0.991',
    );
  });

  test('gives the CC against the true rate of a simulated cell, not that against its spikes', () => {
    expect(heading({ rateCC: 0.993, psthCC: 0.297, lnCC: 0.91 }, simulated)).toBe(
      'Response: CC 0.993 (network), 0.910 (LN)',
    );
  });

  test('says undefined where there is no CC', () => {
    expect(heading({}, recorded)).toBe('Response: CC undefined (network), undefined (LN)');
  });
});

test('the statement names what the CC is against', () => {
  expect(statement({ rateCC: 0.9 }, simulated)).toContain('true rate');
  expect(statement({ psthCC: 0.9 }, recorded)).toContain('PSTH, the mean over 2 repeats');
});

test('facts name the reference of each CC', () => {
  const terms = facts({ rateCC: 0.99, psthCC: 0.3, lnCC: 0.9 }, simulated).map(({ term }) => term);
  expect(terms).toContain('CC with the true rate');
  expect(terms).toContain('CC with the PSTH (2 repeats)');
  expect(terms).toContain('LN: CC with the true rate');
  expect(facts({ lnCC: 0.6 }, recorded)[0].term).toBe('LN: CC with the PSTH');
});

test('the file starts at the first frame compared, rates in Hz', () => {
  const [head, first, , last, end] = responseCsv(recorded, 20).split('\r\n');
  expect(head).toBe('frame,time (s),PSTH (Hz),network (Hz),LN (Hz),spikes in 2 repeats');
  expect(first).toBe('1,0.05,10,5,10,1');
  expect(last).toBe('3,0.15,30,20,10,3');
  expect(end).toBe('');
});
