import type { BinaryMovie } from '@retinoscope/core-wasm';
import { frameValues } from '@retinoscope/core-wasm';
import { describe, expect, test } from 'vitest';
import { writeNpy } from '../files/npy.js';
import type { TensorData } from '../files/types.js';
import { openDataset } from './dataset.js';
import { requireBlocks, requireCell, requireCrop, requireSpikes } from './requirements.js';
import type { FileRef } from './types.js';

const width = 5;
const height = 3;
const frames = 8;

function npy(name: string, shape: readonly number[], data: TensorData): FileRef {
  return { name, blob: new Blob([new Uint8Array(writeNpy({ shape, data }))]) };
}

/** Value of square (x, y) at time t: a pattern without symmetries. */
const square = (x: number, y: number, t: number) => ((x * 7 + y * 3 + t * t) % 5 < 2 ? 1 : -1);

/** The pattern stored in the order of `axes`. */
function patternFile(axes: readonly string[], name = 's.npy', times = frames): FileRef {
  const sizes: Record<string, number> = { x: width, y: height, time: times };
  const shape = axes.map((axis) => sizes[axis]);
  const data = Int8Array.from({ length: width * height * times }, (_, index) => {
    const at: Record<string, number> = {};
    let rest = index;
    for (let i = 2; i >= 0; i--) {
      at[axes[i]] = rest % shape[i];
      rest = Math.floor(rest / shape[i]);
    }
    return square(at.x, at.y, at.time);
  });
  return npy(name, shape, data);
}

const counts = Float64Array.from({ length: 2 * frames }, (_, i) => (i < frames ? i % 3 : 0));

interface Choice {
  axes?: readonly string[];
  responseAxes?: readonly string[];
  stimulusFile?: FileRef;
  responses?: FileRef;
  stimulus?: object;
  response?: object;
  fields?: object;
}

function open(choice: Choice = {}) {
  const axes = choice.axes ?? ['time', 'y', 'x'];
  const files = [
    choice.stimulusFile ?? patternFile(axes),
    choice.responses ?? npy('r.npy', [2, frames], counts),
  ];
  const manifest = {
    format: 'retinoscope-recording',
    formatVersion: 1,
    name: 'Pattern',
    frameRate: 30,
    training: {
      stimulus: { kind: 'file', file: 's.npy', axes, ...choice.stimulus },
      responses: {
        file: 'r.npy',
        axes: choice.responseAxes ?? ['cell', 'time'],
        ...choice.response,
      },
    },
    ...choice.fields,
  };
  return openDataset({ kind: 'recording', manifest, files });
}

const all = { first: 0, last: 0 };

describe('a stimulus file', () => {
  test.each([
    [['time', 'y', 'x']],
    [['x', 'y', 'time']],
    [['y', 'time', 'x']],
    [['time', 'x', 'y']],
  ])('of axes %j gives the same movie of ±0.5 bits', async (axes) => {
    const { stimulus } = (await open({ axes })).training;
    expect(stimulus).toMatchObject({ width, height, blocks: 1, blockFrames: frames });
    const movie = await stimulus.read(all, undefined);
    expect(movie.kind).toBe('binary');
    const values = frameValues(movie, 0, frames);
    for (let t = 0, at = 0; t < frames; t++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) expect(values[at++]).toBe(square(x, y, t) / 2);
      }
    }
  });

  test('takes the two values that the manifest gives', async () => {
    const dataset = await open({ stimulus: { values: { low: 0, high: 255 } } });
    expect(await dataset.training.stimulus.read(all, undefined)).toMatchObject({
      low: 0,
      high: 255,
    });
  });

  test('of more than two values stays as it is', async () => {
    const data = Float32Array.from({ length: width * height * frames }, (_, i) => Math.sin(i));
    const stimulusFile = npy('s.npy', [frames, height, width], data);
    const movie = await (await open({ stimulusFile })).training.stimulus.read(all, undefined);
    expect(movie).toMatchObject({ kind: 'float', data });
    await expect(open({ stimulusFile, stimulus: { values: { low: 0, high: 1 } } })).rejects.toThrow(
      /which does not have two/,
    );
  });

  test.each(['big', 'little'] as const)('packed over two axes, %s-endian', async (bitOrder) => {
    const squares = width * height;
    const bytes = Math.ceil(squares / 8);
    const packed = new Uint8Array(frames * bytes);
    for (let t = 0; t < frames; t++) {
      for (let i = 0; i < squares; i++) {
        const shift = bitOrder === 'big' ? 7 - (i % 8) : i % 8;
        const bit = square(i % width, Math.floor(i / width), t) > 0 ? 1 : 0;
        packed[t * bytes + (i >> 3)] |= bit << shift;
      }
    }
    const stimulus = { packed: { axes: ['y', 'x'], sizes: [height, width], bitOrder } };
    const stimulusFile = npy('s.npy', [frames, bytes], packed);
    const dataset = await open({ stimulusFile, stimulus });
    const expected = await (await open()).training.stimulus.read(all, undefined);
    expect(await dataset.training.stimulus.read(all, undefined)).toEqual(expected);
  });

  test('without blocks is cut into the blocks of the responses', async () => {
    const responses = npy('r.npy', [2, 2, frames / 2], counts);
    const dataset = await open({ responses, responseAxes: ['cell', 'block', 'time'] });
    const { stimulus } = dataset.training;
    expect(stimulus).toMatchObject({ blocks: 2, blockFrames: frames / 2 });
    const whole = (await stimulus.read({ first: 0, last: 1 }, undefined)) as BinaryMovie;
    const second = (await stimulus.read({ first: 1, last: 1 }, undefined)) as BinaryMovie;
    expect(second.bits).toEqual(whole.bits.subarray(whole.bits.length / 2));
    expect(second.frames).toBe(frames / 2);
  });
});

