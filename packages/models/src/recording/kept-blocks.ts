/**
 * A binary stimulus that is costly to read, with the small pieces of it that were read last kept in memory: fits of
 * one cell after the other, or of one cell again and again, then read each of its blocks once.
 * Promises the same movies as without; keeps `mostBytes` at the most, whole crops forgotten first that were read longest ago.
 */
import { type BinaryMovie, type Crop, frameBytes, type Movie } from '@retinoscope/core-wasm';
import type { BlockRange, LongCall, StimulusSource, WorkProgress } from './types.js';

const mostKeptBytes = 256e6;
/** Crops of more than this share of the squares are read anew each time. */
const smallShare = 0.1;

/** Values of a block of one crop, and what they stand for. */
interface Kept {
  readonly blocks: Map<number, Uint8Array>;
  low: number;
  high: number;
}

/** `source` must give binary movies. */
export function keepBlocks(source: StimulusSource, mostBytes = mostKeptBytes): StimulusSource {
  const { height, width, blockFrames } = source;
  /** Least recently read first. */
  const crops = new Map<string, Kept>();
  let bytes = 0;

  const keep = (key: string, block: number, bits: Uint8Array, { low, high }: BinaryMovie) => {
    const kept = crops.get(key) ?? { blocks: new Map(), low, high };
    crops.delete(key);
    crops.set(key, kept);
    kept.blocks.set(block, bits);
    bytes += bits.length;
    for (const [oldest, { blocks }] of crops) {
      if (bytes <= mostBytes) return;
      if (oldest === key) break;
      crops.delete(oldest);
      for (const old of blocks.values()) bytes -= old.length;
    }
    // One crop alone is more than may be kept.
    if (bytes > mostBytes) {
      kept.blocks.delete(block);
      bytes -= bits.length;
    }
  };

  const read = async (
    range: BlockRange,
    crop: Crop,
    call: LongCall<WorkProgress>,
  ): Promise<Movie> => {
    const key = JSON.stringify([crop.x, crop.y, crop.width, crop.height]);
    const size = blockFrames * frameBytes(crop.height, crop.width);
    const count = range.last - range.first + 1;
    const bits = new Uint8Array(count * size);
    let values: { readonly low: number; readonly high: number } | undefined;
    for (let block = range.first; block <= range.last; ) {
      const kept = crops.get(key);
      const known = kept?.blocks.get(block);
      if (kept && known) {
        values = kept;
        bits.set(known, (block - range.first) * size);
        block++;
        continue;
      }
      let last = block;
      while (last < range.last && !kept?.blocks.has(last + 1)) last++;
      const done = (block - range.first) / count;
      const share = (last - block + 1) / count;
      const movie = await source.read({ first: block, last }, crop, {
        signal: call.signal,
        onProgress: (progress) =>
          call.onProgress?.({ ...progress, done: done + share * progress.done }),
      });
      if (movie.kind !== 'binary') return source.read(range, crop, call);
      values = movie;
      bits.set(movie.bits, (block - range.first) * size);
      for (let i = block; i <= last; i++) {
        const from = (i - block) * size;
        keep(key, i, movie.bits.slice(from, from + size), movie);
      }
      block = last + 1;
    }
    const { low = -0.5, high = 0.5 } = values ?? {};
    const shape = { frames: count * blockFrames, height: crop.height, width: crop.width };
    return { kind: 'binary', ...shape, bits, low, high };
  };

  return {
    ...source,
    read: (range, crop, call = {}) =>
      crop && crop.width * crop.height <= smallShare * width * height
        ? read(range, crop, call)
        : source.read(range, crop, call),
  };
}
