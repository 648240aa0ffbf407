/** How well the network predicts, in words and numbers, and against what. Pure. */
import type { Evaluation, TestResponses } from '@retinoscope/worker';
import { formatCorrelation, formatCount, formatNumber, toCsv } from '../../plots/index.js';

export interface Fact {
  readonly term: string;
  readonly value: string;
}

/** The CCs of the network and the LN model, with the noise ceiling where it is known. */
export function heading(evaluation: Evaluation, test: TestResponses): string {
  const { rateCC, psthCC, lnCC, noiseCeiling } = evaluation;
  const network = test.observedIs === 'true rate' ? rateCC : psthCC;
  const ceiling = noiseCeiling === undefined ? '' : `; noise ceiling ${correlation(noiseCeiling)}`;
  return `Response: CC ${correlation(network)} (network), ${correlation(lnCC)} (LN)${ceiling}`;
}

/** What "CC" means here, and how far it can go. */
export function statement(evaluation: Evaluation, test: TestResponses): string {
  const repeats = `${formatCount(test.repeats)} repeat${test.repeats === 1 ? '' : 's'}`;
  const ceiling =
    evaluation.noiseCeiling === undefined
      ? ''
      : ` The noise ceiling, the CC expected between the PSTH and the mean of endless repeats, is ${formatCorrelation(evaluation.noiseCeiling)}.`;
  return test.observedIs === 'true rate'
    ? `CC is the correlation with the true rate of the simulated cell, frame by frame.${ceiling}`
    : `CC is the correlation with the PSTH, the mean over ${repeats}, frame by frame.${ceiling}`;
}

export function facts(evaluation: Evaluation, test: TestResponses): Fact[] {
  const { rateCC, psthCC, lnCC, noiseCeiling, bitsPerSpike } = evaluation;
  const spikes = test.counts.reduce((sum, count) => sum + count, 0);
  const against = rateCC === undefined ? 'PSTH' : 'true rate';
  return [
    rateCC !== undefined && { term: 'CC with the true rate', value: correlation(rateCC) },
    psthCC !== undefined && {
      term: `CC with the PSTH (${formatCount(test.repeats)} repeat${test.repeats === 1 ? '' : 's'})`,
      value: correlation(psthCC),
    },
    lnCC !== undefined && { term: `LN: CC with the ${against}`, value: correlation(lnCC) },
    noiseCeiling !== undefined && { term: 'Noise ceiling', value: correlation(noiseCeiling) },
    bitsPerSpike !== undefined && {
      term: 'Information',
      value: `${formatNumber(bitsPerSpike)} bits per spike`,
    },
    { term: 'Test spikes', value: formatCount(spikes) },
  ].filter((fact) => fact !== false);
}

/** Rates of every frame compared, Hz. */
export function responseCsv(test: TestResponses, frameRate: number): string {
  const frames = Array.from({ length: test.frames - test.first }, (_, i) => test.first + i);
  const rate = (values: Float32Array): number[] => frames.map((frame) => values[frame] * frameRate);
  const spikes = frames.map((frame) => {
    let sum = 0;
    for (let repeat = 0; repeat < test.repeats; repeat++) {
      sum += test.counts[repeat * test.frames + frame];
    }
    return sum;
  });
  return toCsv({
    frame: frames,
    'time (s)': frames.map((frame) => frame / frameRate),
    [`${test.observedIs} (Hz)`]: rate(test.observed),
    'network (Hz)': rate(test.network),
    'LN (Hz)': rate(test.ln),
    [`spikes in ${test.repeats} repeats`]: spikes,
  });
}

function correlation(value: number | undefined): string {
  return value === undefined ? 'undefined' : formatCorrelation(value);
}
