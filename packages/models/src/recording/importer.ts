/**
 * From files without a manifest to a proposal of one, with the questions that the files cannot answer.
 * Promises plain data that a form can be made of, and never a guess without its question. Reads shapes, no values.
 */
import { RetinoscopeError } from '../errors.js';
import { isReadable } from '../files/tensor.js';
import type { FileSummary } from '../files/types.js';
import { proposeAuthorsLayout } from './authors.js';
import { parseManifest } from './manifest.js';

/** A variable that could be a stimulus or responses. */
export interface ImportCandidate {
  readonly file: string;
  readonly variable: string;
  readonly shape: readonly number[];
  readonly type: string;
}

export interface ProposedStimulus {
  readonly kind: 'file';
  readonly file: string;
  readonly variable: string;
  readonly axes: readonly string[];
}

export interface ProposedResponses {
  readonly file: string;
  readonly variable: string;
  readonly axes: readonly string[];
}

export interface ProposedPart {
  readonly stimulus: ProposedStimulus;
  readonly responses: ProposedResponses;
}

/** A manifest, perhaps still without what only a person knows: the frame rate at least. */
export interface PartialManifest {
  readonly format: 'retinoscope-recording';
  readonly formatVersion: 1;
  readonly name: string;
  /** Hz. */
  readonly frameRate?: number;
  /** µm. */
  readonly squareSize?: number;
  readonly training?: ProposedPart;
  readonly test?: ProposedPart;
}

export interface ImportQuestion {
  /** The manifest field that the answer goes to. */
  readonly field: string;
  readonly question: string;
  readonly required: boolean;
}

export interface ManifestProposal {
  readonly manifest: PartialManifest;
  readonly stimuli: readonly ImportCandidate[];
  readonly responses: readonly ImportCandidate[];
}

