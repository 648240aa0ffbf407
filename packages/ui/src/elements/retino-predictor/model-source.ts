/** Where a model comes from: a file that was given, or an address of this page's own origin. */
import { RetinoscopeError } from '@retinoscope/worker';
import { sameOriginUrl } from '../../controllers/same-origin.js';
import { bytes } from '../../controllers/text.js';

/** Bytes of a model file, at the most. */
const mostModelBytes = 256e6;

export async function modelFromFile(file: File): Promise<Uint8Array> {
  refuseLarge(file.size, file.name);
  return new Uint8Array(await file.arrayBuffer());
}

/** Fetches a model from the page's own origin; refuses every other. */
export async function modelFromUrl(source: string, signal: AbortSignal): Promise<Uint8Array> {
  const url = sameOriginUrl(source, 'model', document.baseURI, location.origin);
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

function refuseLarge(size: number, name: string): void {
  if (size <= mostModelBytes) return;
  throw new RetinoscopeError(
    'memory',
    `${name} has ${bytes(size)}; a model of at most ${bytes(mostModelBytes)} is accepted.`,
    { expected: mostModelBytes, found: size },
  );
}
