/**
 * Opens a recording from its manifest and files.
 * Promises that stimulus and responses fit each other frame by frame. Analyses nothing.
 */
import { RetinoscopeError, throwIfCancelled } from '../errors.js';
import { listNames } from '../files/tensor.js';
import { describeAxes, fittingOrder } from './axes.js';
import type { RecordingManifest, ResponsesManifest, StimulusManifest } from './manifest.js';
import { parseManifest } from './manifest.js';
import type { Responses, TimeSize } from './responses.js';
import { readResponses } from './responses.js';
import { overSameSquares } from './same-squares.js';
import type { RecordedSource } from './source.js';
import type { StoredStimulus } from './stimulus-file.js';
import { readStoredStimulus, storedSource } from './stimulus-file.js';
import { generatedSource } from './stimulus-generator.js';
import type { Dataset, FileRef, LongCall, StimulusSource, WorkProgress } from './types.js';

/** Opens the recording of `source`; refuses what cannot be used with an error that says why. */
export async function openRecording(
  source: RecordedSource,
  call?: LongCall<WorkProgress>,
): Promise<Dataset> {
  const manifest = parseManifest(source.manifest);
  const { name, frameRate, squareSize, skipFrames } = manifest;
  const training = await openPart('training', manifest, source.files, [0, 0.7], call);
  const test = manifest.test && (await openPart('test', manifest, source.files, [0.7, 1], call));
  const cells = training.counts.length;
  const cellNames = manifest.cellNames ?? training.counts.map((_, cell) => `Cell ${cell}`);
  requireSame(cellNames.length, cells, 'cellNames', 'cells in the training responses');
  const dataset = { name, frameRate, squareSize, skipFrames, cellNames, training };
  if (!test) return dataset;
  requireSame(test.counts.length, cells, 'test', 'cells in the training responses');
  const stimulus = overSameSquares(test.stimulus, training.stimulus);
  return { ...dataset, test: { ...test, stimulus } };
}

interface Part {
  readonly stimulus: StimulusSource;
  readonly repeats: number;
  readonly counts: Float32Array[];
}

async function openPart(
  part: 'training' | 'test',
  manifest: RecordingManifest,
  files: readonly FileRef[],
  [from, to]: readonly [number, number],
  call: LongCall<WorkProgress> = {},
): Promise<Part> {
  const { stimulus, responses }: PartManifest = manifest[part]!;
  const field = (name: string) => `${part}.${name}`;
  const responseFile = findFile(responses.file, files, field('responses.file'));
  report(call, from, `Reading ${responses.file}`);
  const found = await readResponses(responseFile, responses);
  report(call, from + (to - from) / 3, `Reading the ${part} stimulus`);
  const opened = await openStimulus(stimulus, files, field('stimulus'), found);
  report(call, to - (to - from) / 6, `Checking ${responses.file}`);
  const counts = found.counts();
  report(call, to, `Opened the ${part} part`);
  return { stimulus: opened, repeats: found.repeats, counts };
}

interface PartManifest {
  readonly stimulus: StimulusManifest;
  readonly responses: ResponsesManifest;
}

function report({ signal, onProgress }: LongCall<WorkProgress>, done: number, what: string): void {
  throwIfCancelled(signal);
  onProgress?.({ kind: 'work', done, what });
}

async function openStimulus(
  manifest: StimulusManifest,
  files: readonly FileRef[],
  field: string,
  responses: Responses,
): Promise<StimulusSource> {
  if (manifest.kind === 'generator') {
    requireFit(manifest, responses, 'the generator');
    const { states } = manifest;
    const file = states && findFile(states.file, files, `${field}.states.file`);
    return generatedSource(manifest, file);
  }
  const file = findFile(manifest.file, files, `${field}.file`);
  const stored = await readStoredStimulus(file, manifest);
  const { layout } = stored;
  const size = { blocks: layout.size('block'), blockFrames: layout.size('time') };
  return storedSource(stored, requireFit(size, responses, file.name, stored));
}

/** Whether `frames` of responses in `blocks` belong to a stimulus: the same, or one of the two uncut. */
function fits(stimulus: TimeSize, responses: TimeSize): boolean {
  const total = (size: TimeSize) => size.blocks * size.blockFrames;
  if (total(stimulus) !== total(responses)) return false;
  return stimulus.blocks === responses.blocks || stimulus.blocks === 1 || responses.blocks === 1;
}

/** The number of blocks that stimulus and responses share; refuses sizes that do not fit. */
function requireFit(
  stimulus: TimeSize,
  responses: Responses,
  file: string,
  stored?: StoredStimulus,
): number {
  const found = responses.time;
  if (fits(stimulus, found)) return Math.max(stimulus.blocks, found.blocks);
  const order = suggestOrder(stimulus, responses, stored);
  throw new RetinoscopeError(
    'data',
    `The stimulus (${file}) has ${describeTime(stimulus)}${stored ? ` (${describeAxes(stored.layout)})` : ''} and the responses (${responses.what}) have ${describeTime(found)} (${describeAxes(responses.layout)}). ${order}`,
    {
      stimulus: { ...stimulus },
      responses: { ...found },
      stimulusFrames: stimulus.blocks * stimulus.blockFrames,
      responseFrames: found.blocks * found.blockFrames,
    },
  );
}

function describeTime({ blocks, blockFrames }: TimeSize): string {
  const frames = `${blocks * blockFrames} frames`;
  return blocks === 1 ? frames : `${frames} in ${blocks} blocks of ${blockFrames}`;
}

function suggestOrder(stimulus: TimeSize, responses: Responses, stored?: StoredStimulus): string {
  const other = fittingOrder(responses.layout, (size) => {
    const time = responses.timeWith(size);
    return time !== undefined && fits(stimulus, time);
  });
  if (other) return `The response axes ${other.join(', ')} would fit.`;
  const turned =
    stored &&
    fittingOrder(stored.layout, (size) =>
      fits({ blocks: size('block'), blockFrames: size('time') }, responses.time),
    );
  if (turned) return `The stimulus axes ${turned.join(', ')} would fit.`;
  return 'As many response frames as stimulus frames are accepted; no other order of the axes fits.';
}

function findFile(name: string, files: readonly FileRef[], field: string): FileRef {
  const base = baseName(name);
  const file = files.find((candidate) => baseName(candidate.name) === base);
  if (file) return file;
  const present = files.map((candidate) => baseName(candidate.name));
  throw new RetinoscopeError(
    'manifest',
    `The manifest field "${field}" names ${base}, which was not given; ${present.length ? `given were ${listNames(present)}` : 'no file was given'}. Add it, or change the name.`,
    { field, missing: base, present },
  );
}

function baseName(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path;
}

function requireSame(found: number, expected: number, field: string, what: string): void {
  if (found === expected) return;
  throw new RetinoscopeError(
    'data',
    `"${field}" has ${found} cells, and there are ${expected} ${what}. Both must be the same.`,
    { field, found, expected },
  );
}
