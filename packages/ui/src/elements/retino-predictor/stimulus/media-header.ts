/**
 * What a file is by its first bytes, and how many pixels a picture would decode to by its headers alone, so that a
 * decompression bomb is refused before it is decoded. Pure; any bytes may be given. Checks no pixel data: a file
 * that is recognised may still be damaged.
 */

export type PictureFormat = 'png' | 'jpeg' | 'webp' | 'gif';
export type VideoFormat = 'mp4' | 'webm';

export interface Dimensions {
  readonly width: number;
  readonly height: number;
}

/** Bytes from the start of a file that `formatOf` looks at. */
export const headerBytes = 64;

/** Brands of pictures (AVIF, HEIF) in the container that MP4 uses as well. */
const pictureBrands = new Set(['avif', 'avis', 'heic', 'heix', 'hevc', 'heim', 'mif1', 'msf1']);

/** Undefined for what is none of the formats. */
export function formatOf(bytes: Uint8Array): PictureFormat | VideoFormat | undefined {
  if (text(bytes, 0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg';
  if (/^GIF8[79]a$/.test(text(bytes, 0, 6))) return 'gif';
  if (text(bytes, 0, 4) === 'RIFF' && text(bytes, 8, 4) === 'WEBP') return 'webp';
  if (text(bytes, 4, 4) === 'ftyp') return pictureBrands.has(text(bytes, 8, 4)) ? undefined : 'mp4';
  if (text(bytes, 0, 4) === '\x1aE\xdf\xa3' && text(bytes, 4, headerBytes).includes('webm')) {
    return 'webm';
  }
  return undefined;
}

/** Pixels of a PNG, JPEG, WebP or GIF file; undefined for others, and where a header is cut short or says 0. */
export function dimensionsOf(bytes: Uint8Array): Dimensions | undefined {
  const found = headerDimensions(bytes);
  return found && found.width > 0 && found.height > 0 ? found : undefined;
}

/** Whether a GIF has several frames, or a WebP says that it is an animation. */
export function isAnimated(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (formatOf(bytes)) {
    case 'gif': {
      const frames = gifFrames(view);
      frames.next();
      return !frames.next().done;
    }
    case 'webp':
      return bytes.length > 20 && text(bytes, 12, 4) === 'VP8X' && (bytes[20] & 2) !== 0;
    default:
      return false;
  }
}

function headerDimensions(bytes: Uint8Array): Dimensions | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (formatOf(bytes)) {
    case 'png':
      return bytes.length >= 24 && text(bytes, 12, 4) === 'IHDR'
        ? { width: view.getUint32(16), height: view.getUint32(20) }
        : undefined;
    case 'jpeg':
      return jpegDimensions(view);
    case 'gif':
      return gifDimensions(view);
    case 'webp':
      return webpDimensions(bytes, view);
    default:
      return undefined;
  }
}

/** Frame headers are the markers C0 … CF, but for C4 (Huffman tables), C8 (reserved) and CC (arithmetic coding). */
function jpegDimensions(view: DataView): Dimensions | undefined {
  let at = 2;
  while (at + 4 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2;
      continue;
    }
    if (marker === 0xd9 || marker === 0xda) return undefined;
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return at + 9 <= view.byteLength
        ? { width: view.getUint16(at + 7), height: view.getUint16(at + 5) }
        : undefined;
    }
    at += 2 + Math.max(2, view.getUint16(at + 2));
  }
  return undefined;
}

/** The screen, or what its frames reach to where that is more: decoders make room for them. */
function gifDimensions(view: DataView): Dimensions | undefined {
  if (view.byteLength < 13) return undefined;
  let width = view.getUint16(6, true);
  let height = view.getUint16(8, true);
  for (const at of gifFrames(view)) {
    width = Math.max(width, view.getUint16(at + 1, true) + view.getUint16(at + 5, true));
    height = Math.max(height, view.getUint16(at + 3, true) + view.getUint16(at + 7, true));
  }
  return { width, height };
}

/** Where the descriptors of a GIF's frames stand. */
function* gifFrames(view: DataView): Generator<number> {
  if (view.byteLength < 13) return;
  let at = 13 + colourTable(view.getUint8(10));
  while (at + 10 <= view.byteLength) {
    const block = view.getUint8(at);
    if (block === 0x21) {
      at = afterSubBlocks(view, at + 2);
    } else if (block === 0x2c) {
      yield at;
      at = afterSubBlocks(view, at + 11 + colourTable(view.getUint8(at + 9)));
    } else {
      return;
    }
  }
}

/** Bytes of the colour table that a GIF's packed field tells of. */
function colourTable(packed: number): number {
  return packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0;
}

function afterSubBlocks(view: DataView, start: number): number {
  let at = start;
  while (at < view.byteLength) {
    const size = view.getUint8(at);
    at += 1 + size;
    if (size === 0) break;
  }
  return at;
}

function webpDimensions(bytes: Uint8Array, view: DataView): Dimensions | undefined {
  if (bytes.length < 30) return undefined;
  switch (text(bytes, 12, 4)) {
    case 'VP8X':
      return { width: 1 + uint24(view, 24), height: 1 + uint24(view, 27) };
    case 'VP8L': {
      if (view.getUint8(20) !== 0x2f) return undefined;
      const sizes = view.getUint32(21, true);
      return { width: 1 + (sizes & 0x3fff), height: 1 + ((sizes >>> 14) & 0x3fff) };
    }
    case 'VP8 ':
      return text(bytes, 23, 3) === '\x9d\x01*'
        ? { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
        : undefined;
    default:
      return undefined;
  }
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) + 0x10000 * view.getUint8(at + 2);
}

/** Bytes as characters of the same code. */
function text(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}
