/** Where a model comes from: a file that was given, or an address of this page's own origin. */
import { RetinoscopeError } from '@retinoscope/worker';
import { bytes } from '../../controllers/text.js';

/** Bytes of a model file, at the most. */
const mostModelBytes = 256e6;

export async function modelFromFile(file: File): Promise<Uint8Array> {
  refuseLarge(file.size, file.name);
  return new Uint8Array(await file.arrayBuffer());
}

/** Fetches a model from the page's own origin; refuses every other. */
export async function modelFromUrl(source: string, signal: AbortSignal): Promise<Uint8Array> {
  const url = sameOriginUrl(source, document.baseURI, location.origin);
  const response = await fetch(url, { signal, credentials: 'same-origin' });
  if (!response.ok) {
    throw new RetinoscopeError(
      'model',
      `There is no model at ${url.pathname} (${response.status}).`,
      {
        url: url.href,
        status: response.status,
      },
    );
  }
  refuseLarge(Number(response.headers.get('content-length') ?? 0), url.pathname);
  const model = new Uint8Array(await response.arrayBuffer());
  refuseLarge(model.length, url.pathname);
  return model;
}

/** `source` resolved against `base`; a settings error unless it is of `origin`. */
export function sameOriginUrl(source: string, base: string, origin: string): URL {
  const url = URL.canParse(source, base) ? new URL(source, base) : undefined;
  if (!url || url.origin !== origin || !/^https?:$/.test(url.protocol)) {
    throw new RetinoscopeError(
      'settings',
      'The address of the model is of another origin. A model of this page’s own origin is accepted, or a file.',
      { field: 'src', expected: origin, found: source.slice(0, 200) },
    );
  }
  return url;
}

function refuseLarge(size: number, name: string): void {
  if (size <= mostModelBytes) return;
  throw new RetinoscopeError(
    'memory',
    `${name} has ${bytes(size)}; a model of at most ${bytes(mostModelBytes)} is accepted.`,
    { expected: mostModelBytes, found: size },
  );
}
