/**
 * Reads single metadata of any ONNX file, which may hold anything. Promises a value of the kind asked for or
 * `undefined`, noting the keys that were there but not understood. Small: no schema library.
 */

interface Picture {
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
}

const maximumText = 1000;
const maximumFilter = 1000;
/** Squares of a stored picture. */
export const maximumPicture = 2 ** 16;
const maximumJson = 2 ** 18;

/** Controls, and marks that turn the direction of writing: what is shown would not be what is there. */
const oddLetters = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

export class MetadataReader {
  /** Keys whose values were not understood. */
  readonly odd: string[] = [];

  constructor(private readonly metadata: Readonly<Record<string, string>>) {}

  text(key: string): string | undefined {
    return this.#read(key, (text) => {
      const found = text.trim();
      return found !== '' && found.length <= maximumText && !oddLetters.test(found)
        ? found
        : undefined;
    });
  }

  /** A number above `above`, up to `most`. */
  number(key: string, above: number, most: number): number | undefined {
    return this.#read(key, (text) => {
      const found = numberOf(text);
      return found > above && found <= most ? found : undefined;
    });
  }

  correlation(key: string): number | undefined {
    return this.#read(key, (text) => {
      const found = numberOf(text);
      return Math.abs(found) <= 1 ? found : undefined;
    });
  }

  /** Two numbers, the lower one first. */
  pair(key: string): readonly [number, number] | undefined {
    return this.#json(key, (found) => {
      if (!isNumbers(found) || found.length !== 2) return undefined;
      const [low, high] = found;
      return low < high ? [low, high] : undefined;
    });
  }

  filter(key: string): readonly number[] | undefined {
    return this.#json(key, (found) =>
      isNumbers(found) && found.length > 0 && found.length <= maximumFilter ? found : undefined,
    );
  }

  record(key: string): Readonly<Record<string, unknown>> | undefined {
    return this.#json(key, (found) => (isRecord(found) ? found : undefined));
  }

  /** A picture of base64 signed bytes, scaled so that its largest magnitude is 1. */
  picture(key: string): Picture | undefined {
    return this.#json(key, (found) => {
      if (!isRecord(found)) return undefined;
      const { height, width, data: text } = found;
      if (!isLength(height) || !isLength(width) || typeof text !== 'string') return undefined;
      if (height * width > maximumPicture) return undefined;
      const bytes = Int8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      const largest = bytes.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      if (bytes.length !== height * width || largest === 0) return undefined;
      return { height, width, data: Float32Array.from(bytes, (value) => value / largest) };
    });
  }

  #json<T>(key: string, accept: (found: unknown) => T | undefined): T | undefined {
    return this.#read(key, (text) =>
      text.length <= maximumJson ? accept(JSON.parse(text)) : undefined,
    );
  }

  #read<T>(key: string, accept: (text: string) => T | undefined): T | undefined {
    if (!Object.hasOwn(this.metadata, key)) return undefined;
    const found = attempt(() => accept(this.metadata[key]));
    if (found === undefined) this.odd.push(key);
    return found;
  }
}

/** Nothing where parsing throws: any text may stand in a file. */
function attempt<T>(read: () => T | undefined): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(Number.isFinite);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isLength(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}