test('responses of any axis order give [block, time] of each cell', async () => {
  const turned = Uint8Array.from(
    { length: 2 * frames },
    (_, i) => counts[(i % 2) * frames + (i >> 1)],
  );
  const responses = npy('r.npy', [frames, 2], turned);
  const dataset = await open({ responses, responseAxes: ['time', 'cell'] });
  expect(dataset.training.counts).toEqual([
    Float32Array.from(counts.subarray(0, frames)),
    new Float32Array(frames),
  ]);
  expect(dataset.cellNames).toEqual(['Cell 0', 'Cell 1']);
});

test('a single cell may have no cell axis, and MATLAB’s axes of size 1 are no axes', async () => {
  const responses = npy('r.npy', [frames, 1], new Uint8Array(frames));
  expect((await open({ responses, responseAxes: ['time'] })).training.counts).toHaveLength(1);
});

describe('bad recordings are refused', () => {
  const stimulusWith = (index: number, value: number) => {
    const data = Float64Array.from({ length: frames * height * width }, (_, i) => i % 2);
    data[index] = value;
    return npy('s.npy', [frames, height, width], data);
  };
  const responsesWith = (value: number) => {
    const data = counts.slice();
    data[frames + 3] = value;
    return npy('r.npy', [2, frames], data);
  };
  const cases: [name: string, choice: Choice, message: RegExp][] = [
    [
      'unequal frame counts, saying both',
      { stimulusFile: patternFile(['time', 'y', 'x'], 's.npy', 7) },
      /has 7 frames .*have 8 frames/,
    ],
    [
      'the wrong axis order of the responses, saying which would fit',
      { responseAxes: ['time', 'cell'] },
      /\(time 2, cell 8\)\. The response axes cell, time would fit/,
    ],
    [
      'the wrong axis order of the stimulus, saying which would fit',
      { stimulusFile: patternFile(['x', 'y', 'time']), response: { axes: ['cell', 'time'] } },
      /\(time 5, y 3, x 8\).* The stimulus axes y, x, time would fit/,
    ],
    [
      'axes that do not match the shape',
      { responseAxes: ['time'] },
      /the shape \[2, 8\], and the manifest names 1 axes: time/,
    ],
    [
      'a region of other sizes',
      { stimulus: { region: { x: 0, y: 0, width: 3, height: 5 } } },
      /covers x 3, y 5 squares; it has x 5, y 3/,
    ],
    [
      'NaN in the stimulus',
      { stimulusFile: stimulusWith(17, Number.NaN) },
      /NaN at time 1, y 0, x 2/,
    ],
    [
      'infinity in the stimulus',
      { stimulusFile: stimulusWith(0, Number.NEGATIVE_INFINITY) },
      /-Infinity at time 0, y 0, x 0/,
    ],
    ['NaN in the responses', { responses: responsesWith(Number.NaN) }, /NaN at cell 1, time 3/],
    [
      'infinity in the responses',
      { responses: responsesWith(Infinity) },
      /Infinity at cell 1, time 3/,
    ],
    ['negative counts', { responses: responsesWith(-1) }, /is -1 at cell 1, time 3/],
    ['fractional counts', { responses: responsesWith(0.5) }, /is 0\.5 at cell 1, time 3/],
    [
      'cell names of another number',
      { fields: { cellNames: ['A'] } },
      /"cellNames" has 1 cells, and there are 2/,
    ],
  ];
  test.each(cases)('%s', async (_, choice, message) => {
    const error = await open(choice).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ name: 'RetinoscopeError', kind: 'data' });
    expect(String(error)).toMatch(message);
  });

  test('a file that was not given, naming it and those that were', async () => {
    const error = open({ stimulus: { file: 'movies/stim.mat' } });
    await expect(error).rejects.toMatchObject({
      kind: 'manifest',
      message: expect.stringMatching(
        /"training.stimulus.file" names stim.mat, which was not given; given were s.npy, r.npy/,
      ),
    });
  });

  test('a manifest that misses a field', async () => {
    await expect(open({ fields: { frameRate: undefined } })).rejects.toMatchObject({
      kind: 'manifest',
      detail: { field: 'frameRate' },
    });
  });

  test('test and training of different squares', async () => {
    const part = {
      stimulus: { kind: 'file', file: 's.npy', axes: ['time', 'x', 'y'] },
      responses: { file: 'r.npy', axes: ['cell', 'time'] },
    };
    await expect(open({ fields: { test: part } })).rejects.toThrow(
      /test stimulus covers x 3, y 5 squares and the training stimulus x 5, y 3/,
    );
  });

  test('generator states of another number of blocks or out of range', async () => {
    const stimulus = (blocks: number) => ({
      kind: 'generator',
      generator: 'shuffled-park-miller',
      seed: 1,
      width,
      height,
      blockFrames: frames / blocks,
      blocks,
      states: { file: 's.npy' },
    });
    const training = (blocks: number) => ({
      training: {
        stimulus: stimulus(blocks),
        responses: { file: 'r.npy', axes: ['cell', 'time'] },
      },
    });
    const stimulusFile = npy('s.npy', [1, 34], new Int32Array(34));
    await expect(open({ stimulusFile, fields: training(2) })).rejects.toThrow(
      /the shape \[1, 34\]; \[2, 34\] is expected for 2 blocks/,
    );
    await expect(open({ stimulusFile, fields: training(1) })).rejects.toThrow(
      /block 0 in s.npy holds 0/,
    );
  });
});

