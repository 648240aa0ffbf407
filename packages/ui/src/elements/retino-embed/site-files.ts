/**
 * What the site of this page holds for embedding: its release, and the page that is one file. Promises that only the
 * address given is asked. Saves nothing.
 */
import { RetinoscopeError } from '@retinoscope/worker/card';
import { type Release, releaseOf } from './snippets.js';

/** The release of `site`; undefined where it tells none. Rejects only when `signal` fires. */
export async function readRelease(site: string, signal: AbortSignal): Promise<Release | undefined> {
  try {
    const response = await fetch(new URL('retinoscope.json', site), { signal });
    return response.ok ? releaseOf(await response.json()) : undefined;
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return undefined;
  }
}

/** Where the page that is one file lies: beside the release's script. */
export function templateAddress({ script }: Release, site: string): URL {
  return new URL(script.replace(/[^/]*$/, 'single.html'), site);
}

/** Bytes that fetching `address` takes, as the server says; undefined where it does not. */
export async function downloadSize(address: URL, signal: AbortSignal): Promise<number | undefined> {
  try {
    const { ok, headers } = await fetch(address, { method: 'HEAD', signal });
    const size = Number(headers.get('content-length'));
    return ok && size > 0 ? size : undefined;
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return undefined;
  }
}

/** The text at `address`. `onProgress`: bytes read, and of how many where that is known. A file error when there is none. */
export async function fetchText(
  address: URL,
  signal: AbortSignal,
  onProgress: (read: number, all: number | undefined) => void,
): Promise<string> {
  const response = await answer(address, signal);
  const stated = Number(response.headers.get('content-length'));
  // A compressed length says nothing of the bytes that will be read.
  const all = stated > 0 && !response.headers.get('content-encoding') ? stated : undefined;
  const decoder = new TextDecoder();
  let text = '';
  let read = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    read += part.value.length;
    text += decoder.decode(part.value, { stream: true });
    onProgress(read, all);
  }
  return text + decoder.decode();
}

async function answer(address: URL, signal: AbortSignal): Promise<Response> {
  let reason = 'the server did not answer';
  try {
    const response = await fetch(address, { signal });
    if (response.ok) return response;
    void response.body?.cancel();
    reason = `the server answered ${response.status}`;
  } catch (thrown) {
    if (signal.aborted) throw thrown;
  }
  throw new RetinoscopeError(
    'file',
    `The page to fill could not be fetched from ${address.pathname} (${reason}). A site made by “npm run build:site” holds it.`,
    { url: address.href },
  );
}
