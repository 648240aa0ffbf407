/**
 * The file layout published with Yan et al. 2020: `X` [frames, height, width], `y` spike counts [trials, frames] and
 * `r` (rate) in train.hdf5 and test.hdf5.
 * Promises the parts as a proposal. Their networks predict a frame from those before it, the current frame left out;
 * here the current frame is lag 0, so that their first lag is our second. Rates (`r`) are not read.
 */
import type { ImportCandidate, ProposedPart } from './importer.js';

/** The training and test parts, or nothing when the arrays are not laid out so. */
export function proposeAuthorsLayout(
  arrays: readonly ImportCandidate[],
): { training: ProposedPart; test?: ProposedPart } | undefined {
  const training = proposePart(arrays, /^train\b/i, 'block');
  if (!training) return undefined;
  return { training, test: proposePart(arrays, /^test\b/i, 'repeat') };
}

function proposePart(
  arrays: readonly ImportCandidate[],
  fileName: RegExp,
  trials: 'block' | 'repeat',
): ProposedPart | undefined {
  const own = arrays.filter(({ file }) => fileName.test(file.split(/[/\\]/).at(-1)!));
  const stimulus = own.find(({ variable, shape }) => variable === 'X' && shape.length === 3);
  const counts = own.find(({ variable }) => variable === 'y');
  if (!stimulus || !counts) return undefined;
  const frames = stimulus.shape[0];
  const axes = counts.shape.map((size) => (size === frames ? 'time' : trials));
  const oneTrial =
    trials === 'repeat' || counts.shape.every((size) => size === frames || size === 1);
  if (!oneTrial || axes.filter((axis) => axis === 'time').length !== 1 || axes.length > 2) {
    return undefined;
  }
  return {
    stimulus: { kind: 'file', file: stimulus.file, variable: 'X', axes: ['time', 'y', 'x'] },
    responses: { file: counts.file, variable: 'y', axes },
  };
}
