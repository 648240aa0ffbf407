import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { Dataset, File, ready } from 'h5wasm/node';
import { describe, expect, test } from 'vitest';
import { LabGenerator, seedLabState } from './lab-generator.js';
import { loadCore } from './load.js';
import { type BinaryMovie, cropMovie, frameValues } from './movie.js';
import { builds } from './reference/builds.js';
import { ScalarLab } from './reference/random.js';

/** `frames` frames by the scalar twin, `[time, y, x]` of 0 and 1. */
function scalarFrames(lab: ScalarLab, frames: number, height: number, width: number): Uint8Array {
  const out = new Uint8Array(frames * height * width);
  for (let t = 0; t < frames; t++) {
    for (let x = 0; x < width; x++) {
      for (let y = 0; y < height; y++) out[(t * height + y) * width + x] = lab.next() ? 1 : 0;
    }
  }
  return out;
}

function onOff(movie: BinaryMovie): Uint8Array {
  return Uint8Array.from(frameValues(movie, 0, movie.frames), (value) => (value > 0 ? 1 : 0));
}

describe.each(builds)('%s build', (build) => {
  test('squares and state equal the scalar twin bit for bit, whatever the seed, size and crop', async () => {
    const core = await loadCore(build);
    const side = fc.integer({ min: 1, max: 37 });
    const share = fc.double({ min: 0, max: 0.999, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 2 ** 31 - 2 }),
        ...([side, side, fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 2 })] as const),
        fc.tuple(share, share, share, share),
        async (seed, height, width, frames, skipped, [a, b, c, d]) => {
          const mark = core.arena.mark();
          const generator = await LabGenerator.create(seed, core);
          const scalar = new ScalarLab(seedLabState(seed));
          generator.skip(skipped, { height, width });
          scalarFrames(scalar, skipped, height, width);
          const x = Math.floor(a * width);
          const y = Math.floor(b * height);
          const crop = {
            x,
            y,
            width: 1 + Math.floor(c * (width - x)),
            height: 1 + Math.floor(d * (height - y)),
          };
          const movie = generator.frames(frames, { height, width }, crop);
          const expected = scalarFrames(scalar, frames, height, width);
          const shape = { kind: 'float', frames, height, width } as const;
          const cut = cropMovie({ ...shape, data: Float32Array.from(expected) }, crop);
          expect(onOff(movie)).toEqual(Uint8Array.from(frameValues(cut, 0, frames)));
          expect(generator.state()).toEqual(scalar.state);
          core.arena.release(mark);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('unused bits are 0, and parts join to the whole', async () => {
    const core = await loadCore(build);
    const size = { height: 9, width: 13 };
    const whole = (await LabGenerator.create(5, core)).frames(50, size);
    whole.bits.forEach((byte, i) => {
      if (i % 2) expect(byte >> 5).toBe(0);
    });
    const parts = await LabGenerator.create(5, core);
    parts.frames(20, size);
    const again = await LabGenerator.fromState(parts.state(), core);
    expect(again.frames(30, size).bits).toEqual(whole.bits.slice(20 * 18));
  });
});

test('impossible seeds, states, sizes and crops are refused with what is accepted', async () => {
  await expect(LabGenerator.create(0)).rejects.toThrow(/from 1 to 2147483646/);
  await expect(LabGenerator.create(2 ** 31 - 1)).rejects.toThrow(/laboratory generator/);
  await expect(LabGenerator.fromState(new Int32Array(33).fill(1))).rejects.toThrow(/34 numbers/);
  await expect(LabGenerator.fromState(new Int32Array(34))).rejects.toThrow(/34 numbers/);
  const generator = await LabGenerator.create(-20000);
  expect(generator.state()).toEqual(seedLabState(20000));
  expect(() => generator.frames(1, { height: 0, width: 4 })).toThrow(/squares/);
  expect(() => generator.frames(-1, { height: 4, width: 4 })).toThrow(/frames/);
  const beyond = { x: 2, y: 0, width: 3, height: 1 };
  expect(() => generator.frames(1, { height: 4, width: 4 }, beyond)).toThrow(/does not lie inside/);
});

const folder = fileURLToPath(new URL('../../../../shared/data/salamander/', import.meta.url));
const field = { height: 150, width: 200 };

describe.skipIf(!existsSync(folder))('against the shared salamander recording', () => {
  test('seed 20000 reproduces the frozen stimulus bit for bit', async () => {
    await ready;
    const file = new File(`${folder}stim_frz.h5`, 'r');
    const dataset = file.get('stim_frz');
    expect(dataset).toBeInstanceOf(Dataset);
    const stored = (dataset as Dataset).value as Int8Array;
    file.close();
    const movie = (await LabGenerator.create(20000)).frames(300, field);
    const values = frameValues(movie, 0, 300);
    let different = 0;
    for (let x = 0; x < 200; x++) {
      for (let y = 0; y < 150; y++) {
        for (let t = 0; t < 300; t++) {
          if (2 * values[(t * 150 + y) * 200 + x] !== stored[(x * 150 + y) * 300 + t]) different++;
        }
      }
    }
    expect(stored.length).toBe(300 * 150 * 200);
    expect(different).toBe(0);
  });

  test('seed 10000 passes through the stored states of the first four trials', async () => {
    const states = storedStates();
    const generator = await LabGenerator.create(10000);
    for (let trial = 0; trial < 4; trial++) {
      expect(generator.state()).toEqual(states[trial]);
      generator.skip(1500, field);
    }
  });

  test('twelve trials equal the stored region of 40 × 40 bit for bit', async () => {
    const states = storedStates();
    const archive = unzipSync(readFileSync(`${folder}running_region40.npz`));
    const bits = npyData(archive['bits.npy']);
    const corner = npyData(archive['region_xywh.npy']);
    const [x, y] = new Int16Array(corner.buffer);
    const crop = { x, y, width: 40, height: 40 };
    let different = 0;
    for (let row = 0; row < 12; row++) {
      const generator = await LabGenerator.fromState(states[row + 1]);
      const movie = generator.frames(1500, field, crop);
      const stored = bits.subarray(row * 1500 * 200, (row + 1) * 1500 * 200);
      for (let t = 0; t < 1500; t++) {
        for (let i = 0; i < 1600; i++) {
          const column = Math.floor(i / 40);
          const byte = movie.bits[(t * 40 + (i % 40)) * 5 + (column >> 3)];
          const on = (stored[t * 200 + (i >> 3)] >> (7 - (i & 7))) & 1;
          different += ((byte >> (column & 7)) & 1) ^ on;
        }
      }
    }
    expect(bits.length).toBe(12 * 1500 * 200);
    expect(different).toBe(0);
  });

  function storedStates(): Int32Array[] {
    const words = new Int32Array(npyData(readFileSync(`${folder}rng_state_trial.npy`)).buffer);
    return Array.from({ length: 219 }, (_, trial) => words.slice(34 * trial, 34 * (trial + 1)));
  }
});

/** A copy of the bytes after the header of a version 1 npy file. */
function npyData(file: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(file).slice(10 + file[8] + 256 * file[9]);
}
