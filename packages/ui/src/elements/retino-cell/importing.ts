/**
 * From files without a manifest to a manifest: what can be told from shapes is proposed, what cannot is asked.
 * Pure; reads no file and trusts no name in one.
 */
import type { FileSummary, VariableSummary } from '@retinoscope/models';

export type StimulusAxis = 'x' | 'y' | 'time' | 'block';
export type ResponseAxis = 'cell' | 'time' | 'block' | 'repeat';

/** A variable of a file that could be a stimulus or responses. */
export interface Candidate extends VariableSummary {
  readonly file: string;
  /** Name in a list, and its value in a form. */
  readonly key: string;
}

export interface ImportPart {
  readonly stimulus: string;
  readonly stimulusAxes: readonly StimulusAxis[];
  readonly responses: string;
  readonly responseAxes: readonly ResponseAxis[];
}

export interface ImportChoices {
  readonly name: string;
  /** Hz; unknown until a person says it. */
  readonly frameRate?: number;
  /** µm; may stay unknown. */
  readonly squareSize?: number;
  readonly training: ImportPart;
  readonly test?: ImportPart;
}

/** Variables offered in a list, at the most. */
const mostCandidates = 200;

/** Arrays of the files, those with the most values first. */
export function candidates(files: readonly FileSummary[]): Candidate[] {
  return files
    .flatMap((file) =>
      file.variables.map((variable) => ({
        ...variable,
        file: file.name,
        key: `${file.name} / ${variable.name}`,
      })),
    )
    .filter(({ shape }) => values(shape) > 1)
    .sort((a, b) => values(b.shape) - values(a.shape))
    .slice(0, mostCandidates);
}

/** Could be a stimulus: three or four axes. */
export function stimulusCandidates(all: readonly Candidate[]): Candidate[] {
  return all.filter(({ shape }) => shape.length === 3 || shape.length === 4);
}

/** Could be spike counts: one to four axes. */
export function responseCandidates(all: readonly Candidate[]): Candidate[] {
  return all.filter(({ shape }) => shape.length >= 1 && shape.length <= 4);
}

/** The likeliest reading of the files; undefined where no variable could be a stimulus or none responses. */
export function propose(name: string, all: readonly Candidate[]): ImportChoices | undefined {
  const [stimulus] = stimulusCandidates(all);
  const others = responseCandidates(all).filter(({ key }) => key !== stimulus?.key);
  if (!stimulus || others.length === 0) return undefined;
  const shares = ({ shape }: Candidate) =>
    shape.some((size) => size > 1 && stimulus.shape.includes(size));
  const responses =
    others.find((each) => shares(each) && each.shape.length < stimulus.shape.length) ??
    others.find(shares) ??
    others[0];
  return { name, training: proposePart(stimulus, responses) };
}

/**
 * Axes by size: time is the longest axis that stimulus and responses share, block the other one they share,
 * and the squares are left, y before x.
 */
export function proposePart(stimulus: Candidate, responses: Candidate): ImportPart {
  const shared = stimulus.shape
    .map((size, axis) => ({ size, axis }))
    .filter(({ size }) => responses.shape.includes(size))
    .sort((a, b) => b.size - a.size);
  const longest = stimulus.shape.indexOf(Math.max(...stimulus.shape));
  const time = shared[0]?.axis ?? longest;
  const hasBlocks = stimulus.shape.length === 4;
  const block = hasBlocks
    ? (shared.find(({ axis }) => axis !== time)?.axis ?? Number(time === 0))
    : -1;
  const squares: StimulusAxis[] = ['y', 'x'];
  const stimulusAxes = stimulus.shape.map((_, axis): StimulusAxis => {
    if (axis === time) return 'time';
    return axis === block ? 'block' : (squares.shift() ?? 'x');
  });
  return {
    stimulus: stimulus.key,
    stimulusAxes,
    responses: responses.key,
    responseAxes: proposeResponseAxes(
      responses.shape,
      stimulus.shape[time],
      hasBlocks ? stimulus.shape[block] : undefined,
    ),
  };
}

function proposeResponseAxes(
  shape: readonly number[],
  frames: number,
  blocks: number | undefined,
): ResponseAxis[] {
  const exact = shape.indexOf(frames);
  const time = exact >= 0 ? exact : shape.indexOf(Math.max(...shape));
  const block =
    blocks === undefined ? -1 : shape.findIndex((size, axis) => axis !== time && size === blocks);
  const rest: ResponseAxis[] = ['cell', 'repeat', 'block'];
  return shape.map((_, axis) => {
    if (axis === time) return 'time';
    return axis === block ? 'block' : (rest.shift() ?? 'cell');
  });
}

/** What still keeps the choices from being a manifest, for a person; undefined when nothing does. */
export function importProblem(
  choices: ImportChoices,
  all: readonly Candidate[],
): string | undefined {
  const parts = [choices.training, ...(choices.test ? [choices.test] : [])];
  for (const part of parts) {
    if (part.stimulus === part.responses) return 'Stimulus and responses are the same variable.';
    if (!isDistinct(part.stimulusAxes) || !isDistinct(part.responseAxes)) {
      return 'Each axis can be used once.';
    }
    if (!(['x', 'y', 'time'] as const).every((axis) => part.stimulusAxes.includes(axis))) {
      return 'The stimulus needs the axes x, y and time.';
    }
    if (!part.responseAxes.includes('time')) return 'The responses need a time axis.';
    const frames = [
      sizeOf(part.stimulus, part.stimulusAxes.indexOf('time'), all),
      sizeOf(part.responses, part.responseAxes.indexOf('time'), all),
    ];
    if (frames[0] !== frames[1]) {
      return `The stimulus has ${frames[0]} frames and the responses ${frames[1]}; they must be equal.`;
    }
  }
  if (choices.training.responseAxes.includes('repeat')) {
    return 'Repeats belong to a test part; the training responses need cell, time or block.';
  }
  if (choices.frameRate === undefined) return 'The frame rate is needed.';
  return undefined;
}

/** A recording manifest of the choices, to be checked by whoever opens it. */
export function manifestOf(choices: ImportChoices, all: readonly Candidate[]): unknown {
  const { name, frameRate, squareSize, training, test } = choices;
  return {
    format: 'retinoscope-recording',
    formatVersion: 1,
    name: name || 'Recording',
    frameRate,
    ...(squareSize !== undefined && { squareSize }),
    training: partOf(training, all),
    ...(test && { test: partOf(test, all) }),
  };
}

function partOf(part: ImportPart, all: readonly Candidate[]): unknown {
  return {
    stimulus: { kind: 'file', ...place(part.stimulus, all), axes: [...part.stimulusAxes] },
    responses: { ...place(part.responses, all), axes: [...part.responseAxes] },
  };
}

/** A file and its variable; an npy file has no named one. */
function place(key: string, all: readonly Candidate[]): { file: string; variable?: string } {
  const found = find(key, all);
  if (!found) return { file: key };
  const { file, name } = found;
  return /\.npy$/i.test(file) ? { file } : { file, variable: name };
}

export function find(key: string, all: readonly Candidate[]): Candidate | undefined {
  return all.find((candidate) => candidate.key === key);
}

function sizeOf(key: string, axis: number, all: readonly Candidate[]): number | undefined {
  return find(key, all)?.shape[axis];
}

function isDistinct(axes: readonly string[]): boolean {
  return new Set(axes).size === axes.length;
}

function values(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
