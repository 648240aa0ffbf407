/**
 * Pictures and videos that a person gives, as grey pictures. Files are not trusted: recognised by their bytes and
 * not by their names, refused by their headers before they are decoded, and decoded by the browser alone. Nothing
 * leaves the page. Needs a document.
 */
import { type GreyPicture, RetinoscopeError, throwIfCancelled } from '@retinoscope/worker';
import { aboutBytes, shortened, bytes as sizeText } from '../../../controllers/text.js';
import { animationFilm, type FilmCall, videoFilm } from './film.js';
import {
  type Dimensions,
  dimensionsOf,
  formatOf,
  headerBytes,
  isAnimated,
  type PictureFormat,
  type VideoFormat,
} from './media-header.js';
import { fitWithin, rasterise } from './rasterise.js';

const mostFileBytes = 64e6;
const mostPixels = 40e6;
/** Pixels on a side of a picture that is kept, at the most. */
const pictureSide = 1024;

const acceptedText = 'PNG, JPEG, WebP, GIF, MP4 and WebM';

/** For a file dialogue. */
export const acceptedTypes =
  'image/png,image/jpeg,image/webp,image/gif,video/mp4,video/webm,.npy,.npz,.h5,.hdf5';

/** What was read of a file. `note` says, in a sentence, what of it was left out. */
export type Media = {
  readonly name: string;
  /** Pixels in the file; `pictures` may be smaller. */
  readonly size: Dimensions;
  readonly note?: string;
} & (
  | { readonly kind: 'picture'; readonly picture: GreyPicture }
  | {
      readonly kind: 'film';
      readonly pictures: readonly GreyPicture[];
      /** Pictures a second. */
      readonly rate: number;
    }
);

/** Whether `file` is an array by its name. */
export function isArray({ name }: File): boolean {
  return /\.(np[yz]|h5|hdf5)$/i.test(name);
}

/** Whether `file` is a picture or a video by its bytes, or claims to be one. */
export async function isMedia(file: File): Promise<boolean> {
  return /^(image|video)\//.test(file.type) || (await fileFormat(file)) !== undefined;
}

/**
 * The picture or film in `file`; a film at `call.rate` pictures a second. Errors: `file` for what is no accepted
 * format, damaged, or cannot be played here; `memory` for what is too large; `cancelled`.
 */
export async function readMedia(file: File, call: FilmCall): Promise<Media> {
  const name = shortened(file.name || 'The file', 60);
  const format = await fileFormat(file);
  if (!format) {
    throw new RetinoscopeError(
      'file',
      `${name} is not a picture or a video that can be read. ${acceptedText} are accepted.`,
      { name, type: file.type },
    );
  }
  if (file.size > mostFileBytes) {
    throw new RetinoscopeError(
      'memory',
      `${name} has ${sizeText(file.size)}; a picture or a video of at most ${aboutBytes(mostFileBytes)} is accepted.`,
      { name, expected: mostFileBytes, found: file.size },
    );
  }
  const media = isVideo(format)
    ? await readVideo(file, name, format, call)
    : await readPicture(file, name, format, call);
  throwIfCancelled(call.signal);
  return media;
}

async function fileFormat(file: File): Promise<PictureFormat | VideoFormat | undefined> {
  try {
    return formatOf(new Uint8Array(await file.slice(0, headerBytes).arrayBuffer()));
  } catch {
    // A folder, or a file that has gone.
    return undefined;
  }
}

function isVideo(format: PictureFormat | VideoFormat): format is VideoFormat {
  return format === 'mp4' || format === 'webm';
}

async function readVideo(
  file: File,
  name: string,
  format: VideoFormat,
  call: FilmCall,
): Promise<Media> {
  // The type is that of the bytes, whatever the file says of itself.
  const video = new Blob([file], { type: `video/${format}` });
  const { size, pictures, note } = await videoFilm(video, name, {
    ...call,
    check: (found) => requireSize(found, name),
  });
  return { kind: 'film', name, size, rate: call.rate, pictures, note };
}

async function readPicture(
  file: File,
  name: string,
  format: PictureFormat,
  call: FilmCall,
): Promise<Media> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const size = dimensionsOf(bytes);
  if (!size) throw damaged(name, format);
  requireSize(size, name);
  throwIfCancelled(call.signal);
  try {
    const animated = isAnimated(bytes);
    const film = animated ? await animationFilm(bytes, `image/${format}`, call) : undefined;
    if (film) {
      const { pictures, note } = film;
      return { kind: 'film', name, size, rate: call.rate, pictures, note };
    }
    return {
      kind: 'picture',
      name,
      size,
      picture: await decode(bytes, format),
      note: animated ? 'This browser reads only the first picture of an animation.' : undefined,
    };
  } catch (thrown) {
    if (thrown instanceof RetinoscopeError) throw thrown;
    throw damaged(name, format, thrown);
  }
}

async function decode(bytes: Uint8Array<ArrayBuffer>, format: PictureFormat): Promise<GreyPicture> {
  const whole = await createImageBitmap(new Blob([bytes], { type: `image/${format}` }), asStored);
  // The bitmap is turned as the file says, so its sides are known only now.
  const { width, height } = fitWithin(whole, pictureSide);
  if (width === whole.width && height === whole.height) return rasterise(whole, whole);
  const small = await createImageBitmap(whole, {
    ...asStored,
    resizeWidth: width,
    resizeHeight: height,
    resizeQuality: 'high',
  });
  whole.close();
  return rasterise(small, { width, height });
}

/** Grey values stay the 8-bit numbers that are in the file. */
const asStored = { colorSpaceConversion: 'none', premultiplyAlpha: 'none' } as const;

function requireSize({ width, height }: Dimensions, name: string): void {
  if (width * height <= mostPixels) return;
  throw new RetinoscopeError(
    'memory',
    `${name} has ${width} × ${height} pixels; at most ${mostPixels / 1e6} million are accepted.`,
    { name, expected: mostPixels, found: width * height },
  );
}

function damaged(name: string, format: PictureFormat, cause?: unknown): RetinoscopeError {
  return new RetinoscopeError(
    'file',
    `${name} begins like a ${formatNames[format]} picture, but is damaged or cut short. Whole files of ${acceptedText} are accepted.`,
    { name, format },
    { cause },
  );
}

const formatNames: Readonly<Record<PictureFormat, string>> = {
  png: 'PNG',
  jpeg: 'JPEG',
  webp: 'WebP',
  gif: 'GIF',
};
