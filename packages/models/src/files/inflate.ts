/**
 * DEFLATE with a bound: never makes more bytes than the caller said there are, and checks their checksum.
 * Over fflate's streams, fed in small pieces so that a hostile stream is stopped early.
 */
import { Inflate, Unzlib } from 'fflate';
import { damaged } from './limits.js';

export type Wrapper = 'raw' | 'zlib';

/** Compressed bytes fed at once: at most 1032 times as many come out before the bound is checked. */
const wholePiece = 16384;
const partPiece = 256;

/**
 * The first `size` inflated bytes of `stored`; fewer when the stream ends earlier.
 * With `whole`, the stream must give exactly `size` bytes.
 */
export function inflate(
  stored: Uint8Array,
  size: number,
  wrapper: Wrapper,
  file: string,
  whole = false,
): Uint8Array {
  const out = new Uint8Array(size);
  let made = 0;
  const stream = wrapper === 'zlib' ? new Unzlib() : new Inflate();
  stream.ondata = (chunk) => {
    const room = size - made;
    if (chunk.length > room && whole) {
      throw damaged(file, `its compressed data are longer than the ${size} bytes declared`);
    }
    out.set(chunk.length > room ? chunk.subarray(0, room) : chunk, made);
    made += Math.min(chunk.length, room);
  };
  const piece = whole ? wholePiece : partPiece;
  for (let at = 0; at < stored.length && (whole || made < size); at += piece) {
    const end = Math.min(at + piece, stored.length);
    stream.push(stored.subarray(at, end), end === stored.length);
  }
  if (!whole) return out.subarray(0, made);
  if (made < size) throw damaged(file, `its compressed data end after ${made} of ${size} bytes`);
  return out;
}

/** Adler-32 (RFC 1950). */
export function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(at + 3800, bytes.length);
    for (; at < end; at++) {
      a += bytes[at];
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return ((b << 16) | a) >>> 0;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c >>> 0;
});

/** CRC-32 (ISO 3309, as in zip). */
export function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (let at = 0; at < bytes.length; at++) c = crcTable[(c ^ bytes[at]) & 255] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
