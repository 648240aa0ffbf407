/**
 * Grey pictures as files, written byte by byte with every grey kept, and how one lies over a grid of squares. JPEG,
 * WebP and videos are the browser's own, and lose what their coding loses.
 */
import { crc32, deflateSync } from 'node:zlib';
import type { Page } from '@playwright/test';

/** `[y, x]` of bytes. */
export interface Greys {
  readonly height: number;
  readonly width: number;
  readonly data: Uint8Array;
}

/** 8-bit grey. */
export function png({ height, width, data }: Greys): Buffer {
  const chunk = (type: string, content: Buffer) => {
    const named = Buffer.concat([Buffer.from(type), content]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(content.length);
    sum.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const rows = Array.from({ length: height }, (_, y) =>
    Buffer.concat([Buffer.of(0), data.subarray(y * width, (y + 1) * width)]),
  );
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** An animation, each picture for `hundredths` of a second. */
export function gif(pictures: readonly Greys[], hundredths: number): Buffer {
  const [{ height, width }] = pictures;
  const size = Buffer.of(width & 255, width >> 8, height & 255, height >> 8);
  const palette = Buffer.from(Array.from({ length: 768 }, (_, i) => Math.floor(i / 3)));
  const frames = pictures.flatMap(({ data }) => [
    Buffer.of(0x21, 0xf9, 4, 4, hundredths & 255, hundredths >> 8, 0, 0),
    Buffer.of(0x2c, 0, 0, 0, 0),
    size,
    Buffer.of(0, 8),
    ...subBlocks(codes(data)),
  ]);
  return Buffer.concat([
    Buffer.from('GIF89a'),
    size,
    Buffer.of(0xf7, 0, 0),
    palette,
    ...frames,
    Buffer.of(0x3b),
  ]);
}

/** LZW without any compression: the table is cleared before a code would take more than 9 bits. */
function codes(data: Uint8Array): Buffer {
  const bytes: number[] = [];
  let [held, bits] = [0, 0];
  const put = (code: number) => {
    held |= code << bits;
    for (bits += 9; bits >= 8; bits -= 8) {
      bytes.push(held & 255);
      held >>= 8;
    }
  };
  data.forEach((grey, i) => {
    if (i % 200 === 0) put(256);
    put(grey);
  });
  put(257);
  bytes.push(held);
  return Buffer.from(bytes);
}

function subBlocks(content: Buffer): Buffer[] {
  const blocks: Buffer[] = [];
  for (let at = 0; at < content.length; at += 255) {
    const part = content.subarray(at, at + 255);
    blocks.push(Buffer.of(part.length), part);
  }
  return [...blocks, Buffer.of(0)];
}

/** A canvas of the page's with `picture` on it, each pixel `side` pixels wide. */
function drawn(page: Page, { height, width, data }: Greys, side: number) {
  return page.evaluateHandle(
    ([h, w, greys, s]) => {
      const canvas = document.createElement('canvas');
      canvas.width = w * s;
      canvas.height = h * s;
      const context = canvas.getContext('2d');
      greys.forEach((grey, i) => {
        if (!context) return;
        context.fillStyle = `rgb(${grey} ${grey} ${grey})`;
        context.fillRect((i % w) * s, Math.floor(i / w) * s, s, s);
      });
      return canvas;
    },
    [height, width, [...data], side] as const,
  );
}

/** A video of `picture`, each pixel `side` pixels wide, recorded by the page for about `milliseconds`. */
export async function video(
  page: Page,
  picture: Greys,
  {
    type,
    side,
    milliseconds,
  }: { readonly type: string; readonly side: number; readonly milliseconds: number },
): Promise<Buffer> {
  const canvas = await drawn(page, picture, side);
  const recorded = await canvas.evaluate(
    async (shown, [mimeType, time]) => {
      const recorder = new MediaRecorder(shown.captureStream(30), {
        mimeType,
        videoBitsPerSecond: 8e6,
      });
      const parts: Blob[] = [];
      recorder.addEventListener('dataavailable', ({ data: part }) => parts.push(part));
      const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve));
      recorder.start();
      // A frame is recorded when something is drawn, be it the same.
      const drawing = setInterval(() => shown.getContext('2d')?.drawImage(shown, 0, 0), 20);
      await new Promise((resolve) => setTimeout(resolve, time));
      clearInterval(drawing);
      recorder.stop();
      await stopped;
      return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
    },
    [type, milliseconds] as const,
  );
  await canvas.dispose();
  return Buffer.from(recorded);
}

/** `picture` as the page's own encoder writes it at its best, each pixel `side` pixels wide. */
export async function encoded(
  page: Page,
  picture: Greys,
  { type, side }: { readonly type: 'image/jpeg' | 'image/webp'; readonly side: number },
): Promise<Buffer> {
  const canvas = await drawn(page, picture, side);
  const bytes = await canvas.evaluate(async (shown, kind) => {
    const blob = await new Promise<Blob | null>((resolve) => shown.toBlob(resolve, kind, 1));
    if (blob?.type !== kind) throw new Error(`It wrote ${blob?.type}.`);
    return [...new Uint8Array(await blob.arrayBuffer())];
  }, type);
  await canvas.dispose();
  return Buffer.from(bytes);
}

/** Contrast of each pixel: −1 black, 1 white. */
export function pixelContrast({ data }: Greys): number[] {
  return Array.from(data, (grey) => (2 * grey) / 255 - 1);
}

interface Placed {
  /** Of the picture's centre from the grid's, µm. */
  readonly x: number;
  readonly y: number;
  /** µm. */
  readonly pixelSize: number;
}

/** Contrast `[y, x]` of the squares that a picture lies over: the mean of its greys by area, mid grey beside it. */
export function contrastOf(
  picture: Greys,
  { x, y, pixelSize }: Placed,
  grid: { readonly height: number; readonly width: number; readonly squareSize: number },
): number[] {
  const { squareSize } = grid;
  const across = shares(picture.width, grid.width, x, pixelSize, squareSize);
  const down = shares(picture.height, grid.height, y, pixelSize, squareSize);
  return down.flatMap((rows) =>
    across.map((columns) => {
      let contrast = 0;
      for (const [i, row] of rows.entries()) {
        for (const [j, column] of columns.entries()) {
          contrast += row * column * ((2 * picture.data[i * picture.width + j]) / 255 - 1);
        }
      }
      return contrast;
    }),
  );
}

/** Of each square along one axis, the share that each pixel covers. */
function shares(pixels: number, squares: number, at: number, pixel: number, square: number) {
  return Array.from({ length: squares }, (_, i) => {
    const from = (i - squares / 2) * square;
    return Array.from({ length: pixels }, (_, j) => {
      const start = at + (j - pixels / 2) * pixel;
      const shared = Math.min(from + square, start + pixel) - Math.max(from, start);
      return Math.max(0, shared) / square;
    });
  });
}