describe('requirements', () => {
  test('a cell without spikes is refused only when it is used', async () => {
    const dataset = await open();
    expect(requireSpikes(dataset, 0)).toBeUndefined();
    expect(() => requireSpikes(dataset, 1)).toThrowError(/Cell 1 has no spike in blocks 0 to 0/);
  });

  test.each([
    { x: 0, y: 0, width: 6, height: 3 },
    { x: 3, y: 0, width: 3, height: 3 },
    { x: -1, y: 0, width: 2, height: 2 },
    { x: 0, y: 0, width: 0, height: 2 },
    { x: 0.5, y: 0, width: 2, height: 2 },
    { x: Number.NaN, y: 0, width: 2, height: 2 },
  ])('the crop %j outside 5 × 3 squares is refused', async (crop) => {
    const dataset = await open();
    expect(() => requireCrop(dataset, crop)).toThrowError(
      /is not inside the stimulus, which has x 0 to 4 and y 0 to 2/,
    );
  });

  test('the whole stimulus, all blocks and each cell are accepted; others are refused', async () => {
    const dataset = await open();
    expect(requireCrop(dataset, { x: 0, y: 0, width, height })).toBeUndefined();
    expect(requireBlocks(dataset, all)).toBeUndefined();
    for (const last of [1, -1, 0.5]) {
      expect(() => requireBlocks(dataset, { first: 0, last })).toThrowError(
        /a range within 0 to 0/,
      );
    }
    for (const cell of [2, -1, 0.5]) {
      expect(() => requireCell(dataset, cell)).toThrowError(/cells 0 to 1 are there/);
    }
  });
});

test('what is too large for memory is refused before it is drawn', async () => {
  const stimulus = {
    kind: 'generator',
    generator: 'shuffled-park-miller',
    seed: 1,
    width: 4096,
    height: 4096,
    blockFrames: 2000,
    blocks: 1,
  };
  const responses = npy('r.npy', [1, 2000], new Uint8Array(2000));
  const fields = { training: { stimulus, responses: { file: 'r.npy', axes: ['cell', 'time'] } } };
  const dataset = await open({ responses, fields });
  await expect(dataset.training.stimulus.read(all, undefined)).rejects.toMatchObject({
    kind: 'memory',
    message: expect.stringMatching(/would take 3\.9 GiB of memory; at most 3\.0 GiB is used/),
  });
});

test('a simulated source is opened by the simulator, with its truth', async () => {
  const dataset = await openDataset({
    kind: 'simulated',
    cell: 'paper',
    frames: 500,
    testFrames: 100,
    seed: 1,
  });
  expect(dataset.truth).toHaveLength(1);
  expect(dataset.training.counts[0]).toHaveLength(500);
});
