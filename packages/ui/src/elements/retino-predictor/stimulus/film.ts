/**
 * Films, picture by picture: animations by `ImageDecoder`, videos by a muted `<video>` that is stepped through.
 * At most 10 s and at most 600 pictures; a longer film is cut, and a note says so. Needs a document.
 */
import { type GreyPicture, RetinoscopeError, throwIfCancelled } from '@retinoscope/worker';
import type { Dimensions } from './media-header.js';
import { fitWithin, rasterise } from './rasterise.js';

const mostSeconds = 10;
const mostPictures = 600;
/** Pixels on a side of a film's pictures, at the most: 600 of them fit into memory. */
const filmSide = 256;
/** ms without any news from the video before it is given up. */
const patience = 15_000;
/** Seconds that an animation shows a picture for which it says no time, as browsers do. */
const unstatedDelay = 0.1;

export interface FilmCall {
  /** Pictures a second: the model's frame rate. */
  readonly rate: number;
  readonly signal: AbortSignal;
  /** Share that is read, 0 … 1. */
  progress(share: number): void;
}

interface Film {
  readonly pictures: readonly GreyPicture[];
  readonly note?: string;
}

/** Pictures of a film of `seconds` at `rate` that are read, and what is said where that is not all. */
export function filmLength(
  seconds: number,
  rate: number,
): { readonly count: number; readonly note?: string } {
  const most = Math.min(mostPictures, Math.floor(mostSeconds * rate));
  const whole = Math.max(1, Math.round(seconds * rate));
  if (whole <= most) return { count: whole };
  const kept = Number((most / rate).toFixed(1));
  return {
    count: Math.max(1, most),
    note: `Only the first ${kept} s of ${Number(seconds.toFixed(1))} s are used.`,
  };
}

/** Which picture of those shown for `delays` seconds each is on at `time`; the last one after the end. */
export function pictureAt(delays: readonly number[], time: number): number {
  let end = 0;
  for (const [i, delay] of delays.entries()) {
    end += delay;
    if (time < end) return i;
  }
  return delays.length - 1;
}

/** Undefined where this browser cannot decode animations, and for one picture alone. Pictures that repeat are the same objects. */
export async function animationFilm(
  bytes: Uint8Array<ArrayBuffer>,
  type: string,
  { rate, signal, progress }: FilmCall,
): Promise<Film | undefined> {
  if (!('ImageDecoder' in globalThis) || !(await ImageDecoder.isTypeSupported(type))) {
    return undefined;
  }
  const decoder = new ImageDecoder({ data: bytes, type, colorSpaceConversion: 'none' });
  try {
    await Promise.all([decoder.completed, decoder.tracks.ready]);
    const frames = decoder.tracks.selectedTrack?.frameCount ?? 1;
    if (frames < 2) return undefined;
    const canvas = document.createElement('canvas');
    const pictures: GreyPicture[] = [];
    const delays: number[] = [];
    let seconds = 0;
    const read = Math.min(frames, mostPictures);
    while (pictures.length < read && seconds < mostSeconds) {
      throwIfCancelled(signal);
      const { image } = await decoder.decode({ frameIndex: pictures.length });
      delays.push((image.duration ?? 0) / 1e6 || unstatedDelay);
      seconds += delays.at(-1) ?? 0;
      const size = { width: image.displayWidth, height: image.displayHeight };
      pictures.push(rasterise(image, fitWithin(size, filmSide), canvas));
      progress(pictures.length / read);
    }
    const { count, note } = filmLength(seconds, rate);
    const cut =
      pictures.length < frames
        ? `Only the first ${pictures.length} of ${frames} pictures are used.`
        : note;
    return {
      pictures: Array.from(
        { length: count },
        (_, i) => pictures[pictureAt(delays, (i + 0.5) / rate)],
      ),
      note: cut,
    };
  } finally {
    decoder.close();
  }
}

/** The film of a video; `check` may refuse its size before any picture is drawn. */
export async function videoFilm(
  file: Blob,
  name: string,
  call: FilmCall & { check(size: Dimensions): void },
): Promise<Film & { readonly size: Dimensions }> {
  const { rate, signal, progress } = call;
  const video = document.createElement('video');
  const url = URL.createObjectURL(file);
  const news = (event: string): Promise<void> => heard(video, event, name, signal);
  try {
    video.muted = true;
    video.playsInline = true;
    video.preload = 'auto';
    const loaded = news('loadeddata');
    video.src = url;
    await loaded;
    const size = { width: video.videoWidth, height: video.videoHeight };
    if (size.width * size.height === 0) throw unplayable(name, 'it has no picture');
    call.check(size);
    const { count, note } = filmLength(await secondsOf(video, news), rate);
    const kept = fitWithin(size, filmSide);
    const canvas = document.createElement('canvas');
    const pictures: GreyPicture[] = [];
    while (pictures.length < count) {
      const sought = news('seeked');
      video.currentTime = (pictures.length + 0.5) / rate;
      await sought;
      if (pictures.length === 0) await firstPicture(video, canvas);
      pictures.push(rasterise(video, kept, canvas));
      progress(pictures.length / count);
    }
    return { size, pictures, note };
  } finally {
    video.removeAttribute('src');
    video.load();
    URL.revokeObjectURL(url);
  }
}

/** The first picture of a video can come a moment after it is announced; until then nothing is drawn. */
async function firstPicture(video: HTMLVideoElement, canvas: HTMLCanvasElement): Promise<void> {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  for (let tries = 0; context && tries < 10; tries++) {
    canvas.width = 1;
    canvas.height = 1;
    context.drawImage(video, 0, 0, 1, 1);
    if (context.getImageData(0, 0, 1, 1).data[3] > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A recording that was streamed states no duration; the browser finds it by seeking past the end. */
async function secondsOf(
  video: HTMLVideoElement,
  news: (event: string) => Promise<void>,
): Promise<number> {
  if (!Number.isFinite(video.duration)) {
    const sought = news('seeked');
    video.currentTime = 1e6;
    await sought;
  }
  return Number.isFinite(video.duration) ? video.duration : video.currentTime;
}

/** Resolves with the event; errors where the video fails, nothing comes for long, or the call is cancelled. */
function heard(
  video: HTMLVideoElement,
  event: string,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const done = new AbortController();
  const options = { once: true, signal: done.signal };
  let timer: ReturnType<typeof setTimeout> | undefined;
  return new Promise<void>((resolve, reject) => {
    const cancel = (): void => {
      reject(new RetinoscopeError('cancelled', 'Reading the video was cancelled.', { name }));
    };
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, options);
    video.addEventListener(event, () => resolve(), options);
    video.addEventListener('error', () => reject(unplayable(name, video.error?.message)), options);
    timer = setTimeout(() => reject(unplayable(name, 'nothing came for 15 s')), patience);
  }).finally(() => {
    clearTimeout(timer);
    done.abort();
  });
}

function unplayable(name: string, reason = ''): RetinoscopeError {
  return new RetinoscopeError(
    'file',
    `${name} cannot be played: it is damaged, in a coding that this browser does not know, or the page forbids videos. MP4 (H.264) and WebM (VP8, VP9) are accepted where the browser plays them.`,
    { name, reason },
  );
}
