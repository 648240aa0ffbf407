/**
 * Where a model comes from: a file that was given, or the address that the author of the page wrote. Promises that
 * no other address is asked, that no credentials go to another origin, and that a large model is not read unasked.
 */
import { mostModelBytes, RetinoscopeError } from '@retinoscope/worker/card';
import { bytes } from '../../controllers/text.js';

export interface ModelFetch {
  readonly signal: AbortSignal;
  /** Bytes read, and of how many where the server says so. */
  readonly onProgress?: (read: number, all: number | undefined) => void;
  /** A larger model is not read: its size is given in its place. */
  readonly unasked?: number;
}

/** The bytes of a model, or how many it has when it is larger than `unasked`. */
export type FetchedModel = Uint8Array | { readonly size: number };

export async function modelFromFile(file: File): Promise<Uint8Array> {
  refuseLarge(file.size, file.name);
  return new Uint8Array(await file.arrayBuffer());
}

/** A name for a person: the last part of an address. */
export function modelName(address: string): string {
  if (/^data:/i.test(address)) return 'model.onnx';
  const path = URL.canParse(address, document.baseURI)
    ? new URL(address, document.baseURI).pathname
    : address;
  const last = path.split('/').filter(Boolean).at(-1) ?? address;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** Reads a model from `address`: http(s), relative to the page, or a data address, which is decoded here. */
export async function modelFromAddress(address: string, call: ModelFetch): Promise<FetchedModel> {
  if (/^data:/i.test(address)) return decoded(address);
  const url = modelUrl(address, document.baseURI);
  const response = await answer(url, call.signal);
  if (!response.ok) {
    void response.body?.cancel();
    throw new RetinoscopeError(
      'model',
      `There is no model at ${shown(url)} (the server answered ${response.status}).`,
      { url: url.href, status: response.status },
    );
  }
  const stated = Number(response.headers.get('content-length'));
  // A compressed length says nothing of the bytes that will be read.
  const all = stated > 0 && !response.headers.get('content-encoding') ? stated : undefined;
  if (stated > mostModelBytes || (call.unasked !== undefined && stated > call.unasked)) {
    void response.body?.cancel();
    refuseLarge(stated, shown(url));
    return { size: stated };
  }
  return readBody(response, url, all, call);
}

async function answer(url: URL, signal: AbortSignal): Promise<Response> {
  const own = url.origin === location.origin;
  try {
    return await fetch(url, {
      signal,
      credentials: own ? 'same-origin' : 'omit',
      referrerPolicy: 'no-referrer',
    });
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    throw new RetinoscopeError(
      'model',
      own
        ? `The model at ${shown(url)} could not be fetched.`
        : `The model at ${shown(url)} could not be fetched. A server of another origin has to allow this page (CORS), and the page’s policy has to allow the server (connect-src).`,
      { url: url.href },
      { cause: thrown },
    );
  }
}

async function readBody(
  response: Response,
  url: URL,
  all: number | undefined,
  { signal, onProgress, unasked }: ModelFetch,
): Promise<FetchedModel> {
  const parts: Uint8Array[] = [];
  let read = 0;
  const reader = response.body?.getReader();
  const next = () =>
    reader?.read().catch((cause: unknown) => {
      if (signal.aborted) throw cause;
      throw new RetinoscopeError(
        'model',
        `The connection ended before all of ${shown(url)} was read. Try again.`,
        { url: url.href, found: read },
        { cause },
      );
    });
  for (let part = await next(); part?.value; part = await next()) {
    parts.push(part.value);
    read += part.value.length;
    if (read > mostModelBytes || (unasked !== undefined && read > unasked)) {
      void reader?.cancel();
      refuseLarge(read, shown(url));
      return { size: all ?? read };
    }
    onProgress?.(read, all);
  }
  const model = new Uint8Array(read);
  let at = 0;
  for (const part of parts) {
    model.set(part, at);
    at += part.length;
  }
  return model;
}

/** `address` against `base`; a settings error unless it is http(s). */
function modelUrl(address: string, base: string): URL {
  // An empty one is what a wiki leaves of an address that it refused: it is not the page itself.
  const isGiven = address.trim() !== '' && URL.canParse(address, base);
  const url = isGiven ? new URL(address, base) : undefined;
  if (url && /^(https?|blob):$/.test(url.protocol) && !url.username && !url.password) return url;
  throw new RetinoscopeError(
    'settings',
    'The address of the model is not understood. An http(s) address without a name and password is accepted, or a file.',
    { field: 'model', found: address.slice(0, 200) },
  );
}

function decoded(address: string): Uint8Array {
  const comma = address.indexOf(',');
  const isBase64 = /;base64$/i.test(address.slice(0, Math.max(0, comma)));
  refuseLarge(address.length * 0.75, 'The model in the address');
  try {
    if (!isBase64) throw new TypeError('not base64');
    const text = atob(address.slice(comma + 1));
    return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  } catch (thrown) {
    throw new RetinoscopeError(
      'settings',
      'The data address of the model is damaged. `data:application/octet-stream;base64,…` is accepted.',
      { field: 'model' },
      { cause: thrown },
    );
  }
}

function shown({ pathname }: URL): string {
  return pathname.length > 200 ? `${pathname.slice(0, 199)}…` : pathname;
}

function refuseLarge(size: number, name: string): void {
  if (size <= mostModelBytes) return;
  throw new RetinoscopeError(
    'memory',
    `${name} has ${bytes(size)}; a model of at most ${bytes(mostModelBytes)} is accepted.`,
    { expected: mostModelBytes, found: size },
  );
}
