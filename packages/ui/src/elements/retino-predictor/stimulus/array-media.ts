/**
 * An array as a picture `[y, x]` or a film `[time, y, x]` of greys. Pure. What its numbers mean is told from their type
 * and range, and said; an array whose numbers could mean anything is refused.
 */
import { type GreyPicture, RetinoscopeError, type Tensor } from '@retinoscope/worker';
import { plural, shortened, significant } from '../../../controllers/text.js';
import type { Media } from './media.js';

const mostSide = 1024;
const mostPictures = 600;
/** Numbers of a film, at the most: each is held several times over while it is read. */
const mostNumbers = 40_000_000;

/** Name of the array that is a stimulus in contrast, as the predictor saves it. */
export const contrastName = 'contrast';

interface Meaning {
  readonly said: string;
  /** 0 … 1. */
  readonly grey: (value: number) => number;
}

export interface ArrayReading {
  /** Pictures a second of a film. */
  readonly rate: number;
  /** The two values of the model's own stimulus, where they are known. */
  readonly values?: readonly [dark: number, bright: number];
  /** The array says that it is contrast. */
  readonly isContrast?: boolean;
}

/** Error `data` for other axes or sizes than a picture's or a film's; looks at no number. */
export function requirePictureShape(name: string, shape: readonly number[]): void {
  const sizes = shape.length === 2 ? [1, ...shape] : shape;
  const [frames, height, width] = sizes;
  const fits =
    sizes.length === 3 &&
    frames >= 1 &&
    frames <= mostPictures &&
    [height, width].every((side) => side >= 1 && side <= mostSide);
  if (!fits) {
    throw new RetinoscopeError(
      'data',
      `${shortened(name, 60)} has the shape ${shape.join(' × ')}. A picture [y, x] or a film [time, y, x] is accepted, of at most ${mostSide} × ${mostSide} squares and ${mostPictures} frames.`,
      { found: [...shape] },
    );
  }
  if (frames * height * width > mostNumbers) {
    throw new RetinoscopeError(
      'memory',
      `${shortened(name, 60)} holds ${shape.join(' × ')} numbers; up to ${mostNumbers / 1e6} million are accepted. Fewer frames or squares are fewer.`,
      { found: frames * height * width, expected: mostNumbers },
    );
  }
}

/** Errors: `data` for other axes, sizes or numbers than a picture's. */
export function mediaOfArray(name: string, tensor: Tensor, reading: ArrayReading): Media {
  requirePictureShape(name, tensor.shape);
  const [height, width] = tensor.shape.slice(-2);
  const frames = tensor.shape.length === 2 ? 1 : tensor.shape[0];
  const numbers = Float32Array.from(tensor.data, Number);
  const { said, grey } = meaningOf(name, tensor, numbers, reading);
  const size = height * width;
  const pictures: GreyPicture[] = Array.from({ length: frames }, (_, t) => ({
    height,
    width,
    data: numbers.subarray(t * size, (t + 1) * size).map(grey),
  }));
  const common = { name: shortened(name, 60), size: { width, height } };
  if (frames === 1) return { ...common, note: said, kind: 'picture', picture: pictures[0] };
  const note = `${said} ${plural(frames, 'frame')}, one for each frame of the model.`;
  return { ...common, note, kind: 'film', pictures, rate: reading.rate };
}

function meaningOf(
  name: string,
  { data }: Tensor,
  numbers: Float32Array,
  { values, isContrast }: ArrayReading,
): Meaning {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const number of numbers) {
    if (!Number.isFinite(number)) {
      throw new RetinoscopeError(
        'data',
        `${shortened(name, 60)} holds ${number}; only finite numbers are accepted.`,
      );
    }
    low = Math.min(low, number);
    high = Math.max(high, number);
  }
  const within = (from: number, to: number) => low >= from && high <= to;
  const contrast = {
    said: 'Read as contrast from −1 to 1.',
    grey: (value: number) => (value + 1) / 2,
  };
  if (isContrast && within(-1, 1)) return contrast;
  if (data instanceof Uint8Array && !within(0, 1)) {
    return { said: 'Bytes, read as greys from 0 to 255.', grey: (value) => value / 255 };
  }
  if (values && low < 0 && within(Math.min(...values), Math.max(...values))) {
    const [dark, bright] = values;
    return {
      said: `Read as the model’s own values, ${significant(dark)} to ${significant(bright)}.`,
      grey: (value) => (value - dark) / (bright - dark),
    };
  }
  if (within(0, 1)) return { said: 'Read as greys from 0 to 1.', grey: (value) => value };
  if (within(-1, 1)) return contrast;
  if (within(0, 255)) {
    return { said: 'Read as greys from 0 to 255.', grey: (value) => value / 255 };
  }
  throw new RetinoscopeError(
    'data',
    `${shortened(name, 60)} holds numbers from ${significant(low)} to ${significant(high)}. Greys from 0 to 1 or 0 to 255, or contrast from −1 to 1, are accepted.`,
    { found: [low, high] },
  );
}