/** Proposes a manifest for inspected files; throws a `file` error when none holds an array. */
export function proposeFromSummaries(summaries: readonly FileSummary[]): ManifestProposal {
  const all = summaries.flatMap(({ name, variables }) =>
    variables
      .filter(({ shape, type }) => isReadable(type) && elements(shape) > 1)
      .map(({ name: variable, shape, type }) => ({ file: name, variable, shape, type })),
  );
  if (all.length === 0) {
    throw new RetinoscopeError(
      'file',
      'None of the files holds a numeric array. A stimulus of three or four axes and spike counts per frame are needed.',
      { files: summaries.map(({ name }) => name) },
    );
  }
  const stimuli = all.filter(({ shape }) => rank(shape) >= 3 && shape.length <= 4);
  const responses = all.filter(({ shape }) => rank(shape) >= 1 && shape.length <= 4);
  const parts = proposeAuthorsLayout(all) ?? proposeParts(stimuli, responses);
  const name = (parts.training ?? parts.test)?.stimulus.file ?? all[0].file;
  const manifest: PartialManifest = {
    format: 'retinoscope-recording',
    formatVersion: 1,
    name: name.replace(/\.[^.]*$/, ''),
    ...(parts.training && { training: parts.training }),
    ...(parts.test && { test: parts.test }),
  };
  return { manifest, stimuli, responses };
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function rank(shape: readonly number[]): number {
  return shape.filter((size) => size > 1).length;
}

interface Parts {
  readonly training?: ProposedPart;
  readonly test?: ProposedPart;
}

/** The pair that shares most frames (then, has most squares) is the training part; one of repeats over another stimulus is the test part. */
function proposeParts(
  stimuli: readonly ImportCandidate[],
  responses: readonly ImportCandidate[],
): Parts {
  const pairs = stimuli
    .flatMap((stimulus) =>
      responses
        .filter((other) => other !== stimulus)
        .map((other) => matchAxes(stimulus, other))
        .filter((pair) => pair !== undefined),
    )
    .sort((a, b) => b.frames - a.frames || b.squares - a.squares);
  const repeated = ({ part }: Pair) => part.responses.axes.includes('repeat');
  const training = pairs.find((pair) => !repeated(pair));
  const tests = pairs
    .filter(repeated)
    .filter(({ part }) => !training || !sameVariable(part.stimulus, training.part.stimulus));
  const test = tests.find(({ squares }) => squares === training?.squares) ?? tests[0];
  return { training: training?.part, test: test?.part };
}

interface Pair {
  /** Frames that both share. */
  readonly frames: number;
  /** Squares of the stimulus. */
  readonly squares: number;
  readonly part: ProposedPart;
}

function sameVariable(
  a: ProposedStimulus | ProposedResponses,
  b: ProposedStimulus | ProposedResponses,
): boolean {
  return a.file === b.file && a.variable === b.variable;
}

/** The likeliest axes of two variables that a person named as stimulus and responses. */
export function proposePart(stimulus: ImportCandidate, responses: ImportCandidate): ProposedPart {
  const matched = matchAxes(stimulus, responses);
  if (matched) return matched.part;
  const [stimulusRest, responseRest] = [
    ['y', 'x', 'block'],
    ['cell', 'repeat', 'block'],
  ];
  const longest = (shape: readonly number[]) => shape.indexOf(Math.max(...shape));
  const axes = (shape: readonly number[], rest: string[]) =>
    shape.map((_, axis) => (axis === longest(shape) ? 'time' : rest.shift()!));
  return {
    stimulus: {
      kind: 'file',
      file: stimulus.file,
      variable: stimulus.variable,
      axes: axes(stimulus.shape, stimulusRest),
    },
    responses: {
      file: responses.file,
      variable: responses.variable,
      axes: axes(responses.shape, responseRest),
    },
  };
}

/** Time is the largest size that both share, block the next one; the squares and the cells are what is left. */
function matchAxes(stimulus: ImportCandidate, responses: ImportCandidate): Pair | undefined {
  const shared = [...new Set(stimulus.shape)]
    .filter((size) => size > 1 && responses.shape.includes(size))
    .sort((a, b) => b - a)
    .slice(0, stimulus.shape.length - 2);
  if (shared.length === 0) return undefined;
  const names = ['time', 'block'];
  const timeOf = (shape: readonly number[]) =>
    shape.map((size, at) => (shape.indexOf(size) === at ? names[shared.indexOf(size)] : undefined));
  const stimulusTime = timeOf(stimulus.shape);
  if (stimulusTime.filter((axis) => axis === undefined).length !== 2) return undefined;
  const squares = stimulusTime.indexOf('time') === 0 ? ['y', 'x'] : ['x', 'y'];
  const responseTime = timeOf(responses.shape);
  const rest = responseTime.filter((axis) => axis === undefined).length;
  if (rest > 2) return undefined;
  const others = rest === 2 ? ['cell', 'repeat'] : ['cell'];
  const fill = (axes: readonly (string | undefined)[], spare: string[]) =>
    axes.map((axis) => axis ?? spare.shift()!);
  const frames = elements(shared);
  return {
    frames,
    squares: elements(stimulus.shape) / frames,
    part: {
      stimulus: {
        kind: 'file',
        file: stimulus.file,
        variable: stimulus.variable,
        axes: fill(stimulusTime, squares),
      },
      responses: {
        file: responses.file,
        variable: responses.variable,
        axes: fill(responseTime, others),
      },
    },
  };
}

/** What a person still has to say of `manifest`, and what they may. */
export function importQuestions(
  manifest: PartialManifest,
  { responses: all }: ManifestProposal,
): ImportQuestion[] {
  const questions: ImportQuestion[] = [
    { field: 'frameRate', question: 'How many frames a second were shown, Hz?', required: true },
    {
      field: 'squareSize',
      question: 'How large is a stimulus square on the tissue, µm?',
      required: false,
    },
  ];
  if (!manifest.training) {
    questions.push({
      field: 'training',
      question:
        'Which variables are the training stimulus and its responses? No two share a number of frames; a stimulus may also be given by its generator and seed, in a manifest.',
      required: true,
    });
  }
  for (const name of ['training', 'test'] as const) {
    const part = manifest[name];
    if (part) questions.push(...questionsForPart(part, name, all));
  }
  return questions;
}

/** What keeps `manifest` from being opened, in a sentence; undefined when nothing does that shapes can tell. */
export function importProblem(
  manifest: PartialManifest,
  { responses: all }: ManifestProposal,
): string | undefined {
  if (!manifest.training) return 'The training stimulus and its responses are needed.';
  if (manifest.frameRate === undefined) return 'The frame rate is needed.';
  for (const part of [manifest.training, ...(manifest.test ? [manifest.test] : [])]) {
    if (sameVariable(part.stimulus, part.responses)) {
      return 'Stimulus and responses are the same variable.';
    }
  }
  try {
    parseManifest(manifest);
  } catch (thrown) {
    if (thrown instanceof RetinoscopeError) return thrown.message;
    throw thrown;
  }
  for (const part of [manifest.training, ...(manifest.test ? [manifest.test] : [])]) {
    const stimulus = framesOf(part.stimulus, all);
    const responses = framesOf(part.responses, all);
    if (stimulus !== responses) {
      return `The stimulus has ${stimulus} frames and the responses ${responses}; they must be equal.`;
    }
  }
  return undefined;
}

/** The array that a part of a manifest names. */
export function findCandidate(
  { file, variable }: { readonly file: string; readonly variable: string },
  all: readonly ImportCandidate[],
): ImportCandidate | undefined {
  return all.find((candidate) => candidate.file === file && candidate.variable === variable);
}

/** Frames over all blocks. */
function framesOf(
  part: ProposedStimulus | ProposedResponses,
  all: readonly ImportCandidate[],
): number {
  const shape = findCandidate(part, all)?.shape ?? [];
  return elements(shape.filter((_, at) => ['time', 'block'].includes(part.axes[at])));
}

function questionsForPart(
  { stimulus, responses }: ProposedPart,
  name: string,
  all: readonly ImportCandidate[],
): ImportQuestion[] {
  const shapeOf = (part: ProposedStimulus | ProposedResponses) =>
    findCandidate(part, all)?.shape.join(', ');
  const questions: ImportQuestion[] = [
    {
      field: `${name}.stimulus.axes`,
      question: `Is [${stimulus.axes.join(', ')}] the order of the stimulus axes of sizes [${shapeOf(stimulus)}]? Files do not tell x from y.`,
      required: true,
    },
  ];
  if (responses.axes.length > 1) {
    questions.push({
      field: `${name}.responses.axes`,
      question: `Is [${responses.axes.join(', ')}] the order of the response axes of sizes [${shapeOf(responses)}]?`,
      required: true,
    });
  }
  if (!findCandidate(stimulus, all)?.type.startsWith('float')) {
    questions.push({
      field: `${name}.stimulus.values`,
      question: 'If the stimulus has two values, which contrasts are they? −0.5 and 0.5 are taken.',
      required: false,
    });
  }
  return questions;
}
