/**
 * A stimulus that is drawn again from its seed, block by block, and cut while it is drawn.
 * Promises to hold no more than what was asked for and what `keepBlocks` keeps, to give way to other work between
 * pieces, and to skip through a stretch of the stream only once. The generator is that of `LabGenerator`.
 */

import type { BinaryMovie, Crop } from '@retinoscope/core-wasm';
import { frameBytes, LabGenerator, loadCore } from '@retinoscope/core-wasm';
import { RetinoscopeError, throwIfCancelled } from '../errors.js';
import { readArray } from '../files/inspect.js';
import { requireMemory } from '../files/limits.js';
import { keepBlocks } from './kept-blocks.js';
import type { GeneratedStimulusManifest } from './manifest.js';
import { defaultValues } from './stimulus-file.js';
import type { BlockRange, FileRef, LongCall, StimulusSource, WorkProgress } from './types.js';

/** s, out and the table of 32. */
const stateLength = 34;
/** Squares drawn before other work gets its turn: about a tenth of a second. */
const pieceSquares = 3e7;

type States = (Int32Array | undefined)[];

export async function generatedSource(
  manifest: GeneratedStimulusManifest,
  states: FileRef | undefined,
): Promise<StimulusSource> {
  const { width, height, blocks, blockFrames, seed } = manifest;
  const known: States = states
    ? await readStates(states, manifest)
    : [(await LabGenerator.create(seed)).state()];
  return keepBlocks({
    height,
    width,
    blocks,
    blockFrames,
    read: (range, crop, call) => draw(manifest, known, range, crop, call),
  });
}

async function readStates(file: FileRef, manifest: GeneratedStimulusManifest): Promise<States> {
  const { shape, data } = await readArray(file, manifest.states?.variable);
  const { blocks } = manifest;
  if (shape.length !== 2 || shape[0] !== blocks || shape[1] !== stateLength) {
    throw new RetinoscopeError(
      'data',
      `The generator states in ${file.name} have the shape [${shape.join(', ')}]; [${blocks}, ${stateLength}] is expected for ${blocks} blocks.`,
      { file: file.name, shape, expected: [blocks, stateLength] },
    );
  }
  const values = Array.from(data, Number);
  const wrong = values.findIndex((s) => !Number.isInteger(s) || s < 1 || s > 2 ** 31 - 2);
  if (wrong >= 0) {
    throw new RetinoscopeError(
      'data',
      `The generator state of block ${Math.floor(wrong / stateLength)} in ${file.name} holds ${values[wrong]}; whole numbers from 1 to 2147483646 are expected.`,
      { file: file.name, block: Math.floor(wrong / stateLength) },
    );
  }
  return Array.from({ length: blocks }, (_, block) =>
    Int32Array.from(values.slice(block * stateLength, (block + 1) * stateLength)),
  );
}

async function draw(
  manifest: GeneratedStimulusManifest,
  states: States,
  range: BlockRange,
  crop: Crop | undefined,
  call: LongCall<WorkProgress> = {},
): Promise<BinaryMovie> {
  const { width, height, blocks, blockFrames, values = defaultValues } = manifest;
  const size = { height: crop?.height ?? height, width: crop?.width ?? width };
  const frames = (range.last - range.first + 1) * blockFrames;
  const bytes = frames * frameBytes(size.height, size.width);
  requireMemory(bytes, `The stimulus of blocks ${range.first} to ${range.last}`);
  let start = range.first;
  while (states[start] === undefined) start--;
  const core = await loadCore();
  let generator = await LabGenerator.fromState(states[start]!, core);
  const bits = new Uint8Array(bytes);
  const piece = Math.max(1, Math.floor(pieceSquares / (width * height)));
  const total = (range.last - start + 1) * blockFrames;
  for (let block = start, out = 0, done = 0; block <= range.last; block++) {
    const state = states[block];
    const reached = generator.state();
    // A stored state need not continue the block before it.
    if (state?.some((word, i) => word !== reached[i])) {
      generator = await LabGenerator.fromState(state, core);
    }
    states[block] ??= reached;
    for (let frame = 0; frame < blockFrames; frame += piece) {
      throwIfCancelled(call.signal);
      const count = Math.min(piece, blockFrames - frame);
      if (block < range.first) {
        generator.skip(count, { height, width });
      } else {
        const part = generator.frames(count, { height, width }, crop);
        bits.set(part.bits, out);
        out += part.bits.length;
      }
      done += count;
      call.onProgress?.({ kind: 'work', done: done / total, what: 'Drawing the stimulus' });
      await macrotask();
    }
  }
  if (range.last + 1 < blocks) states[range.last + 1] ??= generator.state();
  return { kind: 'binary', frames, ...size, bits, ...values };
}

/** Lets messages and cancellations in. */
function macrotask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
