/**
 * What each axis of a model's input is, from its length and, where the file says it, its meaning.
 * Does not know whether the guess is right: every guess is said in `assumed`.
 */
import type { ModelValue } from '../files/types.js';

export type AxisRole = 'sample' | 'lag' | 'colour' | 'y' | 'x';

interface InputAxes {
  readonly axes: readonly AxisRole[];
  readonly grid: {
    readonly lags: number;
    readonly colours: number;
    readonly height: number;
    readonly width: number;
  };
  readonly samples: number | 'free';
  /** Whether the file leaves open what its channels are. */
  readonly channelOpen: boolean;
  readonly assumed: readonly string[];
}

interface Hints {
  /** The role of the axis after the samples, when a reader says it. */
  readonly channel?: 'lag' | 'colour';
  /** Whether the file says that its channels are frames. */
  readonly saidLags: boolean;
}

/** Lengths taken for axes that the file leaves free. */
const freeLength = { lag: 20, colour: 1, y: 32, x: 32 } as const;

/** `input` has 3 to 5 axes. */
export function axesOf({ shape }: ModelValue, hints: Hints): InputAxes {
  const assumed: string[] = [];
  const axes = rolesOf(shape, hints, assumed);
  const length = (role: 'lag' | 'colour' | 'y' | 'x') => {
    const at = axes.indexOf(role);
    if (at < 0) return 1;
    const found = shape[at];
    if (typeof found === 'number') return found;
    assumed.push(
      `The file leaves the length of its ${role} axis free; ${freeLength[role]} is taken.`,
    );
    return freeLength[role];
  };
  const grid = {
    lags: length('lag'),
    colours: length('colour'),
    height: length('y'),
    width: length('x'),
  };
  const first = axes[0] === 'sample' ? shape[0] : 1;
  return {
    axes,
    grid,
    samples: typeof first === 'number' ? first : 'free',
    channelOpen: isChannelOpen(shape, hints),
    assumed,
  };
}

/** One channel is one frame of grey, whichever it is called. */
function isChannelOpen(shape: readonly (number | string)[], { saidLags }: Hints): boolean {
  if (shape.length === 5) return true;
  return shape.length === 4 && !saidLags && shape[1] !== 1 && !areColoursLast(shape);
}

function areColoursLast([, first, second, last]: readonly (number | string)[]): boolean {
  return last === 3 && first !== 3 && first === second;
}

function rolesOf(
  shape: readonly (number | string)[],
  hints: Hints,
  assumed: string[],
): readonly AxisRole[] {
  if (shape.length === 3) return threeAxes(shape, assumed);
  return shape.length === 4 ? fourAxes(shape, hints, assumed) : fiveAxes(shape, hints, assumed);
}

function threeAxes([first]: readonly (number | string)[], assumed: string[]): readonly AxisRole[] {
  if (typeof first === 'number' && first > 1) {
    assumed.push(
      `The file does not say what its first axis of ${first} is; it is taken as lags of one sample.`,
    );
    return ['lag', 'y', 'x'];
  }
  assumed.push('The file does not say what its three axes are; samples, y and x are assumed.');
  return ['sample', 'y', 'x'];
}

function fourAxes(
  shape: readonly (number | string)[],
  { channel: chosen, saidLags }: Hints,
  assumed: string[],
): readonly AxisRole[] {
  const [, channel] = shape;
  if (saidLags) return ['sample', 'lag', 'y', 'x'];
  if (chosen) return ['sample', chosen, 'y', 'x'];
  if (areColoursLast(shape)) {
    assumed.push('The file does not say what its last axis of 3 is; it is taken as colours.');
    return ['sample', 'y', 'x', 'colour'];
  }
  if (channel === 3) {
    assumed.push('The file does not say what its axis of 3 is; it is taken as colours, not lags.');
    return ['sample', 'colour', 'y', 'x'];
  }
  assumed.push(
    channel === 1
      ? 'The file does not say what its axis of 1 is; the model is taken to see one frame.'
      : typeof channel === 'number'
        ? `The file does not say what its axis of ${channel} is; it is taken as lags, one frame each.`
        : 'The file does not say what its second axis is; it is taken as lags, one frame each.',
  );
  return ['sample', 'lag', 'y', 'x'];
}

function fiveAxes(
  [, second, third]: readonly (number | string)[],
  { channel: chosen }: Hints,
  assumed: string[],
): readonly AxisRole[] {
  const isColours = (length: number | string) => length === 1 || length === 3;
  const lagFirst = chosen ? chosen === 'lag' : isColours(third) && !isColours(second);
  if (!chosen) {
    assumed.push(
      `The file does not say what its five axes are; samples, ${lagFirst ? 'lags, colours' : 'colours, lags'}, y and x are assumed.`,
    );
  }
  return lagFirst ? ['sample', 'lag', 'colour', 'y', 'x'] : ['sample', 'colour', 'lag', 'y', 'x'];
}
