import { describe, expect, test } from 'vitest';
import { RetinoscopeError } from '../errors.js';
import { manifestJsonSchema, parseManifest } from './manifest.js';

const manifest = {
  format: 'retinoscope-recording',
  formatVersion: 1,
  name: 'Salamander',
  frameRate: 30,
  training: {
    stimulus: { kind: 'file', file: 's.npy', axes: ['x', 'y', 'time'] },
    responses: { file: 'r.npy', axes: ['cell', 'time'] },
  },
};

type Path = readonly (string | number)[];

/** A copy with the field at `path` set, or removed when `value` is undefined. */
function edited(path: Path, value: unknown): unknown {
  const copy = structuredClone(manifest) as Record<string | number, unknown>;
  let at = copy;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  if (value === undefined) delete at[path.at(-1)!];
  else at[path.at(-1)!] = value;
  return copy;
}

function refusal(value: unknown): RetinoscopeError {
  try {
    parseManifest(value);
  } catch (error) {
    if (error instanceof RetinoscopeError) return error;
    throw error;
  }
  throw new Error('The manifest was accepted.');
}

test('recording.schema.json is the schema of the manifest', async () => {
  const expanded = JSON.stringify(manifestJsonSchema(), null, 2);
  const schema = `${expanded.replace(/\[[^[\]{}]*\]/g, (list) => list.replace(/\s*\n\s*/g, ' ').replace(/^\[ | \]$/g, (end) => end.trim()))}\n`;
  await expect(schema).toMatchFileSnapshot('../../recording.schema.json');
});

test('a manifest is accepted as a value and as a JSON text', () => {
  expect(parseManifest(manifest)).toEqual(manifest);
  expect(parseManifest(JSON.stringify(manifest))).toEqual(manifest);
});

describe('a refusal names the field and what it accepts', () => {
  const cases: [name: string, path: Path, value: unknown, message: RegExp][] = [
    [
      'missing frame rate',
      ['frameRate'],
      undefined,
      /"frameRate" is missing; accepted: Frames a second, Hz/,
    ],
    ['missing training', ['training'], undefined, /"training" is missing/],
    [
      'missing file',
      ['training', 'stimulus', 'file'],
      undefined,
      /"training.stimulus.file" is missing; accepted: The name of a file/,
    ],
    ['negative frame rate', ['frameRate'], -1, /"frameRate" is -1; accepted: .*above 0/],
    ['frame rate as text', ['frameRate'], '30', /"frameRate" is "30"; accepted: Frames a second/],
    ['other format', ['format'], 'x', /"format" is "x"; accepted: "retinoscope-recording"/],
    ['later version', ['formatVersion'], 2, /"formatVersion" is 2; accepted: 1/],
    ['misspelt field', ['framerate'], 30, /"framerate" is unknown/],
    [
      'unknown kind',
      ['training', 'stimulus', 'kind'],
      'movie',
      /"training.stimulus.kind" is "movie"; accepted: .* "file" or "generator"/,
    ],
    [
      'unknown axis',
      ['training', 'stimulus', 'axes', 2],
      'frame',
      /"training.stimulus.axes.2" is "frame"; accepted: The axes of the stimulus/,
    ],
    [
      'axis twice',
      ['training', 'stimulus', 'axes'],
      ['x', 'x', 'time'],
      /is \[x, x, time\]; accepted: each axis once/,
    ],
    ['axis missing', ['training', 'stimulus', 'axes'], ['x', 'y', 'block'], /misses time/],
    [
      'no time in the responses',
      ['training', 'responses', 'axes'],
      ['cell'],
      /"training.responses.axes" misses time/,
    ],
    [
      'a repeat axis in training',
      ['training', 'responses', 'axes'],
      ['cell', 'time', 'repeat'],
      /"training.responses.axes.2" is "repeat"; accepted: .*of cell, time, block/,
    ],
    [
      'blocks without a block axis',
      ['training', 'responses', 'blocks'],
      { first: 0, last: 1 },
      /selects blocks of responses without a block axis/,
    ],
    [
      'low above high',
      ['training', 'stimulus', 'values'],
      { low: 1, high: 0 },
      /"training.stimulus.values" has low ≥ high/,
    ],
    [
      'packed axes that are not neighbours',
      ['training', 'stimulus', 'packed'],
      { axes: ['x', 'time'], sizes: [8, 8], bitOrder: 'big' },
      /"training.stimulus.packed.axes" is \[x, time\]; accepted: neighbours of \[x, y, time\]/,
    ],
  ];
  test.each(cases)('%s', (_, path, value, message) => {
    const error = refusal(edited(path, value));
    expect(error.kind).toBe('manifest');
    expect(error.message).toMatch(message);
  });

  test.each([null, undefined, 3, [], 'no json', '{"format":'])('not a manifest: %s', (value) => {
    expect(refusal(value).kind).toBe('manifest');
  });
});
