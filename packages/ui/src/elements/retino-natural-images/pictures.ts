/**
 * A visitor's own pictures as stimuli: grey, of the size that the simulated cells see, mean 0 and RMS contrast 0.2.
 * They stay in the page.
 */
import { type Pictures, pictureSize, RetinoscopeError } from '@retinoscope/worker';

export const mostPictures = 60;
/** RMS contrast, stimulus units: that of the generated images. */
const contrast = 0.2;
const brightest = 0.5;
/** Bytes of a picture file, at the most. */
const mostBytes = 50e6;

/** Error `file` for what is not a picture. */
export async function picturesFrom(files: readonly File[]): Promise<Pictures> {
  if (files.length === 0 || files.length > mostPictures) {
    throw new RetinoscopeError(
      'settings',
      `${files.length} pictures were given; 1 to ${mostPictures} are accepted.`,
      { expected: [1, mostPictures], found: files.length },
    );
  }
  const { width, height } = pictureSize();
  const values = new Float32Array(files.length * width * height);
  for (const [i, file] of files.entries()) {
    values.set(standardised(greyOf(await pixels(file, width, height))), i * width * height);
  }
  return { count: files.length, values };
}

/** RGBA of the middle of a picture, cut to the shape of the stimulus and brought to its size. */
async function pixels(file: File, width: number, height: number): Promise<Uint8ClampedArray> {
  const refused = (cause?: unknown) =>
    new RetinoscopeError(
      'file',
      `${file.name.slice(0, 100)} cannot be read as a picture; PNG, JPEG, WebP, GIF or AVIF of at most 50 MB are accepted.`,
      { name: file.name },
      { cause },
    );
  // A drawing in SVG could refer to other files.
  if (file.size > mostBytes || /svg/i.test(file.type) || /\.svgz?$/i.test(file.name))
    throw refused();
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file);
  } catch (thrown) {
    throw refused(thrown);
  }
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw refused();
  const scale = Math.min(picture.width / width, picture.height / height);
  const [w, h] = [width * scale, height * scale];
  context.imageSmoothingQuality = 'high';
  const [left, top] = [(picture.width - w) / 2, (picture.height - h) / 2];
  context.drawImage(picture, left, top, w, h, 0, 0, width, height);
  picture.close();
  return context.getImageData(0, 0, width, height).data;
}

/** Luminance of RGBA values (Rec. 709 weights), 0 … 255. */
export function greyOf(rgba: ArrayLike<number>): Float32Array {
  return Float32Array.from(
    { length: rgba.length / 4 },
    (_, i) => 0.2126 * rgba[4 * i] + 0.7152 * rgba[4 * i + 1] + 0.0722 * rgba[4 * i + 2],
  );
}

/** Mean 0 and RMS contrast 0.2, clipped to −½ … ½; a picture of one grey is 0. */
export function standardised(grey: Float32Array): Float32Array {
  const mean = grey.reduce((sum, value) => sum + value, 0) / grey.length;
  const sd = Math.sqrt(grey.reduce((sum, value) => sum + (value - mean) ** 2, 0) / grey.length);
  if (!(sd > 1e-6)) return new Float32Array(grey.length);
  return grey.map((value) =>
    Math.max(-brightest, Math.min(brightest, ((value - mean) * contrast) / sd)),
  );
}
